"""Questions about runs, exports and every other record that is no post."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from indelible.catalog.catalog import Reader
from indelible.model.record import Value


@dataclass(frozen=True)
class RecordHeld:
    """A record as the tables hold it: `state` is known, unknown (its kind) or odd (its fields make no sense)."""

    index: int
    kind: str
    state: str
    fields: dict[str, Value]


def of_kind(reader: Reader, kind: str) -> Iterator[RecordHeld]:
    """The records of a kind (`run/1`, `failure/1`, …; not posts), in order."""
    statement = "SELECT idx, kind, state, body FROM record WHERE kind = ? ORDER BY idx"
    for index, found, state, body in reader.rows(statement, (kind,)):
        yield RecordHeld(int(index or 0), str(found), str(state), json.loads(str(body)))


def last_of_kind(reader: Reader, kind: str) -> RecordHeld | None:
    """The latest record of a kind, or None."""
    row = reader.row("SELECT idx, kind, state, body FROM record WHERE kind = ? ORDER BY idx DESC LIMIT 1", (kind,))
    return RecordHeld(int(row[0] or 0), str(row[1]), str(row[2]), json.loads(str(row[3]))) if row else None


def of_run(reader: Reader, run: int) -> Iterator[RecordHeld]:
    """The records, posts apart, that a run made, in order."""
    statement = "SELECT idx, kind, state, body FROM record WHERE run = ? ORDER BY idx"
    for index, kind, state, body in reader.rows(statement, (run,)):
        yield RecordHeld(int(index or 0), str(kind), str(state), json.loads(str(body)))


@dataclass(frozen=True)
class KindCount:
    """How many records of a kind there are, by state."""

    kind: str
    state: str
    count: int


def counts(reader: Reader) -> list[KindCount]:
    """How many records there are of each kind, those unknown or odd counted apart."""
    rows = reader.rows("SELECT kind, state, count(*) FROM record GROUP BY kind, state ORDER BY kind, state")
    found = [KindCount(str(kind), str(state), int(number or 0)) for kind, state, number in rows]
    posts = reader.row("SELECT count(*) FROM post")
    known = int(posts[0] or 0) if posts else 0
    return sorted([*found, KindCount("post/1", "known", known)], key=lambda row: (row.kind, row.state))


@dataclass(frozen=True)
class ExportHeld:
    """A preserved export; `keep` is "digest" when only that and the size are kept."""

    index: int
    sha256: str
    keep: str
    complete: bool


def export(reader: Reader, sha256: str) -> ExportHeld | None:
    """The latest record of an export with this SHA-256, or None."""
    statement = "SELECT idx, sha256, keep, complete FROM export WHERE sha256 = ? ORDER BY idx DESC LIMIT 1"
    row = reader.row(statement, (sha256,))
    return ExportHeld(int(row[0] or 0), str(row[1]), str(row[2]), bool(row[3])) if row else None
