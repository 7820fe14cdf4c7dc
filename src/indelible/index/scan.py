"""Hashes within some bits of queries by looking at all of them: at any radius, and the best way for many queries at once.

What decides whether a block of hashes holds a near one is first a bound that costs less than the distance: where either of two
words differs, counted once, is never more than where both do. Unrelated hashes, whose bits differ like coins, pass a
bound of BOUNDS once in 100,000; the few that do are looked at whole. A block's words are laid out plane by plane
in the fastest cache before many queries pass over it, because so LLVM counts bits in vectors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indelible.fingerprint.frame_hash import BITS
from indelible.index.cuts import Integers
from indelible.index.halves import Halves, Words
from indelible.match.compiler import FOUND, INTEGER, TABLE, WORD, WORDS, compiled, group, inlined, ones, written

BOUNDS = (31, 49, 73, BITS)  # most bits: of two words as one, of four as one, of two and two, and the distance itself
MANY = 4  # queries for which laying out blocks pays

_BLOCK = 512  # hashes: their four planes are 16 KiB, half of a first-level cache
_LINE = 8  # words: one line of the cache, one vector
_ROOM = 1024  # hits that there is room for at first
_FAR = np.uint64(2 * BITS)


@inlined
def _two_as_one(planes: Any, query: Any) -> np.uint64:
    a, b, _, _ = planes
    x, y, _, _ = query
    least = _FAR
    for j in range(len(a)):
        least = min(least, ones((a[j] ^ x) | (b[j] ^ y)))
    return least


@inlined
def _four_as_one(planes: Any, query: Any) -> np.uint64:
    a, b, c, d = planes
    x, y, z, w = query
    least = _FAR
    for j in range(len(a)):
        least = min(least, ones((a[j] ^ x) | (b[j] ^ y) | (c[j] ^ z) | (d[j] ^ w)))
    return least


@inlined
def _two_and_two(planes: Any, query: Any) -> np.uint64:
    a, b, c, d = planes
    x, y, z, w = query
    least = _FAR
    for j in range(len(a)):
        least = min(least, ones((a[j] ^ x) | (b[j] ^ y)) + ones((c[j] ^ z) | (d[j] ^ w)))
    return least


@inlined
def _whole(planes: Any, query: Any) -> np.uint64:
    a, b, c, d = planes
    x, y, z, w = query
    least = _FAR
    for j in range(len(a)):
        least = min(least, ones(a[j] ^ x) + ones(b[j] ^ y) + ones(c[j] ^ z) + ones(d[j] ^ w))
    return least


@inlined
def _half_alone(first: Words, query: Any) -> np.uint64:
    """The bound of two words from a half as it lies."""
    least = _FAR
    for j in range(len(first) // 2):
        least = min(least, ones((first[2 * j] ^ query[0]) | (first[2 * j + 1] ^ query[1])))
    return least


@inlined
def _both_halves(first: Words, second: Words, query: Any) -> np.uint64:
    """The distance from halves as they lie."""
    least = _FAR
    for j in range(len(first) // 2):
        apart = ones(first[2 * j] ^ query[0]) + ones(first[2 * j + 1] ^ query[1])
        least = min(least, apart + ones(second[2 * j] ^ query[2]) + ones(second[2 * j + 1] ^ query[3]))
    return least


@inlined
def _bound(planes: Any, query: Any, level: int) -> np.uint64:
    if level == 0:
        return _two_as_one(planes, query)
    if level == 1:
        return _four_as_one(planes, query)
    if level == 2:  # noqa: PLR2004 the levels of BOUNDS
        return _two_and_two(planes, query)
    return _whole(planes, query)


@inlined
def _wider(found: Integers) -> Integers:
    """The same hits with room for as many again."""
    grown = np.empty((2 * found.shape[0], found.shape[1]), np.int64)
    grown[: found.shape[0]] = found
    return grown


@inlined
def _keep(block: Any, number: int, query: Any, most: np.uint64, result: Any) -> Any:
    """Adds those of a block that are near enough; first at all of its hashes without a branch, since a bound may be wrong."""
    first, second, start = block
    found, hits = result
    if _both_halves(first, second, query) <= most:
        for j in range(len(first) // 2):
            apart = ones(first[2 * j] ^ query[0]) + ones(first[2 * j + 1] ^ query[1])
            apart += ones(second[2 * j] ^ query[2]) + ones(second[2 * j + 1] ^ query[3])
            if apart <= most:
                if hits == len(found):
                    found = _wider(found)
                found[hits, 0], found[hits, 1], found[hits, 2] = number, start + j, apart
                hits += 1
    return found, hits


_HALVES = group(WORDS, WORDS)


@compiled(FOUND, _HALVES, TABLE, WORD, INTEGER)
def _few(halves: tuple[Words, Words], queries: Words, most: np.uint64, level: int) -> Integers:
    """The rows (query, hash, apart) for queries that do not pay for laying out."""
    result = (np.empty((_ROOM, 3), np.int64), 0)
    count = len(halves[0]) // 2
    for start in range(0, count, _BLOCK):
        stop = min(count, start + _BLOCK)
        first, second = halves[0][2 * start : 2 * stop], halves[1][2 * start : 2 * stop]
        for i in range(len(queries)):
            query = (queries[i, 0], queries[i, 1], queries[i, 2], queries[i, 3])
            if level > 0 or _half_alone(first, query) <= most:
                result = _keep((first, second, start), i, query, most, result)
    return result[0][: result[1]]


@inlined
def _passing(planes: Any, queries: Words, most: np.uint64, level: int, passing: Integers) -> int:
    """How many queries a block may hold a near one for; `passing` begins with their numbers."""
    count = 0
    for i in range(len(queries)):
        query = (queries[i, 0], queries[i, 1], queries[i, 2], queries[i, 3])
        passing[count] = i
        count += int(_bound(planes, query, level) <= most)
    return count


@compiled(FOUND, _HALVES, TABLE, WORD, INTEGER, written("uint64", 2))
def _many(halves: tuple[Words, Words], queries: Words, most: np.uint64, level: int, laid: Words) -> Integers:
    """The rows (query, hash, apart) for many queries; `laid` is room for the planes of a block."""
    result = (np.empty((_ROOM, 3), np.int64), 0)
    passing = np.empty(len(queries), np.int64)
    count = len(halves[0]) // 2
    for start in range(0, count, _BLOCK):
        size = min(count - start, _BLOCK)
        first, second = halves[0][2 * start : 2 * (start + size)], halves[1][2 * start : 2 * (start + size)]
        for j in range(size):
            laid[0, j], laid[1, j] = first[2 * j], first[2 * j + 1]
            laid[2, j], laid[3, j] = second[2 * j], second[2 * j + 1]
        planes = (laid[0, :size], laid[1, :size], laid[2, :size], laid[3, :size])
        for k in range(_passing(planes, queries, most, level, passing)):
            i = passing[k]
            query = (queries[i, 0], queries[i, 1], queries[i, 2], queries[i, 3])
            result = _keep((first, second, start), i, query, most, result)
    return result[0][: result[1]]


def _planes() -> Words:
    """Room for the planes of a block, none of whose vectors lies in two lines of a cache: reading those takes half as long again."""
    room = np.empty(4 * _BLOCK + _LINE, np.uint64)
    begin = -(room.ctypes.data // room.itemsize) % _LINE
    return room[begin : begin + 4 * _BLOCK].reshape(4, _BLOCK)


def level_of(most: int) -> int:
    """Which of BOUNDS tells at a radius."""
    return next((level for level, bound in enumerate(BOUNDS) if most <= bound), len(BOUNDS) - 1)


def scan_hits(halves: Halves, queries: Words, most: int) -> Integers:
    """For spread queries uint64[q, 4] the rows (query, hash, apart) within `most` bits, in no order: int64[k, 3]."""
    asked = ((halves.first, halves.second), np.ascontiguousarray(queries), np.uint64(most), level_of(most))
    found: Integers = _many(*asked, _planes()) if len(queries) >= MANY else _few(*asked)
    return found
