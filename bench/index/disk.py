"""An index on disk: opening it in a fresh process, with its files in memory or not, and what an unsealed tail adds to a query."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from bench.index.corpus import chunks, queries
from bench.index.timing import Hashes, peak_gb, timed
from numpy.typing import NDArray

from indelible.index.snapshot import Snapshot
from indelible.index.writer import SEAL_MIN, writing

RADIUS = 31
TAIL = SEAL_MIN - 1  # hashes: one more would be sealed
_FRAMES = 200  # of a medium
_ASKED = 2000


def places(first: int, count: int) -> NDArray[np.int64]:
    """Where so many frames stand, from a number on."""
    number = np.arange(first, first + count)
    return (number // _FRAMES << 32) | number % _FRAMES * 250


def fill(folder: Path, count: int) -> tuple[float, Hashes]:
    """Adds so many hashes, and seals them once; returns the seconds it took, and what to ask."""
    begin, at = time.perf_counter(), 0
    with writing(folder, seal_min=2 * count) as writer:
        for chunk in chunks(count):
            for start in range(0, len(chunk), SEAL_MIN):
                part = chunk[start : start + SEAL_MIN]
                writer.add(part, places(at, len(part)))
                at += len(part)
        writer.seal()
    return time.perf_counter() - begin, queries(chunk, _ASKED)


def drop(folder: Path) -> None:
    """Asks the system to forget what it holds of the files."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def opened(folder: Path, asked: Path) -> str:
    """What a fresh process says of opening and asking."""
    run = [sys.executable, "-m", "bench.index.opened", str(folder), str(asked)]
    told = json.loads(subprocess.run(run, capture_output=True, check=True, text=True).stdout)
    return (
        f"{told['open_ms']:.1f} | {told['first_ms']:.1f} | {told['p50_ms']:.2f} | {told['most_ms']:.1f} | {told['compiled']} |"
        f" {'no' if told['missing'] else 'yes'} |"
    )


def section(count: int) -> Iterator[str]:
    with TemporaryDirectory() as room:
        folder, asked = Path(room) / "index", Path(room) / "asked.npy"
        filling, ask = fill(folder, count)
        np.save(asked, ask[:400])
        size = sum(path.stat().st_size for path in folder.iterdir())
        yield f"Added and sealed in {filling:.0f} s; {size / 1e6:,.0f} MB on disk; {peak_gb():.1f} GB of memory at most while it is made."
        yield ""
        yield f"| opened in a fresh process; 400 queries of one, radius {RADIUS} | ms | first query | p50 | most | compiled | complete |"
        yield "|---|---|---|---|---|---|---|"
        yield f"| files in memory | {opened(folder, asked)}"
        drop(folder)
        yield f"| files dropped from memory | {opened(folder, asked)}"
        yield ""
        yield tail(folder, ask, count)
        yield ""


def tail(folder: Path, ask: Hashes, count: int) -> str:
    """What hashes that are not sealed add."""
    without = Snapshot.open(folder)
    with writing(folder) as writer:
        writer.add(next(chunks(TAIL)), places(2 * count, TAIL))
    beside = Snapshot.open(folder)
    for index in (without, beside):
        index.near(ask, RADIUS)  # so that both have met all pages that they will
    alone, both = (timed(lambda part, index=index: index.near(part, RADIUS), ask, 1) for index in (without, beside))
    return (
        f"A tail of {TAIL:,} hashes beside them: {both.mean:.3f} ms a query of one (p50 {both.share(50):.3f}), {alone.mean:.3f}"
        f" (p50 {alone.share(50):.3f}) without it: **{100 * (both.mean / alone.mean - 1):.0f} %** more, median"
        f" {100 * (both.share(50) / alone.share(50) - 1):.0f} %."
    )
