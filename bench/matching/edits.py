"""What edits are made of. An edit takes the original and Scissors, and gives an Edited: the copy, and what of it shows what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from bench.matching import overlays
from bench.matching.footage import FPS, RATE_HZ, Footage, Frames, even, resized
from bench.matching.overlays import laid

Point = tuple[float, float]
OTHERS = 3


@dataclass(frozen=True)
class Edited:
    """A copy. `shown`: where in it, in seconds, the original is seen; `source`: which of the original's seconds those are.

    `crf` is x264's quality; `form` the suffix it is written under. `still`: one moment of the original, held.
    """

    footage: Footage
    shown: tuple[float, float]
    source: tuple[float, float]
    crf: int = 28
    form: str = ".mp4"
    still: bool = False


@dataclass(frozen=True)
class Scissors:
    """What an edit may draw from: chance, and footage of OTHERS other sources, read when it is asked for."""

    random: np.random.Generator
    other: Callable[[int], Footage]

    def between(self, low: float, high: float) -> float:
        """A number by chance."""
        return float(self.random.uniform(low, high))


Edit = Callable[[Footage, Scissors], Edited]


def whole(original: Footage, frames: Frames, crf: int = 28) -> Edited:
    """The original from start to end with other frames."""
    return Edited(replace(original, frames=frames), (0, original.seconds), (0, original.seconds), crf)


def sliced(original: Footage, start_s: float, end_s: float) -> Footage:
    sound = original.sound
    part = None if sound is None else sound[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]
    return Footage(original.frames[round(start_s * FPS) : round(end_s * FPS)], part)


def each(frames: Frames, change: Callable[[Frames], Frames]) -> Frames:
    return np.stack([change(frame) for frame in frames]).astype(np.uint8)


def cut(frames: Frames, share: float, at: Point) -> Frames:
    """A share of both sides cut away; `at` 0 to 1 says where what is left lies."""
    _, high, wide, _ = frames.shape
    w, h = even(wide * (1 - share)), even(high * (1 - share))
    x, y = round(at[0] * (wide - w)), round(at[1] * (high - h))
    return frames[:, y : y + h, x : x + w]


def fit(frames: Frames, size: tuple[int, int]) -> Frames:
    """Frames as large as a size allows, their shape kept."""
    scale = min(size[0] / frames.shape[2], size[1] / frames.shape[1])
    return resized(frames, (even(frames.shape[2] * scale), even(frames.shape[1] * scale)))


def fill(frames: Frames, size: tuple[int, int]) -> Frames:
    """Frames that fill a size, the rest cut off both sides."""
    scale = max(size[0] / frames.shape[2], size[1] / frames.shape[1])
    large = resized(frames, (max(size[0], round(frames.shape[2] * scale)), max(size[1], round(frames.shape[1] * scale))))
    x, y = (large.shape[2] - size[0]) // 2, (large.shape[1] - size[1]) // 2
    return large[:, y : y + size[1], x : x + size[0]]


def placed(ground: Frames, front: Frames, x: int, y: int) -> Frames:
    """`front` on `ground`, as long as the shorter."""
    made = ground[: len(front)].copy()
    made[:, y : y + front.shape[1], x : x + front.shape[2]] = front[: len(made)]
    return made


def padded(frames: Frames, size: tuple[int, int], colour: int = 0) -> Frames:
    ground = np.full((len(frames), size[1], size[0], 3), colour, np.uint8)
    return placed(ground, frames, (size[0] - frames.shape[2]) // 2, (size[1] - frames.shape[1]) // 2)


def looped(frames: Frames, count: int) -> Frames:
    """As many frames as asked for, to and fro if there are fewer."""
    there = np.arange(len(frames))
    return frames[np.resize(np.concatenate([there, there[::-1]]), count)]


def sped(original: Footage, speed: float) -> Edited:
    count = int(len(original.frames) / speed)
    frames = original.frames[np.minimum((np.arange(count) * speed).astype(int), len(original.frames) - 1)]
    return Edited(Footage(frames), (0, count / FPS), (0, original.seconds))


def graded(frames: Frames, gain: float, lift: float, gamma: float = 1.0) -> Frames:
    grey = np.clip(255 * (np.arange(256) / 255) ** gamma * gain + lift, 0, 255).astype(np.uint8)
    return grey[frames]


def warped(frames: Frames, corners: list[Point], ground: int = 20) -> Frames:
    """Frames seen at an angle: where their corners come to lie, in shares of the frame, clockwise from the upper left."""
    _, high, wide, _ = frames.shape
    start = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix = cv2.getPerspectiveTransform(start, (np.array(corners) * (wide, high)).astype(np.float32))
    return each(frames, lambda f: cv2.warpPerspective(f, matrix, (wide, high), borderValue=(ground,) * 3))


def turned(frames: Frames, degrees: float) -> Frames:
    _, high, wide, _ = frames.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1)
    return each(frames, lambda f: cv2.warpAffine(f, matrix, (wide, high)))


def grained(frames: Frames, sigma: float, random: np.random.Generator) -> Frames:
    made = [np.clip(f + random.normal(0, sigma, f.shape[:2])[..., None], 0, 255) for f in frames]
    return np.stack(made).astype(np.uint8)


def on_blur(frames: Frames, size: tuple[int, int]) -> Frames:
    """Frames between bars of their own picture, enlarged and blurred."""
    ground = each(fill(frames, size), lambda f: cv2.GaussianBlur(f, (0, 0), 14))
    front = fit(frames, size)
    return placed(ground, front, (size[0] - front.shape[2]) // 2, (size[1] - front.shape[1]) // 2)


def upright(original: Footage) -> tuple[int, int]:
    """The size of a screen turned the other way."""
    return (270, 480) if original.size[0] >= original.size[1] else (480, 270)


def low_captioned(frames: Frames, text: str = "BREAKING: what really happened") -> Frames:
    plate = overlays.words(text, frames.shape[2], back=overlays.BLACK)
    return laid(frames, plate, 0, frames.shape[1] - len(plate.opaque))


def cornered(frames: Frames, text: str = "NEWS24", share: float = 0.24) -> Frames:
    mark = overlays.words(text, even(frames.shape[2] * share), back=overlays.RED)
    return laid(frames, mark, frames.shape[2] - mark.opaque.shape[1] - 8, 8)


def centred(frames: Frames, text: str = "@some_channel", share: float = 0.5, opaque: float = 0.6) -> Frames:
    mark = overlays.words(text, even(frames.shape[2] * share), opaque=opaque)
    return laid(frames, mark, (frames.shape[2] - mark.opaque.shape[1]) // 2, (frames.shape[1] - len(mark.opaque)) // 2)


def trimmed(original: Footage, seconds: float, at: float) -> Edited:
    length = min(seconds, original.seconds * 0.7)
    start = round(at * (original.seconds - length) * FPS) / FPS
    part = sliced(original, start, start + length)
    return Edited(part, (0, part.seconds), (start, start + part.seconds))


def screen(frames: Frames, cut_in: Scissors, tilt: float) -> Frames:
    """Frames filmed off a screen whose corners lie within `tilt` of the frame's."""
    lean = [(cut_in.between(0.3, 1) * tilt, cut_in.between(0.3, 1) * tilt) for _ in range(4)]
    signs = [(0, 0, 1, 1), (1, 0, -1, 1), (1, 1, -1, -1), (0, 1, 1, -1)]
    corners = [(x + sx * dx, y + sy * dy) for (x, y, sx, sy), (dx, dy) in zip(signs, lean, strict=True)]
    seen = each(warped(frames, corners), lambda f: cv2.GaussianBlur(f, (0, 0), 0.9))
    patterned = laid(graded(seen, 0.82, 13), overlays.moire(frames.shape[2], frames.shape[1]), 0, 0)
    return grained(patterned, 4, cut_in.random)
