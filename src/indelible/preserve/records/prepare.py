"""How values enter a record: absent ones are left out, odd texts mended aloud, long ones moved to a blob."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from indelible.model.moment import Moment, to_wire
from indelible.model.record import INTEGER_MAX, VALUE_BYTES_MAX, Record, Value, canonical

FIRST_CHARS_MAX = 1024  # of a text that moved to a blob, what the record still shows
NESTED_CHARS_MAX = 1024  # of a text within a list or object; the preserved source has the rest
ESCAPE_BYTES_MAX = 6  # JSON's longest spelling of one character below U+10000 is \u0000; above it, four bytes of UTF-8
_LONE = re.compile("[\ud800-\udfff]")
KNOWN = ("typed", "session", "key")


@dataclass(frozen=True)
class Prepared:
    """A record, and the bytes too long for it, which must be kept as blobs before it is committed."""

    record: Record
    overflow: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class By:
    """Who acted: a code, never a name, and how it is known: typed, session or key."""

    code: str
    known: str = "typed"

    def __post_init__(self) -> None:
        if self.known not in KNOWN:
            raise ValueError(f"a code is known as one of {KNOWN}, not {self.known!r}")

    def value(self) -> Value:
        """As a record holds it."""
        return {"code": mended(self.code), "known": self.known}


class Preparing:
    """Gathers a record's fields: None and empty ones are left out, every text mended, every long value moved."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._fields: dict[str, Value] = {}
        self._notes: list[str] = []
        self._overflow: list[bytes] = []

    def put(self, name: str, value: object) -> Preparing:
        """Adds a field unless `value` is None, "" or empty; an instant becomes its wire form."""
        if not value and not isinstance(value, int):  # 0 and false do say something
            return self
        cleaning = _Cleaning()
        clean = cleaning.value(value)
        if cleaning.done:
            self._notes.extend(f"{name}: {what}" for what in sorted(cleaning.done))
        self._fields[name] = clean if cleaning.weight <= VALUE_BYTES_MAX else self._moved(name, clean)
        return self

    def note(self, notes: Iterable[str]) -> Preparing:
        """Adds to the record's notes."""
        self._notes.extend(notes)
        return self

    def done(self) -> Prepared:
        """What was gathered; notes come last, so they tell of every other field."""
        if self._notes:
            notes, self._notes = self._notes, []
            self.put("notes", notes)
        return Prepared(Record(self._kind, self._fields), tuple(self._overflow))

    def _moved(self, name: str, value: Value) -> Value:
        exact = canonical(value)
        if len(exact) <= VALUE_BYTES_MAX:
            return value
        whole = value.encode() if isinstance(value, str) else exact
        self._overflow.append(whole)
        self._notes.append(f"{name}: {len(whole)} bytes are kept as a blob")
        moved: dict[str, Value] = {"blob": sha256(whole).hexdigest(), "length": len(whole)}
        if isinstance(value, str):
            moved["first"] = value[:FIRST_CHARS_MAX]
        return moved


def mended(text: str) -> str:
    """The text with each lone surrogate replaced by U+FFFD, since UTF-8 cannot carry one."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _LONE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text


def plain(values: Mapping[str, object]) -> dict[str, Value]:
    """Values as a record would hold them, for comparing with one that does."""
    return {name: _Cleaning().value(value, nested=True) for name, value in values.items()}


def moment_value(moment: Moment | None) -> Value:
    """A moment as records hold it: instants in wire form, bounds and print only when there are any."""
    if moment is None:
        return None
    value: dict[str, Value] = {"at": to_wire(moment.at), "voucher": str(moment.voucher)}
    if moment.earliest is not None:
        value["earliest"] = to_wire(moment.earliest)
    if moment.latest is not None:
        value["latest"] = to_wire(moment.latest)
    if moment.printed:
        value["printed"] = moment.printed
    return value


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Ascending numbers as inclusive ranges `[first, last]`, which keep 60,000 ids in a few bytes."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


class _Cleaning:
    """Turns a value into one that a record may hold, adding up a bound of its bytes and what was done to it."""

    __slots__ = ("done", "weight")

    def __init__(self) -> None:
        self.weight = 0
        self.done: set[str] = set()

    def value(self, value: object, *, nested: bool = False) -> Value:
        """The value with its texts mended, big numbers spelled out and absent members left out."""
        if isinstance(value, str):
            return self._text(value, nested=nested)
        if value is None or isinstance(value, bool | int):
            self.weight += 24
            return value if value is None or abs(value) <= INTEGER_MAX else str(value)
        if isinstance(value, datetime):
            self.weight += 26
            return to_wire(value)
        if isinstance(value, dict):
            self.weight += sum(map(len, value)) + 4 * len(value)
            return {name: self.value(item, nested=True) for name, item in value.items() if item is not None}
        if isinstance(value, list | tuple):
            self.weight += 2 + len(value)
            return [self.value(item, nested=True) for item in value]
        raise TypeError(f"a record holds no {type(value).__name__}")

    def _text(self, text: str, *, nested: bool) -> str:
        clean = mended(text)
        if clean is not text:
            self.done.add("a lone surrogate became U+FFFD")
        if nested and len(clean) > NESTED_CHARS_MAX:
            self.done.add(f"a text of {len(clean)} characters was cut to {NESTED_CHARS_MAX}")
            clean = clean[:NESTED_CHARS_MAX]
        self.weight += ESCAPE_BYTES_MAX * len(clean) + 2
        return clean
