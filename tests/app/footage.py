"""Small neutral footage: soft shapes that drift over a textured ground, different for every seed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.media.encode import write_video

FPS = 8


def clip(seed: int, seconds: float = 4, size: tuple[int, int] = (192, 320)) -> list[NDArray[np.uint8]]:
    """Frames uint8[h,w,3] of one invented scene."""
    random = np.random.default_rng(seed)
    height, width = size
    ground = cv2.resize(random.integers(0, 255, (height // 6, width // 6, 3), np.uint8), (width, height))
    places, speeds = random.uniform(0, 1, (9, 2)), random.uniform(-0.25, 0.25, (9, 2))
    colours = random.integers(0, 255, (9, 3))
    frames = []
    for number in range(int(seconds * FPS)):
        frame = ground.copy()
        for place, speed, colour in zip(places, speeds, colours, strict=True):
            x, y = (place + speed * number / FPS) % 1 * (width, height)
            cv2.rectangle(frame, (int(x), int(y)), (int(x) + 34, int(y) + 22), tuple(map(int, colour)), -1)
            cv2.circle(frame, (int(x) + 10, int(y) + 10), 7, tuple(int(255 - part) for part in colour), -1)
        frames.append(frame)
    return frames


def video(path: Path, frames: list[NDArray[np.uint8]]) -> bytes:
    """The bytes of a clip as MP4, written at `path` and taken away again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_video(path, frames, FPS)
    content = path.read_bytes()
    path.unlink()
    return content
