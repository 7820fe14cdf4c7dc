"""One moment of a film as a picture: the classes of stills that are made of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from bench.matching import overlays
from bench.matching.edits import Edit, Edited, Scissors, cornered, cut, fit, graded, low_captioned, padded, screen
from bench.matching.footage import FPS, Footage, Frames, even, resized
from bench.matching.overlays import laid

Change = Callable[[Frames, Scissors], Frames]


def _of(change: Change) -> Edit:
    """The edit that takes one moment and changes it."""

    def edit(original: Footage, cut_in: Scissors) -> Edited:
        at = int(cut_in.between(0.1, 0.9) * len(original.frames))
        frames = change(original.frames[at : at + 1], cut_in)
        return Edited(Footage(frames), (0, 0), (at / FPS, at / FPS), form=".jpg", still=True)

    return edit


def _small(frames: Frames, _: Scissors) -> Frames:
    _, high, wide, _ = frames.shape
    return resized(frames, (even(wide / 3), even(high / 3)))


def on_phone(frames: Frames) -> Frames:
    """An upright screen that plays the film between its own bars and buttons."""
    shown = padded(fit(frames, (270, 480)), (270, 480), 24)
    return laid(laid(shown, overlays.words("12:45   LTE 62 %", 120), 8, 6), overlays.words("<   play   >", 150), 60, 440)


def on_page(frames: Frames) -> Frames:
    """On a page, in grey, small, with a headline."""
    grey = np.repeat(frames.mean(axis=3, keepdims=True), 3, axis=3).astype(np.uint8)
    page = padded(fit(grey, (300, 220)), (400, 420), 245)
    return laid(page, overlays.words("PICTURE OF THE DAY", 320, colour=overlays.BLACK), 40, 30)


STILLS: dict[str, Edit] = {
    "frame": _of(lambda f, _: f),
    "third of the size": _of(_small),
    "frame mirrored": _of(lambda f, _: np.ascontiguousarray(f[:, :, ::-1])),
    "frame cropped 25 %": _of(lambda f, c: cut(f, 0.25, (c.between(0, 1), c.between(0, 1)))),
    "frame captioned": _of(lambda f, _: low_captioned(cornered(f))),
    "frame brightened": _of(lambda f, _: graded(f, 1.4, 15)),
    "screenshot": _of(lambda f, _: on_phone(f)),
    "screen photographed": _of(lambda f, c: screen(f, c, 0.1)),
    "printed": _of(lambda f, _: on_page(f)),
}
