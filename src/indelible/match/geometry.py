"""Whether two frames' spots lie alike: the affine map that most of them agree on, and how much that is worth.

What agrees is counted in distinct places on both sides, and a line of places (a caption, a ticker) counts for little.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint import local
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.local_votes import FramePair, spots_of
from indelible.match.references import words
from indelible.match.transform import Map, Shape, from_pixels

PAIR_BITS = 36  # of 128: spots this alike are tried; the map decides
INLIERS_MIN = 6
_REPROJECTION_PX = 4.0
_ROUNDS = 2000
_CONFIDENCE = 0.999
_SCALE = (0.1, 8.0)  # smallest and largest singular value
_SQUEEZE_MAX = 2.4  # of the two scales: 16:9 squeezed to 1:1 has 1.78, to 9:16 3.2 with most of the picture unusable
_CELL_PX = 4.0
_LINE_PX = 5.0  # standard deviation across: below it the support is a line of text
_LINE_WORTH = 5
_AFFINE = (2, 3)


@dataclass(frozen=True)
class FrameFit:
    """A frame pair whose spots agree: the map of fractions, and how many distinct places support it.

    `query_ms`, `reference_ms`: when the two frames are shown. `mine`, `theirs`: float32[n, 2], the agreeing spots in pixels.
    """

    pair: FramePair
    query_ms: int
    reference_ms: int
    fractional: Map
    inliers: int
    mine: NDArray[np.float32]
    theirs: NDArray[np.float32]

    @property
    def mirrored(self) -> bool:
        """Whether the query's codes were mirrored to agree."""
        return self.pair.variant in (local.MIRRORED, local.MIRRORED_INVERTED)

    @property
    def inverted(self) -> bool:
        """Whether the query's codes were inverted to agree."""
        return self.pair.variant in (local.INVERTED, local.MIRRORED_INVERTED)


def sizes(query: PictureFingerprint, reference: PictureFingerprint) -> Shape:
    """The sizes of the frames that the fingerprints were made from."""
    return Shape((query.width, query.height), (reference.width, reference.height))


def fit(query: PictureFingerprint, reference: PictureFingerprint, pair: FramePair) -> FrameFit | None:
    """The map from the query's frame to the reference's; None when too few spots agree on one."""
    mine, theirs = spots_of(query, pair.query), spots_of(reference, pair.reference)
    codes = local.variant(query.codes[mine], pair.variant)
    first, second = _mutual(codes, reference.codes[theirs])
    if len(first) < INLIERS_MIN:
        return None
    a = _pixels(query, mine)[first]
    b = _pixels(reference, theirs)[second]
    mirrored = pair.variant in (local.MIRRORED, local.MIRRORED_INVERTED)
    found = _affine(a, b, mirrored=mirrored)
    if found is None:
        return None
    matrix, inside = found
    support = _support(a[inside], b[inside])
    if support < INLIERS_MIN:
        return None
    at = int(query.times_ms[query.local_frames[pair.query]]), int(reference.times_ms[reference.local_frames[pair.reference]])
    return FrameFit(pair, *at, from_pixels(matrix, sizes(query, reference)), support, a[inside], b[inside])


def pooled(fits: list[FrameFit], shape: Shape) -> list[Map]:
    """Maps on which the spots of all of a reference's fits agree together: an affine one and one without a squeeze.

    One frame's spots may all lie in one corner; what is seen over a clip pins the map down.
    """
    a, b = np.concatenate([f.mine for f in fits]), np.concatenate([f.theirs for f in fits])
    mirrored = fits[0].mirrored
    maps = []
    if (found := _affine(a, b, mirrored=mirrored)) is not None:
        maps.append(from_pixels(found[0], shape))
    flip = np.array([[-1.0, 0.0], [0.0, 1.0]], np.float32) if mirrored else np.eye(2, dtype=np.float32)
    similar, _ = cv2.estimateAffinePartial2D(
        a @ flip, b, method=cv2.RANSAC, ransacReprojThreshold=_REPROJECTION_PX, maxIters=_ROUNDS, confidence=_CONFIDENCE
    )
    matrix: Map = np.asarray(similar, np.float64)
    if matrix.shape == _AFFINE:
        matrix = np.column_stack([matrix[:, :2] @ flip, matrix[:, 2]])
        if _plausible(matrix, mirrored=mirrored):
            maps.append(from_pixels(matrix, shape))
    return maps


def _affine(a: NDArray[np.float32], b: NDArray[np.float32], *, mirrored: bool) -> tuple[Map, NDArray[np.bool_]] | None:
    """The plausible map on which most points agree, and which do."""
    found, agreeing = cv2.estimateAffine2D(
        a, b, method=cv2.RANSAC, ransacReprojThreshold=_REPROJECTION_PX, maxIters=_ROUNDS, confidence=_CONFIDENCE
    )
    matrix: Map = np.asarray(found, np.float64)  # of no shape when none was found
    if matrix.shape != _AFFINE or not _plausible(matrix, mirrored=mirrored):
        return None
    return matrix, np.asarray(agreeing, np.bool_).ravel()


def _pixels(picture: PictureFingerprint, where: slice) -> NDArray[np.float32]:
    whole = np.array([picture.width - 1, picture.height - 1]) / local.POINT_UNITS
    return (picture.points[where] * whole).astype(np.float32)


def _mutual(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which codes of uint8[n, 16] and uint8[m, 16] are each other's nearest, and near."""
    if not len(a) or not len(b):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    left, right = words(a), words(b)
    apart = np.zeros((len(a), len(b)), np.uint16)
    for one, other in zip(left, right, strict=True):
        apart += np.bitwise_count(one[:, None] ^ other[None, :])
    nearest = apart.argmin(axis=1)
    rows = np.arange(len(a))
    back = apart.argmin(axis=0)
    good = (apart[rows, nearest] <= PAIR_BITS) & (back[nearest] == rows)
    return rows[good], nearest[good]


def _plausible(matrix: NDArray[np.float64], *, mirrored: bool) -> bool:
    """Whether a map of pixels is something that people do to footage."""
    large, small = np.linalg.svd(matrix[:, :2], compute_uv=False)
    if small < _SCALE[0] or large > _SCALE[1] or large / small > _SQUEEZE_MAX:
        return False
    return bool((np.linalg.det(matrix[:, :2]) < 0) == mirrored)


def _support(a: NDArray[np.float32], b: NDArray[np.float32]) -> int:
    """In how many distinct places of both frames the agreeing spots lie; a line of them is worth little."""
    count = min(len(np.unique(np.round(points / _CELL_PX), axis=0)) for points in (a, b))
    if count > _LINE_WORTH and min(_breadth(a), _breadth(b)) < _LINE_PX:
        return _LINE_WORTH
    return count


def _breadth(points: NDArray[np.float32]) -> float:
    """The standard deviation of points across the direction in which they spread most, in pixels."""
    spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return float(spread[1] / np.sqrt(len(points)))
