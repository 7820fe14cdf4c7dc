"""All pairs of hashes within some bits of each other, each once, without comparing all with all.

For each part the hashes are laid out in order of their value there, and a bucket is compared with those whose value differs in
at most the part's radius. A pair counts for the first part that finds it. A bucket's hashes are looked at sixteen at a time, by
the bounds that a scan uses; what lies behind a bucket's end is looked at too and then left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indelible.index.cuts import PARTS_MAX, PARTS_MIN, Cuts, Integers, Small, variants, within
from indelible.index.halves import Halves, Words
from indelible.index.scan import level_of
from indelible.index.search import Searchable
from indelible.index.tables import sort_by_part
from indelible.match.compiler import (
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
    ones,
    written,
)

_TOGETHER = 16
_ROOM = 1024  # pairs that there is room for at first
_BUCKETS_NS = 6.0  # two buckets
_TOGETHER_NS = 4.0  # a hash compared with sixteen
_WORD_BITS = 64
_ONE = np.uint64(1)
_FAR = np.uint64(_WORD_BITS * 4)


@compiled(NOTHING, WORDS, WORDS, SMALL, written("uint64", 2))
def _lay_out(first: Words, second: Words, members: Small, laid: Words) -> None:
    """Copies hashes into four rows of words, in the order of `members`."""
    for place in range(len(members)):
        row = 2 * np.int64(members[place])
        laid[0, place], laid[1, place] = first[row], first[row + 1]
        laid[2, place], laid[3, place] = second[row], second[row + 1]


@inlined
def _least(laid: Any, at: np.uint64, query: Any, level: int) -> np.uint64:
    """A bound of the least distance of sixteen hashes."""
    a, b, c, d = laid
    x, y, z, w = query
    least = _FAR
    if level == 0:
        for j in range(_TOGETHER):
            k = at + np.uint64(j)
            least = min(least, ones((a[k] ^ x) | (b[k] ^ y)))
    elif level == 1:
        for j in range(_TOGETHER):
            k = at + np.uint64(j)
            least = min(least, ones((a[k] ^ x) | (b[k] ^ y) | (c[k] ^ z) | (d[k] ^ w)))
    else:
        for j in range(_TOGETHER):
            k = at + np.uint64(j)
            least = min(least, ones(a[k] ^ x) + ones(b[k] ^ y) + ones(c[k] ^ z) + ones(d[k] ^ w))
    return least


@inlined
def _measure(laid: Any, at: np.uint64, query: Any, apart: Words) -> None:
    """The distances of sixteen hashes."""
    a, b, c, d = laid
    x, y, z, w = query
    for j in range(_TOGETHER):
        k = at + np.uint64(j)
        apart[j] = ones(a[k] ^ x) + ones(b[k] ^ y) + ones(c[k] ^ z) + ones(d[k] ^ w)


@inlined
def _found_before(laid: Any, two: tuple[np.uint64, np.uint64], parts: Any, part: int) -> bool:
    """Whether an earlier part finds a pair."""
    bits, radii = parts
    one, other = two
    a, b, c, d = laid
    p, q, r, s = a[one] ^ a[other], b[one] ^ b[other], c[one] ^ c[other], d[one] ^ d[other]
    for earlier in range(part):
        apart = (
            ones(p & bits[earlier, 0]) + ones(q & bits[earlier, 1]) + ones(r & bits[earlier, 2]) + ones(s & bits[earlier, 3])
        )
        if np.int64(apart) <= radii[earlier]:
            return True
    return False


@inlined
def _keep(held: Any, mine: np.uint64, span: Any, how: Any, found: Integers) -> None:
    """Notes the pairs of one hash with up to sixteen from span[0] on and before span[1], if no earlier part finds them."""
    laid, members, apart, count = held
    parts, part, most = how
    at, end = span
    _measure(laid, at, (laid[0][mine], laid[1][mine], laid[2][mine], laid[3][mine]), apart)
    for j in range(min(np.uint64(_TOGETHER), end - at)):
        if apart[j] <= most and not _found_before(laid, (mine, at + np.uint64(j)), parts, part):
            if count[0] < len(found):
                one, other = np.int64(members[mine]), np.int64(members[at + np.uint64(j)])
                found[count[0], 0], found[count[0], 1], found[count[0], 2] = min(one, other), max(one, other), apart[j]
            count[0] += 1


@inlined
def _join(held: Any, spans: Any, how: Any, level: int, found: Integers) -> None:
    """Notes the pairs of two buckets, or of one with itself."""
    laid = held[0]
    begin, end, other_begin, other_end = spans
    mine = begin
    while mine < end:
        query = (laid[0][mine], laid[1][mine], laid[2][mine], laid[3][mine])
        at = mine + _ONE if begin == other_begin else other_begin
        while at < other_end:
            if _least(laid, at, query, level) <= how[2]:
                _keep(held, mine, (at, other_end), how, found)
            at += np.uint64(_TOGETHER)
        mine += _ONE


_HELD = group(group(WORDS, WORDS, WORDS, WORDS), SMALL, written("uint64"), written("int64"))


@compiled(NOTHING, _HELD, SMALL, SMALL, group(group(TABLE, PLACES), INTEGER, WORD, INTEGER), FOUND)
def _join_part(held: Any, offsets: Small, masks: Small, how: Any, found: Integers) -> None:
    """Notes the pairs that one part finds first, and counts them also when there is no room for them.

    Arrays are handed down only: whatever is handed back is counted by its users, which costs more than the work.
    """
    parts, part, most, level = how
    for bucket in range(len(offsets) - 1):
        begin, end = np.uint64(offsets[bucket]), np.uint64(offsets[bucket + 1])
        if begin == end:
            continue
        for j in range(len(masks)):
            other = bucket ^ np.int64(masks[j])
            if other >= bucket and offsets[other] < offsets[other + 1]:
                spans = (begin, end, np.uint64(offsets[other]), np.uint64(offsets[other + 1]))
                _join(held, spans, (parts, part, most), level, found)


def pairs(rows: Words, most: int, parts: int | None = None) -> Integers:
    """(one, other, apart) of all two of the hashes uint64[n, 4] within `most` bits, one before other, in order: int64[k, 3].

    `parts` is for tests and measurements.
    """
    halves, cuts = Halves.of(rows), Cuts.of(parts or parts_for_pairs(len(rows), most))
    radii = cuts.radii(most)
    laid = np.zeros((4, len(rows) + _TOGETHER), np.uint64)
    members = np.empty(len(rows), np.uint32)
    each = []
    for part, (start, width, radius) in enumerate(zip(cuts.starts.tolist(), cuts.widths.tolist(), radii.tolist(), strict=True)):
        if radius >= 0:
            offsets = np.empty((1 << width) + 1, np.uint32)
            sort_by_part((halves.first, halves.second), (start, width), offsets, members)
            _lay_out(halves.first, halves.second, members, laid)
            how = ((cuts.bits(), radii), part, np.uint64(most), level_of(most))
            each.append(_joined(laid, members, offsets, variants(width, radius), how))
    found = np.concatenate(each)
    return found[np.lexsort((found[:, 1], found[:, 0]))]


def _joined(laid: Words, members: Small, offsets: Small, masks: Small, how: Any) -> Integers:
    """The pairs that one part finds first; once more when there are more of them than hashes."""
    room = max(_ROOM, len(members))
    while True:
        found, count = np.empty((room, 3), np.int64), np.zeros(1, np.int64)
        planes = (laid[0], laid[1], laid[2], laid[3])
        _join_part((planes, members, np.empty(_TOGETHER, np.uint64), count), offsets, masks, how, found)
        if count[0] <= room:
            return found[: count[0]]
        room = int(count[0])


def parts_for_pairs(count: int, most: int) -> int:
    """Into how many parts so many hashes are best cut to find their pairs."""
    return min(range(PARTS_MIN, PARTS_MAX + 1), key=lambda parts: pairs_ns(count, most, Cuts.of(parts)))


def pairs_ns(count: int, most: int, cuts: Cuts) -> float:
    """What finding the pairs of so many evenly spread hashes costs."""
    cost = 0.0
    for width, radius in zip(cuts.widths.tolist(), cuts.radii(most).tolist(), strict=True):
        each = count / (1 << width)
        joined = (1 << width) * within(width, radius) / 2 * min(1.0, each)
        cost += joined * (_BUCKETS_NS + each * (1 + each / _TOGETHER) * _TOGETHER_NS) + count * 20.0 + (1 << width)
    return cost


def arrivals(held: Searchable, rows: Words, most: int) -> tuple[Integers, Integers]:
    """What new hashes uint64[n, 4] have within `most` bits: rows (new, held, apart), and pairs (new, new, apart) among them."""
    return held.within(rows, most), pairs(rows, most)
