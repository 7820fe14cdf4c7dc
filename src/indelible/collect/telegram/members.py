"""Typed reading of a record's members. A member of the wrong type is set aside with a note, never guessed at."""

from __future__ import annotations

import re

INTEGER_MAX = 2**53 - 1  # what a record of the archive can hold
_DIGITS = re.compile(r"-?\d{1,18}")
_PEER = re.compile(r"(?:user|channel|chat)?(-?\d{1,18})")


class Members:
    """One record's members, and the notes that reading them leaves."""

    __slots__ = ("all", "notes")

    def __init__(self, members: dict[str, object], notes: list[str]) -> None:
        self.all = members
        self.notes = notes

    def text(self, name: str) -> str | None:
        """The text of a member, None when it is absent or null."""
        value = self.all.get(name)
        if value is None or isinstance(value, str):
            return value
        self.notes.append(f"{name} is no text, set aside")
        return None

    def number(self, name: str) -> int | None:
        """The whole number of a member (also when spelt as text or with a fraction of nothing), None when absent."""
        value = self.all.get(name)
        if value is None or (type(value) is int and abs(value) <= INTEGER_MAX):
            return value if isinstance(value, int) else None
        number = _whole_number(value)
        if number is None:
            self.notes.append(f"{name} is no whole number, set aside")
        return number

    def peer(self, name: str) -> int | None:
        """The bare id of a peer (`channel17…`, `user5`, or a number as in 2020), None when absent."""
        value = self.all.get(name)
        if value is None:
            return None
        if isinstance(value, str) and (found := _PEER.fullmatch(value)):
            return _bounded(int(found[1]))
        if type(value) is int and abs(value) <= INTEGER_MAX:
            return value
        self.notes.append(f"{name} names no peer, set aside")
        return None

    def peer_name(self, name: str) -> str | None:
        """The id of a peer as the export spells it, as text."""
        value = self.all.get(name)
        if type(value) is int:
            return str(value) if abs(value) < 10**24 else None
        return self.text(name)

    def joined_text(self, name: str) -> str:
        """A text, or an array of texts and of objects with a text, as one text."""
        value = self.all.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            return "".join([self._part(part, name) for part in value])
        if value is not None:
            self.notes.append(f"{name} is neither text nor a list of texts, set aside")
        return ""

    def _part(self, part: object, name: str) -> str:
        text = part.get("text") if isinstance(part, dict) else part
        if isinstance(text, str):
            return text
        if f"a part of {name} is no text, set aside" not in self.notes:
            self.notes.append(f"a part of {name} is no text, set aside")
        return ""


def _whole_number(value: object) -> int | None:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return _bounded(int(value))
    if isinstance(value, float) and value.is_integer() and abs(value) <= INTEGER_MAX:
        return int(value)
    return None


def _bounded(number: int) -> int | None:
    return number if abs(number) <= INTEGER_MAX else None
