"""How a query is laid on a reference: by one map, or by one that moves, as a crop does that follows somebody.

The small copies of both are brought onto one grid: the finer of the two, or the reference's where the map moves or is bent.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint import bars, unread
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.transform import Map, Shape, applied, in_pixels, inverse

_COVERED = 0.99  # of a pixel and its neighbours, so that no edge is compared
_OVERLAID = 0.5  # of a pixel
_SMOOTH_PX = 3
TERMS = 10  # of a bend


@dataclass(frozen=True)
class Laying:
    """Maps of fractions, and when they hold.

    `maps`: float64[k, 2, 3] at the query's `times_ms`, int64[k], ascending; between two of them the map goes evenly from one
    to the other, before and after them it stays. `inverted`: whether the query's colours are inverted first. `bend`: float64[2,
    TERMS] or None: what lies at place r of the reference is what the maps would lay at r + bend @ bending(r).
    """

    maps: NDArray[np.float64]
    times_ms: NDArray[np.int64]
    inverted: bool
    bend: NDArray[np.float64] | None = None

    @classmethod
    def still(cls, fractional: Map, *, inverted: bool) -> Laying:
        """One map for all times."""
        return cls(np.asarray(fractional, np.float64)[None], np.zeros(1, np.int64), inverted)

    @property
    def moves(self) -> bool:
        """Whether the map changes."""
        return len(self.maps) > 1

    @property
    def bow(self) -> float:
        """How far the bend moves anything within the reference's picture, in fractions of it, at most."""
        if self.bend is None:
            return 0.0
        places = np.stack(np.meshgrid(*[np.linspace(0, 1, 9)] * 2), axis=-1).reshape(-1, 2)
        inside = applied(inverse(self.middle), places)
        lies = ((inside >= 0) & (inside <= 1)).all(axis=1)
        return float(np.abs(bending(places[lies]) @ self.bend.T).max(initial=0.0))

    @property
    def middle(self) -> Map:
        """The map that stands for all: that in the middle of time."""
        middle: Map = self.maps[len(self.maps) // 2]
        return middle

    def at(self, times_ms: NDArray[np.int64]) -> NDArray[np.float64]:
        """The maps at times int64[n]: float64[n, 2, 3]."""
        flat = self.maps.reshape(len(self.maps), 6)
        columns = [np.interp(times_ms, self.times_ms, flat[:, i]) for i in range(6)]
        return np.stack(columns, axis=1).reshape(-1, 2, 3)


Greys = NDArray[np.uint8] | NDArray[np.float32]


@dataclass(frozen=True)
class Overlaid:
    """Small copies of n frames of the query and m of the reference on one grid: [n, h, w] and [m, h, w], uint8 or evened.

    `covered`: bool[n, h, w], or bool[1, h, w] where the map does not move: where on the grid both lie. `on_reference`: whether the
    grid is the reference's, else it is the query's.
    """

    mine: Greys
    theirs: Greys
    covered: NDArray[np.bool_]
    on_reference: bool = True


Run = tuple[NDArray[np.int64], NDArray[np.int64]]  # frames of the query and frames of the reference


def overlaid(query: PictureFingerprint, reference: PictureFingerprint, laid: Laying, run: Run) -> Overlaid:
    """The query's frames run[0] and the reference's frames run[1] as they lie on each other."""
    thumbs, theirs = query.thumbs[run[0]], reference.thumbs[run[1]]
    mine = 255 - thumbs if laid.inverted else thumbs
    shape = Shape((thumbs.shape[2], thumbs.shape[1]), (theirs.shape[2], theirs.shape[1]))
    shown, others = _shown(query.thumbs), _shown(reference.thumbs)
    if laid.moves:
        maps = [in_pixels(fractional, shape) for fractional in laid.at(query.times_ms[run[0]])]
        moved = [_warped(frame[None], shown, matrix, shape.reference) for frame, matrix in zip(mine, maps, strict=True)]
        covered = np.stack([_covered(lies, others) for _, lies in moved])
        return Overlaid(np.concatenate([frame for frame, _ in moved]), theirs, covered)
    matrix = in_pixels(laid.middle, shape)
    if laid.bend is not None:
        bent, lies = _bent(mine, shown, laid, laid.bend, shape)
        return Overlaid(bent, theirs, _covered(lies, others)[None])
    if abs(np.linalg.det(matrix[:, :2])) >= 1:  # the query is enlarged onto the reference's grid
        enlarged, lies = _warped(mine, shown, matrix, shape.reference)
        return Overlaid(enlarged, theirs, _covered(lies, others)[None])
    back = in_pixels(inverse(laid.middle), Shape(shape.reference, shape.query))
    enlarged, lies = _warped(theirs, others, back, shape.query)
    return Overlaid(mine, enlarged, _covered(lies, shown)[None], on_reference=False)


def _shown(thumbs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """float32[h, w, 2]: 1 where uint8[n, h, w] shows anything that could be decoded, and 1 where an overlay stands on it."""
    ever = (thumbs != unread.LEVEL).any(axis=0)
    read = np.outer(ever.any(axis=1), ever.any(axis=0))
    moving = bars.moving_mask(thumbs, _SMOOTH_PX)
    stands = moving == 0 if moving is not None else np.zeros(read.shape, np.bool_)
    return np.stack([read, stands], axis=2).astype(np.float32)


def _covered(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where both lie, a pixel and its neighbours, and not both are overlays: what strangers share is no part of the footage."""
    both = cv2.erode(np.minimum(one[..., 0], other[..., 0]), np.ones((3, 3), np.uint8)) > _COVERED
    return np.asarray(both & ~((one[..., 1] > _OVERLAID) & (other[..., 1] > _OVERLAID)), np.bool_)


def centred(matrix: Map) -> Map:
    """A map of pixels whose whole numbers are pixels' centres, from one whose whole numbers are their corners."""
    made = matrix.copy()
    made[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    return made


def _warped(
    thumbs: NDArray[np.uint8], shown: NDArray[np.float32], matrix: Map, size: tuple[int, int]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Small copies brought onto a grid of `size`, and what is `shown` of them, on it too."""
    onto = centred(matrix)
    laid = np.stack([cv2.warpAffine(thumb, onto, size, flags=cv2.INTER_LINEAR) for thumb in thumbs]).astype(np.uint8)
    return laid, np.asarray(cv2.warpAffine(shown, onto, size), np.float32)


def bending(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The powers of places float64[n, 2], fractions of the reference, that a bend is made of: float64[n, TERMS], up to the third."""
    u, v = 2 * places[:, 0] - 1, 2 * places[:, 1] - 1
    return np.stack([np.ones(len(u)), u, v, u * u, u * v, v * v, u**3, u * u * v, u * v * v, v**3], axis=1)


def _bent(
    thumbs: NDArray[np.uint8], shown: NDArray[np.float32], laid: Laying, bend: NDArray[np.float64], shape: Shape
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """As _warped, by a map with a bend, onto the reference's grid."""
    wide, high = shape.reference
    y, x = np.mgrid[0:high, 0:wide]
    places = np.column_stack([(x.ravel() + 0.5) / wide, (y.ravel() + 0.5) / high])
    places += bending(places) @ bend.T
    at = (applied(inverse(laid.middle), places) * shape.query - 0.5).astype(np.float32)
    across, down = (np.ascontiguousarray(at[:, axis]).reshape(high, wide) for axis in (0, 1))
    moved = np.stack([cv2.remap(thumb, across, down, cv2.INTER_LINEAR) for thumb in thumbs]).astype(np.uint8)
    return moved, np.asarray(cv2.remap(shown, across, down, cv2.INTER_LINEAR), np.float32)
