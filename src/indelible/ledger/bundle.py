"""Bundles of records, line by line."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from indelible.log.merkle import HASH_BYTES
from indelible.log.tile import TILE_WIDTH, number_path
from indelible.model.errors import FormatError
from indelible.model.record import FIELDS_MAX, RECORD_BYTES_MAX, SALT_BYTES, Record, Sealed, seal

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
    """A record sealed with this salt: its line and its entry. Raises FormatError when it is too long."""
    sealed = seal(record, salt)
    line = sealed.to_bytes()
    if len(line) > RECORD_BYTES_MAX:
        raise FormatError(f"a record has at most {RECORD_BYTES_MAX} bytes, this {record.kind} {len(line)}")
    return line + b"\n", sealed.entry()


def open_line(line: bytes) -> tuple[Sealed, bytes]:
    """A line's record and entry; raises FormatError unless it is the one canonical spelling of a record, with its line end."""
    if not line.endswith(b"\n"):
        raise FormatError("a record's line has no end")
    sealed = Sealed.from_bytes(line[:-1])
    return sealed, sealed.entry()


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


def lines_of(bundle: bytes) -> list[bytes]:
    """The lines of a bundle, each with its line end; raises FormatError unless there are 1 to 256 whole ones."""
    lines = bundle.splitlines(keepends=True) if b"\r" not in bundle else _split(bundle)
    if not 1 <= len(lines) <= TILE_WIDTH or not lines[-1].endswith(b"\n"):
        raise FormatError(f"a bundle holds 1 to {TILE_WIDTH} whole lines, this one {len(lines)}")
    return lines


def _split(bundle: bytes) -> list[bytes]:
    parts = bundle.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
