"""Questions about exhibits: which are held, under what names, in which posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from indelible.catalog.catalog import Cell, Reader

ASKED_AT_ONCE = 500


@dataclass(frozen=True)
class ExhibitHeld:
    """An exhibit: `index` is the record that it is cited by, `names` the paths it came by, first collected first."""

    index: int
    sha256: str
    size: int
    role: str  # media, thumbnail, unreferenced
    names: tuple[str, ...]


def by_sha256(reader: Reader, sha256: str) -> ExhibitHeld | None:
    """The exhibit of these bytes, or None."""
    return next(_exhibits(reader, "WHERE sha256 = ?", (sha256,)), None)


def by_index(reader: Reader, index: int) -> ExhibitHeld | None:
    """The exhibit that the record of this index tells of, or None."""
    return next(_exhibits(reader, "WHERE idx = ?", (index,)), None)


def beginning_with(reader: Reader, digits: str) -> list[ExhibitHeld]:
    """The exhibits whose SHA-256 begins with these hexadecimal digits."""
    return list(_exhibits(reader, "WHERE substr(sha256, 1, ?) = ?", (len(digits), digits)))


def all_exhibits(reader: Reader, *roles: str) -> Iterator[ExhibitHeld]:
    """Every exhibit of these roles (of any when none is given), in the order recorded."""
    if not roles:
        return _exhibits(reader, "")
    return _exhibits(reader, f"WHERE role IN ({', '.join('?' * len(roles))})", roles)


def held(reader: Reader, digests: Iterable[str]) -> dict[str, int]:
    """Those of the SHA-256 that are exhibits, each with its record's index."""
    found: dict[str, int] = {}
    remaining = iter(digests)
    while asked := list(islice(remaining, ASKED_AT_ONCE)):
        marks = ", ".join("?" * len(asked))
        statement = f"SELECT sha256, idx FROM exhibit WHERE sha256 IN ({marks})"  # noqa: S608  (only question marks)
        found.update((str(sha256), int(index or 0)) for sha256, index in reader.rows(statement, asked))
    return found


def names(reader: Reader, sha256: str) -> tuple[str, ...]:
    """Every path under which these bytes were collected, relative to its source, first collected first."""
    rows = reader.rows("SELECT name FROM name WHERE sha256 = ? ORDER BY idx, name", (sha256,))
    return tuple(str(name) for (name,) in rows)


def is_named(reader: Reader, sha256: str, name: str) -> bool:
    """Whether these bytes were already collected under this name."""
    return reader.row("SELECT 1 FROM name WHERE sha256 = ? AND name = ?", (sha256, name)) is not None


def _exhibits(reader: Reader, where: str, values: Sequence[Cell] = ()) -> Iterator[ExhibitHeld]:
    statement = f"SELECT idx, sha256, size, role FROM exhibit {where} ORDER BY idx"  # noqa: S608  (clauses of this module)
    for index, sha256, size, role in reader.rows(statement, values):
        yield ExhibitHeld(int(index or 0), str(sha256), int(size or 0), str(role), names(reader, str(sha256)))
