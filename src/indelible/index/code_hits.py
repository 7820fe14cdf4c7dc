"""Local codes of a query compared with the lists of their nearest cells, by the run.

Of a spot that stands nearly everywhere thousands of codes lie within the bits that count as near, most of them not very near.
So of each code the nearest hits are told: they are more likely of the same footage, and so few that votes cost little.

Lists may be several, each of frames that follow on those of the one before, and are answered for as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from indelible.fingerprint.local import CODE_BITS
from indelible.index.code_lists import CodeLists
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
_FRAME_BITS, _CODE_BITS = np.uint64(32), np.uint64(40)
_FRAME, _APART = np.uint64(2**32 - 1), np.uint64(2**8 - 1)
_NONE, _ONE = np.uint64(0), np.uint64(1)
_HELD = group(WORDS, WORDS, SMALL, PLACES)
_STATE = group(written("uint64"), written("int64", 2), written("int64"))


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
    """Keeps of the hits begin to end of one code those within its radius, and returns where they end.

    Each is then code << 40 | distance << 32 | frame.
    """
    kept = begin
    for place in range(begin, end):
        if found[place] >> _FRAME_BITS <= radius:
            found[kept] = (np.uint64(code) << _CODE_BITS) | found[place]
            kept += 1
    return kept


@compiled(NOTHING, SMALL, PLACES, read("int64", 2), INTEGER, written("int64", 2))
def _count(frames: Small, starts: Integers, cells: Integers, below: int, many: Integers) -> None:
    """Adds how many codes of frames before `below` each of the cells has."""
    for code in range(cells.shape[0]):
        for nth in range(cells.shape[1]):
            begin = starts[cells[code, nth]]
            many[code, nth] += _end(frames, begin, starts[cells[code, nth] + 1], below) - begin


@compiled(written("uint64"), _HELD, group(TABLE, read("int64", 2), PLACES), INTEGER, _STATE, group(INTEGER, WORD))
def _hits(held: Any, asked: Any, below: int, state: Any, limits: Any) -> Words:
    """The hits (code << 40 | distance << 32 | frame) of codes in the first of their cells, in order of code; some repeat. See near.

    `asked`: the codes, the cells of each, and how many of them are looked into. `state`: each code's radius, how many hits there
    were at each distance, and how many within the radius; carried on from list to list.
    """
    a, b, frames, starts = held
    codes, cells, deep = asked
    radii, many, within = state
    found, count = np.empty(_ROOM, np.uint64), 0
    for code in range(len(cells)):
        begin, words = count, (codes[0, code], codes[1, code])
        for cell in cells[code, : deep[code]]:
            run = (starts[cell], _end(frames, starts[cell], starts[cell + 1], below))
            result = (found, count, many[code], radii[code], within[code])
            found, count, _, radii[code], within[code] = _look((a, b, frames), words, run, result, limits)
        count = _settle(found, begin, count, code, radii[code])
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
class ListsInTurn:
    """Codes of the same cells in several lists: the frames of list i are numbered from firsts[i] on."""

    each: tuple[CodeLists, ...]
    firsts: tuple[int, ...]

    def near(self, codes: Words, cells: Integers, before: int, enough: int, nearest: Nearest) -> NearFrames:
        """The hits of codes uint64[2, q], each in its cells int64[q, p] until `enough` codes were looked at, a cell at least.

        Of frames below `before`.
        """
        codes = np.ascontiguousarray(codes)
        looked = [(held, first) for held, first in zip(self.each, self.firsts, strict=True) if first < before]
        many = np.zeros(cells.shape, np.int64)
        for held, first in looked:
            _count(held.frames, held.starts, cells, before - first, many)
        deep = np.minimum(1 + (np.cumsum(many, axis=1) < enough).sum(axis=1), cells.shape[1])
        radii = np.full(len(cells), nearest.most, np.uint64)
        state = radii, np.zeros((len(cells), CODE_BITS + 1), np.int64), np.zeros(len(cells), np.int64)
        found = [np.zeros(0, np.uint64)]
        for held, first in looked:
            limits = nearest.many, np.uint64(nearest.sure)
            found.append(_hits(held.rows, (codes, cells, deep), before - first, state, limits) + np.uint64(first))
        return _told(np.concatenate(found), radii, before)

    def __len__(self) -> int:
        return sum(map(len, self.each))


def _told(found: Words, radii: Words, before: int) -> NearFrames:
    """The hits (code << 40 | distance << 32 | frame) within the radius of their code, each frame of one once, in order.

    Of frames below `before`: a file that was damaged since it was written may name any.
    """
    code = found >> _CODE_BITS
    kept = ((found >> _FRAME_BITS) & _APART <= radii[code]) & (found & _FRAME < before)
    told = (code[kept] << _FRAME_BITS) | (found[kept] & _FRAME)
    told.sort()
    first = np.ones(len(told), np.bool_)
    first[1:] = told[1:] != told[:-1]
    told = told[first]
    return NearFrames((told >> _FRAME_BITS).astype(np.int64), (told & _FRAME).astype(np.int64))
