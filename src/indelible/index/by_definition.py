"""What it means that hashes lie within some bits of each other, or codes near cells, one by one: slow, and what every way must equal."""

from __future__ import annotations

import numpy as np

from indelible.index.cells import Cells
from indelible.index.code_hits import Nearest
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


def nearest_cells(cells: Cells, codes: Words, count: int) -> Integers:
    """The `count` nearest cells to each code of uint64[2, q], of those in the outer ones looked into: int64[q, p]."""
    found = []
    for code in codes.T:
        outer, inner = (np.bitwise_count(code[:, None] ^ each).sum(axis=0) for each in (cells.outer, cells.inner))
        near = np.sort(np.argsort(outer, kind="stable")[: cells.looked])
        lying = (cells.each * near[:, None] + np.arange(cells.each)).reshape(-1)
        found.append(lying[np.argsort(inner[lying], kind="stable")[:count]])
    return np.stack(found).astype(np.int64)


def near_codes(codes: Words, frames: Integers, queries: Words, nearest: Nearest) -> Integers:
    """For queries uint64[2, q] the rows (query, frame) of their nearest among codes uint64[2, n] of frames int64[n]: int64[k, 2]."""
    found = [np.zeros((0, 2), np.int64)]
    for number, query in enumerate(queries.T):
        apart = np.bitwise_count(codes ^ query[:, None]).sum(axis=0, dtype=np.int64)
        counts = [(radius, (apart <= radius).sum()) for radius in range(nearest.sure, nearest.most + 1)]
        radius = max(radius for radius, count in counts if count <= nearest.many or radius == nearest.sure)
        near = np.unique(frames[apart <= radius])
        found.append(np.stack([np.full(len(near), number), near], axis=1))
    return np.concatenate(found)
