"""`doctor`: whether this machine can keep the promises, and the line that mends what is missing."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from indelible.app.answers.archive import CheckRow, DoctorAnswer
from indelible.app.opening import house_of, state_folder
from indelible.app.volume import free_bytes, is_encrypted
from indelible.ledger.house import House
from indelible.media.confine import Level
from indelible.media.pool import sandbox_level
from indelible.model.errors import IndelibleError, SandboxError
from indelible.preserve.archive import Archive

GOOD, WEAK, MISSING = "good", "weak", "missing"
PYTHON_MIN = (3, 11)
FREE_BYTES_MIN = 1024 * 1024 * 1024


def doctor(root: Path | None = None) -> DoctorAnswer:
    """What this machine has and lacks, and how the archive at `root` lies, when one is named."""
    level = _level()
    checks = [_python(), _sandbox(level), _openssl(), *_volumes(root)]
    if root is not None:
        checks += list(_archive(root))
    return DoctorAnswer(tuple(checks), str(level) if level else "", level.missing if level else ())


def _level() -> Level | None:
    try:
        return sandbox_level()
    except SandboxError:
        return None


def _python() -> CheckRow:
    found = f"Python {platform.python_version()}"
    if sys.version_info >= PYTHON_MIN:
        return CheckRow("Python", GOOD, found)
    return CheckRow("Python", MISSING, found, "install Python 3.11 or newer")


def _sandbox(level: Level | None) -> CheckRow:
    if level is None or not level.is_sandbox:
        found = str(level) if level else "it cannot be tried"
        return CheckRow("sandbox", MISSING, found, "use a Linux kernel of 5.13 or newer with seccomp")
    if level.missing:
        return CheckRow(
            "sandbox", WEAK, f"{level}; missing: {'; '.join(level.missing)}", "allow user namespaces, or a newer kernel"
        )
    return CheckRow("sandbox", GOOD, str(level))


def _openssl() -> CheckRow:
    found = shutil.which("openssl")
    if found:
        return CheckRow("openssl", GOOD, "found")
    do = "apt-get install openssl (Debian, Ubuntu), dnf install openssl (Fedora)"
    return CheckRow("openssl", WEAK, "not found: some authorities' time-stamps cannot be checked", do)


def _volumes(root: Path | None) -> Iterator[CheckRow]:
    """Where the archive and the signing key lie."""
    for name, folder in (("archive volume", root), ("key volume", state_folder())):
        place = _nearest(folder) if folder else None
        if place is None:
            continue
        free = free_bytes(place)
        if free < FREE_BYTES_MIN:
            yield CheckRow(name, WEAK, f"{free // 1024 // 1024} MiB free", "make room")
        encrypted = is_encrypted(place)
        if encrypted:
            yield CheckRow(name, GOOD, "encrypted")
        else:
            found = "not encrypted" if encrypted is False else "cannot tell whether it is encrypted"
            yield CheckRow(name, WEAK, found, "move it to an encrypted volume (LUKS): a thief of the disk reads all of it")


def _nearest(folder: Path) -> Path | None:
    return next((place for place in (folder, *folder.absolute().parents) if place.is_dir()), None)


def _archive(root: Path) -> Iterator[CheckRow]:
    try:
        archive = Archive.open(root)
    except IndelibleError as error:
        yield CheckRow("archive", MISSING, error.message, error.do)
        return
    yield CheckRow("archive", GOOD, f"{archive.ledger.origin}, {archive.ledger.size} records")
    try:
        House.open(house_of(archive.ledger.origin, archive.settings))
    except IndelibleError as error:
        yield CheckRow("signing key", MISSING, error.message, error.do)
        return
    yield CheckRow("signing key", GOOD, "here, and nobody else can read it")
    authority = archive.settings.stamp_authority_url
    if not authority:
        do = "set stamp_authority_url, or mail the lines of indelible checkpoint to counsel: else nothing shows when"
        yield CheckRow("time-stamps", WEAK, "no authority is set", do)
