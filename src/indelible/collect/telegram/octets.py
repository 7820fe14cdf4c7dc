"""The bytes of an export's JSON, seen one unit at a time, whatever encoding they are in.

The scanner needs only ASCII marks (quotes, brackets, commas). In UTF-8 a unit is a byte. In UTF-16 a unit is two bytes, shown
to the scanner as one: its ASCII value, or `?` for anything else. So every offset that the scanner finds is a place in the
preserved file: `base + units × unit`, and the text of a record is decoded from the file's own bytes.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32", 4),
    (codecs.BOM_UTF32_BE, "utf-32", 4),
    (codecs.BOM_UTF8, "utf-8", 1),
    (codecs.BOM_UTF16_LE, "utf-16-le", 2),
    (codecs.BOM_UTF16_BE, "utf-16-be", 2),
)


@dataclass(frozen=True)
class Encoding:
    """How a file spells its text: the codec's name, bytes of a unit, bytes of the marks before the text."""

    codec: str
    unit: int
    mark: int

    @property
    def foreign(self) -> bool:
        """Whether it is not the UTF-8 that exporters write."""
        return self.unit != 1


def encoding_of(head: bytes) -> Encoding:
    """The encoding that the first bytes of a file tell: by its byte-order mark, else by zeros among ASCII, else UTF-8."""
    for bom, codec, unit in _BOMS:
        if head.startswith(bom):
            mark = len(bom)
            while head[mark : mark + len(bom)] == bom:
                mark += len(bom)
            return Encoding(codec, unit, mark)
    if head[:4:2].strip(b"\0") and head[1:4:2] == b"\0\0":
        return Encoding("utf-16-le", 2, 0)
    if head[1:4:2].strip(b"\0") and head[:4:2] == b"\0\0":
        return Encoding("utf-16-be", 2, 0)
    return Encoding("utf-8", 1, 0)


def _one_mark_a_unit(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    span = error.object[error.start : error.end]
    return "?" * sum(2 if char > "\uffff" else 1 for char in span), error.end


codecs.register_error("indelible-units", _one_mark_a_unit)


class Octets:
    """An open stretch of a file, read forward as units; `text` and `place` lead back to the file's own bytes."""

    def __init__(self, file: BinaryIO, encoding: Encoding, start: int, length: int | None = None) -> None:
        self._file = file
        self.encoding = encoding
        self.start = start
        self._left = length
        file.seek(start)

    def read(self, count: int) -> bytes:
        """Up to `count` more units; b"" at the end."""
        size = count * self.encoding.unit
        if self._left is not None:
            size = min(size, self._left)
        data = self._file.read(size)
        if self._left is not None:
            self._left -= len(data)
        if self.encoding.unit == 1:
            return data
        whole = len(data) - len(data) % self.encoding.unit
        marks = data[:whole].decode(self.encoding.codec, "surrogatepass").encode("latin-1", "indelible-units")
        return marks if whole == len(data) else marks + b"?"

    def place(self, offset: int, length: int) -> tuple[int, int]:
        """Where `length` units at `offset` stand in the file: its byte offset and its length in bytes."""
        return self.start + offset * self.encoding.unit, length * self.encoding.unit

    def text(self, offset: int, raw: bytes) -> tuple[str, int]:
        """The text of the units `raw` that stand at `offset`, and how many characters could not be read (now U+FFFD)."""
        data = raw if self.encoding.unit == 1 else self._bytes(offset, len(raw))
        try:
            return data.decode(self.encoding.codec), 0
        except UnicodeDecodeError:
            text = data.decode(self.encoding.codec, "replace")
            return text, text.count("�") - data.count("�".encode(self.encoding.codec))

    def _bytes(self, offset: int, length: int) -> bytes:
        begin, size = self.place(offset, length)
        resume = self._file.tell()
        self._file.seek(begin)
        data = self._file.read(size)
        self._file.seek(resume)
        return data


@contextmanager
def open_octets(path: Path, offset: int | None = None, length: int | None = None) -> Iterator[Octets]:
    """The units of a file, or of `length` bytes of it at `offset`; raises OSError when it cannot be read."""
    with path.open("rb") as file:
        encoding = encoding_of(file.read(16))
        yield Octets(file, encoding, encoding.mark if offset is None else offset, length)
