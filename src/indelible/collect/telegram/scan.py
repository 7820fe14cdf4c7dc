"""Cuts JSON values out of a stream, with their places, without decoding them.

Only outlines are looked at: strings, brackets, commas. Whether a cut is JSON is for the decoder to say. Nothing is raised:
a value whose outline is broken is a `Cut` with a `fault`. Memory stays below the longest value allowed and one chunk.

The slow definition is a JSON parser over the whole text; tests hold the two equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

CHUNK_UNITS = 1 << 18
OPENING = b"{["

_SPACE = re.compile(rb"[ \t\r\n]*+")
_TO_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\]])', re.DOTALL)
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SCALAR = re.compile(rb'[^\s,:"{}\[\]]++')
_RECORD_START = re.compile(rb'\{\s*+"id"\s*+:\s*+-?\d++\s*+,\s*+"type"\s*+:')
_RECORD_START_UNITS_MAX = 256


def next_record_start(raw: bytes) -> int:
    """Where another message seems to start inside a cut, 0 when none does."""
    found = _RECORD_START.search(raw, 1)
    return found.start() if found else 0


class Cut(NamedTuple):
    """A value's offset and length in units, its own units (b"" when it is too long to hold), and what is wrong with it."""

    offset: int
    length: int
    raw: bytes
    fault: str = ""


class Scanner:
    """A stream of JSON, pulled value by value. `value_max` bounds one value in units, `depth_max` its nesting."""

    def __init__(self, read: Callable[[int], bytes], value_max: int, depth_max: int) -> None:
        self._read = read
        self._value_max = value_max
        self._depth_max = depth_max
        self._buffer = b""
        self._base = 0
        self._at = 0

    @property
    def offset(self) -> int:
        """Where it stands, in units from the start."""
        return self._base + self._at

    def peek(self) -> bytes:
        """The next unit that is not white space, b"" at the end; stands on it."""
        while True:
            found = _SPACE.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more(self._at):
                return b""

    def advance(self) -> None:
        """Steps over the unit that `peek` showed."""
        self._at += 1

    def value(self) -> Cut:
        """The next value, stepped over. At a mark that begins no value, a faulty cut of that one unit."""
        first = self.peek()
        if first and first in OPENING:
            return self._bracketed()
        if first == b'"':
            return self._simple(_STRING)
        return self._simple(_SCALAR)

    def skip(self) -> Cut:
        """The next value, stepped over and not held: it may be of any length."""
        if self.peek() not in (b"{", b"["):
            return self.value()
        begin, depth = self.offset, 0
        while True:
            found = _TO_BRACKET.match(self._buffer, self._at)
            if found is None:
                if len(self._buffer) - self._at > self._value_max:
                    return Cut(begin, self.offset - begin, b"", f"a text in it is longer than {self._value_max} bytes")
                if not self._more(self._at):
                    self._at = len(self._buffer)
                    return Cut(begin, self.offset - begin, b"", "cut off: the file ends inside it")
                continue
            self._at = found.end()
            depth += 1 if found[1] in OPENING else -1
            if depth == 0:
                return Cut(begin, self.offset - begin, b"")

    def rest(self) -> int:
        """How many units are left, white space at their start apart; reads to the end."""
        if not self.peek():
            return 0
        start = self.offset
        self._at = len(self._buffer)
        while self._more(self._at):
            self._at = len(self._buffer)
        return self.offset - start

    def reread(self, cut: Cut, skip: int) -> None:
        """Goes back to `skip` units after the start of `cut`, the value last given."""
        target = cut.offset + skip
        if target >= self._base:
            self._at = target - self._base
            return
        self._buffer = cut.raw[skip:] + self._buffer[self._at :]
        self._base = target
        self._at = 0

    def value_before_next_start(self) -> Cut:
        """The next value if it ends before what looks like the start of another message, else all before that, faulty."""
        region = self.to_record_start(past=1)
        cut = Scanner(BytesIO(region.raw).read, self._value_max, self._depth_max).value()
        if cut.fault:
            return region._replace(fault=cut.fault)
        self.reread(region, cut.length)
        return cut._replace(offset=region.offset)

    def to_record_start(self, *, past: int = 0) -> Cut:
        """All up to what looks like a message's start at least `past` units on, or to the end; held if it is short enough."""
        begin, parts, held = self.offset, [], 0
        while len(self._buffer) - self._at < past and self._more(self._at):
            pass
        while True:
            found = _RECORD_START.search(self._buffer, self._at + past)
            end = found.start() if found else max(self._at, len(self._buffer) - _RECORD_START_UNITS_MAX)
            held += end - self._at
            if held <= self._value_max:
                parts.append(self._buffer[self._at : end])
            past = max(0, self._at + past - end)
            self._at = end
            if found:
                break
            if not self._more(self._at):
                parts.append(self._buffer[self._at :])
                held += len(self._buffer) - self._at
                self._at = len(self._buffer)
                break
        raw = b"".join(parts) if held <= self._value_max else b""
        return Cut(begin, held, raw)

    def _more(self, drop: int) -> bool:
        chunk = self._read(CHUNK_UNITS)
        if not chunk:
            return False
        self._buffer = self._buffer[drop:] + chunk
        self._base += drop
        self._at -= drop
        return True

    def _simple(self, form: re.Pattern[bytes]) -> Cut:
        while True:
            found = form.match(self._buffer, self._at)
            start = self._at
            if found and (found.end() < len(self._buffer) or form is _STRING):
                self._at = found.end()
                return Cut(self._base + start, len(found[0]), found[0])
            if len(self._buffer) - start > self._value_max:
                return self._faulty(len(self._buffer) - start, f"longer than {self._value_max} bytes")
            if not self._more(start):
                break
        if found:
            self._at = found.end()
            return Cut(self._base + start, len(found[0]), found[0])
        if self._buffer[start : start + 1] == b'"':
            return self._faulty(len(self._buffer) - start, "cut off: a text has no end")
        return self._faulty(min(1, len(self._buffer) - start), "no value where one should be")

    def _faulty(self, length: int, fault: str) -> Cut:
        start = self._at
        self._at += length
        return Cut(self._base + start, length, self._buffer[start : start + length], fault)

    def _bracketed(self) -> Cut:
        begin, depth, ahead = self.offset, 0, self._at
        match = _TO_BRACKET.match
        while True:
            found = match(self._buffer, ahead)
            if found is None:
                ahead -= self._at
                fault = self._grow(begin)
                if fault:
                    return self._faulty(len(self._buffer) - self._at, fault)
                ahead += self._at
                continue
            ahead = found.end()
            if found[1] in OPENING:
                depth += 1
                if depth > self._depth_max:
                    return self._faulty(ahead - self._at, f"nested deeper than {self._depth_max}")
                continue
            depth -= 1
            if depth == 0:
                start, self._at = self._at, ahead
                return Cut(begin, ahead - start, self._buffer[start:ahead])

    def _grow(self, begin: int) -> str:
        """More of the value that starts at `begin`, where it stands; says what is wrong when there is no more to have."""
        if self._base + len(self._buffer) - begin > self._value_max:
            return f"longer than {self._value_max} bytes"
        return "" if self._more(self._at) else "cut off: the file ends inside it"
