"""Whether two frames' spots lie alike: the affine map that most of them agree on (affine), and how much that is worth.

What agrees is counted in distinct places on both sides, and a line of places (a caption, a ticker) counts for little.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint import local
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.affine import REPROJECTION_PX, SCALE_MAX, SCALE_MIN, SQUEEZE_MAX, SpotPairs, agreed, mutual, nearest
from indelible.match.local_frames import LocalFrames
from indelible.match.local_votes import FramePair
from indelible.match.transform import Map, Shape, from_pixels

PAIR_BITS = 36  # of 128: spots this alike are tried where each is the other's nearest; the map decides
STILL_BITS = 40  # where one side is a single frame: all of its spots are tried that have one so near
INLIERS_MIN = 6
_ROUNDS = 2000
_CONFIDENCE = 0.999
_CELL_PX = 4.0
_LINE_PX = 5.0  # standard deviation across: below it the support is a line of text
_LINE_WORTH = 5
_SHAPE = (2, 3)
_TURNS = 2 * np.pi * np.arange(local.ANGLE_UNITS) / local.ANGLE_UNITS
_DIRECTIONS = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)  # of a spot's angle
_DIAMETERS = np.exp2(np.arange(256) / local.SIZE_STEPS)  # of a spot's size


@dataclass(frozen=True)
class FrameFit:
    """A frame pair whose spots agree: the map of fractions, and how many distinct places support it.

    `query_ms`, `reference_ms`: when the two frames are shown. `mine`, `theirs`: float64[n, 2], the agreeing spots in pixels.
    """

    pair: FramePair
    query_ms: int
    reference_ms: int
    fractional: Map
    inliers: int
    mine: NDArray[np.float64]
    theirs: NDArray[np.float64]

    @property
    def mirrored(self) -> bool:
        """Whether the query's codes were mirrored to agree."""
        return self.pair.mirrored

    @property
    def inverted(self) -> bool:
        """Whether the query's codes were inverted to agree."""
        return self.pair.inverted


Sized = PictureFingerprint | LocalFrames


def sizes(query: Sized, reference: Sized) -> Shape:
    """The sizes of the frames that the fingerprints were made from."""
    return Shape((query.width, query.height), (reference.width, reference.height))


def fit(query: LocalFrames, reference: LocalFrames, pair: FramePair, *, single: bool = False) -> FrameFit | None:
    """The map from the query's frame to the reference's; None when too few spots agree on one.

    `single`: one side is a single frame, so more pairs of spots are tried.
    """
    mine, theirs = query.frame(pair.query), reference.frame(pair.reference)
    codes = local.variant(mine.codes, pair.variant), theirs.codes
    first, second = nearest(*codes, STILL_BITS) if single else mutual(*codes, PAIR_BITS)
    if len(first) < INLIERS_MIN:
        return None
    shape = sizes(query, reference)
    a, b = _pixels(mine.points[first], shape.query), _pixels(theirs.points[second], shape.reference)
    flip = np.array([-1.0, 1.0]) if pair.mirrored else np.ones(2)
    turn = -flip if pair.inverted else flip
    found = agreed(SpotPairs(a * flip, b, _ways(mine, first) * turn, _ways(theirs, second)), INLIERS_MIN)
    if found is None:
        return None
    matrix, inside = found
    matrix[:, :2] *= flip
    support = _support(a[inside], b[inside])
    if support < INLIERS_MIN:
        return None
    at = int(query.times_ms[pair.query]), int(reference.times_ms[pair.reference])
    return FrameFit(pair, *at, from_pixels(matrix, shape), support, a[inside], b[inside])


def pooled(fits: list[FrameFit], shape: Shape) -> list[Map]:
    """Maps on which the spots of all of a reference's fits agree together: an affine one and one without a squeeze.

    One frame's spots may all lie in one corner; what is seen over a clip pins the map down.
    """
    a, b = np.concatenate([f.mine for f in fits]), np.concatenate([f.theirs for f in fits])
    mirrored = fits[0].mirrored
    flip = np.array([[-1.0, 0.0], [0.0, 1.0]]) if mirrored else np.eye(2)
    maps = []
    for estimated in (cv2.estimateAffine2D, cv2.estimateAffinePartial2D):
        found, _ = estimated(
            a @ flip, b, method=cv2.RANSAC, ransacReprojThreshold=REPROJECTION_PX, maxIters=_ROUNDS, confidence=_CONFIDENCE
        )
        matrix: Map = np.asarray(found, np.float64)  # of no shape when none was found
        if matrix.shape == _SHAPE:
            matrix = np.column_stack([matrix[:, :2] @ flip, matrix[:, 2]])
            if _plausible(matrix, mirrored=mirrored):
                maps.append(from_pixels(matrix, shape))
    return maps


def _pixels(points: NDArray[np.uint16], size: tuple[int, int]) -> NDArray[np.float64]:
    """Where points of a picture of this width and height lie."""
    return points * (np.array([size[0] - 1, size[1] - 1]) / local.POINT_UNITS)


def _ways(spots: local.Spots, which: NDArray[np.int64]) -> NDArray[np.float64]:
    """Which way some of a frame's spots point, as long as they are large."""
    return _DIRECTIONS[spots.angles[which]] * _DIAMETERS[spots.sizes[which], None]


def _plausible(matrix: NDArray[np.float64], *, mirrored: bool) -> bool:
    """Whether a map of pixels is something that people do to footage."""
    large, small = np.linalg.svd(matrix[:, :2], compute_uv=False)
    if small < SCALE_MIN or large > SCALE_MAX or large / small > SQUEEZE_MAX:
        return False
    return bool((np.linalg.det(matrix[:, :2]) < 0) == mirrored)


def _support(a: NDArray[np.float64], b: NDArray[np.float64]) -> int:
    """In how many distinct places of both frames the agreeing spots lie; a line of them is worth little."""
    count = min(len(np.unique(np.round(points / _CELL_PX), axis=0)) for points in (a, b))
    if count > _LINE_WORTH and min(_breadth(a), _breadth(b)) < _LINE_PX:
        return _LINE_WORTH
    return count


def _breadth(points: NDArray[np.float64]) -> float:
    """The standard deviation of points across the direction in which they spread most, in pixels."""
    spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return float(spread[1] / np.sqrt(len(points)))
