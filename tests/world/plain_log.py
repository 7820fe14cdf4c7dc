"""A ledger without a disk: records sealed in memory, with the few things that the catalog asks of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from indelible.model.record import Record, Sealed, seal


class PlainLog:
    """An append-only list of sealed records; salts follow from the index, so that the same records seal alike."""

    def __init__(self, records: Iterable[Record] = (), *, origin: str = "test.example/log", start_salt: str = "") -> None:
        self.origin = origin
        self._salt = start_salt
        self._sealed: list[Sealed] = []
        self.append(*records)

    def append(self, *records: Record) -> int:
        """Adds records; returns the index of the first."""
        first = len(self._sealed)
        for record in records:
            salt = sha256(f"{self._salt}{len(self._sealed)}".encode()).digest()[:16]
            self._sealed.append(seal(record, salt))
        return first

    def cut(self, size: int) -> PlainLog:
        """The same log when it had `size` records."""
        shorter = PlainLog(origin=self.origin, start_salt=self._salt)
        shorter._sealed = self._sealed[:size]
        return shorter

    @property
    def size(self) -> int:
        return len(self._sealed)

    def read(self, index: int) -> Sealed:
        return self._sealed[index]

    def records(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Sealed]]:
        yield from enumerate(self._sealed[start:end], start)
