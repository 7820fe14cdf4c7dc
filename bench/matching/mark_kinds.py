"""Marks, frames, tickers and stickers that strangers share, each laid on frames uint8[n, *SIZE, 3]."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from bench.matching import overlays
from bench.matching.edits import cornered, each, low_captioned, padded
from bench.matching.footage import Frames
from bench.matching.overlays import laid

SIZE = (384, 216)

Mark = Callable[[Frames], Frames]


def _across(text: str, opaque: float) -> Mark:
    """A half-transparent agency name over the middle."""

    def lay(frames: Frames) -> Frames:
        name = overlays.words(text, 300, opaque=opaque)
        return laid(frames, name, 42, (frames.shape[1] - len(name.opaque)) // 2)

    return lay


def _moving(text: str) -> Mark:
    """A mark that wanders over the picture, half transparent."""

    def lay(frames: Frames) -> Frames:
        name = overlays.words(text, 130, opaque=0.6)
        made = [
            laid(frame[None], name, int(120 + 110 * np.sin(i / 30)), int(90 + 80 * np.cos(i / 47)))[0]
            for i, frame in enumerate(frames)
        ]
        return np.stack(made)

    return lay


def _ticker(text: str) -> Mark:
    """A line of text that runs along the lower edge on a plate, at one speed and from one start."""

    def lay(frames: Frames) -> Frames:
        band = overlays.words(text, 1100, back=(20, 20, 120))
        strip = np.concatenate([band.colours, band.colours], axis=1)
        high = min(len(strip), 34)
        made = frames.copy()
        for i, frame in enumerate(made):
            start = (3 * i) % band.colours.shape[1]
            frame[-high:] = strip[:high, start : start + frame.shape[1]]
        return made

    return lay


def _framed(colour: tuple[int, int, int], text: str) -> Mark:
    """A frame with a title and a logo around a smaller picture."""

    def lay(frames: Frames) -> Frames:
        small = each(frames, lambda f: cv2.resize(f, (300, 168), interpolation=cv2.INTER_AREA))
        page = padded(small, SIZE)
        page[:, :24] = page[:, -24:] = page[:, :, :42] = page[:, :, -42:] = colour
        page = laid(page, overlays.words(text, 220), 80, 1)
        return laid(page, overlays.sticker(36), 3, 90)

    return lay


def _stuck(side: int, x: int, y: int) -> Mark:
    return lambda frames: laid(frames, overlays.sticker(side), x, y)


def _ident(seed: int) -> Mark:
    """A second and a half of one animated title before the clip."""

    def lay(frames: Frames) -> Frames:
        random = np.random.default_rng(seed)
        ground = cv2.resize(random.integers(30, 200, (6, 9, 3), dtype=np.uint8), SIZE, interpolation=cv2.INTER_CUBIC)
        title = [laid(ground[None], overlays.words("CHANNEL ONE", 40 + 6 * i), 20 + i, 80)[0] for i in range(38)]
        return np.concatenate([np.stack(title), frames])

    return lay


MARKS: dict[str, Mark] = {
    "agency across": _across("WORLD PRESS AGENCY", 0.45),
    "agency across, faint": _across("NORTH NEWS WIRE", 0.25),
    "agency across, strong": _across("EYEWITNESS 24", 0.8),
    "wandering mark": _moving("@channel_live"),
    "wandering name": _moving("FRONT REPORT"),
    "corner logo": lambda f: cornered(f, "NEWS24"),
    "large corner logo": lambda f: cornered(f, "CITY TV", 0.4),
    "caption": low_captioned,
    "caption in two rows": lambda f: low_captioned(low_captioned(f, "EXCLUSIVE FOOTAGE FROM THE SCENE")),
    "ticker": _ticker("LATEST  *  markets open higher  *  storm warning in the north  *  talks resume on monday  *  "),
    "ticker and logo": lambda f: cornered(
        _ticker("WEATHER  *  rain in the west, sunny in the east, wind from the sea  *  ")(f)
    ),
    "blue frame": _framed((20, 40, 140), "EVENING EDITION"),
    "red frame": _framed((150, 20, 20), "BREAKING NOW"),
    "white frame": _framed((240, 240, 240), "daily clips"),
    "sticker": _stuck(70, 20, 20),
    "large sticker": _stuck(130, 230, 60),
    "ident": _ident(1),
    "ident and logo": lambda f: _ident(2)(cornered(f, "ONE")),
    "two marks": lambda f: cornered(_across("SOURCE: NET", 0.5)(f), "LIVE"),
    "mark and caption": lambda f: low_captioned(_across("ARCHIVE", 0.4)(f), "as it happened, minute by minute"),
}
