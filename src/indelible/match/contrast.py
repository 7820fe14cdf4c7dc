"""Single frames with their contrast made even, so that a caption or a white edge weighs no more than what is around it.

Over time a caption is told from what moves under it; in one frame it is only what has most contrast, and so nearly all that a
correlation of grey levels would look at. Both sides are softened first: one was made smaller or photographed, the other not.

Where one side shows far more than the other, for what it shows elsewhere, something covers it: a caption, a mark, the glare of
a lamp. Or somebody has come there since.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.match.laying import Greys, Overlaid

_SOFT_PX = 0.8
_AROUND_PX = 4.0
_PLAIN = 2.0  # grey levels: less contrast than this is not raised to what shows something
_PLAIN_DARK = 0.6  # the same of a night's frames: their small copies are rounded to whole levels
_PLAIN_SHARE = 0.5  # between the two it is this much of what is usual in the frame
_COVER_PX = 1.5  # how far around a pixel it is looked for what covers it
_COVER_TIMES = 3.0  # as much contrast, for what is usual on either side
_COVER_LEAST = 0.3  # grey levels
_LEFT_MIN = 0.5  # of the places: what differs in more is no cover
_TINY = 1e-3

_Grey = NDArray[np.float32]


def evened(both: Overlaid) -> Overlaid:
    """The same frames, each without broad light and divided by its contrast around each pixel: float32, 0 where it does not lie."""
    return replace(both, mine=_evened(both.mine, both.covered), theirs=_evened(both.theirs, both.covered))


def uncovered(both: Overlaid) -> Overlaid:
    """The same where neither side shows far more than the other, under a map that does not move; all if that is less than half."""
    if not both.covered.any():
        return both
    one, other = (_telling(frames, both.covered[0]) for frames in (both.mine, both.theirs))
    left = both.covered & (np.maximum(one, other) <= _COVER_TIMES * np.minimum(one, other))
    return replace(both, covered=left) if left.sum() >= _LEFT_MIN * both.covered.sum() else both


def _telling(frames: Greys, lies: NDArray[np.bool_]) -> _Grey:
    """How much frames [n, h, w] mostly show around each pixel, for what they show where they lie: float32[h, w], 1 for nothing."""
    shown = np.median([np.sqrt(_detail(frame.astype(np.float32), lies, _COVER_PX)[1]) for frame in frames], axis=0)
    usual = np.median(shown[lies]) / 2 + _COVER_LEAST
    return np.asarray(1 + shown / usual, np.float32)


def _evened(frames: Greys, covered: NDArray[np.bool_]) -> _Grey:
    """Frames [n, h, w] made even where bool[1, h, w] lies."""
    made = []
    for frame in frames:
        detail, energy = _detail(_around(frame.astype(np.float32), _SOFT_PX), covered[0], _AROUND_PX)
        usual = np.sqrt(np.median(energy[covered[0]])) if covered.any() else 0.0
        plain = np.clip(_PLAIN_SHARE * usual, _PLAIN_DARK, _PLAIN)
        made.append(np.sqrt(2) * _PLAIN * detail / np.sqrt(energy + plain**2))
    return np.array(made, np.float32)


def _detail(frame: _Grey, lies: NDArray[np.bool_], around_px: float) -> tuple[_Grey, _Grey]:
    """What a frame [h, w] shows beside the light around each pixel, where it lies, and its mean square around each."""
    where = lies.astype(np.float32)
    weight = np.maximum(_around(where, around_px), np.float32(_TINY))
    detail = np.asarray((frame - _around(frame * where, around_px) / weight) * where, np.float32)
    return detail, np.asarray(_around(detail**2, around_px) / weight, np.float32)


def _around(grey: _Grey, around_px: float) -> _Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), around_px), np.float32)
