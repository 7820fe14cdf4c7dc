"""Search beside faiss: distinct queries, half of them never seen; every answer compared with the flat index's."""

from __future__ import annotations

import time
from collections.abc import Iterator

import faiss
import numpy as np
from bench.index.corpus import chunks, queries
from bench.index.timing import Hashes, bandwidth, peak_gb, timed
from numpy.typing import NDArray

from indelible.index.halves import Halves
from indelible.index.search import Searchable, Way
from indelible.index.spread import spread

RADII = (31, 48, 64)
BATCHES = (1, 60, 10_000)
_ASKED = {1: 400, 60: 600, 10_000: 10_000}  # queries in all, of a batch's size
_COMPARED_MAX = 10**11  # hashes times queries: a larger batch is left out
_PEER_COMPARED = 10**9  # hashes times queries that a scan of one is asked: its cost a query does not depend on more
_PROBES_SHOWN = 4000  # distinct queries at the smallest radius, one at a time
_SAMPLE = 1_000_000  # held hashes, evenly from all, that queries are made from


def same(ours: NDArray[np.int64], peer: tuple[NDArray[np.int64], ...]) -> bool:
    """Whether faiss's answer (limits, distances, labels) holds the same queries and hashes."""
    limits, _, labels = peer
    counts = np.diff(limits.astype(np.int64))
    theirs = np.stack([np.repeat(np.arange(len(counts)), counts), labels], axis=1)
    return np.array_equal(ours[:, :2], theirs[np.lexsort((theirs[:, 1], theirs[:, 0]))])


def multihash(hashes: Hashes, tables: int, bits: int, flips: int) -> tuple[faiss.IndexBinaryMultiHash, float]:
    """The peer's own multi-index hashing, and what building it took."""
    begin = time.thread_time()
    index = faiss.IndexBinaryMultiHash(256, tables, bits)
    index.nflip = flips
    index.add(hashes)
    return index, time.thread_time() - begin


def halves_of(count: int) -> tuple[Halves, Hashes]:
    """The hashes as the index holds them, and a sample of them."""
    halves, sample, at = Halves(np.empty(2 * count, np.uint64), np.empty(2 * count, np.uint64)), [], 0
    for chunk in chunks(count):
        part = Halves.of(spread(chunk))
        halves.first[at : at + 2 * len(part)], halves.second[at : at + 2 * len(part)] = part.first, part.second
        at += 2 * len(part)
        sample.append(chunk[:: max(1, count // _SAMPLE)])
    return halves, np.concatenate(sample)


def flat_of(count: int) -> faiss.IndexBinaryFlat:
    """The peer, filled in place: adding piece by piece would take twice the memory for a while."""
    flat = faiss.IndexBinaryFlat(256)
    flat.xb.resize(count * 32)
    flat.ntotal, at = count, 0
    room = faiss.rev_swig_ptr(flat.xb.data(), count * 32).reshape(count, 32)
    for chunk in chunks(count):
        room[at : at + len(chunk)] = chunk
        at += len(chunk)
    return flat


def rows(ours: Searchable, flat: faiss.IndexBinaryFlat, hashes: Hashes) -> Iterator[str]:
    peer_max = max(30, min(120, _PEER_COMPARED // len(ours.halves)))
    for radius in RADII:
        for batch in BATCHES:
            if batch * len(ours.halves) > _COMPARED_MAX:
                continue
            count = _PROBES_SHOWN if (radius, batch) == (RADII[0], 1) else _ASKED[batch]
            asked = queries(hashes, count, seed=radius * 1000 + batch)
            way = ours.cheapest(batch, radius)
            if way is Way.SCAN and batch == 1:
                asked = asked[:peer_max]

            def search(part: Hashes, radius: int = radius) -> NDArray[np.int64]:
                return ours.within(spread(part), radius)

            mine = timed(search, asked, batch)
            few = asked[:peer_max]
            theirs = timed(lambda part, radius=radius: flat.range_search(part, radius + 1), few, min(batch, len(few)))
            exact = same(search(few), flat.range_search(few, radius + 1))
            spread_of = f" (p50 {mine.share(50):.3f}, p99 {mine.share(99):.3f})" if batch == 1 else ""
            yield (
                f"| {radius} | {batch:,} | {way.value} | {mine.mean:.3f}{spread_of} | {theirs.mean:.2f} |"
                f" **{theirs.mean / mine.mean:.1f}** | {'yes' if exact else 'NO'} |"
            )


def peers(count: int) -> Iterator[str]:
    """Beside faiss's own multi-index hashing, which takes minutes to build."""
    hashes = np.concatenate(list(chunks(count)))
    ours = Searchable.of(spread(hashes))
    asked = queries(hashes, 600, seed=5)
    for tables, bits, flips in ((16, 16, 1), (11, 23, 2)):
        index, building = multihash(hashes, tables, bits, flips)
        theirs = timed(lambda part, index=index: index.range_search(part, 32), asked[:60] if tables == 16 else asked, 1)
        mine = timed(lambda part: ours.within(spread(part), 31), asked, 1)
        yield (
            f"faiss MultiHash {tables}×{bits}, {flips} flips, radius 31, one query: {theirs.mean:.3f} ms, {building:.0f} s to build;"
            f" ours {mine.mean:.3f} ms: **{theirs.mean / mine.mean:.1f}** times."
        )
    yield ""


def section(count: int) -> Iterator[str]:
    halves, sample = halves_of(count)
    begin = time.thread_time()
    ours = Searchable.over(halves)
    building, most = time.thread_time() - begin, peak_gb()
    flat = flat_of(count)
    reads = bandwidth(ours.halves.first)
    tables = ours.tables.nbytes if ours.tables else 0
    yield (
        f"{len(ours.tables.cuts.widths) if ours.tables else 0} parts; built in {building:.1f} s; {tables / 1e6:,.0f} MB beside the"
        f" {count * 32 / 1e6:,.0f} MB of hashes, {most:.1f} GB at most while it is built. One thread reads {reads:.1f} GB/s:"
        f" {count * 32 / reads / 1e6:.2f} ms to read all hashes once, which no scan of one query can beat."
    )
    yield ""
    yield "| radius | queries at once | way | ours, ms a query | faiss flat, ms | times | same answers |"
    yield "|---|---|---|---|---|---|---|"
    yield from rows(ours, flat, sample)
    yield ""
