"""What decoding and matching found, kept so that it need not be done twice: derived from blobs, deletable.

Apart from the catalog, which is derived from the ledger alone: losing either loses nothing but time. Each row carries the
SHA-256 of what it says: SQLite does not notice a flipped bit, and an answer must not rest on one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from indelible.media.outcome import Outcome
from indelible.model.errors import DiskError
from indelible.model.segment import Box, Edit, Evidence, Relation, SegmentMatch
from indelible.model.span import Span

WAIT_SECONDS_MAX = 60.0
_TABLE = (
    "CREATE TABLE IF NOT EXISTS {} ({} TEXT, version TEXT, body TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY ({}, version))"
)
_TABLES = (
    _TABLE.format("outcome", "sha256", "sha256"),
    _TABLE.format("compared", "query", "query"),
    _TABLE.format("beside", "asked", "asked"),
)


class Derived:
    """Outcomes of decoding under the version of fingerprints, segment matches under that and the matcher's.

    What stands there of other versions is as if it were not there.
    """

    def __init__(self, path: Path, fingerprints: str, matcher: str) -> None:
        self.path = path
        self._decoded_by = fingerprints
        self._compared_by = f"{fingerprints}/{matcher}"
        try:
            self._make()
        except DiskError as error:
            if isinstance(error.__cause__, sqlite3.OperationalError):  # locked, or no room: nothing is wrong with the file
                raise
            self.clear()

    def outcomes(self) -> dict[str, Outcome]:
        """What became of each exhibit that was decoded, by SHA-256."""
        with self._understood():
            rows = self._rows("SELECT sha256, body, digest FROM outcome WHERE version = ?", self._decoded_by)
            return {sha256: _outcome(body) for sha256, body in rows}

    def keep_outcome(self, sha256: str, outcome: Outcome) -> None:
        """Keeps what became of an exhibit."""
        body = json.dumps(dataclasses.asdict(outcome), ensure_ascii=False)
        self._keep("INSERT OR REPLACE INTO outcome VALUES (?, ?, ?, ?)", (sha256, self._decoded_by, body))

    def compared(self) -> dict[str, list[SegmentMatch]]:
        """The exhibits compared with all those recorded before them, by SHA-256, and what was found."""
        rows = self._rows("SELECT query, body, digest FROM compared WHERE version = ?", self._compared_by)
        with self._understood():
            return {query: [_match(row) for row in json.loads(body)] for query, body in rows}

    def keep_compared(self, query: str, matches: Iterable[SegmentMatch]) -> None:
        """Keeps what an exhibit was found to match among those recorded before it."""
        body = json.dumps([dataclasses.asdict(match) for match in matches], ensure_ascii=False)
        self._keep("INSERT OR REPLACE INTO compared VALUES (?, ?, ?, ?)", (query, self._compared_by, body))

    def beside(self) -> dict[str, list[SegmentMatch]]:
        """What was found where two exhibits were compared without some stretches, by a digest of what was asked."""
        rows = self._rows("SELECT asked, body, digest FROM beside WHERE version = ?", self._compared_by)
        with self._understood():
            return {asked: [_match(row) for row in json.loads(body)] for asked, body in rows}

    def keep_beside(self, asked: str, matches: Iterable[SegmentMatch]) -> None:
        """Keeps what two exhibits were found to share beside some stretches."""
        body = json.dumps([dataclasses.asdict(match) for match in matches], ensure_ascii=False)
        self._keep("INSERT OR REPLACE INTO beside VALUES (?, ?, ?, ?)", (asked, self._compared_by, body))

    def clear(self) -> None:
        """Forgets everything, of every version, also what cannot be read any more."""
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self._make()

    def _make(self) -> None:
        with self._connected() as connection:
            for table in _TABLES:
                connection.execute(table)

    def _rows(self, statement: str, version: str) -> Iterator[tuple[str, str]]:
        with self._connected() as connection:
            for key, body, digest in connection.execute(statement, (version,)):
                if digest != _digest(key, version, body):
                    raise ValueError(f"the row of {key} is not as it was written")
                yield key, body

    def _keep(self, statement: str, row: tuple[str, str, str]) -> None:
        with self._connected() as connection:
            connection.execute(statement, (*row, _digest(*row)))

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=WAIT_SECONDS_MAX, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                yield connection
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, KeyError, TypeError, AttributeError) as error:  # a damaged page need not be noticed by SQLite
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> DiskError:
        do = "see that the disk has room; the folder derived/ may be deleted, then run `indelible rebuild --all`."
        return DiskError(f"what was derived cannot be used: {error}", where=str(self.path), do=do)


def _digest(key: str, version: str, body: str) -> str:
    return hashlib.sha256(json.dumps([key, version, body]).encode()).hexdigest()


def _outcome(body: str) -> Outcome:
    held = json.loads(body)
    return Outcome(**{**held, "notes": tuple(held["notes"])})


def _match(held: dict[str, Any]) -> SegmentMatch:
    return SegmentMatch(
        reference=held["reference"],
        relation=Relation(held["relation"]),
        score=held["score"],
        query_span=Span(**held["query_span"]),
        reference_span=Span(**held["reference_span"]),
        edit=_edit(held["edit"]),
        why=held["why"],
        evidence=Evidence(**{**held["evidence"], "detectors": tuple(held["evidence"]["detectors"])}),
    )


def _edit(held: dict[str, Any]) -> Edit:
    boxes = {name: Box(**held[name]) if held[name] else None for name in ("box", "query_box")}
    return Edit(**{**held, **boxes})
