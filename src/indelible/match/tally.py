"""The votes of hundreds of changes of a query, compiled: the answers of landmarks.best_changes, some fifty times as fast.

All references' offsets lie in one row of cells. A cell remembers the change and the moment that voted for it last: so no
moment votes twice, and nothing is wiped between changes. What a file that was damaged since may say stays within the row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indelible.match.compiler import FOUND, INTEGER, PLACES, compiled, group, inlined, read, written
from indelible.match.landmarks import (
    APARTS,
    HOPS_MAX,
    HOPS_MIN,
    INTERVAL_MAX,
    INTERVALS,
    OFFSET_HOPS,
    QUERY_FAN,
    REACH,
    Floats,
    Integers,
    LandmarkTable,
    LandmarkTables,
    Small,
)

_MOMENT_BITS = 12
_MOMENTS = (1 << _MOMENT_BITS) - 1

_CHANGED = group(written("float64", 2), written("int64", 2))
_HELD = group(PLACES, read("int32"), read("int32"), PLACES)


@inlined
def _vote(cells: tuple[Integers, Integers], at: int, mark: int) -> int:
    """Counts a vote for a cell and the one before it, and says how many the fuller of them has got by it."""
    counts, marks = cells
    most = 0
    for cell in range(at - 1, at + 1):
        if marks[cell] != mark:
            if marks[cell] >> _MOMENT_BITS != mark >> _MOMENT_BITS:
                counts[cell] = 0
            marks[cell] = mark
            counts[cell] += 1
            most = max(most, counts[cell])
    return most


@inlined
def _known(owner: Small, low: int, high: int, count: int) -> int:
    """Where in a key's entries, which ascend by owner, those of the first `count` references end."""
    while low < high:
        middle = (low + high) // 2
        if owner[middle] < count:
            low = middle + 1
        else:
            high = middle
    return low


@compiled(FOUND, _CHANGED, _HELD, INTEGER, read("bool_"))
def _tally(
    changed: tuple[Floats, Integers], held: tuple[Integers, Small, Small, Integers], count: int, common: NDArray[np.bool_]
) -> Integers:
    """For each of the first `count` references of a table the most votes and the change that got them, int64[2, count]."""
    (hops, steps), (starts, owner, first, bases) = changed, held
    best = np.zeros((2, count), np.int64)
    cells = np.zeros(bases[count], np.int64), np.zeros(bases[count], np.int64)
    for change in range(hops.shape[0]):
        lowest = int(np.floor(-hops[change, -1] / OFFSET_HOPS)) - 1
        for i in range(hops.shape[1]):
            moment = hops[change, i]
            mark = ((change + 1) << _MOMENT_BITS) | (int(np.rint(moment)) & _MOMENTS)
            begun = 0
            for j in range(i + 1, min(hops.shape[1], i + 1 + REACH)):
                apart = int(np.rint(hops[change, j] - moment))
                interval = steps[change, j] - steps[change, i]
                if apart > HOPS_MAX or begun == QUERY_FAN:
                    break
                if apart < HOPS_MIN or abs(interval) > INTERVAL_MAX:
                    continue
                begun += 1
                key = (steps[change, i] * INTERVALS + interval + INTERVAL_MAX) * APARTS + apart
                for near in range(key - 1, min(key + 2, len(starts) - 1)):
                    low = int(starts[near])
                    if common[near] or low == starts[near + 1]:
                        continue
                    high = _known(owner, low, int(starts[near + 1]), count)
                    for entry in range(low, high):
                        whose = min(max(owner[entry], 0), count - 1)
                        at = int(bases[whose]) + int(np.floor((first[entry] - moment) / OFFSET_HOPS)) - lowest
                        at = min(max(at, 1), len(cells[0]) - 1)
                        most = _vote(cells, at, mark)
                        if most > best[0, whose]:
                            best[0, whose], best[1, whose] = most, change
    return best


def best_changes(hops: Floats, steps: Integers, held: LandmarkTables) -> tuple[Integers, Integers]:
    """As landmarks.best_changes; the hops of a change ascend."""
    if not hops.size:
        return np.zeros(held.count, np.int64), np.zeros(held.count, np.int64)
    spread = int(np.ptp(hops, axis=1).max()) + 4 * OFFSET_HOPS
    best = [np.zeros((2, 0), np.int64)]
    best += [_best((hops, steps), table, known, spread, held.common) for table, _, known in held.looked()]
    most, change = np.concatenate(best, axis=1)
    return most, change


def _best(
    changed: tuple[Floats, Integers], table: LandmarkTable, known: int, spread: int, common: NDArray[np.bool_]
) -> Integers:
    """The answer of one table, of its first `known` references."""
    rooms = (table.lengths_hops[:known] + spread) // OFFSET_HOPS + 2
    bases = np.concatenate([[0], np.cumsum(rooms)])
    made: Integers = _tally(changed, (table.starts, table.owner, table.first, bases), known, common)
    return made
