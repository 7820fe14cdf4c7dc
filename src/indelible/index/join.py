"""The loops that find pairs of hashes: neighbours in order, and those whose values of a part are near.

Frames of a shot follow each other and find each other through nearly every part. So neighbours are compared first, once, and
each part passes over them by their numbers alone, before anything else of them is read.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indelible.index.cuts import Integers, Small
from indelible.index.halves import Words
from indelible.match.compiler import (
    EIGHT,
    FOUND,
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
    near_ones,
    ones,
    written,
)

NEIGHBOURS = 16  # hashes that follow one: a shot's, mostly

_ONE = np.uint64(1)
_COUNT = written("int64")


@inlined
def _differences(rows: Words, one: int, other: int) -> Any:
    """The four words of bits in which two hashes differ."""
    return (
        rows[one, 0] ^ rows[other, 0],
        rows[one, 1] ^ rows[other, 1],
        rows[one, 2] ^ rows[other, 2],
        rows[one, 3] ^ rows[other, 3],
    )


@inlined
def _note(one: int, other: int, apart: np.uint64, found: Integers, count: Integers) -> None:
    """Notes a pair if there is room, and counts it."""
    if count[0] < len(found):
        found[count[0], 0], found[count[0], 1], found[count[0], 2] = min(one, other), max(one, other), apart
    count[0] += 1


@compiled(NOTHING, TABLE, WORD, FOUND, _COUNT)
def join_neighbours(rows: Words, most: np.uint64, found: Integers, count: Integers) -> None:
    """Notes the pairs of each hash with the NEIGHBOURS that follow it, and counts them also when there is no room for them."""
    for one in range(len(rows)):
        for other in range(one + 1, min(len(rows), one + 1 + NEIGHBOURS)):
            a, b, c, d = _differences(rows, one, other)
            apart = ones(a) + ones(b) + ones(c) + ones(d)
            if apart <= most:
                _note(one, other, apart, found, count)


@compiled(NOTHING, WORDS, SMALL, written("uint64", 2))
def lay_out(half: Words, members: Small, laid: Words) -> None:
    """Copies the two words of one half of hashes into two rows uint64[2, n], in the order of `members`."""
    for place in range(len(members)):
        row = 2 * np.int64(members[place])
        laid[0, place], laid[1, place] = half[row], half[row + 1]


@inlined
def _gather(laid: Any, offsets: Small, masks: Small, bucket: int, met: Any) -> np.uint64:
    """Copies a bucket, and behind it those that it may meet and that come after it; returns how many hashes these are."""
    some = np.uint64(0)
    for mask in masks:
        other = bucket ^ np.int64(mask)
        if other >= bucket:
            for place in range(offsets[other], offsets[other + 1]):
                met[0][some], met[1][some], met[2][some] = laid[0][place], laid[1][place], laid[2][place]
                some += _ONE
    return some


@inlined
def _near(planes: Any, mine: np.uint64, end: np.uint64, most: np.uint64, waiting: Words) -> int:
    """Lists the places after a place whose half is near that of it; returns how many."""
    query, some, at = (planes[0][mine], planes[1][mine]), 0, mine + _ONE
    while at < end:
        near = near_ones(planes, at, query, most)
        if near and end - at < np.uint64(EIGHT):
            near &= (_ONE << (end - at)) - _ONE
        while near:
            lowest = near & (np.uint64(0) - near)
            waiting[some] = at + ones(lowest - _ONE)
            some += 1
            near ^= lowest
        at += np.uint64(EIGHT)
    return some


@inlined
def _found_before(differences: Any, parts: Any, part: int) -> bool:
    """Whether an earlier part finds a pair."""
    bits, radii = parts
    a, b, c, d = differences
    for earlier in range(part):
        apart = (
            ones(a & bits[earlier, 0]) + ones(b & bits[earlier, 1]) + ones(c & bits[earlier, 2]) + ones(d & bits[earlier, 3])
        )
        if np.int64(apart) <= radii[earlier]:
            return True
    return False


@inlined
def _keep(rows: Words, two: Any, how: Any, found: Integers, count: Integers) -> None:
    """Notes a pair that is near enough, if it was not found before."""
    one, other = two
    parts, part, most = how
    differences = _differences(rows, one, other)
    a, b, c, d = differences
    apart = ones(a) + ones(b) + ones(c) + ones(d)
    if apart <= most and not _found_before(differences, parts, part):
        _note(one, other, apart, found, count)


_LAID, _MET = group(WORDS, WORDS, SMALL), group(written("uint64"), written("uint64"), written("uint32"))
_HELD, _HOW = group(TABLE, _LAID, _MET, written("uint64")), group(group(TABLE, PLACES), INTEGER, WORD)


@compiled(NOTHING, _HELD, group(SMALL, SMALL), _HOW, FOUND, _COUNT)
def join_part(held: Any, buckets: Any, how: Any, found: Integers, count: Integers) -> None:
    """Notes the pairs that one part finds first, and counts them also when there is no room for them.

    `held`: all hashes; one half of them in order of the part's value, and whose they are; the same three arrays again, with room
    for EIGHT more, for a bucket and what it meets; and room for places. `buckets`: where each begins, and by what two values may
    differ. `how`: the bits and radii of all parts, which of them this is, and the most bits.

    Arrays are handed down only: whatever is handed back is counted by its users, which costs more than the work.
    """
    rows, laid, met, waiting = held
    offsets, masks = buckets
    planes, members, most = (met[0], met[1]), met[2], how[2]
    for bucket in range(len(offsets) - 1):
        size = offsets[bucket + 1] - offsets[bucket]
        end = _gather(laid, offsets, masks, bucket, met) if size else np.uint64(0)
        for mine in range(size):
            for j in range(_near(planes, np.uint64(mine), end, most, waiting)):
                one, other = np.int64(members[mine]), np.int64(members[waiting[j]])
                if abs(one - other) > NEIGHBOURS:
                    _keep(rows, (one, other), how, found, count)
