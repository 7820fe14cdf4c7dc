"""An archive: originals, the log of what is known of them, and what tells a stranger how to check both."""

from __future__ import annotations

from datetime import datetime
from importlib import metadata
from pathlib import Path

from indelible.durable.disk import Disk
from indelible.ledger.house import House
from indelible.ledger.ledger import Ledger
from indelible.model.errors import ArchiveError, UsageError
from indelible.model.record import Record
from indelible.preserve import layout
from indelible.preserve.blobs import Blobs
from indelible.preserve.evidence_settings import evidence_settings
from indelible.preserve.records import keeping
from indelible.preserve.records.prepare import By
from indelible.settings import Settings, settings_from

SETTINGS_BYTES_MAX = 1024 * 1024
_FORMAT_BYTES_MAX = 200


class Archive:
    """An open archive. Without a house it is read only."""

    def __init__(self, root: Path, ledger: Ledger, blobs: Blobs, settings: Settings) -> None:
        self.root = root
        self.ledger = ledger
        self.blobs = blobs
        self.settings = settings

    @classmethod
    def create(cls, root: Path, house: House, *, origin: str, operator: By, at: datetime) -> Archive:
        """A new archive in a folder that is absent or empty; one whose making died is begun again.

        Raises UsageError when something else is there, DiskError when the disk cannot keep promises.
        """
        _empty(root)
        disk = house.disk
        disk.make_folder(root)
        disk.refuse_kind(root)
        _lay_out(root, disk)
        settings = read_settings(root)
        first = _first_records(house, origin, keeping.Act(at, operator), settings)
        ledger = Ledger.create(root, house, origin, first, at=at)
        return cls(root, ledger, Blobs(root, disk), settings)

    @classmethod
    def open(cls, root: Path, house: House | None = None) -> Archive:
        """The archive in `root`; with a house it may be written to, and what a dead process began is finished or swept away.

        Raises ArchiveError when it is none, of another format, incomplete or damaged; RefusedToSignError, DiskError.
        """
        check_layout(root)
        if house is None and not (root / layout.CHECKPOINT).exists():  # with one, the ledger may bring it back
            raise ArchiveError(
                "the log's checkpoint is missing",
                where=str(root / layout.CHECKPOINT),
                do="if making the archive was cut off, run indelible init again; else bring the file back from a copy.",
            )
        ledger = Ledger.open(root, house)
        blobs = Blobs(root, house.disk if house else None)
        if house:
            blobs.sweep()
        return cls(root, ledger, blobs, read_settings(root))


def check_layout(root: Path) -> None:
    """Raises ArchiveError unless this is the folder of an archive in our format, with all its folders."""
    try:
        with (root / layout.FORMAT_FILE).open("rb") as file:
            said = file.read(_FORMAT_BYTES_MAX)
        blob_folders = {path.name for path in (root / layout.BLOBS).iterdir()}
    except FileNotFoundError as error:
        raise _no_archive(root, error) from error
    except OSError as error:
        raise ArchiveError(
            f"the archive cannot be read: {error.strerror}",
            where=str(error.filename or root),
            do="mend its permissions or disk.",
        ) from error
    if said != layout.FORMAT_BYTES:
        raise ArchiveError(
            f"expected the format {layout.FORMAT}, found {said.decode(errors='replace').strip()[:60]!r}",
            where=str(root / layout.FORMAT_FILE),
            do="open it with the version of indelible that made it; if it is damaged, bring the file back from a copy.",
        )
    missing = [name for name in layout.FOLDERS if name != layout.DERIVED and not (root / name).is_dir()]
    missing += [f"{layout.BLOBS}/{name}" for name in layout.BLOB_FOLDERS if name not in blob_folders]
    if missing:
        raise ArchiveError(
            f"a folder of the archive is missing ({len(missing)} in all)",
            where=str(root / missing[0]),
            do="bring it back from a copy; an empty one may be made by hand.",
        )


def _no_archive(root: Path, error: FileNotFoundError) -> ArchiveError:
    if not root.exists():
        return ArchiveError(
            "there is no such folder", where=str(root), do="name the archive's folder, or make one: indelible init."
        )
    if any((root / name).exists() for name in (layout.LOG, layout.RECORDS, layout.BLOBS)):
        return ArchiveError("a part of the archive is missing", where=str(error.filename), do="bring it back from a copy.")
    return ArchiveError(
        "this folder is no archive", where=str(root), do="name the archive's folder, or make one: indelible init."
    )


def read_settings(root: Path) -> Settings:
    """What the archive's settings.toml sets; raises UsageError when it makes no sense, ArchiveError when it is not there."""
    path = root / layout.SETTINGS_FILE
    try:
        with path.open("rb") as file:
            text = file.read(SETTINGS_BYTES_MAX).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ArchiveError(
            f"the settings cannot be read: {error}", where=str(path), do="bring the file back from a copy; it may be empty."
        ) from error
    return settings_from(text, where=str(path))


def _empty(root: Path) -> None:
    """Raises UsageError unless nothing is there, or only what a making that died has left."""
    if not root.exists():
        return
    if not root.is_dir():
        raise UsageError("expected a folder, found a file", where=str(root), do="name another place for the archive.")
    foreign = sorted({entry.name for entry in root.iterdir()} - {*layout.FILES, *layout.FOLDERS})
    if foreign:
        raise UsageError(
            f"the folder holds something else: {foreign[0]!r}",
            where=str(root),
            do="name an empty folder, or one not there yet.",
        )


def _lay_out(root: Path, disk: Disk) -> None:
    for name in layout.FOLDERS:
        disk.make_folder(root / name)
    blobs = root / layout.BLOBS
    for name in layout.BLOB_FOLDERS:
        if not (blobs / name).is_dir():
            disk.system.make_folder(blobs / name)
    disk.sync_folder(blobs)
    disk.create_once(root / layout.README_FILE, layout.README_BYTES)
    disk.create_once(root / layout.FORMAT_FILE, layout.FORMAT_BYTES)
    if not (root / layout.SETTINGS_FILE).exists():
        disk.replace_head(root / layout.SETTINGS_FILE, layout.SETTINGS_BYTES)


def _first_records(house: House, origin: str, act: keeping.Act, settings: Settings) -> list[Record]:
    archive = keeping.archive_record(
        act,
        origin=origin,
        archive_format=layout.FORMAT,
        readme_sha256=layout.README_SHA256,
        software=f"indelible {metadata.version('indelible')}",
    )
    vkey = house.verifier(origin).vkey
    rest = (
        keeping.operator_record(act, code=act.by.code),
        keeping.settings_record(act, evidence_settings(settings)),
    )
    size = 2 + len(rest)  # all of these records are one commit, the first that the key signs
    return [prepared.record for prepared in (archive, keeping.key_record(act, vkey=vkey, size=size), *rest)]
