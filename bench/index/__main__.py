"""Exact search beside faiss: CPU time of one thread, distinct queries, one process; writes a section of REPORT.md.

taskset -c 1 python -m bench.index [--hashes N ...] [--multihash] [--keep]

`faiss` is wanted (bench/index/requirements.txt). Every answer is compared with faiss's flat index's.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import faiss
import numpy as np
from bench.index.corpus import held, queries
from numba import njit
from numpy.typing import NDArray

from indelible.index.search import Searchable, Way
from indelible.index.spread import spread

RADII = (31, 48, 64)
BATCHES = (1, 60, 10_000)
_ASKED = {1: 400, 60: 600, 10_000: 10_000}  # queries in all, of a batch's size
_PEER_MAX = 120  # queries that a peer that scans is asked; its cost a query does not depend on more
_PROBES_SHOWN = 4000  # distinct queries at the smallest radius, one at a time
_REPORT = Path(__file__).with_name("REPORT.md")
Hashes = NDArray[np.uint8]


@dataclass(frozen=True)
class Timed:
    """Milliseconds of CPU a query, each call's share."""

    each: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """Of all."""
        return float(self.each.mean())

    def share(self, percent: float) -> float:
        """What so many of a hundred calls stay below."""
        return float(np.percentile(self.each, percent))


def timed(search: Callable[[Hashes], object], asked: Hashes, batch: int) -> Timed:
    """What a query costs when so many are asked at once."""
    search(asked[:batch][:60])
    each = []
    for start in range(0, len(asked), batch):
        part = asked[start : start + batch]
        begin = time.thread_time()
        search(part)
        each.append((time.thread_time() - begin) * 1000 / len(part))
    return Timed(np.array(each))


@njit
def _read(words: NDArray[np.uint64]) -> np.uint64:
    seen = np.uint64(0)
    for word in words:
        seen ^= word
    return seen


def bandwidth(words: NDArray[np.uint64]) -> float:
    """Gigabytes a second that one thread reads."""
    _read(words[:10])
    begin = time.thread_time()
    for _ in range(3):
        _read(words)
    return 3 * words.nbytes / (time.thread_time() - begin) / 1e9


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


def rows(ours: Searchable, flat: faiss.IndexBinaryFlat, hashes: Hashes) -> Iterator[str]:
    for radius in RADII:
        for batch in BATCHES:
            count = _PROBES_SHOWN if (radius, batch) == (RADII[0], 1) else _ASKED[batch]
            asked = queries(hashes, count, seed=radius * 1000 + batch)
            way = ours.cheapest(batch, radius)
            if way is Way.SCAN and batch == 1:
                asked = asked[:_PEER_MAX]

            def search(part: Hashes, radius: int = radius) -> NDArray[np.int64]:
                return ours.within(spread(part), radius)

            mine = timed(search, asked, batch)
            few = asked[:_PEER_MAX] if batch > 1 else asked[: _PEER_MAX // 2]
            theirs = timed(lambda part, radius=radius: flat.range_search(part, radius + 1), few, min(batch, len(few)))
            exact = same(search(few), flat.range_search(few, radius + 1))
            spread_of = f" (p50 {mine.share(50):.3f}, p99 {mine.share(99):.3f})" if batch == 1 else ""
            yield (
                f"| {radius} | {batch:,} | {way.value} | {mine.mean:.3f}{spread_of} | {theirs.mean:.2f} |"
                f" **{theirs.mean / mine.mean:.1f}** | {'yes' if exact else 'NO'} |"
            )


def peers(ours: Searchable, hashes: Hashes) -> Iterator[str]:
    asked = queries(hashes, 600, seed=5)
    for tables, bits, flips in ((16, 16, 1), (11, 23, 2)):
        index, building = multihash(hashes, tables, bits, flips)
        theirs = timed(lambda part, index=index: index.range_search(part, 32), asked[:60] if tables == 16 else asked, 1)
        mine = timed(lambda part: ours.within(spread(part), 31), asked, 1)
        yield (
            f"faiss MultiHash {tables}×{bits}, {flips} flips, radius 31, one query: {theirs.mean:.3f} ms, {building:.0f} s to build;"
            f" ours {mine.mean:.3f} ms: **{theirs.mean / mine.mean:.1f}** times."
        )


def section(count: int, *, with_multihash: bool) -> str:
    hashes = held(count)
    spread_rows = spread(hashes)
    begin = time.thread_time()
    ours = Searchable.of(spread_rows)
    building = time.thread_time() - begin
    del spread_rows
    flat = faiss.IndexBinaryFlat(256)
    flat.add(hashes)
    reads = bandwidth(ours.halves.first)
    tables = ours.tables.nbytes if ours.tables else 0
    about = (
        f"{len(ours.tables.cuts.widths) if ours.tables else 0} parts; built in {building:.1f} s; {tables / 1e6:,.0f} MB beside the"
        f" {count * 32 / 1e6:,.0f} MB of hashes. One thread reads {reads:.1f} GB/s: {count * 32 / reads / 1e6:.2f} ms to read all"
        " hashes once, which no scan of one query can beat."
    )
    lines = [
        f"## {count:,} hashes, {datetime.now(UTC):%Y-%m-%d}",
        "",
        about,
        "",
        "| radius | queries at once | way | ours, ms a query | faiss flat, ms | times | same answers |",
        "|---|---|---|---|---|---|---|",
        *rows(ours, flat, hashes),
        "",
    ]
    del flat
    if with_multihash:
        lines += [*peers(ours, hashes), ""]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.index", description="Exact search beside faiss.")
    parser.add_argument("--hashes", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--multihash", action="store_true", help="faiss's own multi-index hashing as well: minutes to build")
    parser.add_argument("--keep", action="store_true", help="append to REPORT.md")
    args = parser.parse_args()
    faiss.omp_set_num_threads(1)
    print(f"{platform.processor() or platform.machine()}, faiss {faiss.__version__}")
    for count in args.hashes:
        text = section(count, with_multihash=args.multihash)
        print(text, flush=True)
        if args.keep:
            with _REPORT.open("a", encoding="utf-8") as report:
                report.write(f"{text}\n")


if __name__ == "__main__":
    main()
