"""How far two pictures agree where a map lays one on the other: what stands there, and what moves there.

The small copies of the frames are brought onto one grid, the coarser of the two, and every frame of the query is compared
with every frame of the reference: `looks` correlates what is seen, `moves` correlates what changed over half a second. A
static background looks alike at any time; only what moves is of one moment. A shared mark or caption makes a map fit, but
not the pictures under it agree.

Source: the motion check of docs/decisions/0011-relations.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.transform import Map, Shape, from_pixels, in_pixels, inverse

AREA_PX_MIN = 60  # of the grid: less is too little to agree on
_COVERED = 0.99  # of a pixel and its neighbours, so that no edge is compared
STEP_MS = 500  # over which change is measured: the prototype's
_STEP_TOLERANCE_MS = 260  # sampling is not exact, and a sparse animation has a frame every 300 ms
_LOOK_SIGMA_PX = 4.0  # what is broader is light, and copies are brightened
_MOVE_SIGMA_PX = 0.8
_BLACK = 3  # grey level: night has more
_BLACKOUT_SHARE = 0.5
MOVE_MIN = 1.2  # standard deviation of a change map, in grey levels: below it nothing moves, save an encoder's noise
_SETTLED = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-4)
_ECC_BLUR_PX = 3
_DEGENERATE = 1e-3


_Together = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.bool_]]
Run = tuple[NDArray[np.int64], NDArray[np.int64]]  # the query's frames and the reference's beside them


@dataclass(frozen=True)
class Laying:
    """How a query is laid on a reference: the map of fractions, and whether its colours are inverted first."""

    fractional: Map
    inverted: bool


@dataclass(frozen=True)
class Agreement:
    """How n frames of a query agree with m of a reference under one map.

    `looks`: float32[n, m], −1 to 1. `moves`: float32[n, m], −1 to 1, 0 where a frame has no change to compare.
    `query_energy` float32[n], `reference_energy` float32[m]: how much moves, in grey levels. `shown`: bool[h, w], where on
    the grid they were compared.
    """

    looks: NDArray[np.float32]
    moves: NDArray[np.float32]
    query_energy: NDArray[np.float32]
    reference_energy: NDArray[np.float32]
    shown: NDArray[np.bool_]


def agreement(query: PictureFingerprint, reference: PictureFingerprint, laid: Laying) -> Agreement | None:
    """How the two pictures agree under a map; None when they have too little in common to tell."""
    mine, theirs, inside = _together(query.thumbs, reference.thumbs, laid)
    if inside.sum() < AREA_PX_MIN:
        return None
    query_moves, query_energy = _moving(mine, query.times_ms, inside)
    reference_moves, reference_energy = _moving(theirs, reference.times_ms, inside)
    return Agreement(
        looks=_alike(_seen(mine, inside), _seen(theirs, inside)),
        moves=query_moves @ reference_moves.T,
        query_energy=query_energy,
        reference_energy=reference_energy,
        shown=inside,
    )


def _alike(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """The correlation of float32[n, p] with float32[m, p], each pair where both show anything (are not 0): float32[n, m]."""
    shows, others = (one != 0).astype(np.float32), (other != 0).astype(np.float32)
    size = np.sqrt((one**2 @ others.T) * (shows @ (other**2).T))
    enough = shows @ others.T >= AREA_PX_MIN
    return np.asarray(np.where(enough, (one @ other.T) / np.maximum(size, 1e-3), 0), np.float32)


def course(query: PictureFingerprint, reference: PictureFingerprint, laid: Laying, run: Run, agreed: Agreement) -> float:
    """How alike two stretches go on that run alongside each other, −1 to 1, where `agreed` compared them.

    What a stretch shows on average is taken away from each of its frames on both sides, so a background counts for nothing,
    however alike, and everything that comes, goes or moves counts, however slowly. 0 when nothing does.
    """
    mine, theirs, _ = _together(query.thumbs[run[0]], reference.thumbs[run[1]], laid)
    one, other = _departures(mine, agreed.shown), _departures(theirs, agreed.shown)
    size = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / size if size else 0.0


def _departures(thumbs: NDArray[np.uint8], inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How each frame departs from the stretch's average where both lie, without its brightness: float32[n, p]."""
    rows = [cv2.GaussianBlur(thumb, (0, 0), _MOVE_SIGMA_PX)[inside].astype(np.float32) for thumb in thumbs]
    table = np.array(rows, np.float32)
    table -= table.mean(axis=1, keepdims=True)
    return np.asarray(table - table.mean(axis=0), np.float32)


def refined(query: NDArray[np.uint8], reference: NDArray[np.uint8], laid: Laying) -> Laying | None:
    """The map moved to where two small copies agree best (enhanced correlation); None when it does not settle.

    Spots that all lie in one corner leave a map loose elsewhere. Source: Evangelidis and Psarakis, PAMI 2008.
    """
    mine = 255 - query if laid.inverted else query
    shape = Shape((reference.shape[1], reference.shape[0]), (query.shape[1], query.shape[0]))
    start = _centred(in_pixels(inverse(laid.fractional), shape)).astype(np.float32)
    everywhere = np.full(query.shape, 255, np.uint8)
    try:
        _, found = cv2.findTransformECC(reference, mine, start, cv2.MOTION_AFFINE, _SETTLED, everywhere, _ECC_BLUR_PX)
    except cv2.error:  # it diverged
        return None
    matrix = np.asarray(found, np.float64)
    matrix[:, 2] += 0.5 - matrix[:, :2] @ np.array([0.5, 0.5])
    if abs(np.linalg.det(matrix[:, :2])) <= _DEGENERATE:
        return None
    return Laying(inverse(from_pixels(matrix, shape)), laid.inverted)


def _together(query: NDArray[np.uint8], reference: NDArray[np.uint8], laid: Laying) -> _Together:
    """Small copies of both on the coarser grid of the two, and where on it both lie."""
    mine = 255 - query if laid.inverted else query
    shape = Shape((query.shape[2], query.shape[1]), (reference.shape[2], reference.shape[1]))
    matrix = in_pixels(laid.fractional, shape)
    if abs(np.linalg.det(matrix[:, :2])) >= 1:  # the query is enlarged onto the reference's grid
        enlarged, inside = _warped(mine, matrix, shape.reference)
        return enlarged, reference, inside
    back = in_pixels(inverse(laid.fractional), Shape(shape.reference, shape.query))
    enlarged, inside = _warped(reference, back, shape.query)
    return mine, enlarged, inside


def _centred(matrix: Map) -> Map:
    """A map of pixels whose whole numbers are pixels' centres, from one whose whole numbers are their corners."""
    made = matrix.copy()
    made[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    return made


def _warped(thumbs: NDArray[np.uint8], matrix: Map, size: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Small copies brought onto a grid of `size`, and where on it they lie."""
    centred = _centred(matrix)
    laid = np.stack([cv2.warpAffine(thumb, centred, size, flags=cv2.INTER_LINEAR) for thumb in thumbs]).astype(np.uint8)
    covered = cv2.warpAffine(np.ones(thumbs.shape[1:], np.float32), centred, size)
    inside = cv2.erode(covered, np.ones((3, 3), np.uint8)) > _COVERED
    return laid, np.asarray(inside, np.bool_)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows float32[n, p] centred and brought to length 1; a constant row to 0."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(length, 1e-3), np.float32)


def _seen(thumbs: NDArray[np.uint8], inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """What is seen where both lie, without broad light, float32[n, p]; 0 where a frame is flat."""
    weight = np.maximum(cv2.GaussianBlur(inside.astype(np.float32), (0, 0), _LOOK_SIGMA_PX), 1e-3)
    rows = []
    for thumb in thumbs:
        grey = np.where(inside, thumb, 0).astype(np.float32)
        broad = cv2.GaussianBlur(grey, (0, 0), _LOOK_SIGMA_PX) / weight
        rows.append((grey - broad)[inside])
    return np.array(rows, np.float32)


def _moving(
    thumbs: NDArray[np.uint8], times_ms: NDArray[np.int64], inside: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What changes around each frame, float32[n, p] of length 1, and how much, float32[n].

    The change is that from a quarter of a second before to a quarter after, so it is the same when time runs backwards. A
    frame without both neighbours, or where the picture goes black, changes nothing.
    """
    before, after = (_nearest(times_ms, times_ms + shift) for shift in (-STEP_MS // 2, STEP_MS // 2))
    whole = np.abs(times_ms[after] - times_ms[before] - STEP_MS) <= _STEP_TOLERANCE_MS
    dark = (thumbs[:, inside] <= _BLACK).mean(axis=1)
    whole &= np.abs(dark[after] - dark[before]) < _BLACKOUT_SHARE
    rows = []
    for thumb, other in zip(thumbs[before], thumbs[after], strict=True):
        change = cv2.absdiff(thumb, other).astype(np.float32)
        rows.append(cv2.GaussianBlur(change, (0, 0), _MOVE_SIGMA_PX)[inside])
    table = np.array(rows, np.float32)
    energy = np.where(whole, table.std(axis=1), 0).astype(np.float32)
    return _unit(table) * (energy > MOVE_MIN)[:, None], energy


def _nearest(times_ms: NDArray[np.int64], wanted_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """The index of the time nearest to each of `wanted_ms`."""
    right = np.clip(np.searchsorted(times_ms, wanted_ms), 0, len(times_ms) - 1)
    left = np.maximum(right - 1, 0)
    return np.where(wanted_ms - times_ms[left] <= times_ms[right] - wanted_ms, left, right)
