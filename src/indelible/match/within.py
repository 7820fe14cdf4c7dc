"""What lies within a rectangle that both pictures have at the same place: the frame around a programme is no part of it.

Where both sides show a picture within the picture, and a map lays one rectangle on the other, what is around it may be all
that the two share: a programme's frame, a page, a phone's screen. So what is within must look alike by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.laying import Laying, Overlaid, Run
from indelible.match.transform import Map, applied, inverse

EDGE = 0.15  # of each side: where a frame, its edge, and captions stand

_Corners = NDArray[np.float64]  # x0, y0, x1, y1 in fractions of the picture


@dataclass(frozen=True)
class _Least:
    """What rectangles have at least that are one: their `area` and shorter `side` of the frame's, intersection over union."""

    area: float
    side: float
    overlap: float


_OF_FILMS = _Least(area=0.4, side=0.0, overlap=0.8)
# Nothing that moves tells a page from the pictures on it, and these have different shapes. A ticker is lower, and has run on.
_OF_STILLS = _Least(area=0.1, side=0.2, overlap=0.5)


def within(query: PictureFingerprint, reference: PictureFingerprint, laid: Laying, run: Run, both: Overlaid) -> list[Overlaid]:
    """What `both` covers within each rectangle that the two have, as their boxes in the middle of the run say."""
    middle, least = len(run[0]) // 2, _OF_STILLS if query.single or reference.single else _OF_FILMS
    mine, theirs = _boxes(query, int(run[0][middle]), least), _boxes(reference, int(run[1][middle]), least)
    if both.on_reference:
        mine = [_laid(box, laid.middle) for box in mine]
    else:
        theirs = [_laid(box, inverse(laid.middle)) for box in theirs]
    common = (_only(_only(both, one), other) for one in mine for other in theirs if _overlap(one, other) >= least.overlap)
    return [part for part in common if part.covered.any()]


def middle(both: Overlaid) -> Overlaid:
    """The same, compared in the middle of where the two lie on each other alone."""
    high, wide = both.covered.shape[1:]
    rows, columns = np.nonzero(both.covered.any(axis=0))
    ends = np.array([columns.min() / wide, rows.min() / high, (columns.max() + 1) / wide, (rows.max() + 1) / high])
    edge = EDGE * (ends[2:] - ends[:2])
    return _only(both, np.concatenate([ends[:2] + edge, ends[2:] - edge]))


def _only(both: Overlaid, box: _Corners) -> Overlaid:
    """The same, compared within a box of the grid only, its edge left out."""
    high, wide = both.covered.shape[1:]
    x0, y0 = np.maximum(0, np.ceil(box[:2] * (wide, high)).astype(int) + 1)
    x1, y1 = np.maximum(0, np.floor(box[2:] * (wide, high)).astype(int) - 1)
    inside = np.zeros((high, wide), np.bool_)
    inside[y0:y1, x0:x1] = True
    return replace(both, covered=both.covered & inside)


def _boxes(picture: PictureFingerprint, frame: int, least: _Least) -> list[_Corners]:
    """The boxes of a frame that are large enough to be all that matters of it."""
    rows = picture.boxes[picture.box_frames == frame] / np.array([picture.width, picture.height] * 2)
    sides = rows[:, 2:] - rows[:, :2]
    return list(rows[(sides.prod(axis=1) >= least.area) & (sides.min(axis=1) >= least.side)])


def _laid(box: _Corners, onto: Map) -> _Corners:
    """The upright rectangle around a box where a map lays it."""
    corners = applied(onto, box[[[0, 1], [2, 1], [2, 3], [0, 3]]])
    return np.concatenate([corners.min(axis=0), corners.max(axis=0)])


def _overlap(one: _Corners, other: _Corners) -> float:
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    both = float(np.prod(np.maximum(high - low, 0)))
    return both / (sum(float(np.prod(box[2:] - box[:2])) for box in (one, other)) - both)
