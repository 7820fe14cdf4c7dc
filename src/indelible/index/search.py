"""Exact search over one array of hashes, by whichever way costs least for this call.

Costs are estimated in nanoseconds of one core. The constants were measured (docs/decisions/0016-index.md); wrong ones cost time,
never an answer: every way finds the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from indelible.index.cuts import Cuts, Integers, parts_for
from indelible.index.halves import Halves, Words
from indelible.index.probe import Plan, probe_hits
from indelible.index.scan import MANY, level_of, scan_hits
from indelible.index.tables import Tables
from indelible.match.compiler import COUNTS_EIGHT

TABLES_MIN = 4096  # hashes; fewer are scanned in a microsecond or two

_BLOCK_NS = 10.0  # a block of the directory
_COMPARED_NS = 30.0  # a hash that a bucket names
_SCANNED_NS = (0.07, 0.1, 0.1, 0.12)  # a hash and query of many, by the bound, where eight hashes' bits are counted at once
_ONE_BY_ONE = 4.3  # times as long where they are not: 4.1 to 5.0 by the bound
_LAID_NS = 2.0  # a hash, laid out once for many queries
_READ_NS = (0.6, 1.2)  # a hash and query of few: its first half, or both
_BLOCKS_MAX = 1 << 20  # of a plan: 4 MiB


class Way(Enum):
    """How hashes are searched."""

    PROBE = "probe"
    SCAN = "scan"


@dataclass(frozen=True)
class Searchable:
    """Hashes and, if there are enough, the tables of their parts."""

    halves: Halves
    tables: Tables | None
    _ready: dict[int, tuple[Plan | None, float]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, rows: Words) -> Searchable:
        """From spread hashes uint64[n, 4]; few of them get no tables."""
        return cls.over(Halves.of(rows))

    @classmethod
    def over(cls, halves: Halves) -> Searchable:
        """From hashes that lie in halves already."""
        return cls(halves, Tables.of(halves, parts_for(len(halves))) if len(halves) >= TABLES_MIN else None)

    def within(self, queries: Words, most: int, way: Way | None = None) -> Integers:
        """For spread queries uint64[q, 4] the rows (query, hash, apart) within `most` bits, in order: int64[k, 3].

        `way` is for tests and measurements. Raises ValueError when there are no tables to probe.
        """
        way = way or self.cheapest(len(queries), most)
        if way is Way.SCAN:
            found = scan_hits(self.halves, queries, most)
        else:
            plan = self._prepared(most)[0]
            if self.tables is None or plan is None:
                raise ValueError("these hashes have no tables, or the radius is too wide for them")
            found = probe_hits(self.halves, self.tables, plan, queries, most)
        return found[np.lexsort((found[:, 1], found[:, 0]))] if len(found) > 1 else found

    def cheapest(self, queries: int, most: int) -> Way:
        """The way that costs least for so many queries."""
        return Way.PROBE if queries * self._prepared(most)[1] < scan_ns(len(self.halves), queries, most) else Way.SCAN

    def _prepared(self, most: int) -> tuple[Plan | None, float]:
        """The plan for a radius, if there can be one, and what it costs a query."""
        ready = self._ready.get(most)
        if ready is None:
            ready = self._ready[most] = self._prepare(most)
        return ready

    def _prepare(self, most: int) -> tuple[Plan | None, float]:
        if self.tables is None or self.tables.cuts.blocks_looked_into(most) > _BLOCKS_MAX:
            return None, float("inf")
        cuts = self.tables.cuts
        return Plan.of(cuts, self.tables.list_starts, most), probe_ns(cuts, len(self.halves), most)


def probe_ns(cuts: Cuts, hashes: int, most: int) -> float:
    """What probing so many evenly spread hashes costs a query."""
    return cuts.blocks_looked_into(most) * _BLOCK_NS + cuts.share_compared(most) * hashes * _COMPARED_NS


def scan_ns(hashes: int, queries: int, most: int) -> float:
    """What scanning so many hashes costs for so many queries."""
    level = level_of(most)
    if queries < MANY:
        return hashes * queries * _READ_NS[min(level, 1)]
    slowness = 1.0 if COUNTS_EIGHT else _ONE_BY_ONE
    return hashes * (_LAID_NS + queries * _SCANNED_NS[level] * slowness)
