"""In which cell of a fixed division of all codes a code lies, and which cells lie nearest to it.

A cell holds what is nearer to its centre than to any other. Centres stand in two rounds: of the outer ones the nearest few are
taken, and of their inner ones the nearest. So a code is compared with some thousand centres, not with all, and now and then
lies in a cell that is not the very nearest. That costs candidates, which are measured, never an order: the centres are a file
of the package, so what lies in which cell does not depend on what else is held.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.local import CODE_BITS
from indelible.index.cuts import Integers
from indelible.index.halves import Words
from indelible.match.compiler import INTEGER, NOTHING, TABLE, WORDS, compiled, group, inlined, ones, written

CENTRES = "centres-1.npz"  # another division gets another name

_LOOKED = 8  # outer cells that are looked into
_TOGETHER = 32  # centres
_FAR = np.uint64(1000)
_PLANES = group(WORDS, WORDS)


@inlined
def _least(a: Any, b: Any, x: np.uint64, y: np.uint64) -> np.uint64:
    """The least distance of a code from centres."""
    least = _FAR
    for j in range(len(a)):
        least = min(least, ones(a[j] ^ x) + ones(b[j] ^ y))
    return least


@inlined
def _limit(far: Words, many: Integers, looked: int) -> tuple[int, int]:
    """Up to which distance centres are among the `looked` nearest, and how many of those at just that distance."""
    many[:] = 0
    for j in range(len(far)):
        many[far[j]] += 1
    distance, left = 0, looked
    while many[distance] < left:
        left -= many[distance]
        distance += 1
    return distance, left


@inlined
def _insert(row: Any, apart: Words, taken: int, centre: int, distance: np.uint64) -> None:
    """Puts a centre into its place among those `taken`, in order of distance, behind equal ones; the last may fall out."""
    place = min(taken, len(apart) - 1)
    while place > 0 and apart[place - 1] > distance:
        apart[place], row[place] = apart[place - 1], row[place - 1]
        place -= 1
    apart[place], row[place] = distance, centre


@compiled(NOTHING, _PLANES, _PLANES, TABLE, INTEGER, written("int64", 2))
def _nearest(outer: Any, inner: Any, codes: Words, looked: int, found: Integers) -> None:
    """Fills found int64[q, p] with the p nearest inner centres of the `looked` nearest outer ones, nearest first.

    Of equally near ones the first counts as nearer.
    """
    each, many = len(inner[0]) // len(outer[0]), np.empty(CODE_BITS + 1, np.int64)
    far, apart = np.empty(len(outer[0]), np.uint64), np.empty(found.shape[1], np.uint64)
    for i in range(codes.shape[1]):
        x, y = codes[0, i], codes[1, i]
        for j in range(len(far)):
            far[j] = ones(outer[0][j] ^ x) + ones(outer[1][j] ^ y)
        limit, ties = _limit(far, many, looked)
        taken, most = 0, _FAR
        for j in range(len(far)):
            if far[j] > limit or (far[j] == limit and ties == 0):
                continue
            ties -= far[j] == limit
            for start in range(each * j, each * (j + 1), _TOGETHER):
                stop = min(start + _TOGETHER, each * (j + 1))
                if _least(inner[0][start:stop], inner[1][start:stop], x, y) >= most:
                    continue
                for centre in range(start, stop):
                    distance = ones(inner[0][centre] ^ x) + ones(inner[1][centre] ^ y)
                    if distance < most:
                        _insert(found[i], apart, taken, centre, distance)
                        taken = min(taken + 1, len(apart))
                        if taken == len(apart):
                            most = apart[taken - 1]


@dataclass(frozen=True)
class Cells:
    """Centres of cells: `outer` uint64[2, t], and `inner` uint64[2, t s], s of each outer one, side by side.

    `looked`: how many of the nearest outer ones are looked into, for held codes and queries alike, so that equal codes meet.
    """

    outer: Words
    inner: Words
    looked: int

    @classmethod
    def of(cls, outer: NDArray[np.uint8], inner: NDArray[np.uint8], looked: int = _LOOKED) -> Cells:
        """From centres uint8[t, 16] and uint8[t, s, 16]."""
        return cls(_planes(outer), _planes(inner.reshape(-1, outer.shape[1])), min(looked, len(outer)))

    @property
    def each(self) -> int:
        """How many cells an outer one has."""
        return len(self) // int(self.outer.shape[1])

    def holding(self, codes: Words) -> Integers:
        """The cell that each code of uint64[2, n] lies in: int64[n]."""
        return self.nearest(codes, 1)[:, 0]

    def nearest(self, codes: Words, count: int) -> Integers:
        """The `count` nearest cells to each code of uint64[2, q], nearest first: int64[q, p], p less where there are fewer."""
        found = np.empty((codes.shape[1], min(count, self.looked * self.each)), np.int64)
        outer, inner = (self.outer[0], self.outer[1]), (self.inner[0], self.inner[1])
        _nearest(outer, inner, np.ascontiguousarray(codes), self.looked, found)
        return found

    def __len__(self) -> int:
        return int(self.inner.shape[1])


def _planes(rows: NDArray[np.uint8]) -> Words:
    """uint8[n, 16] as uint64[2, n]."""
    return np.ascontiguousarray(np.ascontiguousarray(rows).view(np.uint64).T)


@cache
def standard() -> Cells:
    """The cells that codes are held in."""
    with files(__package__).joinpath(CENTRES).open("rb") as file, np.load(file, allow_pickle=False) as held:
        return Cells.of(held["outer"], held["inner"])
