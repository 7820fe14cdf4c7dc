"""Where the originals come from: the corpus of real inputs, and Debian's packages, fetched without being installed."""

from __future__ import annotations

import csv
import os
import subprocess
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.matching.footage import Footage, panned, read

PHOTOGRAPHS = (".jpg", ".jpeg", ".png")
_TABLE = Path(__file__).with_name("sources.tsv")
_DEBIAN = "debian:"


@dataclass(frozen=True)
class Source:
    """An original. Sources of one `group` show one place, person or style: never copies of each other, nor plain strangers."""

    id: str
    group: str
    origin: str
    path: str
    start_s: float
    seconds: float

    @property
    def half(self) -> int:
        """Thresholds are chosen on half 0 and reported on half 1; a group is on one side."""
        return zlib.crc32(self.group.encode()) % 2


def listed() -> list[Source]:
    """Every original of sources.tsv."""
    with _TABLE.open(encoding="utf-8") as table:
        rows = csv.DictReader(table, delimiter="\t")
        return [Source(r["id"], r["group"], r["origin"], r["path"], float(r["start_s"]), float(r["seconds"])) for r in rows]


def footage(source: Source, packages: Path) -> Footage:
    """The original's stretch; a photograph becomes a slow pan. Packages are unpacked under `packages`."""
    if source.origin.startswith(_DEBIAN):
        path = unpacked(source.origin.removeprefix(_DEBIAN), packages) / source.path
    else:
        path = Path(os.environ.get("INDELIBLE_CORPUS", "../shared/corpus")) / source.path
    if path.suffix.lower() in PHOTOGRAPHS:
        return panned(path, source.id, source.seconds)
    return read(path, source.start_s, source.seconds)


def unpacked(package: str, packages: Path) -> Path:
    """The folder with a Debian package's files, fetched once. Raises CalledProcessError where apt cannot."""
    folder = packages / package
    if not folder.is_dir():
        packages.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=packages) as passing:  # two processes may want one package at once
            subprocess.run(["apt-get", "download", package], cwd=passing, check=True, capture_output=True)
            archive = next(Path(passing).glob(f"{package}_*.deb"))
            subprocess.run(["dpkg-deb", "--extract", archive, Path(passing) / "files"], check=True)
            with suppress(OSError):  # the other was first
                (Path(passing) / "files").rename(folder)
    return folder
