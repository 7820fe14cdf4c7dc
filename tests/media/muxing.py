"""Files of unusual make, written frame by frame: any codec, pixel format, clock and rotation."""

import os
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import PictureType, VideoFrame


def write(path, frames, stamps, *, codec="libx264", pixels="yuv420p", base=Fraction(1, 1000), sound=None, **options):  # noqa: PLR0913  # one flat call a file
    """Frames uint8[h,w,3] with presentation stamps in units of `base`; `sound` is (first stamp in samples, int16[m], rate).

    `keys` has the numbers of frames that must be keyframes.
    """
    aspect, container_options, keys = options.pop("aspect", None), options.pop("container", {}), options.pop("keys", ())
    frames = list(frames)
    with av.open(str(path), "w", options=container_options) as out:
        video = out.add_stream(codec, rate=25, options={"threads": "1", **options})
        video.height, video.width = frames[0].shape[:2]
        video.pix_fmt = pixels
        video.codec_context.time_base = video.time_base = base
        if aspect:
            video.codec_context.sample_aspect_ratio = aspect
        voice = out.add_stream("aac", rate=sound[2], layout="mono") if sound else None
        for number, (frame, stamp) in enumerate(zip(frames, stamps, strict=True)):
            picture = VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            picture.pts, picture.time_base = stamp, base
            picture.pict_type = PictureType.I if number in keys else PictureType.NONE
            out.mux(video.encode(picture))
        if voice:
            for block in blocks(*sound):
                out.mux(voice.encode(block))
            out.mux(voice.encode(None))
        out.mux(video.encode(None))
    # As root SVT-AV1 gives the whole process real-time priority and never takes it back: everything else on the machine waits.
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def blocks(first, samples, rate_hz):
    for start in range(0, len(samples), 1024):
        block = AudioFrame.from_ndarray(samples[None, start : start + 1024], format="s16", layout="mono")
        block.sample_rate, block.pts, block.time_base = rate_hz, first + start, Fraction(1, rate_hz)
        yield block


def rotated(source, target, matrix):
    """A copy of an MP4 whose video track has this display matrix (a, b, c, d)."""
    raw = bytearray(source.read_bytes())
    at = raw.index(b"tkhd") + 4
    place = at + (52 if raw[at] == 1 else 40)
    a, b, c, d = (value << 16 for value in matrix)
    for number, value in enumerate((a, b, 0, c, d, 0, 0, 0, 1 << 30)):
        raw[place + 4 * number : place + 4 * number + 4] = value.to_bytes(4, "big", signed=True)
    target.write_bytes(raw)
