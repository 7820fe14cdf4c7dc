r"""Arrays in one file that never changes, named by its SHA-256, and mapped rather than read.

It begins with eight bytes that tell its kind, the length of what follows (u64), and JSON that tells each array's element, count
and first byte; the arrays begin at multiples of 64 bytes. A file whose size is not what its head says is not opened.
"""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indelible.durable.disk import Disk
from indelible.model.errors import FormatError

_HEAD = struct.Struct("<8sQ")
_HEAD_MAX = 1 << 16
_ALIGN = 64

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class ArrayFiles:
    """One kind of such files: the bytes that each begins with, how its name does, and the element of each array it may have."""

    magic: bytes
    prefix: str
    elements: Mapping[str, str]

    def write(self, arrays: Arrays, folder: Path, disk: Disk) -> str:
        """Writes arrays of any shape, row by row, as a file that is durable on return, and gives its name. Raises DiskError."""
        digest = sha256()
        with disk.group(folder) as group:
            draft = group.draft(folder)
            for piece in self._pieces(arrays):
                digest.update(piece)
                draft.write(piece)
            name = f"{self.prefix}{digest.hexdigest()}"
            draft.keep(folder / name)
        return name

    def _pieces(self, arrays: Arrays) -> Iterator[bytes | memoryview]:
        """The file from beginning to end."""
        head = self._head(arrays)
        yield head
        at = len(head)
        for name, array in arrays.items():
            plain = np.ascontiguousarray(array, self.elements[name]).reshape(-1)
            data = plain.view(np.uint8).data if len(plain) else b""
            yield data
            at += len(data)
            yield bytes(-at % _ALIGN)
            at += -at % _ALIGN

    def _head(self, arrays: Arrays) -> bytes:
        """The head, filled up so that the first array begins where it says."""
        length = _HEAD_MAX // 16
        at, told = length, {}
        for name, array in arrays.items():
            told[name] = [self.elements[name], array.size, at]
            at += array.size * np.dtype(self.elements[name]).itemsize
            at += -at % _ALIGN
        text = json.dumps({"arrays": told, "bytes": at}, sort_keys=True).encode()
        return (_HEAD.pack(self.magic, length - _HEAD.size) + text).ljust(length)

    def open(self, folder: Path, name: str) -> dict[str, NDArray[Any]]:
        """Maps the arrays, each in one row. Raises FormatError when the file is not whole, OSError when it is not there."""
        path = folder / name
        with path.open("rb") as file:
            head = self._read_head(file.read(_HEAD_MAX), path)
            if path.stat().st_size != head["bytes"]:
                raise self.broken(path, f"expected {head['bytes']} bytes, found {path.stat().st_size}")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            return {key: np.frombuffer(data, self.elements[key], count, at) for key, (_, count, at) in head["arrays"].items()}
        except (KeyError, ValueError, TypeError) as error:
            raise self.broken(path, str(error)) from error

    def _read_head(self, data: bytes, path: Path) -> dict[str, Any]:
        try:
            magic, length = _HEAD.unpack_from(data)
            head: dict[str, Any] = json.loads(data[_HEAD.size : _HEAD.size + length])
        except (ValueError, struct.error) as error:
            raise self.broken(path, str(error)) from error
        if magic != self.magic or set(head) != {"arrays", "bytes"}:
            raise self.broken(path, "its head is another")
        return head

    def broken(self, path: Path, why: str) -> FormatError:
        """What is raised of a file that is not whole."""
        return FormatError(f"expected a whole {self.prefix.rstrip('-')}: {why}", where=str(path), do="run indelible rebuild.")

    def verify(self, folder: Path, name: str) -> None:
        """Reads a file whole. Raises FormatError when its bytes are not those of its name, OSError when it is not there."""
        with (folder / name).open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
        if f"{self.prefix}{found}" != name:
            raise self.broken(folder / name, f"its bytes have the SHA-256 {found}")
