"""The newest hashes, as they came: batches on end in a file that only grows.

A batch is `IXTB`, its kind (u8), how many entries (u32), the CRC-32 of kind, number and entries (u32), and the entries: for
ADDED the spread hashes uint64[n, 4] and the places int64[n], for REMOVED the media int64[n]. All little-endian. What
a writer that died left at the end of its file is no batch and was never promised.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from indelible.index.cuts import Integers
from indelible.index.halves import Words

ADDED, REMOVED = 1, 2
_MAGIC = b"IXTB"
_HEAD = struct.Struct("<4sBII")
_SIZES = {ADDED: 40, REMOVED: 8}


@dataclass(frozen=True)
class Batch:
    """Hashes that came together, or media that went: `rows` uint64[n, 4] with `places` int64[n]; `removed` int64[m]."""

    rows: Words
    places: Integers
    removed: Integers


@dataclass(frozen=True)
class Tail:
    """The batches of one file; `damaged` when some stand behind bytes that are none."""

    batches: tuple[Batch, ...]
    damaged: bool


def added(rows: Words, places: Integers) -> bytes:
    """A batch of hashes."""
    return _batch(ADDED, len(rows), rows.astype("<u8").tobytes() + places.astype("<i8").tobytes())


def removed(media: Integers) -> bytes:
    """A batch of media that are no longer to be found."""
    return _batch(REMOVED, len(media), media.astype("<i8").tobytes())


def _batch(kind: int, count: int, entries: bytes) -> bytes:
    return _HEAD.pack(_MAGIC, kind, count, _sum(kind, count, entries)) + entries


def _sum(kind: int, count: int, entries: bytes | memoryview) -> int:
    return zlib.crc32(entries, zlib.crc32(struct.pack("<BI", kind, count)))


def read(data: bytes) -> Tail:
    """The batches of a file's bytes; those behind damage are found by how they begin."""
    batches: list[Batch] = []
    at = whole = 0
    damaged = False
    while 0 <= at < len(data):
        found = _read_one(data, at)
        if found is None:
            at = data.find(_MAGIC, at + 1)
            continue
        damaged = damaged or at != whole
        batches.append(found[0])
        at = whole = found[1]
    return Tail(tuple(batches), damaged)


def _read_one(data: bytes, at: int) -> tuple[Batch, int] | None:
    """The batch that begins at a byte, and where it ends."""
    if len(data) - at < _HEAD.size:
        return None
    magic, kind, count, expected = _HEAD.unpack_from(data, at)
    begin = at + _HEAD.size
    end = begin + count * _SIZES.get(kind, 0)
    if magic != _MAGIC or kind not in _SIZES or end > len(data) or _sum(kind, count, memoryview(data)[begin:end]) != expected:
        return None
    if kind == REMOVED:
        return Batch(np.zeros((0, 4), np.uint64), np.zeros(0, np.int64), np.frombuffer(data, "<i8", count, begin)), end
    rows = np.frombuffer(data, "<u8", 4 * count, begin).reshape(-1, 4)
    return Batch(rows, np.frombuffer(data, "<i8", count, begin + 32 * count), np.zeros(0, np.int64)), end
