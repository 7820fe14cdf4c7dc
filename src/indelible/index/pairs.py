"""All pairs of hashes within some bits of each other, each once, without comparing all with all.

For each part the hashes are laid out in order of their value there, and a bucket is compared with those whose value differs in
at most the part's radius. A pair counts for the first part that finds it, unless its hashes are neighbours, which are compared
before. What a pair costs beside the comparisons is its row: an archive that holds one frame a thousand times has half a
million pairs of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import exp
from typing import Any

import numpy as np

from indelible.index.cuts import PARTS_MAX, PARTS_MIN, Cuts, Integers, variants, within
from indelible.index.halves import Halves, Words
from indelible.index.join import join_neighbours, join_part, lay_out
from indelible.index.search import Searchable
from indelible.index.tables import sort_by_part
from indelible.match.compiler import EIGHT

_ROOM = 1024  # pairs that there is room for at least
_SORTED_NS = 35.0  # a hash, sorted and laid out
_MET_NS = 8.0  # a bucket and one that it may meet
_COPIED_NS = 1.5  # a hash beside a bucket that it may meet
_EIGHT_NS = 4.0  # a hash compared with eight
_FIRST_HALF = 128  # bits


def pairs(rows: Words, most: int, parts: int | None = None) -> Integers:
    """(one, other, apart) of all two of the hashes uint64[n, 4] within `most` bits, one before other, in order: int64[k, 3].

    Fastest when hashes of one shot follow each other. `parts` is for tests and measurements.
    """
    cuts = Cuts.of(parts or parts_for_pairs(len(rows), most))
    found = np.concatenate(list(_each(np.ascontiguousarray(rows), cuts, most)))
    return found[np.lexsort((found[:, 1], found[:, 0]))]


def _each(rows: Words, cuts: Cuts, most: int) -> Iterator[Integers]:
    """The pairs of neighbours, then those that each part finds first."""
    halves, bound, radii = Halves.of(rows), np.uint64(most), cuts.radii(most)
    yield _noted(len(rows), join_neighbours, rows, bound)
    laid = np.empty((2, len(rows)), np.uint64)
    met = tuple(np.zeros(len(rows) + EIGHT, kind) for kind in (np.uint64, np.uint64, np.uint32))
    waiting = np.empty(len(rows), np.uint64)
    for part, (start, width, radius) in enumerate(zip(cuts.starts.tolist(), cuts.widths.tolist(), radii.tolist(), strict=True)):
        if radius >= 0:
            offsets, members = sort_by_part(halves, (start, width))
            # The half that the part is not of: unrelated hashes of a bucket differ there like any.
            lay_out(halves.second if start < _FIRST_HALF else halves.first, members, laid)
            held, buckets = (rows, (laid[0], laid[1], members), met, waiting), (offsets, variants(width, radius))
            yield _noted(len(rows), join_part, held, buckets, ((cuts.bits(), radii), part, bound))


def _noted(hashes: int, join: Callable[..., None], *held: Any) -> Integers:
    """The pairs that a join finds; it finds them once more when they are more than twice as many as hashes."""
    room = max(_ROOM, 2 * hashes)
    while True:
        found, count = np.empty((room, 3), np.int64), np.zeros(1, np.int64)
        join(*held, found, count)
        if count[0] <= room:
            return found[: count[0]].copy()
        room = int(count[0])


def parts_for_pairs(count: int, most: int) -> int:
    """Into how many parts so many hashes are best cut to find their pairs."""
    return min(range(PARTS_MIN, PARTS_MAX + 1), key=lambda parts: pairs_ns(count, most, Cuts.of(parts)))


def pairs_ns(count: int, most: int, cuts: Cuts) -> float:
    """What finding the pairs of so many evenly spread hashes costs."""
    cost = 0.0
    for width, radius in zip(cuts.widths.tolist(), cuts.radii(most).tolist(), strict=True):
        each, met = count / (1 << width), within(width, radius) / 2
        full = (1 << width) * (1 - exp(-each))
        cost += count * _SORTED_NS + full * met * (_MET_NS + each * _COPIED_NS) + count * (met * each / EIGHT + 0.5) * _EIGHT_NS
    return cost


def arrivals(held: Searchable, rows: Words, most: int) -> tuple[Integers, Integers]:
    """What new hashes uint64[n, 4] have within `most` bits: rows (new, held, apart), and pairs (new, new, apart) among them."""
    return held.within(rows, most), pairs(rows, most)
