"""The catalog's file: opened, caught up with the ledger, made again. Losing it loses nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

from indelible.catalog.projection import INSERTS, project
from indelible.model.errors import DiskError, FormatError
from indelible.model.record import Sealed

BATCH_RECORDS = 4096
WAIT_SECONDS_MAX = 60.0
# Pages of SQLite's own cache, in KiB when negative; the default of 2 MiB makes 60,000 posts wait for the disk.
CACHE_KIB = -32_768

_T = TypeVar("_T")
Cell: TypeAlias = "int | str | bytes | None"
_SCHEMA = (resources.files(__package__) / "schema.sql").read_text(encoding="utf-8")
# The version of the tables is the digest of the schema, cut to what PRAGMA user_version holds, and never 0.
SCHEMA_VERSION = int.from_bytes(sha256(_SCHEMA.encode()).digest()[:4], "big") % (2**31 - 1) + 1


class Log(Protocol):
    """What the catalog needs of a ledger."""

    @property
    def origin(self) -> str:
        """The log's name."""

    @property
    def size(self) -> int:
        """How many records it holds."""

    def read(self, index: int) -> Sealed:
        """One record."""

    def records(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Sealed]]:
        """Records in order, with their indexes."""


class Reader:
    """A read-only view of the tables at one moment; what every query takes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, statement: str, values: Sequence[Cell] = ()) -> Iterator[tuple[Cell, ...]]:
        """The rows that a statement with parameters gives."""
        # Not `yield from`: a generator left half-way would close the cursor after its connection.
        for row in self._connection.execute(statement, values):  # noqa: UP028
            yield row

    def row(self, statement: str, values: Sequence[Cell] = ()) -> tuple[Cell, ...] | None:
        """The first row, or None."""
        return next(self.rows(statement, values), None)


class Catalog:
    """Tables derived from one ledger."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def open(cls, path: Path) -> Catalog:
        """The catalog at `path`, made when absent, made anew when of another version or broken."""
        catalog = cls(path)
        catalog._write(_prepare)
        return catalog

    def remove(self) -> None:
        """Deletes its files."""
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def rebuild(self, log: Log) -> None:
        """Makes the tables anew from the whole ledger."""
        self._write(_make_tables)
        self.catch_up(log)

    def catch_up(self, log: Log) -> int:
        """Projects the records since the last time, a transaction a batch; returns how many there were.

        Tables of another log, or of a longer one, are made anew.
        """
        return self._write(lambda connection: _catch_up(connection, log))

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """A read-only view, the same until closed whatever is written meanwhile.

        Raises DiskError also when a query within it meets a damaged page.
        """
        try:
            with closing(self._connect()) as connection:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("BEGIN")
                yield Reader(connection)
        except sqlite3.Error as error:
            raise _refused(self.path, error) from error

    def _write(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Does the work on a connection; a file that is no sound database is deleted first and the work done again."""
        try:
            return self._write_once(work)
        except (sqlite3.OperationalError, sqlite3.ProgrammingError, sqlite3.IntegrityError) as error:
            raise _refused(self.path, error) from error
        except sqlite3.DatabaseError:
            self.remove()
        try:
            return self._write_once(work)
        except sqlite3.DatabaseError as error:
            raise _refused(self.path, error) from error

    def _write_once(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        with closing(self._connect()) as connection:
            return work(connection)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS_MAX, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # a lost tail is projected again
        connection.execute(f"PRAGMA cache_size = {CACHE_KIB}")
        return connection


def _refused(path: Path, error: sqlite3.Error) -> DiskError:
    return DiskError(
        f"the catalog cannot be used: {error}",
        where=str(path),
        do="see that the folder can be written and the disk has room; `indelible rebuild` makes the catalog again.",
    )


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _prepare(connection: sqlite3.Connection) -> None:
    """Makes the tables unless they are there in this version."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != SCHEMA_VERSION:
        _make_tables(connection)


def _make_tables(connection: sqlite3.Connection) -> None:
    with _transaction(connection):
        found = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        for (name,) in found:
            connection.execute('DROP TABLE "{}"'.format(name.replace('"', '""')))
        for statement in _SCHEMA_STATEMENTS:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> list[str]:
    plain = "\n".join(line.split("--", 1)[0] for line in script.splitlines())
    return [statement for statement in plain.split(";") if statement.strip()]


_SCHEMA_STATEMENTS = _statements(_SCHEMA)


def _projected(connection: sqlite3.Connection) -> tuple[str, int, bytes]:
    row = connection.execute("SELECT origin, size, last_entry FROM standing_at").fetchone()
    return row or ("", 0, b"")


def _is_of(connection: sqlite3.Connection, log: Log) -> bool:
    """Whether the tables were made from a beginning of this ledger."""
    _, size, last_entry = _projected(connection)
    if size == 0:
        return True
    if size > log.size:
        return False
    try:
        return log.read(size - 1).entry() == last_entry
    except FormatError:
        return False


def _catch_up(connection: sqlite3.Connection, log: Log) -> int:
    _prepare(connection)
    if not _is_of(connection, log):
        _make_tables(connection)
    done = 0
    while batch := _catch_up_once(connection, log):
        done += batch
    return done


def _catch_up_once(connection: sqlite3.Connection, log: Log) -> int:
    """Projects one batch; 0 when none is left."""
    with _transaction(connection):
        _, start, last_entry = _projected(connection)  # read within: another process may have gone on meanwhile
        end = min(log.size, start + BATCH_RECORDS)
        if start >= end:
            return 0
        records = list(log.records(start, end))
        for table, rows in project(records).rows.items():
            connection.executemany(INSERTS[table], rows)
        last_entry = records[-1][1].entry()
        connection.execute("DELETE FROM standing_at")
        connection.execute("INSERT INTO standing_at VALUES (?, ?, ?)", (log.origin, end, last_entry))
    return end - start
