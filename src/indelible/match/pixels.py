"""How far two pictures agree where a map lays one on the other: what stands there, and what moves there.

Every frame of the query is compared with every frame of the reference: `looks` correlates what is seen, `moves` correlates
what changed over half a second. A static background looks alike at any time; only what moves is of one moment. A shared mark
or caption makes a map fit, but not the pictures under it agree.

Source: the motion check of docs/decisions/0011-relations.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.laying import Greys, Laying, Overlaid, overlaid
from indelible.match.light import levelled

AREA_PX_MIN = 60  # of the grid: less is too little to agree on
STEP_MS = 500  # over which change is measured: the prototype's
_STEP_TOLERANCE_MS = 260  # sampling is not exact, and a sparse animation has a frame every 300 ms
_LOOK_SIGMA_PX = 4.0  # what is broader is light, and copies are brightened
_MOVE_SIGMA_PX = 0.8
_BLACK = 3  # grey level: night has more
_BLACKOUT_SHARE = 0.5
MOVE_MIN = 1.2  # standard deviation of a change map, in grey levels: below it nothing moves, save an encoder's noise
_PARTS = 6  # along each side
_DETAIL = 2.0  # grey levels: a part that shows less is flat
_PART_ALIKE = 0.3
_MOVES_THERE = 0.25  # of MOVE_MIN's energy: less of the reference's movement is not where the query lies
_TINY = 1e-3

_Table = NDArray[np.float32]
_Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Agreement:
    """How n frames of a query agree with m of a reference under one laying.

    `looks`: float32[n, m], −1 to 1. `moves`: float32[n, m], −1 to 1, 0 where a frame has no change to compare.
    `query_energy` float32[n], `reference_energy` float32[m]: how much moves, in grey levels.
    """

    looks: _Table
    moves: _Table
    query_energy: _Table
    reference_energy: _Table


@dataclass(frozen=True)
class _Change:
    """What changes around each of n frames.

    `mask`: float32[k, p], 1 where both neighbours lie, k = 1 where that is the same for all. `table`: float32[n, p], centred
    over the mask, 0 outside it and where a frame changes nothing. `energy`: float32[n], in grey levels.
    """

    table: _Table
    mask: _Table
    energy: _Table


def agreement(query: PictureFingerprint, reference: PictureFingerprint, laid: Laying) -> Agreement | None:
    """How the two pictures agree under a laying; None when they have too little in common to tell."""
    both = overlaid(query, reference, laid, (np.arange(len(query.thumbs)), np.arange(len(reference.thumbs))))
    where = np.asarray(both.covered.any(axis=0), np.bool_)
    if where.sum() < AREA_PX_MIN:
        return None
    mine = _changes(both.mine, both.covered, where, query.times_ms)
    theirs = _changes(both.theirs, where[None], where, reference.times_ms)
    moves = _moved(mine[0], theirs[0])
    return Agreement(
        looks=_looks(both, where),
        moves=moves if len(mine) == len(theirs) == 1 else np.maximum(moves, _moved(mine[-1], theirs[-1])),
        query_energy=mine[0].energy,
        reference_energy=theirs[0].energy,
    )


def looks(both: Overlaid) -> _Table | None:
    """How alike all frames of one side are to all of the other: float32[n, m]; None when they have too little in common."""
    where = np.asarray(both.covered.any(axis=0), np.bool_)
    return _looks(both, where) if where.sum() >= AREA_PX_MIN else None


def course(both: Overlaid) -> float:
    """How alike two stretches go on that run alongside each other, frame beside frame, −1 to 1.

    What a stretch shows on average is taken away from each of its frames on both sides, so a background counts for nothing,
    however alike, and everything that comes, goes or moves counts, however slowly. 0 when nothing does.
    """
    where = np.asarray(both.covered.any(axis=0), np.bool_)
    mask = np.broadcast_to(both.covered[:, where], (len(both.mine), int(where.sum()))).astype(np.float32)
    one, other = _departures(both.mine, where, mask), _departures(both.theirs, where, mask)
    size = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / size if size else 0.0


def alike_parts(both: Overlaid) -> _Mask:
    """In which of the picture's parts two stretches look alike, bool[k], of the k parts that show anything on both sides.

    A mark, a caption or a frame that strangers share looks alike where it stands, and nowhere else.
    """
    where = np.asarray(both.covered.any(axis=0), np.bool_)
    one, other = _seen(both.mine, both.covered, where), _seen(both.theirs, where[None], where)
    part = _parts(where)
    alike, mine, theirs = (
        np.bincount(part, (a * b).sum(axis=0), _PARTS * _PARTS) for a, b in ((one, other), (one, one), (other, other))
    )
    detail = _DETAIL**2 * len(one) * np.bincount(part, minlength=_PARTS * _PARTS)
    shows = (mine > detail) & (theirs > detail)
    return np.asarray(alike[shows] > _PART_ALIKE * np.sqrt(mine[shows] * theirs[shows]), np.bool_)


def softened(thumbs: Greys, where: _Mask) -> _Table:
    """The places `where`, bool[h, w], of frames [n, h, w] without an encoder's noise: float32[n, p]."""
    return np.array([cv2.GaussianBlur(thumb, (0, 0), _MOVE_SIGMA_PX)[where] for thumb in thumbs], np.float32)


def _parts(where: _Mask) -> NDArray[np.int64]:
    """Which of _PARTS × _PARTS parts each place of `where` lies in."""
    rows, columns = np.nonzero(where)
    down = (rows - rows.min()) * _PARTS // max(1, np.ptp(rows) + 1)
    across = (columns - columns.min()) * _PARTS // max(1, np.ptp(columns) + 1)
    return np.asarray(down * _PARTS + across, np.int64)


def _looks(both: Overlaid, where: _Mask) -> _Table:
    return _alike(_seen(both.mine, both.covered, where), _seen(both.theirs, where[None], where))


def _alike(one: _Table, other: _Table) -> _Table:
    """The correlation of float32[n, p] with float32[m, p], each pair where both show anything (are not 0): float32[n, m]."""
    shows, others = (one != 0).astype(np.float32), (other != 0).astype(np.float32)
    size = np.sqrt((one**2 @ others.T) * (shows @ (other**2).T))
    enough = shows @ others.T >= AREA_PX_MIN
    return np.asarray(np.where(enough, (one @ other.T) / np.maximum(size, _TINY), 0), np.float32)


def _moved(mine: _Change, theirs: _Change) -> _Table:
    """The correlation of all changes of one with all of the other, each where the query lies: float32[n, m]."""
    count = np.maximum(mine.mask.sum(axis=1, keepdims=True), 1)
    energy = mine.mask @ (theirs.table**2).T - (mine.mask @ theirs.table.T) ** 2 / count
    size = np.linalg.norm(mine.table, axis=1, keepdims=True) * np.sqrt(np.maximum(energy, _TINY))
    moves = energy > _MOVES_THERE * count * MOVE_MIN**2
    return np.asarray(np.where(moves, (mine.table @ theirs.table.T) / np.maximum(size, _TINY), 0), np.float32)


def _departures(thumbs: Greys, where: _Mask, mask: _Table) -> _Table:
    """How each frame departs from the stretch's average where it lies, without its brightness: float32[n, p]."""
    table = softened(thumbs, where)
    table -= (table * mask).sum(axis=1, keepdims=True) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
    average = (table * mask).sum(axis=0) / np.maximum(mask.sum(axis=0), 1)
    return np.asarray((table - average) * mask, np.float32)


def _seen(thumbs: Greys, covered: _Mask, where: _Mask) -> _Table:
    """What is seen of frames [n, h, w] where they lie (bool[k, h, w]), without broad light: float32[n, p], 0 elsewhere."""
    weights = [np.maximum(cv2.GaussianBlur(lies.astype(np.float32), (0, 0), _LOOK_SIGMA_PX), _TINY) for lies in covered]
    rows = []
    for i, thumb in enumerate(thumbs):
        at = i if len(covered) > 1 else 0
        grey = np.where(covered[at], thumb, 0).astype(np.float32)
        broad = cv2.GaussianBlur(grey, (0, 0), _LOOK_SIGMA_PX) / weights[at]
        rows.append(np.where(covered[at], grey - broad, 0)[where])
    return np.array(rows, np.float32)


def _changes(thumbs: Greys, covered: _Mask, where: _Mask, times_ms: NDArray[np.int64]) -> list[_Change]:
    """What changes around each frame where it lies: with its light, and, where that changes, without.

    The change is that from a quarter of a second before to a quarter after, so it is the same when time runs backwards. A
    frame without both neighbours, or where the picture goes black, changes nothing.
    """
    before, after = (_nearest(times_ms, times_ms + shift) for shift in (-STEP_MS // 2, STEP_MS // 2))
    whole = np.abs(times_ms[after] - times_ms[before] - STEP_MS) <= _STEP_TOLERANCE_MS
    dark = (thumbs[:, where] <= _BLACK).mean(axis=1)
    whole &= np.abs(dark[after] - dark[before]) < _BLACKOUT_SHARE
    lies = covered[before] & covered[after] if len(covered) > 1 else covered
    flat = thumbs.reshape(len(thumbs), -1).astype(np.float32)
    pairs = flat[before], flat[after]
    made = [pairs, levelled(*pairs, where.ravel())]
    return [_change(np.abs(pair[0] - pair[1]).reshape(thumbs.shape), lies[:, where], where, whole) for pair in made if pair]


def _change(apart: _Table, lies: _Mask, where: _Mask, whole: _Mask) -> _Change:
    """From how far pictures differ, float32[n, h, w], and where that counts, bool[k, p]; `whole`: of which frames it does."""
    mask = lies.astype(np.float32)
    count = np.maximum(mask.sum(axis=1), 1)
    table = softened(apart, where) * mask
    table = (table - table.sum(axis=1, keepdims=True) / count[:, None]) * mask
    energy = np.where(whole, np.sqrt((table**2).sum(axis=1) / count), 0).astype(np.float32)
    return _Change(table * (energy > MOVE_MIN)[:, None], mask, energy)


def _nearest(times_ms: NDArray[np.int64], wanted_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """The index of the time nearest to each of `wanted_ms`."""
    right = np.clip(np.searchsorted(times_ms, wanted_ms), 0, len(times_ms) - 1)
    left = np.maximum(right - 1, 0)
    return np.where(wanted_ms - times_ms[left] <= times_ms[right] - wanted_ms, left, right)
