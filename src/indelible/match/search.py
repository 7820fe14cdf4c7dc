"""Where a query's picture stands within a reference's, sought by the small copies of a pair of frames that share spots.

A soft or dark picture has few spots, those of stripes and leaves fit in many places, and so the spots of a crop may agree on no
map or on a wrong one. Its small copy still looks like one part of the reference's, at one size and in one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.local_votes import FramePair
from indelible.match.transform import Map
from indelible.match.within import EDGE

ALIKE_MIN = 0.7  # correlation: of 96 crops 90 have 0.8 at their originals; of 632 strangers looked at 10 have more than this
_SIZES = tuple(0.92**step for step in range(11))  # of the largest that fits, down to 0.43
_SIDE_PX_MIN = 8
_BOXES_MAX = 2
_BOX_PX_MIN = 300  # of a part of a small copy: a smaller one looks like something everywhere
_FINE_PX, _BROAD_PX = 0.7, 6.0  # detail between these widths is compared
_DETAIL = 1.0  # grey levels: what shows less looks like anything flat
_MIRROR = np.array([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
_NOWHERE = (-1.0, np.zeros((2, 3)))

_Grey = NDArray[np.float32]
_Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels of a small copy


@dataclass(frozen=True)
class Sought:
    """Where a frame of the query stands in one of a reference: the map of fractions, and their correlation there, −1 to 1.

    `query_ms`, `reference_ms`: when the two frames are shown.
    """

    fractional: Map
    inverted: bool
    alike: float
    query_ms: int
    reference_ms: int


def sought(query: PictureFingerprint, reference: PictureFingerprint, pairs: Iterable[FramePair]) -> Sought | None:
    """The place at which a frame of the query looks most like a part of the reference's; None where it looks like none.

    Of the pairs of frames those with most votes are looked at, as they are, mirrored and inverted.
    """
    voted = {pair.variant: pair for pair in sorted(pairs, key=lambda pair: pair.votes)}
    tried = [_placed(query, reference, pair, box) for pair in voted.values() for box in _boxes(query, pair)]
    found = max(tried, key=lambda each: each.alike, default=None)
    return found if found is not None and found.alike >= ALIKE_MIN else None


def _boxes(query: PictureFingerprint, pair: FramePair) -> list[_Box]:
    """The parts of a small copy that may be the picture: all of it, and what stands between bars or in a frame."""
    high, wide = query.thumbs.shape[1:]
    boxes = query.boxes[query.box_frames == query.local_frames[pair.query]][:_BOXES_MAX]
    scaled = np.round(boxes * (np.array([wide, high] * 2) / np.array([query.width, query.height] * 2))).astype(int).tolist()
    parts = [(x0, y0, x1, y1) for x0, y0, x1, y1 in scaled if (x1 - x0) * (y1 - y0) >= _BOX_PX_MIN]
    return [(0, 0, wide, high), *parts]


def _placed(query: PictureFingerprint, reference: PictureFingerprint, pair: FramePair, box: _Box) -> Sought:
    """Where a part of a frame of the query stands in a frame of the reference."""
    row, column = int(query.local_frames[pair.query]), int(reference.local_frames[pair.reference])
    x0, y0, x1, y1 = box
    mine, theirs = _detail(query.thumbs[row, y0:y1, x0:x1]), _detail(reference.thumbs[column])
    mine = np.ascontiguousarray(mine[:, ::-1] if pair.mirrored else mine) * (-1 if pair.inverted else 1)
    alike, place = max((_at_size(mine, theirs, size) for size in _SIZES), key=lambda each: each[0])
    high, wide = query.thumbs.shape[1:]
    part = np.array([[wide / (x1 - x0), 0.0, -x0 / (x1 - x0)], [0.0, high / (y1 - y0), -y0 / (y1 - y0)], [0.0, 0.0, 1.0]])
    fractional = place @ (_MIRROR @ part if pair.mirrored else part)
    return Sought(fractional, pair.inverted, alike, int(query.times_ms[row]), int(reference.times_ms[column]))


def _detail(thumb: NDArray[np.uint8]) -> _Grey:
    grey = thumb.astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _FINE_PX) - cv2.GaussianBlur(grey, (0, 0), _BROAD_PX), np.float32)


def _at_size(mine: _Grey, theirs: _Grey, size: float) -> tuple[float, Map]:
    """How alike one picture is to the part of the other that it is most like, at a share of the largest size, and its map there.

    Its middle must be as alike as all of it: strangers may share a frame. Nowhere, where it is like none.
    """
    high, wide = theirs.shape
    scale = size * min(wide / mine.shape[1], high / mine.shape[0])
    across, down = round(mine.shape[1] * scale), round(mine.shape[0] * scale)
    if min(across, down) < _SIDE_PX_MIN:
        return _NOWHERE
    small = cv2.resize(mine, (across, down), interpolation=cv2.INTER_AREA)
    alike = cv2.matchTemplate(theirs, small, cv2.TM_CCOEFF_NORMED)
    y, x = np.unravel_index(alike.argmax(), alike.shape)
    if alike[y, x] < ALIKE_MIN:
        return _NOWHERE
    inner = slice(round(EDGE * down), round((1 - EDGE) * down)), slice(round(EDGE * across), round((1 - EDGE) * across))
    one, other = small[inner], theirs[y : y + down, x : x + across][inner]
    if min(one.std(), other.std()) < _DETAIL:
        return _NOWHERE
    middle = float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
    return min(float(alike[y, x]), middle), np.array([[across / wide, 0.0, x / wide], [0.0, down / high, y / high]])
