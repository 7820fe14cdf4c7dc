"""Distances in bits between sets of 256-bit hashes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from .peer import NOTHING, Scores

Words = NDArray[np.uint64]  # [n,4]: n hashes of 256 bits
Distances = NDArray[np.int32]

FAR = 257  # bits; beyond any distance there is: the other side is empty
_ROWS = 256  # query hashes compared at once, to bound memory


def words_of(packed: NDArray[np.uint8]) -> Words:
    """Hashes uint8[n,32] as uint64[n,4]; bit order is kept within bytes, which is all that distances ask for."""
    return np.ascontiguousarray(packed).view(np.uint64).reshape(-1, 4)


def distances(left: Words, right: Words) -> Distances:
    """Hamming distances in bits, int32[n,m]."""
    return np.asarray(np.bitwise_count(left[:, None, :] ^ right[None, :, :]).sum(axis=2, dtype=np.int32))


def nearest(query: Words, references: Sequence[Words]) -> Distances:
    """From each of n query hashes to the nearest hash of each of m references, in bits, int32[n,m]; FAR where it has none."""
    found = np.full((len(query), len(references)), FAR, np.int32)
    filled = [at for at, reference in enumerate(references) if len(reference)]
    if not filled or not len(query):
        return found
    together = np.concatenate([references[at] for at in filled])
    starts = np.cumsum([0, *(len(references[at]) for at in filled)])[:-1]
    for row in range(0, len(query), _ROWS):
        rows = slice(row, row + _ROWS)
        found[rows, filled] = np.minimum.reduceat(distances(query[rows], together), starts, axis=1)
    return found


def scored(queries: Sequence[Words], references: Sequence[Words], reduce: Callable[[Distances], NDArray[np.float64]]) -> Scores:
    """Scores float32[n,m]: `reduce` turns one query's distances int32[hashes,m] into float64[m]; NOTHING where a side is empty."""
    filled = np.array([len(reference) > 0 for reference in references], bool)
    scores = np.full((len(queries), len(references)), NOTHING, np.float32)
    for row, query in zip(scores, queries, strict=True):
        if len(query):
            row[filled] = reduce(nearest(query, references))[filled]
    return scores


def nearness(queries: Sequence[Words], references: Sequence[Words]) -> Scores:
    """The least distance between a hash of the query and one of the reference, in bits, negated; NOTHING where a side is empty."""
    return scored(queries, references, lambda bits: -bits.min(axis=0).astype(np.float64))
