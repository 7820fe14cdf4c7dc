"""Hashes within some bits of a query by looking into the buckets of its parts: exactly those that a scan finds.

The work is waiting for memory. So some hundred blocks of a part are taken together, in steps, and each step asks for what the
next one reads: lines of the directory, slots, lists, and halves of hashes; only then are bits compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from indelible.index.cuts import BLOCK_BITS, BLOCK_BUCKETS, Cuts, Integers, Small, balls, variants
from indelible.index.halves import Halves, Words
from indelible.index.tables import HASHES_MAX, Tables
from indelible.match.compiler import FOUND, SMALL, TABLE, WORD, WORDS, compiled, fetch, group, inlined, ones, read

_TOGETHER = 256  # blocks
_WAITING = 1024  # hashes asked for before the first of them is compared, beside those of slots
_ROOM = 1024  # hits that there is room for at first
_ONE, _SIX = np.uint64(1), np.uint64(BLOCK_BITS)
_ROW = np.uint32(HASHES_MAX - 1)
_FLAG_AT = np.uint32(31)
_WORD_BITS = 64

# The columns of a plan's parts.
_START, _WIDTH, _RADIUS, _BLOCK, _LIST, _HIGH, _HIGH_STOP = range(7)


@dataclass(frozen=True)
class Plan:
    """Where a query looks for hashes within `most` bits.

    `parts` int64[m, 7]: bit, width and radius of each part, its first block and list, and which of `highs` uint32[h], the
    variants of the bits above a block's, are its. `balls` as cuts.balls.
    """

    parts: Integers
    highs: Small
    balls: Words

    @classmethod
    def of(cls, cuts: Cuts, list_starts: Integers, most: int) -> Plan:
        """For the tables of these cuts."""
        radii = cuts.radii(most)
        each = [variants(w - BLOCK_BITS, t) for w, t in zip(cuts.widths.tolist(), radii.tolist(), strict=True)]
        stops, blocks = np.cumsum([0, *map(len, each)]), np.cumsum([0, *cuts.blocks()])
        parts = np.stack([cuts.starts, cuts.widths, radii, blocks[:-1], list_starts, stops[:-1], stops[1:]], axis=1)
        return cls(np.ascontiguousarray(parts), np.concatenate(each), balls())


@inlined
def _value(words: Any, start: int, width: int) -> Any:
    """The `width` bits from bit `start` on of four words."""
    word, shift = start // _WORD_BITS, start % _WORD_BITS
    value = words[word] >> np.uint64(shift)
    if shift + width > _WORD_BITS:
        value |= words[word + 1] << np.uint64(_WORD_BITS - shift)
    return value & ((_ONE << np.uint64(width)) - _ONE)


@inlined
def _ask_blocks(blocks: Words, plan: Any, at: tuple[int, int, int], key: np.uint64, asked: tuple[Words, Words]) -> None:
    """Asks for the blocks of highs[begin:stop] of a part and notes which, and which of their buckets are wanted."""
    parts, highs, balls_of = plan
    part, begin, stop = at
    own, high, low = np.uint64(parts[part, _BLOCK]), key >> _SIX, key & np.uint64(BLOCK_BUCKETS - 1)
    for j in range(stop - begin):
        mask = np.uint64(highs[np.uint64(begin + j)])
        block = (own + (high ^ mask)) << _ONE
        asked[0][j] = block
        asked[1][j] = balls_of[parts[part, _RADIUS] - np.int64(ones(mask)), low]
        fetch(blocks, np.int64(block))


@inlined
def _ask_slots(tables: Any, count: int, asked: tuple[Words, Words], full: Words) -> np.uint64:
    """Asks for the slots of the buckets that are wanted and hold anything; returns how many."""
    blocks, slots, _ = tables
    some = np.uint64(0)
    for j in range(count):
        block = asked[0][j]
        held, before = blocks[block], blocks[block + _ONE]
        left = held & asked[1][j]
        while left:
            lowest = left & (np.uint64(0) - left)
            full[some] = before + ones(held & (lowest - _ONE))
            fetch(slots, np.int64(full[some]))
            some += _ONE
            left ^= lowest
    return some


@inlined
def _ask_singles(tables: Any, own: Any, some: np.uint64, full: Words, waiting: Words) -> tuple[np.uint64, np.uint64]:
    """Asks for the hashes of slots, and for the lists that others name, whose places replace those of slots in `full`."""
    first, list_start = own
    _, slots, lists = tables
    lying = longs = np.uint64(0)
    for j in range(some):
        slot = slots[full[j]]
        listed, row = np.uint64(slot >> _FLAG_AT), np.uint64(slot & _ROW)
        waiting[lying], full[longs] = row, row + list_start
        lying += _ONE - listed
        longs += listed
        if listed:
            fetch(lists, np.int64(row + list_start))
        else:
            fetch(first, np.int64(row << _ONE))
    return lying, longs


@inlined
def _ask_listed(lists: Small, first: Words, left: Any, full: Words, waiting: Words) -> Any:
    """Asks for hashes of lists, from the first that is left, until enough wait; returns which is left, and how many wait."""
    j, lying, longs = left
    limit = lying + np.uint64(_WAITING)
    while j < longs and lying < limit:
        listed = lists[full[j]]
        row = np.uint64(listed & _ROW)
        waiting[lying] = row
        lying += _ONE
        fetch(first, np.int64(row << _ONE))
        full[j] += _ONE
        j += np.uint64(listed >> _FLAG_AT)
    return j, lying


@inlined
def _found_before(halves: Any, row: np.uint64, query: Any, parts: Integers, part: int) -> bool:
    """Whether an earlier part finds the hash as well."""
    first, second = halves
    at = row << _ONE
    words = (first[at], first[at + _ONE], second[at], second[at + _ONE])
    for other in range(part):
        start, width = parts[other, _START], parts[other, _WIDTH]
        if np.int64(ones(_value(words, start, width) ^ _value(query, start, width))) <= parts[other, _RADIUS]:
            return True
    return False


@inlined
def _wider(found: Integers) -> Integers:
    """The same hits with room for as many again."""
    grown = np.empty((2 * found.shape[0], found.shape[1]), np.int64)
    grown[: found.shape[0]] = found
    return grown


@inlined
def _compare(halves: Any, waiting: Any, query: Any, at: Any, result: Any) -> Any:
    """Keeps those of the waiting hashes that are near enough and that no earlier part finds."""
    first, second = halves
    rows, lying = waiting
    number, part, parts, most = at
    found, hits = result
    for k in range(lying):
        row = rows[k]
        place = row << _ONE
        apart = ones(first[place] ^ query[0]) + ones(first[place + _ONE] ^ query[1])
        if apart > most:
            continue
        apart += ones(second[place] ^ query[2]) + ones(second[place + _ONE] ^ query[3])
        if apart <= most and not _found_before(halves, row, query, parts, part):
            if hits == len(found):
                found = _wider(found)
            found[hits, 0], found[hits, 1], found[hits, 2] = number, row, apart
            hits += 1
    return found, hits


_HALVES, _TABLES, _PLAN = group(WORDS, WORDS), group(WORDS, SMALL, SMALL), group(read("int64", 2), SMALL, TABLE)


@compiled(FOUND, _HALVES, _TABLES, _PLAN, TABLE, WORD)
def _hits(halves: Any, tables: Any, plan: Any, queries: Words, most: np.uint64) -> Integers:
    """The rows (query, hash, apart), in order of query."""
    parts = plan[0]
    result = (np.empty((_ROOM, 3), np.int64), 0)
    asked = (np.empty(_TOGETHER, np.uint64), np.empty(_TOGETHER, np.uint64))
    full, waiting = (
        np.empty(BLOCK_BUCKETS * _TOGETHER + 1, np.uint64),
        np.empty(BLOCK_BUCKETS * _TOGETHER + _WAITING + 1, np.uint64),
    )
    for i in range(len(queries)):
        query = (queries[i, 0], queries[i, 1], queries[i, 2], queries[i, 3])
        for part in range(len(parts)):
            key = _value(query, parts[part, _START], parts[part, _WIDTH])
            for begin in range(parts[part, _HIGH], parts[part, _HIGH_STOP], _TOGETHER):
                stop = min(begin + _TOGETHER, parts[part, _HIGH_STOP])
                _ask_blocks(tables[0], plan, (part, begin, stop), key, asked)
                some = _ask_slots(tables, stop - begin, asked, full)
                lying, longs = _ask_singles(tables, (halves[0], np.uint64(parts[part, _LIST])), some, full, waiting)
                j = np.uint64(0)
                while lying > 0 or j < longs:
                    j, lying = _ask_listed(tables[2], halves[0], (j, lying, longs), full, waiting)
                    result = _compare(halves, (waiting, lying), query, (i, part, parts, most), result)
                    lying = np.uint64(0)
    return result[0][: result[1]]


def probe_hits(halves: Halves, tables: Tables, plan: Plan, queries: Words, most: int) -> Integers:
    """For spread queries uint64[q, 4] the rows (query, hash, apart) within `most` bits, in order of query: int64[k, 3]."""
    held = halves.first, halves.second
    found: Integers = _hits(
        held, (tables.blocks, tables.slots, tables.lists), (plan.parts, plan.highs, plan.balls), queries, np.uint64(most)
    )
    return found
