"""What it means that hashes lie within some bits of each other, one after the other: slow, and what every way must equal."""

from __future__ import annotations

import numpy as np

from indelible.index.cuts import Integers
from indelible.index.halves import Words


def within(rows: Words, queries: Words, most: int) -> Integers:
    """For rows uint64[n, 4] and queries uint64[q, 4]: (query, row, apart) of all within `most` bits, in order: int64[k, 3]."""
    found = [np.zeros((0, 3), np.int64)]
    for number, query in enumerate(queries):
        apart = np.bitwise_count(rows ^ query).sum(axis=1, dtype=np.int64)
        near = np.flatnonzero(apart <= most)
        found.append(np.stack([np.full(len(near), number), near, apart[near]], axis=1))
    return np.concatenate(found)


def pairs(rows: Words, most: int) -> Integers:
    """(one, other, apart) of all two rows within `most` bits, one before other, in order: int64[k, 3]."""
    found = within(rows, rows, most)
    return found[found[:, 0] < found[:, 1]]
