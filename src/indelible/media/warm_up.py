"""Runs each way of decoding once, on footage of our own, so that nothing is loaded for the first time behind the lock."""

from __future__ import annotations

import io
import os
from fractions import Fraction

import av
import av.container
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from PIL import Image

from indelible.media import worker
from indelible.media.outcome import Plan
from indelible.media.reader import Reader

_STILLS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
_ANIMATED = ("GIF", "PNG", "WEBP")
_RATE_HZ = 8000


def run() -> None:
    """Decode one tiny file of each kind, and one that is none."""
    for raw in (*_stills(), *_animations(), _video(), _sound(), b"no medium", b"\0\1\2\3" * 64):
        _decode(raw)


def _decode(raw: bytes) -> None:
    descriptor = os.memfd_create("warm-up")
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.write(descriptor, raw)
        worker.answered(Reader(descriptor, len(raw)), Plan(side_px_max=16), sink)
    finally:
        os.close(descriptor)
        os.close(sink)


def _picture(size: int = 32) -> Image.Image:
    ramp = np.add.outer(np.arange(size), np.arange(size)).astype(np.uint8)
    return Image.fromarray(np.stack([ramp, ramp * 3, ramp * 5], axis=-1), "RGB")


def _stills() -> list[bytes]:
    return [_saved(_picture(), form) for form in _STILLS] + [_saved(_picture().convert("RGBA"), "PNG")]


def _animations() -> list[bytes]:
    frames = [_picture(), _picture().rotate(90)]
    files = []
    for form in _ANIMATED:
        out = io.BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
        files.append(out.getvalue())
    return files


def _saved(picture: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def _video() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        video = container.add_stream("mpeg4", rate=Fraction(10))
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        audio = container.add_stream("aac", rate=_RATE_HZ, layout="mono")
        for _ in range(3):
            container.mux(video.encode(VideoFrame.from_ndarray(np.asarray(_picture()), format="rgb24")))
        container.mux(audio.encode(_tone()))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    return out.getvalue()


def _sound() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="wav") as container:
        audio = container.add_stream("pcm_s16le", rate=_RATE_HZ, layout="mono")
        container.mux(audio.encode(_tone()))
        container.mux(audio.encode(None))
    return out.getvalue()


def _tone() -> AudioFrame:
    frame = AudioFrame.from_ndarray((np.arange(1024) % 50 * 100).astype(np.int16)[None], format="s16", layout="mono")
    frame.sample_rate = _RATE_HZ
    return frame
