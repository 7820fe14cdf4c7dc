"""Writes neutral footage that the product makes itself: for the demo, the tests and the benchmarks.

Trusted input only; nothing collected ever passes here. The same input gives the same bytes: one thread, no clock, no
version strings in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import av.container
import cv2
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]
Samples = NDArray[np.int16]

_SOUND_BLOCK = 1024  # samples of one AAC frame
_BITEXACT = {"flags": "+bitexact", "threads": "1"}
_NO_TREE = {"mbtree": "0"}  # x264's macroblock tree gives other bytes from run to run where it uses AVX-512


def write_video(  # noqa: PLR0913  # one flat call, so that footage reads as one line where it is made
    path: Path,
    frames: Iterable[Picture],
    fps: Fraction | float = 25,
    sound: Samples | None = None,
    rate_hz: int = 44_100,
    *,
    quality: int = 23,
) -> None:
    """Write frames uint8[h,w,3] (RGB) at `fps` and mono sound int16[m] at `rate_hz` as H.264 and AAC in MP4.

    `quality` is x264's CRF: 0 loses nothing, 23 is usual, 40 is poor. All frames have the shape of the first; raises
    ValueError when there is none or one differs.
    """
    feed = iter(frames)
    first = next(feed, None)
    if first is None:
        raise ValueError("a video needs a frame")
    rate = Fraction(fps).limit_denominator(1001)
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as out:
        picture = _picture_stream(out, first, rate, quality)
        blocks = _sound_blocks(sound, rate_hz)
        voice = _sound_stream(out, rate_hz) if sound is not None else None
        for number, frame in enumerate(_same_shape(first, feed)):
            _write_picture(out, picture, frame, number)
            if voice is not None:
                _write_sound(out, voice, blocks, until=Fraction(number + 1) / rate)
        out.mux(picture.encode(None))
        if voice is not None:
            _write_sound(out, voice, blocks, until=None)
            out.mux(voice.encode(None))


def write_still(path: Path, frame: Picture, *, quality: int = 90) -> None:
    """Write one frame uint8[h,w,3] (RGB) in the format that the name ends in: .jpg, .png, .webp and others."""
    options = {} if path.suffix.lower() == ".png" else {"quality": quality}
    Image.fromarray(frame, "RGB").save(path, **options)  # type: ignore[arg-type]  # Pillow's own mix of options


def write_gif(path: Path, frames: Iterable[Picture], fps: float = 10) -> None:
    """Write frames uint8[h,w,3] (RGB) as an endless GIF; its clock has steps of 10 ms. Raises ValueError without a frame."""
    pictures = [Image.fromarray(frame, "RGB").quantize(128) for frame in frames]
    if not pictures:
        raise ValueError("a GIF needs a frame")
    duration_ms = round(100 / fps) * 10
    pictures[0].save(path, format="GIF", save_all=True, append_images=pictures[1:], duration=duration_ms, loop=0, disposal=1)


def write_sound(path: Path, sound: Samples, rate_hz: int = 44_100) -> None:
    """Write mono sound int16[m] in the format that the name ends in: .wav, .flac, .m4a (AAC), .mp3, .ogg (Opus)."""
    codec = {".wav": "pcm_s16le", ".flac": "flac", ".m4a": "aac", ".mp3": "libmp3lame", ".ogg": "libopus"}[path.suffix.lower()]
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as out:
        voice = cast("AudioStream", out.add_stream(codec, rate=rate_hz, layout="mono", options=_BITEXACT))
        _write_sound(out, voice, _sound_blocks(sound, rate_hz), until=None)
        out.mux(voice.encode(None))


def resized(frame: Picture, width: int, height: int) -> Picture:
    """The frame uint8[h,w,3] at another size, by area when it shrinks."""
    smaller = width < frame.shape[1]
    kind = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return cv2.resize(frame, (width, height), interpolation=kind).astype(np.uint8, copy=False)


def _picture_stream(out: av.container.OutputContainer, first: Picture, rate: Fraction, quality: int) -> VideoStream:
    height, width = first.shape[:2]
    # Half-size colour needs even sides; odd ones keep colour at full size.
    pixels = "yuv420p" if height % 2 == 0 and width % 2 == 0 else "yuv444p"
    options = {**_BITEXACT, **_NO_TREE, "crf": str(quality), "preset": "veryfast"}
    stream: VideoStream = out.add_stream("libx264", rate=rate, options=options)
    stream.width, stream.height, stream.pix_fmt = width, height, pixels
    stream.codec_context.time_base = 1 / rate
    return stream


def _sound_stream(out: av.container.OutputContainer, rate_hz: int) -> AudioStream:
    stream: AudioStream = out.add_stream("aac", rate=rate_hz, layout="mono", options=_BITEXACT)
    stream.bit_rate = 96_000
    return stream


def _same_shape(first: Picture, rest: Iterator[Picture]) -> Iterator[Picture]:
    yield first
    for frame in rest:
        if frame.shape != first.shape:
            raise ValueError(f"frames of one video have one shape: {first.shape}, then {frame.shape}")
        yield frame


def _write_picture(out: av.container.OutputContainer, stream: VideoStream, frame: Picture, number: int) -> None:
    picture = VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
    picture.pts, picture.time_base = number, stream.codec_context.time_base
    out.mux(stream.encode(picture))


def _sound_blocks(sound: Samples | None, rate_hz: int) -> Iterator[tuple[Fraction, AudioFrame]]:
    """Pairs of start in seconds and block of sound."""
    if sound is None:
        return
    for start in range(0, len(sound), _SOUND_BLOCK):
        block = AudioFrame.from_ndarray(sound[None, start : start + _SOUND_BLOCK], format="s16", layout="mono")
        block.sample_rate, block.pts, block.time_base = rate_hz, start, Fraction(1, rate_hz)
        yield Fraction(start, rate_hz), block


def _write_sound(out: av.container.OutputContainer, stream: AudioStream, blocks: Iterator[Any], until: Fraction | None) -> None:
    for start, block in blocks:
        out.mux(stream.encode(block))
        if until is not None and start >= until:
            return
