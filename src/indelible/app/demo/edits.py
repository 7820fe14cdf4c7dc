"""What people do to footage before they post it again. Every edit gives new footage and leaves its own alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from indelible.app.demo import sounds
from indelible.app.demo.paint import Picture, box, disc, line, polygon
from indelible.app.demo.scenes import FPS, HEIGHT, WIDTH, Footage


def mirrored(footage: Footage) -> Footage:
    """Left and right exchanged."""
    return replace(footage, frames=np.ascontiguousarray(footage.frames[:, :, ::-1]))


def cropped(footage: Footage, share: float) -> Footage:
    """A share of each side cut away, off the middle, and the rest enlarged to the old size."""
    wide, high = round(WIDTH * (1 - share)), round(HEIGHT * (1 - share))
    left, top = (WIDTH - wide) // 3, (HEIGHT - high) // 2
    return _each(footage, lambda frame: _resized(frame[top : top + high, left : left + wide], WIDTH, HEIGHT))


def trimmed(footage: Footage, start: float, end: float) -> Footage:
    """What lies between two seconds."""
    sound = footage.sound[round(start * sounds.RATE_HZ) : round(end * sounds.RATE_HZ)]
    return Footage(footage.frames[round(start * FPS) : round(end * FPS)], sound)


def letterboxed(footage: Footage) -> Footage:
    """Black bars above and below, as for a square screen."""
    bar = (WIDTH - HEIGHT) // 2
    return replace(footage, frames=np.pad(footage.frames, ((0, 0), (bar, bar), (0, 0), (0, 0))))


def with_logo(footage: Footage) -> Footage:
    """A channel's mark in the corner."""
    return _each(footage, _logo)


def captioned(footage: Footage, words: str) -> Footage:
    """A bar with words (ASCII) over the lower edge."""

    def caption(frame: Picture) -> Picture:
        made = frame.copy()
        made[-40:] = made[-40:] // 4
        cv2.putText(made, words, (14, len(made) - 13), cv2.FONT_HERSHEY_DUPLEX, 0.7, (255, 255, 255), 1, cv2.LINE_AA)
        return made

    return _each(footage, caption)


def as_screen_recording(footage: Footage) -> Footage:
    """Recorded off a player on a screen: smaller, softer, duller, with the player around it."""
    return _each(footage, _on_a_screen)


def with_sound_of(footage: Footage, other: Footage) -> Footage:
    """These pictures with the sound of other footage."""
    return replace(footage, sound=other.sound[: round(footage.seconds * sounds.RATE_HZ)])


def still(footage: Footage, at: float) -> Picture:
    """The picture uint8[h,w,3] at a second."""
    return np.ascontiguousarray(footage.frames[round(at * FPS)])


def _each(footage: Footage, change: Callable[[Picture], Picture]) -> Footage:
    return replace(footage, frames=np.stack([change(frame) for frame in footage.frames]))


def _resized(frame: Picture, width: int, height: int) -> Picture:
    kind = cv2.INTER_AREA if width < frame.shape[1] else cv2.INTER_CUBIC
    return cv2.resize(frame, (width, height), interpolation=kind).astype(np.uint8, copy=False)


def _logo(frame: Picture) -> Picture:
    made = frame.copy()
    disc(made, (WIDTH - 44, 36), (24, 24), (236, 238, 240))
    polygon(made, [(WIDTH - 60, 44), (WIDTH - 44, 16), (WIDTH - 28, 44)], (20, 110, 120))
    disc(made, (WIDTH - 44, 38), (6, 6), (236, 238, 240))
    return made


def _on_a_screen(frame: Picture) -> Picture:
    made = np.full_like(frame, 22)
    width, height = WIDTH * 4 // 5, HEIGHT * 4 // 5
    small = _resized(frame, width, height).astype(np.float32)
    soft = cv2.GaussianBlur(small, (0, 0), 0.6)
    left, top = (WIDTH - width) // 2, 24
    made[top : top + height, left : left + width] = np.clip(soft * 0.82 + 26, 0, 255).astype(np.uint8)
    cv2.putText(made, "09:41", (12, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (220, 220, 220), 1, cv2.LINE_AA)
    box(made, WIDTH - 36, 7, WIDTH - 14, 16, (120, 210, 120))
    line(made, (70, 254), (WIDTH - 70, 254), (110, 110, 110), 2)
    line(made, (70, 254), (190, 254), (220, 60, 60), 2)
    disc(made, (190, 254), (5, 5), (220, 60, 60))
    polygon(made, [(34, 246), (34, 262), (48, 254)], (230, 230, 230))
    return made
