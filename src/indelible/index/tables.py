"""For each part of the hashes, which hashes have which value there: a directory that stays in the cache, slots, and lists.

A block of the directory tells of 64 neighbouring buckets in 16 bytes: a word with a bit for each that holds anything, and how
many slots come before. That is two bits a bucket where offsets would take 32, and 256 buckets that differ in their last eight
bits share one line of memory. A full bucket's slot holds its hash, or says where the list of its hashes begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indelible.index.cuts import BLOCK_BITS, BLOCK_BUCKETS, Cuts, Integers, Small
from indelible.index.halves import Halves, Words
from indelible.match.compiler import INTEGER, NOTHING, PLACES, SMALL, WORDS, compiled, group, written

HASHES_MAX = 2**31  # the highest bit of a slot says that it is a list, of a list's hash that it is the last
_WORD_BITS = 64
_SECOND = 2  # the word that the second half begins with
_ONE = np.uint64(1)
_FLAG = np.uint32(HASHES_MAX)


@compiled(NOTHING, WORDS, WORDS, group(INTEGER, INTEGER), written("uint32"))
def _values(first: Words, second: Words, part: tuple[int, int], values: Small) -> None:
    """The value of one part (start, width) of each hash."""
    start, width = part
    word, shift, mask = start // _WORD_BITS, np.uint64(start % _WORD_BITS), (_ONE << np.uint64(width)) - _ONE
    half = first if word < _SECOND else second
    following = first if word + 1 < _SECOND else second
    at, next_at = word % _SECOND, (word + 1) % _SECOND
    for row in range(len(values)):
        values[row] = (half[2 * row + at] >> shift) & mask
    if start % _WORD_BITS + width > _WORD_BITS:
        for row in range(len(values)):
            values[row] |= (following[2 * row + next_at] << (np.uint64(_WORD_BITS) - shift)) & mask


@compiled(NOTHING, SMALL, written("uint32"), written("uint32"))
def _sort(values: Small, offsets: Small, members: Small) -> None:
    """Counts the values, and lists the hashes of each."""
    offsets[:] = 0
    for value in values:
        offsets[np.int64(value) + 1] += np.uint32(1)
    for value in range(1, len(offsets)):
        offsets[value] += offsets[value - 1]
    for row in range(len(values)):
        place = offsets[values[row]]
        members[place] = row
        offsets[values[row]] = place + np.uint32(1)
    for value in range(len(offsets) - 1, 0, -1):
        offsets[value] = offsets[value - 1]
    offsets[0] = 0


def sort_by_part(halves: Halves, part: tuple[int, int]) -> tuple[Small, Small]:
    """Lists the hashes by the value of one part (start, width): (offsets uint32[2^width + 1], members uint32[n]).

    Those of value v are members[offsets[v] : offsets[v + 1]], ascending.
    """
    values, members = np.empty(len(halves), np.uint32), np.empty(len(halves), np.uint32)
    offsets = np.empty((1 << part[1]) + 1, np.uint32)
    _values(halves.first, halves.second, part, values)
    _sort(values, offsets, members)
    return offsets, members


@compiled(PLACES, SMALL)
def _sizes(offsets: Small) -> Integers:
    """How many slots a part needs, and how many places its lists have: int64[2]."""
    sizes = np.zeros(2, np.int64)
    for value in range(len(offsets) - 1):
        size = offsets[value + 1] - offsets[value]
        sizes[0] += size > 0
        sizes[1] += size if size > 1 else 0
    return sizes


_MADE = group(written("uint64"), written("uint32"), written("uint32"))


@compiled(NOTHING, SMALL, SMALL, INTEGER, _MADE)
def _fill(offsets: Small, members: Small, before: int, made: tuple[Words, Small, Small]) -> None:
    """Writes a part's blocks, slots and lists; `before` slots belong to the parts before it."""
    blocks, slots, lists = made
    slot = place = 0
    for value in range(len(offsets) - 1):
        block = 2 * (value >> BLOCK_BITS)
        if value % BLOCK_BUCKETS == 0:
            blocks[block], blocks[block + 1] = 0, before + slot
        begin, end = int(offsets[value]), int(offsets[value + 1])
        if begin == end:
            continue
        blocks[block] |= _ONE << np.uint64(value % BLOCK_BUCKETS)
        slots[slot] = members[begin] if end - begin == 1 else _FLAG | np.uint32(place)
        slot += 1
        if end - begin > 1:
            lists[place : place + end - begin] = members[begin:end]
            place += end - begin
            lists[place - 1] |= _FLAG


@dataclass(frozen=True)
class Tables:
    """The m parts of n hashes, one after the other.

    `blocks` uint64[2 b]; `slots` uint32[s]; `lists` uint32[l], each part's from list_starts int64[m] on.
    """

    cuts: Cuts
    blocks: Words
    slots: Small
    lists: Small
    list_starts: Integers

    @classmethod
    def of(cls, halves: Halves, parts: int) -> Tables:
        """Raises ValueError above HASHES_MAX hashes."""
        if len(halves) > HASHES_MAX:
            raise ValueError(f"expected at most {HASHES_MAX} hashes, found {len(halves)}")
        cuts = Cuts.of(parts)
        # Memory that is not written to is never taken, so there is room for all parts from the beginning.
        blocks = np.empty(2 * int(cuts.blocks().sum()), np.uint64)
        slots, lists = np.empty(len(halves) * parts, np.uint32), np.empty(len(halves) * parts, np.uint32)
        block = slot = 0
        starts = [0]
        for start, width in zip(cuts.starts.tolist(), cuts.widths.tolist(), strict=True):
            offsets, members = sort_by_part(halves, (start, width))
            _fill(offsets, members, slot, (blocks[block:], slots[slot:], lists[starts[-1] :]))
            own_slots, places = _sizes(offsets).tolist()
            block, slot = block + (2 << (width - BLOCK_BITS)), slot + own_slots
            starts.append(starts[-1] + places)
        return cls(cuts, blocks, slots[:slot], lists[: starts[-1]], np.array(starts[:-1], np.int64))

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return self.blocks.nbytes + self.slots.nbytes + self.lists.nbytes
