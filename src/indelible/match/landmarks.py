"""Landmarks of a sound, and a table of those of many: two peaks near each other are a pitch, an interval and a time between.

`best_changes` is the definition of what match/tally computes: of every change of a query, how many of its moments agree with
a reference on one offset.

Source: A. Wang, "An industrial-strength audio search algorithm", ISMIR 2003; measured in docs/decisions/0012-sound.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
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
    """Landmarks that a piece of a query shares with a table under one change: three arrays of one length."""

    owner: Integers  # which reference
    here: Integers  # which landmark of the piece
    there: Integers  # which landmark of the table

    def only(self, which: NDArray[np.bool_]) -> Shared:
        """Those of them."""
        return Shared(self.owner[which], self.here[which], self.there[which])


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


class LandmarkTable:
    """The landmarks of many references in order of key, and of reference where keys are equal.

    `starts` int64[k + 1]: where the landmarks of each key stand. `owner` int64[m], `first` and `second` float64[m]: whose each
    is, and the hops of its two peaks. `lengths_hops` float64[r]: how far each reference's peaks reach. `count`: how many of
    the references are looked at.
    """

    def __init__(self, made: Sequence[Landmarks]) -> None:
        keys = np.concatenate([np.zeros(0, np.int64), *(each.keys for each in made)])
        order = np.argsort(keys, kind="stable")
        self.count = len(made)
        self.owner = np.repeat(np.arange(len(made)), [len(each.keys) for each in made])[order]
        self.first = np.concatenate([np.zeros(0), *(each.first for each in made)])[order]
        self.second = np.concatenate([np.zeros(0), *(each.second for each in made)])[order]
        self.starts = np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=1))])
        self.lengths_hops = np.array([each.second.max(initial=0.0) + 1 for each in made])

    def before(self, count: int) -> LandmarkTable:
        """The first `count` references, as if there were no others; shares the arrays."""
        held = copy(self)
        held.count, held.lengths_hops = count, self.lengths_hops[:count]
        return held

    def shared_with(self, mine: Landmarks, common_max: int = COMMON_MAX) -> Shared:
        """Every pair of a query's landmark and the table's of the same pitch and interval, one hop of time forgiven."""
        asked = np.concatenate([mine.keys - 1, mine.keys, mine.keys + 1])
        held = (asked >= 0) & (asked < len(self.starts) - 1)
        low, high = (np.where(held, self.starts[np.where(held, asked + side, 0)], 0) for side in (0, 1))
        probe = np.repeat(np.arange(len(asked)), high - low)
        there = np.arange(len(probe)) - np.repeat(np.cumsum(high - low) - (high - low), high - low) + low[probe]
        known = self.owner[there] < self.count
        rare = np.bincount(probe[known], minlength=len(asked)) <= common_max
        kept = known & rare[probe]
        return Shared(self.owner[there[kept]], probe[kept] % max(1, len(mine.keys)), there[kept])


def votes(shared: Shared, mine: Landmarks, table: LandmarkTable) -> tuple[Integers, Integers, Integers]:
    """For each reference that shares anything: its number, the votes for its best offset, and that offset's cell."""
    moments = mine.first[shared.here]
    cells = np.floor((table.first[shared.there] - moments) / OFFSET_HOPS).astype(np.int64) + (1 << 23)
    # A moment votes once for a cell, and for the one before it, so that two neighbouring cells count as one offset.
    places = (shared.owner << 24) | cells
    ballots = np.unique((np.concatenate([places, places - 1]) << 12) | np.tile(moments.round().astype(np.int64) & 0xFFF, 2))
    places, counts = np.unique(ballots >> 12, return_counts=True)
    order = np.lexsort((-counts, places >> 24))
    owners, first = np.unique(places[order] >> 24, return_index=True)
    return owners, counts[order][first], (places[order][first] & 0xFFFFFF) - (1 << 23)


def best_changes(
    hops: Floats, steps: Integers, table: LandmarkTable, common_max: int = COMMON_MAX
) -> tuple[Integers, Integers]:
    """For each reference the most votes that any offset gets under any change, and the first change that gets them.

    `hops` float64[c, n], `steps` int64[c, n]: the query's peaks under each of c changes. Both answers are int64[r].
    """
    most, change = np.zeros(table.count, np.int64), np.zeros(table.count, np.int64)
    for number in range(len(hops)):
        mine = landmarks(hops[number], steps[number], QUERY_FAN)
        owners, counts, _ = votes(table.shared_with(mine, common_max), mine, table)
        better = counts > most[owners]
        most[owners[better]], change[owners[better]] = counts[better], number
    return most, change
