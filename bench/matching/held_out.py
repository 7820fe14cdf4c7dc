"""Whole families of edits that no threshold may be chosen by: people invent edits that no list has."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from bench.matching import overlays
from bench.matching.edits import Edit, Edited, Scissors, cut, each, fit, graded, looped, padded, placed, sliced, whole
from bench.matching.footage import FPS, Footage, Frames, even, resized
from bench.matching.overlays import laid


def _bulged(frames: Frames) -> Frames:
    """Through a wide lens."""
    _, high, wide, _ = frames.shape
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    u, v = (x - wide / 2) / (wide / 2), (y - high / 2) / (high / 2)
    grown = 0.78 + 0.28 * (u * u + v * v)
    to_x, to_y = (u * grown + 1) * wide / 2, (v * grown + 1) * high / 2
    return each(frames, lambda f: cv2.remap(f, to_x.astype(np.float32), to_y.astype(np.float32), cv2.INTER_LINEAR))


def _painted(frames: Frames) -> Frames:
    """Smoothed and in few tones, as a cartoon filter does."""
    return each(frames, lambda f: cv2.bilateralFilter(f, 7, 60, 7) // 40 * 40 + 20)


def _shaken(original: Footage, cut_in: Scissors) -> Edited:
    """A hand that shakes and comes nearer and goes."""
    random, (width, height) = cut_in.random, original.size
    steps = np.cumsum(random.normal(0, 1, (len(original.frames), 3)), axis=0)
    steps -= np.linspace(0, 1, len(steps))[:, None] * steps[-1]
    frames = []
    for frame, (dx, dy, turn) in zip(original.frames, steps, strict=True):
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(np.clip(turn * 0.4, -6, 6)), 1.2)
        matrix[:, 2] += np.clip((dx * 1.5, dy * 1.5), -0.08 * width, 0.08 * width)
        frames.append(cv2.warpAffine(frame, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE))
    return whole(original, np.stack(frames).astype(np.uint8))


def _snowed(original: Footage, cut_in: Scissors) -> Edited:
    """Confetti that falls over the picture."""
    random, (width, height) = cut_in.random, original.size
    flakes = random.uniform(0, 1, (90, 3))
    hues = random.integers(60, 255, (90, 3))
    frames = original.frames.copy()
    for number, frame in enumerate(frames):
        for (x, y, pace), hue in zip(flakes, hues.tolist(), strict=True):
            at = (int(x * width + 6 * np.sin(number / 9 + pace * 9)), int((y * height + number * (1 + 4 * pace)) % height))
            cv2.circle(frame, at, 3 + int(3 * pace), hue, -1)
    return whole(original, frames)


def _ornate(original: Footage, _: Scissors) -> Edited:
    """In a round-cornered frame with a dark rim, tilted on a patterned ground."""
    width, height = original.size
    y, x = np.mgrid[0:height, 0:width]
    rim = 1 - 0.75 * np.clip(np.hypot((x - width / 2) / width, (y - height / 2) / height) * 1.6 - 0.45, 0, 1)
    dim = (original.frames * rim[None, ..., None]).astype(np.uint8)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 8, 0.72)
    mask = np.zeros((height, width), np.uint8)
    cv2.rectangle(mask, (30, 0), (width - 30, height), 255, -1)
    cv2.rectangle(mask, (0, 30), (width, height - 30), 255, -1)
    mask = cv2.warpAffine(mask, matrix, (width, height))[..., None] > 127
    ground = np.where((((x // 24) + (y // 24)) % 2)[..., None] > 0, (220, 180, 190), (180, 200, 225)).astype(np.uint8)
    return whole(original, each(dim, lambda f: np.where(mask, cv2.warpAffine(f, matrix, (width, height)), ground)))


def _jumping(original: Footage, _: Scissors) -> Edited:
    """Half a second cut out of every two."""
    kept = np.array([i for i in range(len(original.frames)) if i % (2 * FPS) < 1.5 * FPS])
    return Edited(Footage(original.frames[kept]), (0, len(kept) / FPS), (0, original.seconds))


def _boomerang(original: Footage, _: Scissors) -> Edited:
    """Two seconds to and fro, three times."""
    start = max(0.0, original.seconds / 2 - 1)
    part = sliced(original, start, start + 2)
    frames = looped(part.frames, 6 * len(part.frames))
    return Edited(Footage(frames), (0, len(frames) / FPS), (start, start + part.seconds))


def _folded(original: Footage, _: Scissors) -> Edited:
    """The left half beside its own mirror image."""
    half = original.frames[:, :, : even(original.size[0] / 2)]
    return whole(original, np.concatenate([half, half[:, :, ::-1]], axis=2))


def _taped(original: Footage, cut_in: Scissors) -> Edited:
    """Off an old tape: lines that waver, colours beside the picture, noise bars."""
    random, frames = cut_in.random, original.frames.copy()
    high = frames.shape[1]
    for number, frame in enumerate(frames):
        shift = (3 * np.sin(np.arange(high) / 17 + number / 5) + random.normal(0, 0.8, high)).astype(int)
        for row, by in enumerate(shift.tolist()):
            frame[row] = np.roll(frame[row], by, axis=0)
        frame[..., 0] = np.roll(frame[..., 0], 4, axis=1)
        at = (number * 7) % high
        frame[at : at + 10] = random.integers(0, 255, frame[at : at + 10].shape[:2])[..., None]
    return whole(original, _lined(frames))


def _lined(frames: Frames) -> Frames:
    """Every other line darker."""
    made = frames.copy()
    made[:, ::2] = made[:, ::2] // 3 * 2
    return made


def _round(original: Footage, _: Scissors) -> Edited:
    """A round message, as messengers record them: the middle square within a circle on a plain ground."""
    width, height = original.size
    side = min(width, height)
    x0, y0 = (width - side) // 2, (height - side) // 2
    y, x = np.mgrid[0:side, 0:side]
    inside = np.hypot(x - side / 2, y - side / 2)[..., None] <= side / 2
    square = original.frames[:, y0 : y0 + side, x0 : x0 + side]
    return whole(original, np.where(inside, square, np.array([24, 34, 44], np.uint8)).astype(np.uint8))


def _zooming(original: Footage, _: Scissors) -> Edited:
    """Slowly into the middle, from all of it to half."""
    shares = np.linspace(0.0, 0.5, len(original.frames))
    frames = [resized(cut(f[None], s, (0.5, 0.5)), original.size)[0] for f, s in zip(original.frames, shares, strict=True)]
    return whole(original, np.stack(frames))


def _poster(original: Footage, cut_in: Scissors) -> Edited:
    """On a page: a slanted third of it, text around, another film below."""
    width, height = 360, 480
    other = fit(looped(cut_in.other(1).frames, len(original.frames)), (200, 200))
    page = np.full((len(original.frames), height, width, 3), 235, np.uint8)
    page = placed(page, other, 20, height - other.shape[1] - 16)
    page = laid(page, overlays.words("LATEST FOOTAGE", 300, colour=overlays.BLACK), 16, 10)
    front = fit(original.frames, (320, 220))
    return Edited(Footage(placed(page, front, 20, 48)), (0, original.seconds), (0, original.seconds))


def _mixed_tape(original: Footage, cut_in: Scissors) -> Edited:
    """Shaken, off a tape, darkened."""
    shaken = _shaken(original, cut_in)
    return replace(whole(original, graded(_taped(shaken.footage, cut_in).footage.frames, 0.8, 0)), crf=35)


def _mixed_social(original: Footage, cut_in: Scissors) -> Edited:
    """Zooming, confetti, upright with a caption, poor."""
    snowed = _snowed(_zooming(original, cut_in).footage, cut_in)
    frames = padded(fit(snowed.footage.frames, (270, 480)), (270, 480), 250)
    frames = laid(frames, overlays.words("OMG look at this", 250, colour=overlays.RED), 10, 30)
    return whole(original, frames, crf=35)


HELD_OUT: dict[str, Edit] = {
    "wide lens": lambda o, _: whole(o, _bulged(o.frames)),
    "cartoon": lambda o, _: whole(o, _painted(o.frames)),
    "shaken": _shaken,
    "confetti": _snowed,
    "ornate frame": _ornate,
    "jump cuts": _jumping,
    "boomerang": _boomerang,
    "folded": _folded,
    "old tape": _taped,
    "round message": _round,
    "slow zoom": _zooming,
    "on a page": _poster,
    "shaken tape": _mixed_tape,
    "zoom + confetti": _mixed_social,
}
HELD_OUT_COMBINED = ("shaken tape", "zoom + confetti")
