"""The records of one `messages` array, each with its place and what could be read of it.

Every record is given once. Damage costs the record that it strikes: the next one is found again where something starts as
messages start, `{"id": …, "type":`. After damage, records are taken from start to start, and outlines are trusted again only
after twice as many good records as the last time, so that a hostile file costs time in proportion to its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from indelible.collect.telegram.mend import NOT_UTF8, Mended, Mender
from indelible.collect.telegram.octets import Octets
from indelible.collect.telegram.scan import Cut, Scanner, next_record_start

STRAY = "comma missing or to spare between records"


class Entry(NamedTuple):
    """One record: its place in units, its members, else the fault that keeps it from being read."""

    offset: int
    length: int
    members: dict[str, object] | None
    fault: str = ""
    notes: tuple[str, ...] = ()


class Records:
    """The records of the array that the scanner stands in, its bracket already stepped over."""

    def __init__(self, scanner: Scanner, octets: Octets, mender: Mender, repairs: dict[str, int]) -> None:
        self._scanner = scanner
        self._octets = octets
        self._mender = mender
        self._repairs = repairs
        self._good_needed = 1
        self._good_left = 0
        self._commas_due: int | None = 0  # before the next record; None when damage was skipped
        self.closed = False

    def __iter__(self) -> Iterator[Entry]:
        commas = 0
        while True:
            mark = self._scanner.peek()
            if mark == b",":
                self._scanner.advance()
                commas += 1
                continue
            if mark in (b"", b"]"):
                self._scanner.advance()
                self.closed = mark == b"]"
                self._count(STRAY, commas if self.closed else 0)
                return
            if self._commas_due is not None:
                self._count(STRAY, abs(commas - self._commas_due))
            commas, self._commas_due = 0, 1
            yield self._next()

    def _next(self) -> Entry:
        cut = self._scanner.value_before_next_start() if self._good_left else self._scanner.value()
        text, unreadable = self._octets.text(cut.offset, cut.raw)
        read = Mended(fault=cut.fault) if cut.fault else self._mender.read(text)
        if read.fault:
            return self._struck(cut, read.fault)
        self._good_left = max(0, self._good_left - 1)
        self._count(NOT_UTF8, unreadable)
        for rule, count in read.repairs.items():
            self._count(rule, count)
        if not isinstance(read.value, dict):
            return Entry(cut.offset, cut.length, None, f"a record is an object, this is {_kind(read.value)}")
        return Entry(cut.offset, cut.length, read.value, notes=tuple(read.notes))

    def _struck(self, cut: Cut, fault: str) -> Entry:
        """Gives up one record, and goes on where the next one seems to start."""
        start = next_record_start(cut.raw)
        if start:
            self._scanner.reread(cut, start)
            length = start
        else:
            length = cut.length + (self._scanner.to_record_start().length if cut.fault else 0)
        if start or cut.fault:
            self._good_needed *= 2
            self._good_left = self._good_needed
            self._commas_due = None
        return Entry(cut.offset, length, None, fault)

    def _count(self, rule: str, count: int) -> None:
        if count:
            self._repairs[rule] = self._repairs.get(rule, 0) + count


def _kind(value: object) -> str:
    names = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "null")
