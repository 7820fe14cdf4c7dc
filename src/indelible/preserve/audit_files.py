"""Checks the files beside the log: layout, README, settings, and every blob against its name and the records that cite it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from indelible.ledger.findings import Fault, Finding, Orphan
from indelible.model.errors import FormatError, IndelibleError
from indelible.model.ids import sha256_hex
from indelible.preserve import layout
from indelible.preserve.archive import read_settings
from indelible.preserve.audit_state import Cited
from indelible.preserve.blobs import Blobs
from indelible.preserve.evidence_settings import evidence_settings
from indelible.preserve.records.prepare import plain

_README_BYTES_MAX = 1024 * 1024


def check_folders(root: Path) -> Iterator[Finding]:
    """Folders that must be there, and names in the archive's folder that belong to nothing."""
    for name in (*layout.FOLDERS, *(f"{layout.BLOBS}/{folder}" for folder in layout.BLOB_FOLDERS)):
        path = root / name
        if path.is_symlink():
            yield Fault(name, "it is a link, and no folder")
        elif not path.is_dir() and name != layout.DERIVED:
            yield Fault(name, "the folder is missing")
    for path in sorted(root.iterdir()):
        if path.name not in {*layout.FILES, *layout.FOLDERS}:
            yield Orphan(path.name, "not a part of an archive")
    if (root / layout.INCOMING).is_dir():
        for path in sorted((root / layout.INCOMING).iterdir()):
            yield Orphan(f"{layout.INCOMING}/{path.name}", "an unfinished copy")


def check_texts(root: Path, cited: Cited) -> Iterator[Fault]:
    """The format file, README.txt and settings.toml against what the records say."""
    yield from _text(root, layout.FORMAT_FILE, sha256(layout.FORMAT_BYTES).hexdigest())
    yield from _text(root, layout.README_FILE, cited.readme_sha256 or layout.README_SHA256)
    try:
        now = plain(evidence_settings(read_settings(root)))
    except IndelibleError as error:
        yield Fault(layout.SETTINGS_FILE, error.message)
        return
    for name, said in sorted(cited.settings.items()):
        if name in now and now[name] != said:
            words = f"{name} is {now[name]!r}, and record {cited.settings_index} says {said!r}"
            yield Fault(layout.SETTINGS_FILE, f"{words}; if that was meant, the next collect records it")


def _text(root: Path, name: str, digest: str) -> Iterator[Fault]:
    try:
        with (root / name).open("rb") as file:
            found = sha256(file.read(_README_BYTES_MAX)).hexdigest()
    except FileNotFoundError:
        yield Fault(name, "missing")
    except OSError as error:
        yield Fault(name, f"it cannot be read: {error.strerror}")
    else:
        if found != digest:
            yield Fault(name, "it is not the text that was written when the archive was made")


@dataclass
class BlobsHeld:
    """What stands under blobs/: the SHA-256 that name files, and what does not belong."""

    digests: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def list_blobs(root: Path) -> BlobsHeld:
    """Every name under blobs/, ascending; nothing is followed."""
    held = BlobsHeld()
    folder = root / layout.BLOBS
    if not folder.is_dir():
        return held
    for entry in _entries(folder, layout.BLOBS, held):
        place = f"{layout.BLOBS}/{entry.name}"
        if entry.name not in layout.BLOB_FOLDERS or not entry.is_dir(follow_symlinks=False):
            held.findings.append(Orphan(place, "not a folder of originals"))
            continue
        for blob in _entries(Path(entry.path), place, held):
            _place(held, f"{place}/{blob.name}", blob)
    return held


def _entries(folder: Path, place: str, held: BlobsHeld) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda each: each.name)
    except OSError as error:
        held.findings.append(Fault(place, f"the folder cannot be read: {error.strerror}"))
        return []


def _place(held: BlobsHeld, path: str, blob: os.DirEntry[str]) -> None:
    try:
        right = layout.blob_path(sha256_hex(blob.name)) == path
    except FormatError:
        right = False
    if not right:
        held.findings.append(Orphan(path, "not named by the SHA-256 of an original, or in the wrong folder"))
    elif not blob.is_file(follow_symlinks=False):
        held.findings.append(Fault(path, "it is a link or a folder, and no original"))
    else:
        held.digests.append(blob.name)


def check_citations(held: Sequence[str], cited: Cited, *, whole: bool) -> Iterator[Finding]:
    """Blobs that records cite and that are gone; blobs that no record cites, when all records could be read (`whole`)."""
    there = set(held)
    for digest, index in sorted(cited.blobs.items()):
        if digest not in there and digest not in cited.released:
            yield Fault(layout.blob_path(digest), f"missing: record {index} cites it")
    if whole:
        for digest in held:
            if digest not in cited.blobs:
                yield Orphan(layout.blob_path(digest), "no record cites it")


def read_blobs(blobs: Blobs, digests: Iterable[str]) -> Iterator[tuple[str, Fault | None]]:
    """Each blob with its fault, None when its bytes give its name. A wrong one is read twice before it is called so."""
    for digest in digests:
        yield digest, _read_blob(blobs, digest)


def _read_blob(blobs: Blobs, digest: str) -> Fault | None:
    path = layout.blob_path(digest)
    try:
        if blobs.is_sound(digest):
            return None
        if blobs.is_sound(digest):
            return Fault(path, "it read wrongly once and rightly the next time: look after the memory and the disk")
    except IndelibleError as error:
        return Fault(path, error.message)
    except OSError as error:
        return Fault(path, f"it cannot be read: {error.strerror}")
    return Fault(path, "its bytes are not those that its name, their SHA-256, promises")
