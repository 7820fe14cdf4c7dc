"""What of a window of frames is not the footage: bars around it, and overlays that stand still while the rest moves.

Bars are flat (black, or any one colour) on any side, or blurred enlargements of the picture on two opposite sides alike, as
programs put them beside a vertical clip. Both are told by the lines' fine detail, measured by second differences: a blur
keeps slopes and loses these. The box is that of the whole window, so a dark moment cuts nothing off.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_FRAMES_LOOKED_AT = 12
_FLAT = 0.35  # mean second difference in grey levels: black bars after a codec have 0.0 to 0.2
_BLURRED_SHARE = 0.22  # of the middle's detail: a blurred bar has 0.05 to 0.2, soft footage's edge above 0.4
_SIDE_PX_MIN = 16  # a smaller picture has no bars worth a second hash
_SAME_SIDES = 0.04  # of the length: by how much two blurred bars may differ
_BOX_SHARE_MIN = 0.2  # of a side: less is not a picture between bars
_BAR_SHARE_MIN = 0.02  # of a side: less is an encoder's edge
_STILL_FRAMES_MIN = 6
_MOVES = 4.0  # median standard deviation over time, grey levels: below it nothing moves, so nothing stands out as still
_OVERLAY_SHARE = 0.22  # of that median
_OVERLAY_AREA_MAX = 0.45  # more than this is a static background and no overlay
_OVERLAY_SMOOTH_PX = 7


def content_box(frames: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    """The picture between the bars of uint8[n, h, w], as x0, y0, x1, y1 in pixels; None when there are no bars."""
    looked = frames[:: max(1, len(frames) // _FRAMES_LOOKED_AT)].astype(np.int16)
    _, height, width = looked.shape
    if min(height, width) < _SIDE_PX_MIN:
        return None
    rows = np.abs(np.diff(looked, n=2, axis=2)).mean(axis=(0, 2))
    y0, y1 = _between(rows)
    columns = np.abs(np.diff(looked[:, y0:y1], n=2, axis=1)).mean(axis=(0, 1))
    x0, x1 = _between(columns)
    if (x0, y0, x1, y1) == (0, 0, width, height):
        return None
    return x0, y0, x1, y1


def _between(detail: NDArray[np.float64]) -> tuple[int, int]:
    """Where along an axis the picture starts and ends, by its lines' detail."""
    length = len(detail)
    middle = float(np.median(detail[length // 4 : length - length // 4]))
    start, end = _ends(detail > _FLAT)
    if middle <= 2 * _FLAT or end - start < _BOX_SHARE_MIN * length:
        return 0, length
    low, high = _ends(detail > _BLURRED_SHARE * middle)
    left, right = low - start, end - high
    if min(left, right) > _BAR_SHARE_MIN * length and abs(left - right) <= _SAME_SIDES * length:
        start, end = low, high
    start = start if start > _BAR_SHARE_MIN * length else 0
    end = end if length - end > _BAR_SHARE_MIN * length else length
    return (start, end) if end - start >= _BOX_SHARE_MIN * length else (0, length)


def _ends(lively: NDArray[np.bool_]) -> tuple[int, int]:
    where = np.flatnonzero(lively)
    return (int(where[0]), int(where[-1]) + 1) if len(where) else (0, len(lively))


def moving_mask(frames: NDArray[np.uint8], smooth_px: int = _OVERLAY_SMOOTH_PX) -> NDArray[np.uint8] | None:
    """255 where uint8[n, h, w] is footage, 0 where an overlay stands still on it: uint8[h, w]; None when there is none.

    A window where nothing moves has no overlay that could be told from its background.
    """
    if len(frames) < _STILL_FRAMES_MIN:
        return None
    over_time = frames[:: max(1, len(frames) // (2 * _FRAMES_LOOKED_AT))].astype(np.float32).std(axis=0)
    typical = float(np.median(over_time))
    if typical < _MOVES:
        return None
    smooth = cv2.blur(over_time, (smooth_px, smooth_px))
    still = smooth < _OVERLAY_SHARE * typical
    if not still.any() or still.mean() > _OVERLAY_AREA_MAX:
        return None
    return np.where(still, 0, 255).astype(np.uint8)
