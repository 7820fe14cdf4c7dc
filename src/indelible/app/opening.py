"""An archive opened, with everything that commands need beside it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indelible.app.clock import now
from indelible.catalog.catalog import Catalog
from indelible.catalog.derived import Derived
from indelible.catalog.runs import of_kind
from indelible.fingerprint.medium import VERSION as FINGERPRINTS_VERSION
from indelible.index.store import FingerprintStore
from indelible.ledger.house import House
from indelible.ledger.ledger import ADOPTED
from indelible.match.version import VERSION as MATCHER_VERSION
from indelible.model.errors import ArchiveError
from indelible.preserve.archive import Archive
from indelible.preserve.records.keeping import Act
from indelible.preserve.records.prepare import By
from indelible.settings import Settings

CATALOG = "catalog.sqlite"
DERIVED = "derived.sqlite"
FINGERPRINTS = "fingerprints"
LIBRARY = "library"
DEFAULT_OPERATOR = "operator"


@dataclass(frozen=True)
class Context:
    """Which archive a command is about, and the code of who gives it (None: as its settings say)."""

    root: Path
    operator: str | None = None


@dataclass(frozen=True)
class Desk:
    """An open archive, its tables caught up with its log, and what was derived."""

    archive: Archive
    catalog: Catalog
    derived: Derived
    fingerprints: FingerprintStore
    library: Path
    operator: str | None

    @property
    def settings(self) -> Settings:
        """The archive's settings."""
        return self.archive.settings

    @property
    def origin(self) -> str:
        """The log's name, with which exhibits are cited."""
        return self.archive.ledger.origin

    @cached_property
    def by(self) -> By:
        """Who acts: as the command says, as the settings say, or who made the archive."""
        return By(self.operator or self.settings.operator or _first_operator(self.catalog))

    def act(self) -> Act:
        """Who acts, and this instant."""
        return Act(now(), self.by)

    def catch_up(self) -> None:
        """Brings the tables up to the log."""
        self.catalog.catch_up(self.archive.ledger)


@contextmanager
def reading(context: Context) -> Iterator[Desk]:
    """The archive for reading evidence; what is derived may still be written."""
    yield _desk(context, Archive.open(context.root))


@contextmanager
def writing(context: Context) -> Iterator[Desk]:
    """The archive for writing, made whole again if a process died in it."""
    known = Archive.open(context.root)
    house = House.open(house_of(known.ledger.origin, known.settings))
    yield _desk(context, Archive.open(context.root, house))


def _desk(context: Context, archive: Archive) -> Desk:
    folder = archive.root / "derived"
    try:
        folder.mkdir(exist_ok=True)
        catalog, derived = Catalog.open(folder / CATALOG), Derived(folder / DERIVED, FINGERPRINTS_VERSION, MATCHER_VERSION)
    except OSError as error:
        do = "open it where it can be written; evidence is not touched."
        raise ArchiveError(f"tables cannot be made in the archive: {error.strerror}", where=str(folder), do=do) from error
    catalog.catch_up(archive.ledger)
    return Desk(archive, catalog, derived, FingerprintStore(folder / FINGERPRINTS), folder / LIBRARY, context.operator)


def _first_operator(catalog: Catalog) -> str:
    """The code of who made the archive."""
    with catalog.reader() as reader:
        codes = (held.fields.get("code") for held in of_kind(reader, "operator/1"))
        return next((code for code in codes if isinstance(code, str)), DEFAULT_OPERATOR)


def state_folder() -> Path:
    """Where the houses of this user or service stand: $XDG_STATE_HOME/indelible, ~/.local/state/indelible without it."""
    given = os.environ.get("XDG_STATE_HOME", "")
    return (Path(given) if Path(given).is_absolute() else Path.home() / ".local" / "state") / "indelible"


def houses(settings: Settings) -> Path:
    """The folder in which an archive's house stands."""
    return Path(settings.house_dir).expanduser() if settings.house_dir else state_folder()


def house_name(origin: str) -> str:
    """A house's folder is called after the log that it signs."""
    return origin.replace("/", "_")


def house_of(origin: str, settings: Settings) -> Path:
    """The house that signs under `origin`."""
    return houses(settings) / house_name(origin)


def fresh_origin() -> str:
    """A name for a new log, different from every other's."""
    return f"indelible/{secrets.token_hex(6)}"


def stem_of(origin: str) -> str:
    """The origin under which a log began."""
    return origin.partition(ADOPTED)[0]
