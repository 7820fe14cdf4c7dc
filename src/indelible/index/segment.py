"""A sealed part of the index: one file of arrays (index/array_file.py)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indelible.durable.disk import Disk
from indelible.index.array_file import ArrayFiles
from indelible.index.cuts import Cuts, Integers
from indelible.index.halves import Halves, Words
from indelible.index.postings import Postings
from indelible.index.search import Searchable
from indelible.index.tables import Tables

_FILES = ArrayFiles(
    b"IXSEG1\n\0",
    "segment-",
    {
        "first": "<u8", "second": "<u8", "starts": "<i8", "places": "<i8",
        "blocks": "<u8", "slots": "<u4", "lists": "<u4", "list_starts": "<i8",
    },
)  # fmt: skip
_TABLES = ("blocks", "slots", "lists", "list_starts")


@dataclass(frozen=True)
class Segment:
    """Distinct hashes, ready to be searched, and at which places each stands."""

    name: str
    search: Searchable
    starts: Integers
    places: Integers

    def __len__(self) -> int:
        return len(self.places)

    def expand(self, found: Integers) -> Integers:
        """(query, place, apart) for each place of the hashes of (query, hash, apart): int64[k, 3]."""
        counts = self.starts[found[:, 1] + 1] - self.starts[found[:, 1]]
        stops = np.cumsum(counts)
        inside = np.arange(int(counts.sum())) - np.repeat(stops - counts, counts)
        wide = np.repeat(found, counts, axis=0)
        wide[:, 1] = self.places[self.starts[wide[:, 1]] + inside]
        return wide

    def rows(self) -> Words:
        """The hash of each place: uint64[n, 4]."""
        return np.repeat(self.search.halves.rows(), np.diff(self.starts), axis=0)


def sealed(rows: Words, places: Integers) -> Segment:
    """A segment of spread hashes uint64[n, 4] and their places int64[n], in memory and without a name."""
    postings = Postings.of(rows, places)
    return Segment("", Searchable.of(postings.rows), postings.starts, postings.places)


def unsealed(rows: Words, places: Integers) -> Segment:
    """The same without tables: made at once, and scanned."""
    postings = Postings.of(rows, places)
    return Segment("", Searchable(Halves.of(postings.rows), None), postings.starts, postings.places)


def write(segment: Segment, folder: Path, disk: Disk) -> str:
    """Writes a segment, durable on return, and gives its name. Raises DiskError."""
    return _FILES.write(_arrays(segment), folder, disk)


def _arrays(segment: Segment) -> dict[str, NDArray[Any]]:
    halves, tables = segment.search.halves, segment.search.tables
    arrays: dict[str, NDArray[Any]] = {"first": halves.first, "second": halves.second}
    arrays |= {"starts": segment.starts, "places": segment.places}
    return arrays | ({name: getattr(tables, name) for name in _TABLES} if tables else {})


def open_segment(folder: Path, name: str) -> Segment:
    """Maps a segment. Raises FormatError when it is not whole, OSError when it is not there."""
    arrays = _FILES.open(folder, name)
    try:
        tables = _tables(arrays)
        return Segment(name, Searchable(Halves(arrays["first"], arrays["second"]), tables), arrays["starts"], arrays["places"])
    except (KeyError, ValueError) as error:
        raise _FILES.broken(folder / name, str(error)) from error


def _tables(arrays: dict[str, NDArray[Any]]) -> Tables | None:
    if "blocks" not in arrays:
        return None
    return Tables(Cuts.of(len(arrays["list_starts"])), *(arrays[name] for name in _TABLES))


def verify(folder: Path, name: str) -> None:
    """Reads a segment whole. Raises FormatError when its bytes are not those of its name, OSError when it is not there."""
    _FILES.verify(folder, name)
