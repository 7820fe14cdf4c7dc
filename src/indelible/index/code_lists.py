"""Local codes laid out cell by cell, each with the number of its frame, and compared by the run.

Of a spot that stands nearly everywhere thousands of codes lie within the bits that count as near, most of them not very near.
So of each code the nearest hits are told: they are more likely of the same footage, and so few that votes cost little.

The two words of codes lie in two rows, because only then are bits counted in vectors. Within a cell frames ascend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from indelible.fingerprint.local import CODE_BITS
from indelible.index.cuts import Integers, Small
from indelible.index.halves import Words
from indelible.match.by_definition import NearFrames
from indelible.match.compiler import (
    INTEGER,
    NOTHING,
    PLACES,
    SMALL,
    TABLE,
    WORD,
    WORDS,
    compiled,
    group,
    inlined,
    ones,
    read,
    written,
)

_TOGETHER = 64  # codes, a bit of a word for each
_ROOM = 1 << 14  # hits that there is room for at first
_FRAME_BITS = np.uint64(32)
_FRAME = np.uint64(2**32 - 1)
_NONE, _ONE = np.uint64(0), np.uint64(1)
_MADE = group(written("uint64"), written("uint64"), written("uint32"), written("int64"))
_HELD = group(WORDS, WORDS, SMALL, PLACES)


@compiled(NOTHING, TABLE, SMALL, PLACES, _MADE)
def _lay_out(codes: Words, frames: Small, cells: Integers, made: Any) -> None:
    """Copies codes and frames into the runs of their cells, in order, and writes where each run begins."""
    a, b, owner, starts = made
    starts[:] = 0
    for i in range(len(cells)):
        starts[cells[i] + 1] += 1
    for cell in range(len(starts) - 1):
        starts[cell + 1] += starts[cell]
    free = starts[:-1].copy()
    for i in range(len(cells)):
        place = free[cells[i]]
        free[cells[i]] += 1
        a[place], b[place], owner[place] = codes[0, i], codes[1, i], frames[i]


@inlined
def _near_ones(a: Any, b: Any, code: tuple[np.uint64, np.uint64], most: np.uint64) -> np.uint64:
    """Which of up to 64 codes lie within `most` bits, as bits of a word."""
    near = _NONE
    for j in range(len(a)):
        apart = ones(a[j] ^ code[0]) + ones(b[j] ^ code[1])
        near |= np.uint64(apart <= most) << np.uint64(j)
    return near


@inlined
def _end(frames: Small, begin: int, end: int, below: int) -> int:
    """Where in a cell's run, begin to end, the frames from `below` on begin."""
    if begin == end or frames[end - 1] < below:
        return end
    while begin < end:
        middle = (begin + end) // 2
        if frames[middle] < below:
            begin = middle + 1
        else:
            end = middle
    return begin


@inlined
def _with_room(found: Words, count: int) -> Words:
    """The same hits, with room for some more."""
    if count + _TOGETHER <= len(found):
        return found
    grown = np.empty(2 * len(found), np.uint64)
    grown[:count] = found[:count]
    return grown


@inlined
def _narrowed(many: Integers, radius: np.uint64, count: int, limits: tuple[int, np.uint64]) -> tuple[np.uint64, int]:
    """The widest radius within which no more than limits[0] hits lie, or else limits[1]; and how many lie within it."""
    while count > limits[0] and radius > limits[1]:
        count -= many[radius]
        radius -= _ONE
    return radius, count


@inlined
def _look(held: Any, code: tuple[np.uint64, np.uint64], run: tuple[int, int], result: Any, limits: Any) -> Any:
    """Adds to found[:count] the hits (distance << 32 | frame) of one code in a run, as far as they are among its nearest."""
    a, b, frames = held
    found, count, many, radius, within = result
    for start in range(run[0], run[1], _TOGETHER):
        stop = min(start + _TOGETHER, run[1])
        left = _near_ones(a[start:stop], b[start:stop], code, radius)
        if left == _NONE:
            continue
        found = _with_room(found, count)
        while left:
            lowest = left & (_NONE - left)
            left ^= lowest
            place = np.uint64(start) + ones(lowest - _ONE)
            apart = ones(a[place] ^ code[0]) + ones(b[place] ^ code[1])
            found[count] = (apart << _FRAME_BITS) | frames[place]
            count += 1
            many[apart] += 1
            within += 1
        radius, within = _narrowed(many, radius, within, limits)
    return found, count, many, radius, within


@inlined
def _settle(found: Words, begin: int, end: int, code: int, radius: np.uint64) -> int:
    """Keeps of the hits begin to end of one code those within its radius, as (code << 32 | frame); returns where they end."""
    kept = begin
    for place in range(begin, end):
        if found[place] >> _FRAME_BITS <= radius:
            found[kept] = (np.uint64(code) << _FRAME_BITS) | (found[place] & _FRAME)
            kept += 1
    return kept


@compiled(written("uint64"), _HELD, TABLE, read("int64", 2), group(INTEGER, INTEGER), group(WORD, INTEGER, WORD))
def _hits(held: Any, codes: Words, cells: Integers, where: tuple[int, int], near: Any) -> Words:
    """The hits (code << 32 | frame) of codes in their cells, in order of code; some repeat. See CodeLists.near."""
    a, b, frames, starts = held
    below, enough = where
    most, nearest, sure = near
    found, count = np.empty(_ROOM, np.uint64), 0
    many = np.empty(CODE_BITS + 1, np.int64)
    for code in range(len(cells)):
        begin, radius, within, seen = count, most, 0, 0
        many[:] = 0
        for cell in cells[code]:
            end = _end(frames, starts[cell], starts[cell + 1], below)
            result = (found, count, many, radius, within)
            words = (codes[0, code], codes[1, code])
            found, count, many, radius, within = _look((a, b, frames), words, (starts[cell], end), result, (nearest, sure))
            seen += end - starts[cell]
            if seen >= enough:
                break
        count = _settle(found, begin, count, code, radius)
    return found[:count]


@dataclass(frozen=True)
class Nearest:
    """Which hits of a code count: those within `most` bits, but of more than `many` only the nearest, and all within `sure` bits.

    What is left out lies furthest: of the distances up to `most` as many are taken as hold `many` hits together.
    """

    most: int
    many: int
    sure: int


@dataclass(frozen=True)
class CodeLists:
    """n codes in order of cell: words `a`, `b` uint64[n], `frames` uint32[n]; cell i has places starts[i] to [i + 1]."""

    a: Words
    b: Words
    frames: Small
    starts: Integers

    @classmethod
    def of(cls, codes: Words, frames: Small, cells: Integers, count: int) -> CodeLists:
        """From codes uint64[2, n], in order of frame uint32[n], and which of `count` cells int64[n] each lies in."""
        n = len(cells)
        made = np.empty(n, np.uint64), np.empty(n, np.uint64), np.empty(n, np.uint32), np.empty(count + 1, np.int64)
        _lay_out(codes, frames, cells, made)
        return cls(*made)

    def near(self, codes: Words, cells: Integers, before: int, enough: int, nearest: Nearest) -> NearFrames:
        """The hits of codes uint64[2, q], each in its cells int64[q, p] until `enough` codes were looked at, a cell at least.

        Of frames below `before`.
        """
        near = np.uint64(nearest.most), nearest.many, np.uint64(nearest.sure)
        held = self.a, self.b, self.frames, self.starts
        found: Words = _hits(held, np.ascontiguousarray(codes), cells, (before, enough), near)
        found.sort()
        first = np.ones(len(found), np.bool_)
        first[1:] = found[1:] != found[:-1]
        found = found[first]
        return NearFrames((found >> _FRAME_BITS).astype(np.int64), (found & _FRAME).astype(np.int64))

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return self.a.nbytes + self.b.nbytes + self.frames.nbytes + self.starts.nbytes

    def __len__(self) -> int:
        return len(self.a)
