"""All pairs beside comparing all with all: the scan of this engine in batches, and faiss's flat index."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from bench.index.corpus import held
from bench.index.search import flat_of
from bench.index.timing import peak_gb
from numpy.typing import NDArray

from indelible.index.halves import Halves
from indelible.index.pairs import pairs, parts_for_pairs
from indelible.index.scan import scan_hits
from indelible.index.spread import spread

RADIUS = 31
_COMPARED = 10**9  # hashes times rows that are sampled for an estimate
Integers = NDArray[np.int64]


def _timed(act: Callable[..., Any], *given: Any) -> tuple[Any, float]:
    begin = time.thread_time()
    made = act(*given)
    return made, time.thread_time() - begin


def _of_sample(found: Integers, sampled: Integers) -> Integers:
    """The pairs that a sampled hash is one of."""
    return found[np.isin(found[:, 0], sampled) | np.isin(found[:, 1], sampled)]


def _same(found: Integers, near: Integers, sampled: Integers) -> bool:
    """Whether all pairs of sampled hashes are those that a scan (sampled, held, apart) finds, each once."""
    one, other = sampled[near[:, 0]], near[:, 1]
    wanted = np.stack([np.minimum(one, other), np.maximum(one, other), near[:, 2]], axis=1)[one != other]
    return np.array_equal(_of_sample(found, sampled), np.unique(wanted, axis=0))


def section(count: int) -> Iterator[str]:
    hashes = held(count)
    rows = spread(hashes)
    pairs(rows[:1000], RADIUS)
    sampled = np.sort(np.random.default_rng(1).choice(count, max(60, min(600, _COMPARED // count)), replace=False))
    near, scanning = _timed(scan_hits, Halves.of(rows), rows[sampled], RADIUS)
    found, joining = _timed(pairs, rows, RADIUS)
    same, most = _same(found, near, sampled), peak_gb()
    _, peer = _timed(flat_of(count).range_search, hashes[sampled], RADIUS + 1)
    scanned, by_faiss = (each / len(sampled) * count / 2 for each in (scanning, peer))
    yield (
        f"Radius {RADIUS}, {parts_for_pairs(count, RADIUS)} parts: {len(found):,} pairs in {joining:.1f} s, {most:.1f} GB at most."
        f" Comparing all with all, each pair once, estimated from {len(sampled)} sampled rows: {scanned:,.0f} s by this engine's"
        f" batched scan, **{scanned / joining:.0f}** times as long; {by_faiss:,.0f} s by faiss's flat index,"
        f" **{by_faiss / joining:.0f}** times. Pairs of the sampled rows are {'the same' if same else 'NOT THE SAME'}."
    )
    yield ""
