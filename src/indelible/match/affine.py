"""The affine map on which most pairs of spots agree, compiled.

Each pair proposes a map by itself: by where its two spots lie, how large they are and which way they point. Those that lie and
look nearly so settle it by least squares. So nothing is drawn by lot, and six right pairs among sixty are found as surely as sixty.

Source: Philbin, Chum, Isard, Sivic and Zisserman, CVPR 2007 (a hypothesis from every single pair).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indelible.match.by_definition import Integers
from indelible.match.compiler import FOUND, INTEGER, TABLE, WORD, compiled, group, inlined, ones, read, written
from indelible.match.transform import Map

REPROJECTION_PX = 4.0
SCALE_MIN, SCALE_MAX = 0.1, 8.0  # of lengths, in any direction
SQUEEZE_MAX = 2.4  # of the two scales: 16:9 squeezed to 1:1 has 1.78, to 9:16 3.2 with most of the picture unusable
_NEAR_PX, _NEAR_SHARE = 8.0, 0.3  # how far from where a pair says others may lie: so much, and so much of the way to them
_LARGER = math.exp(0.6)  # how much larger or smaller than it says they may look
_TURNED = 0.85  # the cosine of how far they may be turned from it: 32°
_NARROWING_PX = (16.0, 8.0, REPROJECTION_PX, REPROJECTION_PX)
_POINTS_MIN = 3  # that an affine map goes through
_FLAT = 1e-6  # points that lie on a line, by the square of breadth to length

Points = NDArray[np.float64]
_Affine = tuple[float, float, float, float, float, float]  # a, b, c, d, e, f: x to a x + b y + c, y to d x + e y + f
_NONE: _Affine = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
_SPOTS = group(*[read("float64", 2)] * 4)


@dataclass(frozen=True)
class SpotPairs:
    """Spots of one frame and those of another that may be the same, pair by pair, neither of them mirrored: float64[n, 2] each.

    `mine`, `theirs`: where they lie, in pixels. `my_ways`, `their_ways`: which way they point, as long as they are large.
    """

    mine: Points
    theirs: Points
    my_ways: Points
    their_ways: Points


@compiled(FOUND, TABLE, TABLE, WORD, INTEGER)
def _nearest(a: NDArray[np.uint64], b: NDArray[np.uint64], most: np.uint64, ways: int) -> Integers:
    """The rows of mutual, where `ways` is 2, or of nearest, where it is 1."""
    far = np.uint64(255)
    nearest, place = np.full(len(b), far), np.zeros(len(b), np.int64)
    found, count = np.empty((len(a), 2), np.int64), 0
    mine, their = np.full(len(a), far), np.zeros(len(a), np.int64)
    for i in range(len(a)):
        for j in range(len(b)):
            apart = ones(a[i, 0] ^ b[j, 0]) + ones(a[i, 1] ^ b[j, 1])
            if apart < mine[i]:
                mine[i], their[i] = apart, j
            if apart < nearest[j]:
                nearest[j], place[j] = apart, i
    for i in range(len(a)):
        if mine[i] <= most and (ways == 1 or place[their[i]] == i):
            found[count, 0], found[count, 1] = i, their[i]
            count += 1
    return found[:count]


@inlined
def _turn(mine: Points, theirs: Points, i: int) -> tuple[float, float]:
    """What turns and stretches one way into the other, as a complex number."""
    x, y = mine[i, 0], mine[i, 1]
    u, v = theirs[i, 0], theirs[i, 1]
    square = x * x + y * y
    return (u * x + v * y) / square, (v * x - u * y) / square


@inlined
def _propose(spots: tuple[Points, Points, Points, Points], i: int, inside: NDArray[np.bool_]) -> int:
    """Marks the pairs that lie and look nearly as pair i says, and counts them."""
    mine, theirs, my_ways, their_ways = spots
    re, im = _turn(my_ways, their_ways, i)
    stretch, count = math.hypot(re, im), 0
    for k in range(len(mine)):
        x, y = mine[k, 0] - mine[i, 0], mine[k, 1] - mine[i, 1]
        u, v = theirs[k, 0] - theirs[i, 0], theirs[k, 1] - theirs[i, 1]
        inside[k] = False
        if math.hypot(re * x - im * y - u, re * y + im * x - v) <= _NEAR_PX + _NEAR_SHARE * stretch * math.hypot(x, y):
            other_re, other_im = _turn(my_ways, their_ways, k)
            other = math.hypot(other_re, other_im)
            if (
                max(other, stretch) <= _LARGER * min(other, stretch)
                and other_re * re + other_im * im >= _TURNED * other * stretch
            ):
                inside[k] = True
                count += 1
    return count


@inlined
def _least_squares(mine: Points, theirs: Points, inside: NDArray[np.bool_]) -> tuple[bool, _Affine]:
    """The map that brings the marked points nearest to theirs; False when they lie on a line."""
    n = x0 = y0 = u0 = v0 = 0.0
    for k in range(len(inside)):
        if inside[k]:
            n += 1.0
            x0, y0, u0, v0 = x0 + mine[k, 0], y0 + mine[k, 1], u0 + theirs[k, 0], v0 + theirs[k, 1]
    if n < _POINTS_MIN:
        return False, _NONE
    x0, y0, u0, v0 = x0 / n, y0 / n, u0 / n, v0 / n
    xx = xy = yy = xu = yu = xv = yv = 0.0
    for k in range(len(inside)):
        if inside[k]:
            x, y, u, v = mine[k, 0] - x0, mine[k, 1] - y0, theirs[k, 0] - u0, theirs[k, 1] - v0
            xx, xy, yy = xx + x * x, xy + x * y, yy + y * y
            xu, yu, xv, yv = xu + x * u, yu + y * u, xv + x * v, yv + y * v
    area = xx * yy - xy * xy
    if area <= _FLAT * (xx + yy) * (xx + yy):
        return False, _NONE
    a, b = (xu * yy - yu * xy) / area, (yu * xx - xu * xy) / area
    d, e = (xv * yy - yv * xy) / area, (yv * xx - xv * xy) / area
    return True, (a, b, u0 - a * x0 - b * y0, d, e, v0 - d * x0 - e * y0)


@inlined
def _within(mine: Points, theirs: Points, found: _Affine, most_px: float, inside: NDArray[np.bool_]) -> int:
    """Marks the pairs that a map brings within so many pixels of each other, and counts them."""
    a, b, c, d, e, f = found
    count = 0
    for k in range(len(mine)):
        x, y = a * mine[k, 0] + b * mine[k, 1] + c, d * mine[k, 0] + e * mine[k, 1] + f
        inside[k] = (x - theirs[k, 0]) ** 2 + (y - theirs[k, 1]) ** 2 <= most_px * most_px
        count += inside[k]
    return count


@inlined
def _plausible(found: _Affine) -> bool:
    """Whether a map is something that people do to footage, mirroring apart."""
    a, b, _, d, e, _ = found
    area, squares = a * e - b * d, a * a + b * b + d * d + e * e
    if area <= 0:
        return False
    apart = math.sqrt(max(0.0, squares * squares / 4 - area * area))
    large = math.sqrt(squares / 2 + apart)
    small = area / large
    return small >= SCALE_MIN and large <= SCALE_MAX and large <= SQUEEZE_MAX * small


@compiled(INTEGER, _SPOTS, written("boolean"), written("boolean"), written("float64"))
def _agree(
    spots: tuple[Points, Points, Points, Points], inside: NDArray[np.bool_], best: NDArray[np.bool_], held: NDArray[np.float64]
) -> int:
    """How many pairs agree on the best map at most, which (`best`), and the map's six numbers (`held`)."""
    mine, theirs, _, _ = spots
    most = 0
    for i in range(len(mine)):
        count = _propose(spots, i, inside)
        if count <= most:
            continue
        known, found = _least_squares(mine, theirs, inside)
        for most_px in _NARROWING_PX:
            if known:
                count = _within(mine, theirs, found, most_px, inside)
                known, found = _least_squares(mine, theirs, inside)
        if known and _plausible(found):
            count = _within(mine, theirs, found, REPROJECTION_PX, inside)
            if count > most:
                most = count
                best[:] = inside
                held[0], held[1], held[2], held[3], held[4], held[5] = found
    return most


def mutual(a: NDArray[np.uint8], b: NDArray[np.uint8], most: int) -> tuple[Integers, Integers]:
    """Which codes of uint8[n, 16] and uint8[m, 16] are each other's nearest, within `most` bits; the first of equals counts."""
    return _paired(a, b, most, ways=2)


def nearest(a: NDArray[np.uint8], b: NDArray[np.uint8], most: int) -> tuple[Integers, Integers]:
    """Which codes of uint8[n, 16] have any of uint8[m, 16] within `most` bits, and the nearest; the first of equals counts."""
    return _paired(a, b, most, ways=1)


def _paired(a: NDArray[np.uint8], b: NDArray[np.uint8], most: int, ways: int) -> tuple[Integers, Integers]:
    if not len(a) or not len(b):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    one, other = (np.ascontiguousarray(codes).view(np.uint64) for codes in (a, b))
    found = _nearest(one, other, np.uint64(most), ways)
    return found[:, 0], found[:, 1]


def agreed(pairs: SpotPairs, least: int) -> tuple[Map, NDArray[np.bool_]] | None:
    """The plausible map of pixels, float64[2, 3], on which most pairs agree, and which do, bool[n]; None below `least`."""
    spots = tuple(
        np.ascontiguousarray(each, np.float64) for each in (pairs.mine, pairs.theirs, pairs.my_ways, pairs.their_ways)
    )
    best, held = np.zeros(len(pairs.mine), np.bool_), np.zeros(6)
    if _agree(spots, np.zeros(len(best), np.bool_), best, held) < least:
        return None
    return held.reshape(2, 3), best
