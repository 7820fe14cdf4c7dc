"""What the operator names as a source, opened: an export, a folder of media, or one file. Known by content, under any name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from indelible.collect.folder import is_medium, media_findings
from indelible.collect.sniff import Form, form_of
from indelible.collect.telegram.chat import Reading
from indelible.collect.telegram.export import Export, export_findings, unread_findings
from indelible.collect.telegram.frame import Frame, frame_of
from indelible.collect.telegram.likeness import unread_as
from indelible.collect.telegram.page import is_page
from indelible.collect.telegram.pages import in_order
from indelible.collect.tree import readable
from indelible.model.errors import SourceError
from indelible.model.found import FileRole, Finding, FoundFile
from indelible.settings import Settings

EXPORT, ACCOUNT, MEDIA = "telegram export", "telegram account", "media"
PAGE_HEAD_BYTES = 1 << 20
_CHAT = re.compile(r"chat_\d+")
DO_NAME_ANOTHER = "name the export's folder, its .json or .html file, a folder of media, or a media file."


@dataclass(frozen=True)
class Source:
    """Something to collect from. `name` is as the operator gave it, `kind` says what it was recognised as."""

    name: str
    kind: str
    _make: Callable[[], Iterator[Finding]] = field(repr=False)

    def findings(self) -> Iterator[Finding]:
        """All that the source tells, streamed: each record is a post yielded or counts in a refusal.

        Raises SourceError when the source becomes unreadable on the way.
        """
        try:
            yield from self._make()
        except OSError as error:
            raise _unreadable(self.name, error) from error


def open_source(path: Path, settings: Settings, chats: Sequence[str] = ()) -> Source:
    """The source at `path`; `chats` (and the settings' own) are the chats to keep of a whole account, by name or id.

    Raises SourceError when nothing is there, it cannot be read, or it is a text file that is no export.
    """
    name = str(path)
    chosen = frozenset((*settings.chats, *chats))
    try:
        if path.is_dir():
            return _folder(path, name, settings, chosen)
        if not path.exists():
            raise SourceError(f"there is nothing at {name}", where=name, do=DO_NAME_ANOTHER)
        return _file(path, name, settings, chosen)
    except OSError as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: OSError) -> SourceError:
    where = readable(str(error.filename)) if error.filename else name
    return SourceError(
        f"the source cannot be read: {error.strerror or error}", where=where, do="check the path and its permissions."
    )


def _file(path: Path, name: str, settings: Settings, chosen: frozenset[str]) -> Source:
    form = form_of(path)
    if form is Form.JSON:
        frame = frame_of(path, settings)
        if frame.kind:
            return _exports([Export(path.parent, "", ((path, frame),))], Reading(name, chosen), settings)
        if not frame.cut or not unread_as(path, form, frame):
            raise SourceError(f"this JSON is no Telegram export: {frame.fault}", where=name, do=DO_NAME_ANOTHER)
        return _unread_file(path, name, frame.fault)
    if form is Form.HTML and _is_page(path):
        return _exports([_series_of(path)], Reading(name, chosen), settings)
    if form is Form.EMPTY and not is_medium(path):
        raise SourceError("the file is empty", where=name, do=DO_NAME_ANOTHER)
    fault = unread_as(path, form)
    if fault:
        return _unread_file(path, name, fault)
    if form is Form.HTML:
        raise SourceError("this HTML is no page of a Telegram export", where=name, do=DO_NAME_ANOTHER)
    return Source(name, MEDIA, lambda: iter([FoundFile(str(path), readable(path.name), FileRole.MEDIA)]))


def _unread_file(path: Path, name: str, fault: str) -> Source:
    """What is left of an export's file, of which nothing can be read: kept, and said to be that."""
    export = Export(path.parent, "", unread=((path, fault),))
    left = FoundFile(str(path), readable(path.name), FileRole.UNREFERENCED)
    return Source(name, EXPORT, lambda: chain([left], unread_findings([export], name)))


def _folder(path: Path, name: str, settings: Settings, chosen: frozenset[str]) -> Source:
    exports = _found_in(path, settings)
    if any(export.read for export in exports):
        return _exports(exports, Reading(name, chosen), settings, folder=path)
    if not any(path.iterdir()):
        raise SourceError("the folder is empty", where=name, do=DO_NAME_ANOTHER)
    return Source(name, MEDIA, lambda: chain(unread_findings(exports, name), media_findings(path, name)))


def _exports(exports: list[Export], reading: Reading, settings: Settings, *, folder: Path | None = None) -> Source:
    kind = ACCOUNT if any(export.account for export in exports) else EXPORT
    return Source(reading.source, kind, lambda: export_findings(exports, reading.fresh(), settings, folder=folder))


def _found_in(path: Path, settings: Settings) -> list[Export]:
    """The exports of a folder: its own and those of an account's chats; else those of the folders in it, side by side."""
    found = _exports_at(path, "", settings)
    if any(export.read for export in found):
        return found
    return found + [
        export for folder in _folders(path) for export in _exports_at(folder, f"{readable(folder.name)}/", settings)
    ]


def _exports_at(path: Path, prefix: str, settings: Settings) -> list[Export]:
    chats = [
        _export_at(folder, f"{prefix}{above}{readable(folder.name)}/", settings, private=True)
        for above, parent in (("", path), ("chats/", path / "chats"))
        for folder in _folders(parent)
        if _CHAT.fullmatch(folder.name)
    ]
    return [export for export in (_export_at(path, prefix, settings), *chats) if export]


def _folders(path: Path) -> list[Path]:
    if not path.is_dir() or path.is_symlink():
        return []
    return sorted(folder for folder in path.iterdir() if folder.is_dir() and not folder.is_symlink())


def _export_at(path: Path, prefix: str, settings: Settings, *, private: bool = False) -> Export | None:
    jsons: list[tuple[Path, Frame]] = []
    pages: list[Path] = []
    unread: list[tuple[Path, str]] = []
    for file in sorted(path.iterdir()):
        if not file.is_file() or file.is_symlink():
            continue
        form = form_of(file)
        frame = frame_of(file, settings) if form is Form.JSON else None
        if frame and frame.kind:
            jsons.append((file, frame))
        elif form is Form.HTML and _is_page(file):
            pages.append(file)
        elif fault := unread_as(file, form, frame):
            unread.append((file, fault))
    if not (jsons or pages or unread):
        return None
    return Export(path, prefix, tuple(jsons), in_order(pages), private, tuple(unread))


def _is_page(path: Path) -> bool:
    with path.open("rb") as file:
        return is_page(file.read(PAGE_HEAD_BYTES))


def _series_of(path: Path) -> Export:
    """A page and those that go on with it: of one name but for the number."""
    stem = path.stem.rstrip("0123456789")
    series = [
        file
        for file in sorted(path.parent.glob(f"*{path.suffix}"))
        if file.stem.rstrip("0123456789") == stem and file.is_file() and (file == path or not file.is_symlink())
    ]
    forms = {file: form_of(file) for file in series}
    pages = [file for file in series if file == path or (forms[file] is Form.HTML and _is_page(file))]
    unread = [(file, unread_as(file, forms[file])) for file in series if file not in pages]
    return Export(path.parent, "", pages=in_order(pages), unread=tuple((file, fault) for file, fault in unread if fault))
