"""One run of a command that adds evidence: records are decided against what is held, and committed; on conflict, again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from indelible.app.clock import now
from indelible.app.method import machine, versions
from indelible.app.opening import Desk
from indelible.catalog import runs
from indelible.catalog.catalog import Reader
from indelible.media.confine import Level
from indelible.model.errors import ConflictError
from indelible.preserve.evidence_settings import evidence_settings
from indelible.preserve.records.keeping import Act, operator_record, settings_record
from indelible.preserve.records.prepare import Prepared
from indelible.preserve.records.source import Run as RunNoun
from indelible.preserve.records.source import run_record

CONFLICTS_MAX = 100

_T = TypeVar("_T")


@dataclass(frozen=True)
class Ground:
    """What a decision stands on: the tables as they are, the run's index, and the index that the first new record will get."""

    reader: Reader
    run: int
    first: int


Decide = Callable[[Ground], tuple[Sequence[Prepared], _T]]


def new_operator(reader: Reader, act: Act) -> list[Prepared]:
    """The record of a code that acts for the first time; none for one that is known."""
    known = any(held.fields.get("code") == act.by.code for held in runs.of_kind(reader, "operator/1"))
    return [] if known else [operator_record(act, code=act.by.code)]


class Run:
    """Commits groups of records under one run record, which is written with the first of them, or never."""

    def __init__(self, desk: Desk, command: str, sources: Sequence[str], level: Level) -> None:
        self._desk = desk
        self._command = command
        self._sources = sources
        self._level = level
        self._index: int | None = None

    @property
    def is_recorded(self) -> bool:
        """Whether this run has added anything."""
        return self._index is not None

    def commit(self, decide: Decide[_T]) -> _T:
        """Has `decide` say which records are new, and commits them; its other result is returned when that stands.

        `decide` is asked again when another process has written meanwhile, so that nothing is recorded twice.
        """
        ledger = self._desk.archive.ledger
        for _ in range(CONFLICTS_MAX):
            self._desk.catch_up()
            size = ledger.size
            with self._desk.catalog.reader() as reader:
                opening = self._opening(reader, size)
                run = size + len(opening) - 1 if self._index is None else self._index
                prepared, result = decide(Ground(reader, run, size + len(opening)))
            if not prepared:
                return result
            everything = [*opening, *prepared]
            self._desk.archive.blobs.put_bytes([overflow for each in everything for overflow in each.overflow])
            try:
                ledger.append([each.record for each in everything], size, at=now())
            except ConflictError:
                continue
            self._index = run
            self._desk.catch_up()
            return result
        raise ConflictError("other processes kept writing first", where=str(self._desk.archive.root), do="run it again.")

    def _opening(self, reader: Reader, size: int) -> list[Prepared]:
        """The records that come before the run's first: settings when they have changed, a new operator, the run itself."""
        if self._index is not None:
            return []
        act, opening = self._desk.act(), []
        values = evidence_settings(self._desk.settings)
        last = runs.last_of_kind(reader, "settings/1")
        said = settings_record(act, values)
        settings = last.index if last else None
        if last is None or last.fields.get("values") != said.record.fields["values"]:
            settings = size
            opening.append(said)
        opening += new_operator(reader, act)
        layers = {"name": self._level.name, "layers": list(self._level.layers), "missing": list(self._level.missing)}
        noun = RunNoun(act.at, act.by, self._command, self._sources, versions(), settings, machine(), layers)
        return [*opening, run_record(noun)]
