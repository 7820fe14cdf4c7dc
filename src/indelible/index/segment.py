r"""A sealed part of the index: one file that never changes, named by its SHA-256, and mapped rather than read.

It begins with `IXSEG1\n\0`, the length of what follows (u64), and JSON that tells each array's element, count and first byte;
the arrays begin at multiples of 64 bytes. A file whose size is not what its head says is not opened.
"""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indelible.durable.disk import Disk
from indelible.index.cuts import Cuts, Integers
from indelible.index.halves import Halves, Words
from indelible.index.postings import Postings
from indelible.index.search import Searchable
from indelible.index.tables import Tables
from indelible.model.errors import FormatError

_MAGIC = b"IXSEG1\n\0"
_HEAD = struct.Struct("<8sQ")
_HEAD_MAX = 1 << 16
_ALIGN = 64
_ELEMENTS = {
    "first": "<u8", "second": "<u8", "starts": "<i8", "places": "<i8",
    "blocks": "<u8", "slots": "<u4", "lists": "<u4", "list_starts": "<i8",
}  # fmt: skip
_TABLES = ("blocks", "slots", "lists", "list_starts")
_PREFIX = "segment-"


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
    digest = sha256()
    with disk.group(folder) as group:
        draft = group.draft(folder)
        for piece in _pieces(segment):
            digest.update(piece)
            draft.write(piece)
        name = f"{_PREFIX}{digest.hexdigest()}"
        draft.keep(folder / name)
    return name


def _pieces(segment: Segment) -> Iterator[bytes | memoryview]:
    """The file from beginning to end."""
    arrays = _arrays(segment)
    head = _head(arrays)
    yield head
    at = len(head)
    for name, array in arrays.items():
        data = array.astype(_ELEMENTS[name], copy=False).view(np.uint8).data if len(array) else b""
        yield data
        at += len(data)
        yield bytes(-at % _ALIGN)
        at += -at % _ALIGN


def _arrays(segment: Segment) -> dict[str, NDArray[np.generic]]:
    halves, tables = segment.search.halves, segment.search.tables
    arrays: dict[str, NDArray[np.generic]] = {"first": halves.first, "second": halves.second}
    arrays |= {"starts": segment.starts, "places": segment.places}
    return arrays | ({name: getattr(tables, name) for name in _TABLES} if tables else {})


def _head(arrays: dict[str, NDArray[np.generic]]) -> bytes:
    """The head, filled up so that the first array begins where it says."""
    length = _HEAD_MAX // 16
    at, told = length, {}
    for name, array in arrays.items():
        told[name] = [_ELEMENTS[name], len(array), at]
        at += array.nbytes + -array.nbytes % _ALIGN
    text = json.dumps({"arrays": told, "bytes": at}, sort_keys=True).encode()
    return (_HEAD.pack(_MAGIC, length - _HEAD.size) + text).ljust(length)


def open_segment(folder: Path, name: str) -> Segment:
    """Maps a segment. Raises FormatError when it is not whole, OSError when it is not there."""
    path = folder / name
    with path.open("rb") as file:
        head = _read_head(file.read(_HEAD_MAX), path)
        if path.stat().st_size != head["bytes"]:
            raise _broken(path, f"expected {head['bytes']} bytes, found {path.stat().st_size}")
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        arrays = {key: np.frombuffer(data, _ELEMENTS[key], count, at) for key, (_, count, at) in head["arrays"].items()}
        tables = _tables(arrays)
        return Segment(name, Searchable(Halves(arrays["first"], arrays["second"]), tables), arrays["starts"], arrays["places"])
    except (KeyError, ValueError) as error:
        raise _broken(path, str(error)) from error


def _read_head(data: bytes, path: Path) -> dict[str, Any]:
    try:
        magic, length = _HEAD.unpack_from(data)
        head: dict[str, Any] = json.loads(data[_HEAD.size : _HEAD.size + length])
    except (ValueError, struct.error) as error:
        raise _broken(path, str(error)) from error
    if magic != _MAGIC or set(head) != {"arrays", "bytes"}:
        raise _broken(path, "its head is another")
    return head


def _tables(arrays: dict[str, NDArray[np.generic]]) -> Tables | None:
    if "blocks" not in arrays:
        return None
    return Tables(Cuts.of(len(arrays["list_starts"])), *(arrays[name] for name in _TABLES))  # type: ignore[arg-type]


def _broken(path: Path, why: str) -> FormatError:
    return FormatError(f"expected a whole segment: {why}", where=str(path), do="run indelible rebuild.")


def verify(folder: Path, name: str) -> None:
    """Reads a segment whole. Raises FormatError when its bytes are not those of its name, OSError when it is not there."""
    with (folder / name).open("rb") as file:
        found = file_digest(file, "sha256").hexdigest()
    if f"{_PREFIX}{found}" != name:
        raise _broken(folder / name, f"its bytes have the SHA-256 {found}")
