"""Footage that a person could tell apart: a textured place, things that move in it, and what people do to clips."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.picture import PictureBuilder

Frames = NDArray[np.uint8]
STEP_MS = 250
WIDTH, HEIGHT = 320, 180


def place(seed: int) -> NDArray[np.uint8]:
    """A still scene, uint8[180, 320]: blocks and blobs over a slope of light."""
    random = np.random.default_rng(seed)
    scene = np.tile(np.linspace(60, 180, WIDTH), (HEIGHT, 1)).astype(np.uint8)
    for _ in range(90):
        x, y = int(random.integers(0, WIDTH)), int(random.integers(0, HEIGHT))
        grey, size = int(random.integers(0, 255)), int(random.integers(4, 26))
        if random.random() < 0.5:
            cv2.rectangle(scene, (x, y), (x + size, y + int(size * random.uniform(0.4, 1.6))), grey, -1)
        else:
            cv2.circle(scene, (x, y), size // 2, grey, -1)
    return cv2.GaussianBlur(scene, (0, 0), 0.8).astype(np.uint8)


def clip(seed: int, seconds: float = 8, *, moment: int = 0, walkers: int = 3) -> Frames:
    """Frames every 250 ms of place `seed` at `moment`: the same place at another moment has other walkers."""
    background, random = place(seed), np.random.default_rng((seed, moment))
    ways = random.uniform(-1, 1, (walkers, 4))
    phase = random.uniform(0, 2 * np.pi, walkers)
    frames = []
    for t in np.arange(0, seconds, STEP_MS / 1000):
        frame = background.copy()
        for (sx, sy, cx, cy), start in zip(ways, phase, strict=True):
            x = WIDTH / 2 + 120 * cx + 90 * sx * np.sin(0.9 * t + start)
            y = HEIGHT / 2 + 50 * cy + 40 * sy * np.cos(1.3 * t + start)
            cv2.rectangle(frame, (int(x) - 11, int(y) - 18), (int(x) + 11, int(y) + 18), 245, -1)
            cv2.circle(frame, (int(x), int(y) - 12), 6, 15, -1)
        frames.append(frame)
    return np.stack(frames).astype(np.uint8)


def panned(seed: int, frames: int = 32, step: float = 6.7) -> Frames:
    """A place that a camera passes over, aslant."""
    scene = cv2.GaussianBlur(np.tile(place(seed), (2, 2)), (0, 0), 1.5)
    moved = [np.array([[1, 0, -step * i % WIDTH - WIDTH], [0, 1, -0.58 * step * i % HEIGHT - HEIGHT]]) for i in range(frames)]
    return np.stack([cv2.warpAffine(scene, at, (WIDTH, HEIGHT)) for at in moved]).astype(np.uint8)


def mirrored(frames: Frames) -> Frames:
    return np.ascontiguousarray(frames[:, :, ::-1])


def cropped(frames: Frames, share: float) -> Frames:
    """The middle `share` of both sides, enlarged to the frame again."""
    dx, dy = int(WIDTH * (1 - share) / 2), int(HEIGHT * (1 - share) / 2)
    return resized(frames[:, dy : HEIGHT - dy, dx : WIDTH - dx], WIDTH, HEIGHT)


def resized(frames: Frames, width: int, height: int) -> Frames:
    return np.stack([cv2.resize(f, (width, height), interpolation=cv2.INTER_AREA) for f in frames]).astype(np.uint8)


def letterboxed(frames: Frames, bar: int) -> Frames:
    return np.pad(frames, ((0, 0), (bar, bar), (0, 0)))


def inside(small: Frames, other: Frames) -> Frames:
    """`small` at 45 % in a corner of `other`."""
    made = other[: len(small)].copy()
    inset = resized(small[: len(made)], int(WIDTH * 0.45), int(HEIGHT * 0.45))
    made[:, 6 : 6 + inset.shape[1], 8 : 8 + inset.shape[2]] = inset
    return made


def marked(frames: Frames, text: str = "AGENCY NEWS", strength: float = 0.45) -> Frames:
    """A half-transparent mark across the middle."""
    mark = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.putText(mark, text, (30, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 255, 3)
    lit = frames + strength * (mark / 255.0) * (255.0 - frames)
    return lit.astype(np.uint8)


def noisy(frames: Frames, seed: int = 1, level: float = 3) -> Frames:
    """As another encoder leaves it."""
    rough = frames + np.random.default_rng(seed).normal(0, level, frames.shape)
    return np.clip(rough, 0, 255).astype(np.uint8)


def night(frames: Frames, noise: int = 1, level: float = 1.5) -> Frames:
    """The same with a twelfth of its contrast, in the dark, as a sensor sees it; `noise`: which."""
    return noisy(np.asarray(24 + (frames - frames.mean()) / 12, np.float32), noise, level)


def captioned(frames: Frames, text: str = "WHAT REALLY HAPPENED") -> Frames:
    """A black band with a white line of words under each frame, and a white corner."""
    made = frames.copy()
    made[:, 154:] = 0
    made[:, :20, :50] = 255
    for frame in made:
        cv2.putText(frame, text, (8, 174), cv2.FONT_HERSHEY_DUPLEX, 0.7, 255, 2)
    return made


def times(frames: Frames) -> NDArray[np.int64]:
    return np.arange(len(frames), dtype=np.int64) * STEP_MS


def fingerprint(frames: Frames, every: int = 1) -> Fingerprint:
    """The fingerprint of frames every 250 ms, without sound; `every` takes each so many of them."""
    builder = PictureBuilder()
    builder.add(frames[::every], times(frames)[::every])
    _, height, width = frames.shape
    kind = "video" if len(frames) > 1 else "still"
    return Fingerprint(VERSION, width, height, len(frames) * STEP_MS, kind, builder.finish(), None)
