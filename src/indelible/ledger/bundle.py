"""Bundles of records: sealing in one pass, and the lines of a bundle."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring

from indelible.log.merkle import HASH_BYTES
from indelible.log.tile import TILE_WIDTH, number_path
from indelible.model.errors import FormatError
from indelible.model.record import FIELDS_MAX, RECORD_BYTES_MAX, SALT_BYTES, Record, Sealed, Value, canonical

_PAIR = 2
BUNDLE_BYTES_MAX = TILE_WIDTH * (RECORD_BYTES_MAX + 1)


def bundle_path(index: int, width: int) -> str:
    """A bundle's path below the archive's folder: `records/x001/067.p/3`."""
    return f"records/{number_path(index, width)}"


def seal_lines(records: Sequence[Record]) -> tuple[list[bytes], list[bytes]]:
    """The lines of these records, each with its line end, and their entries of 32 bytes; every salt is drawn here.

    Raises FormatError when a record is too long or holds what records may not.
    """
    salts = os.urandom(SALT_BYTES * len(records))
    lines: list[bytes] = []
    entries: list[bytes] = []
    for number, record in enumerate(records):
        line, entry = seal_line(record, salts[number * SALT_BYTES : (number + 1) * SALT_BYTES])
        lines.append(line)
        entries.append(entry)
    return lines, entries


def seal_line(record: Record, salt: bytes) -> tuple[bytes, bytes]:
    """A sealed record's line and entry, each value spelled out once; held equal to `model.record` by a property test."""
    if len(record.fields) >= FIELDS_MAX:
        raise FormatError(f"a record has at most {FIELDS_MAX} fields, this {record.kind} has {len(record.fields) + 1}")
    fields = dict(record.fields, kind=record.kind)
    members: list[bytes] = []
    digests: list[bytes] = []
    for name in sorted(fields):
        value = _value(fields[name])
        key = sha256(salt + name.encode())
        spelled = _spelled(name)
        members.append(b'%s:[%s,"%s"]' % (spelled, value, key.hexdigest().encode()))
        digests.append(b'%s:"%s"' % (spelled, sha256(key.digest() + value).hexdigest().encode()))
    line = b"{%s}\n" % b",".join(members)
    if len(line) > RECORD_BYTES_MAX:
        raise FormatError(f"a record has at most {RECORD_BYTES_MAX} bytes, this {record.kind} {len(line)}")
    return line, sha256(b"{%s}" % b",".join(digests)).digest()


def open_line(line: bytes) -> tuple[Sealed, bytes]:
    """A line's record and entry; raises FormatError unless it is the one canonical spelling of a record.

    The way back of `seal_line`, held equal to `model.record` by a property test.
    """
    sealed = read_line(line)
    members: list[bytes] = []
    digests: list[bytes] = []
    for name in sorted((*sealed.shown, *sealed.hidden)):
        spelled = _spelled(name)
        if name in sealed.hidden:
            digest = sealed.hidden[name].hex().encode()
            members.append(b'%s:"%s"' % (spelled, digest))
        else:
            shown, key = sealed.shown[name]
            value = _value(shown)
            digest = sha256(key + value).hexdigest().encode()
            members.append(b'%s:[%s,"%s"]' % (spelled, value, key.hex().encode()))
        digests.append(b'%s:"%s"' % (spelled, digest))
    if b"{%s}\n" % b",".join(members) != line:
        raise FormatError("a record is not in its canonical spelling")
    return sealed, sha256(b"{%s}" % b",".join(digests)).digest()


def read_line(line: bytes) -> Sealed:
    """A line's record, its spelling and entry not checked: for tables, which an audit can make again. Raises FormatError."""
    if len(line) > RECORD_BYTES_MAX + 1:
        raise FormatError(f"a record has at most {RECORD_BYTES_MAX} bytes, this one {len(line)}")
    try:
        members = json.loads(line)
        shown = {name: (m[0], bytes.fromhex(m[1])) for name, m in members.items() if type(m) is list and len(m) == _PAIR}
        hidden = {name: bytes.fromhex(m) for name, m in members.items() if type(m) is str}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise FormatError(f"a line is not a record: {error}") from error
    if not 0 < len(members) <= FIELDS_MAX or len(shown) + len(hidden) != len(members):
        raise FormatError(f"a record is an object of 1 to {FIELDS_MAX} fields, each [value, key] or a digest")
    if any(len(digest) != HASH_BYTES for _, digest in shown.values()) or any(len(d) != HASH_BYTES for d in hidden.values()):
        raise FormatError("a key or digest is 64 lower-case hex digits")
    return Sealed(shown, hidden)


def _value(value: Value) -> bytes:
    if type(value) is str:  # most are, and need no walk
        try:
            return encode_basestring(value).encode()
        except UnicodeEncodeError:
            return canonical(value)  # raises, and says why
    return canonical(value)


@lru_cache(maxsize=1024)
def _spelled(name: str) -> bytes:
    if not name.isascii():
        raise FormatError(f"a member's name is ASCII text, found {name!r}")
    return encode_basestring(name).encode()


def lines_of(bundle: bytes) -> list[bytes]:
    """The lines of a bundle, each with its line end; raises FormatError unless there are 1 to 256 whole ones."""
    lines = bundle.splitlines(keepends=True) if b"\r" not in bundle else _split(bundle)
    if not 1 <= len(lines) <= TILE_WIDTH or not lines[-1].endswith(b"\n"):
        raise FormatError(f"a bundle holds 1 to {TILE_WIDTH} whole lines, this one {len(lines)}")
    return lines


def _split(bundle: bytes) -> list[bytes]:
    parts = bundle.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
