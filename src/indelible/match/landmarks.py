"""Landmarks of a sound, and tables of those of many: two peaks near each other are a pitch, an interval and a time between.

`best_changes` is the definition of what match/tally computes: of every change of a query, how many of its moments agree with
a reference on one offset.

Source: A. Wang, "An industrial-strength audio search algorithm", ISMIR 2003; measured in docs/decisions/0012-sound.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Small = NDArray[np.int32]
Floats = NDArray[np.float64]

FAN = 5  # landmarks that one peak of a reference begins
QUERY_FAN = 8  # and one of a query: a copy has peaks that its source has not, and they must not push out the shared ones
REACH = 64  # peaks looked at for them
HOPS_MIN, HOPS_MAX = 2, 62  # 46 ms to 1.4 s between the two peaks of a landmark
INTERVAL_MAX = 60  # between their pitches, in steps
OFFSET_HOPS = 2  # two cells of these, so 93 ms, are one offset
COMMON_MAX = 4_000  # a landmark that a library holds more often than this tells nothing
INTERVALS, APARTS = 2 * INTERVAL_MAX + 1, 64  # how many of each a key has room for
_LINEAR_BELOW_BINS, _STEPS = 120.0, 110.0  # a step of pitch is 1.1 bins (12 Hz) low down, 1.2 % far up


@dataclass(frozen=True)
class Landmarks:
    """Pairs of peaks: their keys int64[n], and the hops, float64[n], of the first and of the second peak."""

    keys: Integers
    first: Floats
    second: Floats


@dataclass(frozen=True)
class Shared:
    """Landmarks that a piece of a query shares with references under one change: four arrays of one length."""

    owner: Integers  # which reference
    here: Integers  # which landmark of the piece
    first: Floats  # the hops of the two peaks in the reference
    second: Floats

    def only(self, which: NDArray[np.bool_]) -> Shared:
        """Those of them."""
        return Shared(self.owner[which], self.here[which], self.first[which], self.second[which])


def steps_of(pitches: Floats) -> Integers:
    """Pitches in bins, of any shape, in steps of about a bin low down and of one ratio far up."""
    return np.round(_STEPS * np.log1p(pitches / _LINEAR_BELOW_BINS)).astype(np.int64)


def landmarks(hops: Floats, steps: Integers, fan: int = FAN) -> Landmarks:
    """The landmarks of peaks in order of time: each with the next `fan` in reach."""
    one = np.arange(len(hops))[:, np.newaxis]
    other = one + np.arange(1, REACH + 1)
    exists = other < len(hops)
    other = np.minimum(other, len(hops) - 1)
    apart = np.round(hops[other] - hops[one]).astype(np.int64)
    interval = steps[other] - steps[one]
    fits = exists & (apart >= HOPS_MIN) & (apart <= HOPS_MAX) & (np.abs(interval) <= INTERVAL_MAX)
    at, nth = np.nonzero(fits & (np.cumsum(fits, axis=1) <= fan))
    keys = (steps[at] * INTERVALS + interval[at, nth] + INTERVAL_MAX) * APARTS + apart[at, nth]
    return Landmarks(keys, hops[at], hops[other[at, nth]])


@dataclass(frozen=True)
class LandmarkTable:
    """The landmarks of r references in order of key, and of reference where keys are equal.

    `starts` int64[k + 1]: where the landmarks of each key stand. `owner`, `first` and `second` int32[m]: whose each is, and the
    hops of its two peaks. `lengths_hops` int64[r]: how far each reference's peaks reach.
    """

    starts: Integers
    owner: Small
    first: Small
    second: Small
    lengths_hops: Integers

    @classmethod
    def of(cls, made: Sequence[Landmarks]) -> LandmarkTable:
        """From the landmarks of each reference, at whole hops."""
        lengths = [int(each.second.max(initial=0.0)) + 1 for each in made]
        owner = np.repeat(np.arange(len(made), dtype=np.int32), [len(each.keys) for each in made])
        first = np.concatenate([np.zeros(0), *(each.first for each in made)]).astype(np.int32)
        second = np.concatenate([np.zeros(0), *(each.second for each in made)]).astype(np.int32)
        keys = np.concatenate([np.zeros(0, np.int64), *(each.keys for each in made)])
        return cls._ordered(keys, owner, (first, second), lengths)

    @classmethod
    def joined(cls, tables: Sequence[LandmarkTable]) -> LandmarkTable:
        """One table of the references of several, in turn."""
        numbers = np.cumsum([0, *map(len, tables)])[:-1].astype(np.int32)
        return cls._ordered(
            np.concatenate([np.repeat(np.arange(len(table.starts) - 1), np.diff(table.starts)) for table in tables]),
            np.concatenate([table.owner + number for table, number in zip(tables, numbers, strict=True)]),
            (np.concatenate([table.first for table in tables]), np.concatenate([table.second for table in tables])),
            np.concatenate([table.lengths_hops for table in tables]).tolist(),
        )

    @classmethod
    def _ordered(cls, keys: Integers, owner: Small, peaks: tuple[Small, Small], lengths: Sequence[int]) -> LandmarkTable:
        """From landmarks in order of reference."""
        order = np.argsort(keys, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=1))]).astype(np.int64)
        return cls(starts, owner[order], peaks[0][order], peaks[1][order], np.array(lengths, np.int64))

    def __len__(self) -> int:
        return len(self.lengths_hops)


@dataclass(frozen=True)
class LandmarkTables:
    """References in one table or several, in turn, of which the first `count` are looked at.

    `common` bool[k]: the keys that those hold more often than `common_max`.
    """

    tables: tuple[LandmarkTable, ...]
    count: int
    common_max: int
    common: NDArray[np.bool_] = field(repr=False)

    @classmethod
    def of(cls, tables: Sequence[LandmarkTable], common_max: int = COMMON_MAX) -> LandmarkTables:
        """All references of these tables."""
        return cls._first(tuple(tables), sum(map(len, tables)), common_max)

    @classmethod
    def _first(cls, tables: tuple[LandmarkTable, ...], count: int, common_max: int) -> LandmarkTables:
        looked = tuple(_looked(tables, count))
        times = np.zeros(max((len(table.starts) - 1 for table, _, _ in looked), default=1), np.int64)
        for table, _, _ in looked:
            times[: len(table.starts) - 1] += np.diff(table.starts)
        often = np.flatnonzero(times > common_max)
        for table, _, known in looked:
            if known < len(table):
                for key in often[often < len(table.starts) - 1].tolist():
                    owners = table.owner[table.starts[key] : table.starts[key + 1]]
                    times[key] -= len(owners) - np.searchsorted(owners, known)
        return cls(tables, count, common_max, times > common_max)

    def before(self, count: int) -> LandmarkTables:
        """The first `count` references, as if there were no others; shares the tables."""
        return self._first(self.tables, count, self.common_max)

    def looked(self) -> Iterator[tuple[LandmarkTable, int, int]]:
        """The tables that are looked at: the number of each one's first reference, and how many of its references count."""
        return _looked(self.tables, self.count)

    def shared_with(self, mine: Landmarks) -> Shared:
        """Every pair of a query's landmark and a reference's of the same pitch and interval, one hop of time forgiven.

        Those of one reference stand in order of the query's landmarks; what is common is left out.
        """
        none = np.zeros(0, np.int64)
        found = [Shared(none, none, np.zeros(0), np.zeros(0))]
        asked = np.concatenate([mine.keys - 1, mine.keys, mine.keys + 1])
        for table, number, known in self.looked():
            held = (asked >= 0) & (asked < len(table.starts) - 1)
            held[held] = ~self.common[asked[held]]
            low, high = (np.where(held, table.starts[np.where(held, asked + side, 0)], 0) for side in (0, 1))
            probe = np.repeat(np.arange(len(asked)), high - low)
            there = np.arange(len(probe)) - np.repeat(np.cumsum(high - low) - (high - low), high - low) + low[probe]
            kept = table.owner[there] < known
            probe, there = probe[kept], there[kept]
            first, second = (peaks[there].astype(np.float64) for peaks in (table.first, table.second))
            found.append(Shared(table.owner[there].astype(np.int64) + number, probe % max(1, len(mine.keys)), first, second))
        return Shared(*(np.concatenate([getattr(each, each_field.name) for each in found]) for each_field in fields(Shared)))


def _looked(tables: tuple[LandmarkTable, ...], count: int) -> Iterator[tuple[LandmarkTable, int, int]]:
    number = 0
    for table in tables:
        if number < count:
            yield table, number, min(len(table), count - number)
        number += len(table)


def votes(shared: Shared, mine: Landmarks) -> tuple[Integers, Integers, Integers]:
    """For each reference that shares anything: its number, the votes for its best offset, and that offset's cell."""
    moments = mine.first[shared.here]
    cells = np.floor((shared.first - moments) / OFFSET_HOPS).astype(np.int64) + (1 << 23)
    # A moment votes once for a cell, and for the one before it, so that two neighbouring cells count as one offset.
    places = (shared.owner << 24) | cells
    ballots = np.unique((np.concatenate([places, places - 1]) << 12) | np.tile(moments.round().astype(np.int64) & 0xFFF, 2))
    places, counts = np.unique(ballots >> 12, return_counts=True)
    order = np.lexsort((-counts, places >> 24))
    owners, first = np.unique(places[order] >> 24, return_index=True)
    return owners, counts[order][first], (places[order][first] & 0xFFFFFF) - (1 << 23)


def best_changes(hops: Floats, steps: Integers, held: LandmarkTables) -> tuple[Integers, Integers]:
    """For each reference the most votes that any offset gets under any change, and the first change that gets them.

    `hops` float64[c, n], `steps` int64[c, n]: the query's peaks under each of c changes. Both answers are int64[r].
    """
    most, change = np.zeros(held.count, np.int64), np.zeros(held.count, np.int64)
    for number in range(len(hops)):
        mine = landmarks(hops[number], steps[number], QUERY_FAN)
        owners, counts, _ = votes(held.shared_with(mine), mine)
        better = counts > most[owners]
        most[owners[better]], change[owners[better]] = counts[better], number
    return most, change
