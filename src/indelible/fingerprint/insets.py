"""Pictures within the picture: a film in a corner of another, beside it, or in one of several cells.

Where one picture ends and another begins there is a straight edge that stays while what both show moves. Straight edges that
stay are looked for upright and level, and put together to rectangles, sides of the frame counting as edges. A building has
such edges too: a rectangle that is none costs a few hashes that match nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.edges import BESIDE_PX, CORNER_PX, Box, Edges, plainness

_INSET_PX_MIN = 16
_BROKEN = 2.0  # what a place without an edge costs of the places with one: an edge may be broken where both sides are alike
_EDGES_MAX = 24  # in each direction
_EDGES_CROSSED = 8  # of these are tried with all of the other direction
_APART_SHARE = 0.5  # of the union: rectangles that overlap more are one
_WHOLE_SHARE = 0.85  # of both sides: a rectangle as large is the picture within its border
INSETS_MAX = 4


@dataclass(frozen=True)
class _Edge:
    """A straight edge: at which column, and from which row to which, or the same with rows and columns exchanged."""

    at: int
    start: int
    end: int


def insets(edges: Edges) -> list[Box]:
    """The pictures within a picture, by the edges that stay in it, the plainest first, INSETS_MAX at most."""
    upright, level, size = edges.upright, edges.level, edges.size
    plain = {
        box: seen
        for box in _rectangles(_edges(upright), _edges(level), size)
        if _possible(box, size, edges.area_min) and (seen := _plainness(box, upright, level)) is not None
    }
    return _apart(sorted(plain, key=lambda box: (-plain[box], box)))


def _rectangles(upright: list[_Edge], level: list[_Edge], size: tuple[int, int]) -> Iterator[Box]:
    """What edges can bound: those of two that run alongside each other, and those of two in each direction, or the frame's."""
    for left, right in _alongside(upright):
        yield left.at, left.start, right.at, left.end
    for top, bottom in _alongside(level):
        yield top.start, top.at, top.end, bottom.at
    columns = sorted({0, size[0], *(edge.at for edge in upright[:_EDGES_CROSSED])})
    rows = sorted({0, size[1], *(edge.at for edge in level[:_EDGES_CROSSED])})
    for x0, x1 in combinations(columns, 2):
        for y0, y1 in combinations(rows, 2):
            yield x0, y0, x1, y1


def _alongside(edges: list[_Edge]) -> Iterator[tuple[_Edge, _Edge]]:
    """Pairs of edges that start and end together."""
    for one, other in combinations(sorted(edges, key=lambda edge: edge.at), 2):
        if max(abs(one.start - other.start), abs(one.end - other.end)) <= CORNER_PX:
            yield one, other


def _edges(stays: NDArray[np.bool_]) -> list[_Edge]:
    """The longest upright edges of bool[h, w + 1], no two neighbours."""
    worth = np.where(stays, 1.0, -_BROKEN)
    sums = np.vstack([np.zeros(worth.shape[1]), np.cumsum(worth, axis=0)])
    lowest = np.minimum.accumulate(sums, axis=0)
    ends = (sums - lowest).argmax(axis=0)
    columns = np.arange(worth.shape[1])
    lengths = (sums - lowest)[ends, columns]
    found: list[_Edge] = []
    for at in np.argsort(-lengths, kind="stable").tolist():
        if len(found) == _EDGES_MAX or lengths[at] < _INSET_PX_MIN / 2:
            break
        if all(abs(at - edge.at) > BESIDE_PX for edge in found):
            end = int(ends[at])
            found.append(_Edge(at, int(sums[: end + 1, at].argmin()), end))
    return found


def _possible(box: Box, size: tuple[int, int], area_min: float) -> bool:
    """Whether a rectangle is large enough to be a picture, and not all of the frame."""
    across, down = box[2] - box[0], box[3] - box[1]
    whole = across >= _WHOLE_SHARE * size[0] and down >= _WHOLE_SHARE * size[1]
    enough = min(across, down) >= _INSET_PX_MIN and across * down >= area_min * size[0] * size[1]
    return enough and not whole


def _plainness(box: Box, upright: NDArray[np.bool_], level: NDArray[np.bool_]) -> float | None:
    """How plain a rectangle's outline is; None when too little of a side is seen. Sides of the frame need not be seen."""
    x0, y0, x1, y1 = box
    sides = [_along(upright, at, y0, y1) for at in (x0, x1) if 0 < at < upright.shape[1] - 1]
    sides += [_along(level, at, x0, x1) for at in (y0, y1) if 0 < at < level.shape[1] - 1]
    return plainness(sides)


def _along(stays: NDArray[np.bool_], at: int, start: int, end: int) -> tuple[int, int]:
    """How much of an edge from `start` to `end` is seen within a pixel of `at`, and how long it is, its ends left out."""
    near = stays[start + CORNER_PX : end - CORNER_PX, at - 1 : at + 2]
    return int(np.count_nonzero(near.any(axis=1))), len(near)


def _apart(boxes: list[Box]) -> list[Box]:
    """The first of them, leaving out those that are much the same as one before."""
    kept: list[Box] = []
    for box in boxes:
        if len(kept) < INSETS_MAX and all(_overlap(box, other) < _APART_SHARE for other in kept):
            kept.append(box)
    return kept


def _overlap(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0, across) * max(0, down)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return both / (sum(areas) - both)
