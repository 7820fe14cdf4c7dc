"""Single frames with their contrast made even, so that a caption or a white edge weighs no more than what is around it.

Over time a caption is told from what moves under it; in one frame it is only what has most contrast, and so nearly all that a
correlation of grey levels would look at. Both sides are softened first: one was made smaller or photographed, the other not.
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
_TINY = 1e-3


def evened(both: Overlaid) -> Overlaid:
    """The same frames, each without broad light and divided by its contrast around each pixel: float32, 0 where it does not lie."""
    return replace(both, mine=_evened(both.mine, both.covered), theirs=_evened(both.theirs, both.covered))


def _evened(thumbs: Greys, covered: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Frames [n, h, w] made even where bool[1, h, w] lies."""
    lies = covered[0].astype(np.float32)
    weight = np.maximum(_around(lies), _TINY)
    made = []
    for thumb in thumbs:
        soft = cv2.GaussianBlur(thumb.astype(np.float32), (0, 0), _SOFT_PX)
        detail = (soft - _around(soft * lies) / weight) * lies
        contrast = np.sqrt(_around(detail**2) / weight + _PLAIN**2)
        made.append(np.sqrt(2) * _PLAIN * detail / contrast)
    return np.array(made, np.float32)


def _around(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _AROUND_PX), np.float32)
