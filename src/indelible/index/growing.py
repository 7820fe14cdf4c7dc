"""A library on disk, opened for the media that an archive has now, and brought in step with them.

It is told which media it shall have, in which order, and stands on their fingerprints alone. Of what lies on disk that much is
used as is in step with them, medium by medium; the rest is laid out anew. So an answer never depends on what lies there: not
on damage, on another version, on the order in which media came, nor on how sections were joined.

A section is durable before the manifest names it, and goes after that does not name it any more. Who writes holds the folder's
lock; who reads opens what one manifest names, and keeps it mapped whatever is written meanwhile.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from indelible.durable.disk import Disk, is_passing
from indelible.durable.lock import lock
from indelible.fingerprint.medium import VERSION as FINGERPRINTS
from indelible.index import code_index
from indelible.index.cells import CENTRES, standard
from indelible.index.library import Library
from indelible.index.roster import About, Row
from indelible.index.section import Section, Shelving
from indelible.index.section_file import PREFIX, open_section, write
from indelible.index.store import FingerprintStore
from indelible.match.version import VERSION as MATCHER
from indelible.model.errors import DiskError, FormatError, PoisonedError

MANIFEST = "manifest"
_TRIES = 100  # to read a manifest and what it names before it is replaced
_SECTION = re.compile(f"{PREFIX}[0-9a-f]{{64}}")
_LAID_OUT_MAX = 4_000_000  # hashes, codes and landmarks that are laid out at once
_JOIN_RATIO = 4  # a section is joined with those behind it until it is so many times larger
_JOINED_MAX = 32_000_000  # and no larger than this, some 1.3 GB: joining takes that much memory

Named = tuple[str, str]  # a medium's SHA-256 and the stamp of its fingerprint


def open_library(folder: Path, store: FingerprintStore, media: Sequence[str], settled: int) -> Library:
    """The library of media by their SHA-256, in this order; those that have no fingerprint are left out.

    The first `settled` of them are there to stay: these are kept on disk, where that can be written to.
    """
    stamped = [(sha256, store.stamp(sha256)) for sha256 in media]
    wanted = [named for named in stamped if named[1]]
    lasting = [named for named in stamped[:settled] if named[1]]
    sections = read(folder)
    if _rows(in_step(sections, lasting)) < len(lasting):
        with suppress(DiskError, PoisonedError, FormatError, OSError):  # then it is laid out in memory
            grow(folder, store, lasting)
        sections = read(folder)
    kept = in_step(sections, wanted)
    if _rows(kept) < len(wanted):
        kept.append(_laid_out(store, wanted[_rows(kept) :], kept))
    return Library(kept, len(wanted), store)


def in_step(sections: Iterable[Section], wanted: Sequence[Named]) -> list[Section]:
    """The first of the sections, as far as they are of the media wanted and no others between them; the last may go on beyond."""
    kept: list[Section] = []
    for section in sections:
        named = wanted[_rows(kept) :][: len(section.rows)]
        if not named or section.names[: len(named)] != named:
            break
        kept.append(section)
    return kept


def read(folder: Path) -> list[Section]:
    """The sections on disk; what comes after one that does not read is left out."""
    names: tuple[str, ...] = ()
    for _ in range(_TRIES):
        names, sections = _manifest(folder), []
        with suppress(OSError, FormatError):
            for name in names:
                sections.append(open_section(folder, name))  # noqa: PERF401  # what was opened before an error counts
        if len(sections) == len(names) or _manifest(folder) == names:
            break
    return sections


def rows(folder: Path) -> list[Row]:
    """Who is in the library on disk, in order."""
    return [row for section in read(folder) for row in section.rows]


def grow(folder: Path, store: FingerprintStore, wanted: Sequence[Named], disk: Disk | None = None) -> None:
    """Brings the sections on disk in step with the media wanted. Raises DiskError, PoisonedError."""
    disk = disk or Disk()
    disk.make_folder(folder)
    with lock(folder):
        disk.sync_folder(folder)  # whoever replaced the manifest may have died before that: nothing may go before it is durable
        sections = in_step(read(folder), wanted)
        names = list(_manifest(folder)[: len(sections)])
        while _rows(sections) < len(wanted):
            sections.append(_laid_out(store, wanted[_rows(sections) :], sections, _LAID_OUT_MAX))
            joined = _to_join([section.size for section in sections])
            made = Section.joined(sections[-joined:]) if joined > 1 else sections[-1]
            names[len(sections) - joined :] = [write(made, folder, disk)]
            sections[-joined:] = [open_section(folder, names[-1])]
            _commit(folder, names, disk)


def clear(folder: Path) -> None:
    """Removes the sections on disk. Raises DiskError, PoisonedError."""
    disk = Disk()
    disk.make_folder(folder)
    with lock(folder):
        _commit(folder, (), disk)


def _laid_out(
    store: FingerprintStore, wanted: Iterable[Named], behind: Iterable[Section], size_max: float = float("inf")
) -> Section:
    """A section of the first of the media wanted, to stand behind others; it ends with the one by which it is large enough."""
    codes = sum(len(section.lists) for section in behind)
    shelving = Shelving(standard(), max(0, code_index.EXHAUSTIVE_BELOW - codes))
    for sha256, stamp in wanted:
        fingerprint = store.load(sha256)
        shelving.add(Row(sha256, stamp, About.of(fingerprint) if fingerprint else None), fingerprint)
        if shelving.size >= size_max:
            break
    return shelving.finish()


def _to_join(sizes: Sequence[int]) -> int:
    """How many of the last sections become one, so that few are left and each is copied few times."""
    count, total = 1, sizes[-1]
    for size in reversed(sizes[:-1]):
        if size >= _JOIN_RATIO * total or size + total > _JOINED_MAX:
            break
        count, total = count + 1, total + size
    return count


def _rows(sections: Iterable[Section]) -> int:
    return sum(len(section.rows) for section in sections)


def _format() -> str:
    """What sections are made by: of another, nothing is read."""
    return f"indelible-library/1 {FINGERPRINTS}/{MATCHER} {CENTRES} {code_index.EXHAUSTIVE_BELOW}"


def _manifest(folder: Path) -> tuple[str, ...]:
    """The names of the sections, in order; none where there is no manifest of this form."""
    try:
        held = json.loads((folder / MANIFEST).read_bytes())
        names = tuple(held["sections"]) if held["format"] == _format() else ()
        return names if all(_SECTION.fullmatch(name) for name in names) else ()
    except (OSError, ValueError, TypeError, LookupError):
        return ()


def _commit(folder: Path, names: Sequence[str], disk: Disk) -> None:
    """Makes these the library's sections, durable on return, and removes what was written beside them."""
    data = json.dumps({"format": _format(), "sections": names}, sort_keys=True, separators=(",", ":"))
    disk.replace_head(folder / MANIFEST, data.encode() + b"\n")
    for path in folder.iterdir():
        if is_passing(path.name) or (path.name.startswith(PREFIX) and path.name not in names):
            disk.system.remove(path)
