"""Field-sealed records: the form of every fact.

A record is named fields. Sealed with a random 16-byte salt, each field has a key and a digest:

    k(name) = SHA-256(salt ‖ name)        d(name) = SHA-256(k(name) ‖ canonical(value))
    entry   = SHA-256(canonical({name: hex d(name)}))

Stored or handed over, a field stands either as value and key, `[value, hex key]`, or as its hex digest alone; both give the
same entry. So one field can be withheld, and the rest still proves what the log holds. The salt itself is never kept.

Canonical is RFC 8785 (JCS) over what we allow: no floats, integers within ±(2^53 − 1), ASCII member names, no lone
surrogates. Source: DESIGN.md §4; compare RFC 9901 (salted disclosures).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring
from typing import TypeAlias

from indelible.model.errors import FormatError

Value: TypeAlias = "bool | int | str | list[Value] | dict[str, Value] | None"

INTEGER_MAX = 2**53 - 1
VALUE_BYTES_MAX = 16 * 1024  # longer values go to a blob, the record holds its digest and length
RECORD_BYTES_MAX = 1024 * 1024
FIELDS_MAX = 64
DEPTH_MAX = 32
SALT_BYTES = 16
HEX_DIGITS = 64

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(value: Value) -> bytes:
    """The RFC 8785 bytes of `value`; raises FormatError for what records may not hold."""
    if type(value) is not str:  # most values are, and need no walk
        _allowed(value, 0)
    try:
        return (encode_basestring(value) if type(value) is str else _encode(value)).encode()
    except UnicodeEncodeError as error:
        raise FormatError("a text holds a lone surrogate, which UTF-8 cannot carry") from error


def _allowed(value: object, depth: int) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > INTEGER_MAX:
            raise FormatError(f"an integer beyond 2^53 − 1 is written as a string: {value}")
        return
    if depth >= DEPTH_MAX:
        raise FormatError(f"a value is nested deeper than {DEPTH_MAX}")
    if isinstance(value, list):
        for item in value:
            _allowed(item, depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            if not isinstance(name, str) or not name.isascii():
                raise FormatError(f"a member's name is ASCII text, found {name!r}")
            _allowed(item, depth + 1)
    else:
        raise FormatError(f"a record holds no {type(value).__name__}: {value!r}")


def _object(members: Mapping[str, bytes]) -> bytes:
    """The canonical bytes of an object whose values are spelled already; names are ASCII, so code points order them."""
    return b"{%s}" % b",".join([b"%s:%s" % (_name(name), members[name]) for name in sorted(members)])


@lru_cache(maxsize=1024)
def _name(name: str) -> bytes:
    if not name.isascii():
        raise FormatError(f"a member's name is ASCII text, found {name!r}")
    return encode_basestring(name).encode()


def field_key(salt: bytes, name: str) -> bytes:
    """The 32-byte key of one field."""
    return sha256(salt + name.encode()).digest()


def field_digest(key: bytes, value: Value) -> bytes:
    """The 32-byte digest that a field's value and key give."""
    return sha256(key + canonical(value)).digest()


@dataclass(frozen=True)
class Record:
    """A fact before sealing: `kind` with its version (`post/1`) and the other fields."""

    kind: str
    fields: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "kind" in self.fields:
            raise ValueError("a record's kind stands apart from its fields")


@dataclass(frozen=True)
class Sealed:
    """A record as stored: `shown` maps a field's name to (value, 32-byte key), `hidden` to its 32-byte digest.

    Neither may change afterwards: the bytes of each value are made once and remembered.
    """

    shown: Mapping[str, tuple[Value, bytes]]
    hidden: Mapping[str, bytes] = field(default_factory=dict)
    _spelled: dict[str, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def kind(self) -> str:
        """Its kind, or "" when that is withheld or is no text."""
        value = self.shown.get("kind", ("", b""))[0]
        return value if isinstance(value, str) else ""

    @property
    def fields(self) -> dict[str, Value]:
        """The values that are shown, without the kind."""
        return {name: value for name, (value, _) in self.shown.items() if name != "kind"}

    def entry(self) -> bytes:
        """The 32 bytes that stand in the log for this record."""
        values = self._values()
        digests = {name: sha256(key + values[name]).hexdigest() for name, (_, key) in self.shown.items()}
        digests.update((name, digest.hex()) for name, digest in self.hidden.items())
        return sha256(_object({name: b'"%s"' % digest.encode() for name, digest in digests.items()})).digest()

    def without(self, *names: str) -> Sealed:
        """The same record with these fields withheld: their digests stand in, the entry stays."""
        shown = {name: pair for name, pair in self.shown.items() if name not in names}
        hidden = dict(self.hidden)
        for name in names:
            if name in self.shown:
                value, key = self.shown[name]
                hidden[name] = field_digest(key, value)
        return Sealed(shown, hidden)

    def to_bytes(self) -> bytes:
        """One canonical JSON object, without a line end."""
        values = self._values()
        members = {name: b'[%s,"%s"]' % (values[name], key.hex().encode()) for name, (_, key) in self.shown.items()}
        members.update((name, b'"%s"' % digest.hex().encode()) for name, digest in self.hidden.items())
        return _object(members)

    def _values(self) -> dict[str, bytes]:
        if len(self._spelled) != len(self.shown):
            self._spelled.update((name, canonical(value)) for name, (value, _) in self.shown.items())
        return self._spelled

    @classmethod
    def from_bytes(cls, line: bytes) -> Sealed:
        """Reads what `to_bytes` wrote; raises FormatError on anything else, also on another spelling of the same."""
        sealed = _parse(line)
        if sealed.to_bytes() != line:
            raise FormatError("a record is not in its canonical spelling")
        return sealed


def seal(record: Record, salt: bytes) -> Sealed:
    """Seals a record with a fresh random `salt` of 16 bytes, never used twice."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    if len(record.fields) >= FIELDS_MAX:
        raise FormatError(f"a record has at most {FIELDS_MAX} fields, this {record.kind} has {len(record.fields) + 1}")
    shown: dict[str, tuple[Value, bytes]] = {"kind": (record.kind, field_key(salt, "kind"))}
    for name, value in record.fields.items():
        shown[name] = (value, field_key(salt, name))
    return Sealed(shown)


def _parse(line: bytes) -> Sealed:
    if len(line) > RECORD_BYTES_MAX:
        raise FormatError(f"a record has at most {RECORD_BYTES_MAX} bytes, this one {len(line)}")
    try:
        members = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"a record is not JSON: {error}") from error
    if not isinstance(members, dict) or not 0 < len(members) <= FIELDS_MAX:
        raise FormatError(f"a record is an object of 1 to {FIELDS_MAX} fields")
    shown: dict[str, tuple[Value, bytes]] = {}
    hidden: dict[str, bytes] = {}
    for name, member in members.items():
        if isinstance(member, str):
            hidden[name] = _digest(member)
        elif isinstance(member, list) and len(member) == 2:  # noqa: PLR2004  a value and its key
            shown[name] = (member[0], _digest(member[1]))
        else:
            raise FormatError(f"the field {name!r} is neither [value, key] nor a digest")
    return Sealed(shown, hidden)


def _digest(text: object) -> bytes:
    if not isinstance(text, str) or len(text) != HEX_DIGITS or text != text.lower():
        raise FormatError("a key or digest is 64 lower-case hex digits")
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise FormatError("a key or digest is 64 lower-case hex digits") from error
