"""Footage in memory: frames at 25 a second and sound at 44.1 kHz, read from files that the benchmark trusts."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.uint8]
FPS = 25
RATE_HZ = 44_100
LONG_PX = 480
_ZOOM_MIN, _ZOOM_MAX = 0.45, 0.75


@dataclass(frozen=True)
class Footage:
    """`frames` uint8[n, h, w, 3] (RGB) at FPS, both sides even; `sound` int16[m] at RATE_HZ, mono, or None."""

    frames: Frames
    sound: NDArray[np.int16] | None = None

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.frames) / FPS

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.frames.shape[2], self.frames.shape[1]


def seeded(name: str) -> np.random.Generator:
    """A generator that the name alone decides."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def even(number: float) -> int:
    return max(2, int(number) // 2 * 2)


def fitted(width: int, height: int, long_px: int = LONG_PX) -> tuple[int, int]:
    """A size with the longer side `long_px` at most, both sides even."""
    scale = min(1.0, long_px / max(width, height))
    return even(width * scale), even(height * scale)


def resized(frames: Frames, size: tuple[int, int]) -> Frames:
    """Frames at another width and height."""
    kind = cv2.INTER_AREA if size[0] < frames.shape[2] else cv2.INTER_LINEAR
    return np.stack([cv2.resize(frame, size, interpolation=kind) for frame in frames]).astype(np.uint8)


def read(path: Path, start_s: float, seconds: float) -> Footage:
    """A stretch of a video file, upright. Raises ValueError when nothing of it can be shown."""
    frames, times = _pictures(path, start_s, start_s + seconds)
    if not frames:
        raise ValueError(f"{path} shows nothing from {start_s} s on")
    wanted = np.arange(start_s, min(start_s + seconds, times[-1] + 1 / FPS), 1 / FPS)
    chosen = np.clip(np.searchsorted(times, wanted + 1e-6, side="right") - 1, 0, len(frames) - 1)
    return Footage(np.stack([frames[i] for i in chosen]), _sound(path, start_s, len(wanted) / FPS))


def _pictures(path: Path, start_s: float, end_s: float) -> tuple[list[Frames], list[float]]:
    frames, times = [], []
    with av.open(str(path)) as container:
        first: float | None = None
        for frame in container.decode(video=0):
            at = float(frame.time or 0.0)
            first = at if first is None else first
            if at - first >= end_s:
                break
            if at - first < start_s - 1:
                continue
            picture = np.rot90(frame.to_ndarray(format="rgb24"), round(-frame.rotation / 90) if frame.rotation else 0)
            frames.append(cv2.resize(picture, fitted(picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_AREA))
            times.append(at - first)
    return frames, times


def _sound(path: Path, start_s: float, seconds: float) -> NDArray[np.int16] | None:
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        to_mono = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
        parts = [out.to_ndarray()[0] for frame in container.decode(audio=0) for out in to_mono.resample(frame)]
    whole = np.concatenate([*parts, np.zeros(round((start_s + seconds) * RATE_HZ), np.int16)])
    return whole[round(start_s * RATE_HZ) : round((start_s + seconds) * RATE_HZ)].astype(np.int16)


def panned(path: Path, name: str, seconds: float) -> Footage:
    """A photograph as a camera would pass over it: `name` decides from where to where."""
    picture = cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    high, wide = picture.shape[:2]
    scale = min(1.0, 1600 / max(high, wide))
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    high, wide = picture.shape[:2]
    random = seeded(name)
    ends = random.uniform(0, 1, (2, 2))
    zooms = random.uniform(_ZOOM_MIN, _ZOOM_MAX, 2)
    size = fitted(480, 270) if wide >= high else fitted(270, 480)
    frames = []
    for share in np.linspace(0, 1, round(seconds * FPS)):
        ease = share * share * (3 - 2 * share)
        zoom = zooms[0] + (zooms[1] - zooms[0]) * ease
        shown = min(zoom * wide / size[0], zoom * high / size[1])
        w, h = shown * size[0], shown * size[1]
        x, y = (ends[0] + (ends[1] - ends[0]) * ease) * (wide - w, high - h)
        onto = np.array([[shown, 0, x], [0, shown, y]])
        frames.append(cv2.warpAffine(picture, onto, size, flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP))
    return Footage(np.stack(frames).astype(np.uint8))
