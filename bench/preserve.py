"""The preserve stage alone on one large file, beside openssl's SHA-256 of it and a bare durable write, in one run.

python bench/preserve.py [MiB] [folder]

The ratio is openssl's time over ours. The bare write (the same bytes, one write and one sync, nothing hashed) is what the disk
gives: no store that syncs can be faster than the slower of the two.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from indelible.ledger.house import House
from indelible.preserve.archive import Archive
from indelible.preserve.blobs import Blobs
from indelible.preserve.records.prepare import By

ROUNDS = 5
MIB = 1024 * 1024


def make_source(path: Path, size_mib: int) -> None:
    with path.open("wb") as file:
        for _ in range(size_mib):
            file.write(os.urandom(MIB))
        os.fsync(file.fileno())


def hash_with_openssl(source: Path) -> None:
    subprocess.run(["openssl", "dgst", "-sha256", str(source)], check=True, capture_output=True)


def write_bare(source: Path, target: Path) -> None:
    with source.open("rb") as old, target.open("wb") as new:
        while piece := old.read(MIB // 4):
            new.write(piece)
        new.flush()
        os.fsync(new.fileno())


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def remove(path: Path) -> None:
    path.unlink()
    os.sync()  # so that what was freed is not paid for by the next


def main(size_mib: int, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        source = Path(place, "source")
        make_source(source, size_mib)
        house = House.create(Path(place, "house"))
        origin = "bench.example/preserve"
        archive = Archive.create(
            Path(place, "archive"), house, origin=origin, operator=By("B"), at=datetime(2026, 1, 1, tzinfo=UTC)
        )
        times: dict[str, list[float]] = {"openssl": [], "preserve": [], "bare": []}
        for _ in range(ROUNDS):
            times["openssl"].append(timed(lambda: hash_with_openssl(source)))
            blobs = Blobs(archive.root, house.disk)
            times["preserve"].append(timed(lambda: blobs.put(source)))  # noqa: B023  (called at once)
            remove(blobs.path(next(blobs.digests())))
            times["bare"].append(timed(lambda: write_bare(source, Path(place, "bare"))))
            remove(Path(place, "bare"))
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    print(f"{size_mib} MiB, median of {ROUNDS}, alternating")
    for name, seconds in times.items():
        rounds = " ".join(f"{each:.2f}" for each in seconds)
        print(f"{name:9} {medians[name]:6.2f} s  {size_mib / medians[name]:6.0f} MiB/s   ({rounds})")
    print(f"preserve at {medians['openssl'] / medians['preserve']:.0%} of openssl's speed")
    print(f"preserve at {medians['bare'] / medians['preserve']:.0%} of a bare durable write's speed")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 512, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.gettempdir())
    )
