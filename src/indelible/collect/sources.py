"""What the operator names as a source, opened: an export, a folder of media, or one file. Known by content, under any name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indelible.collect.folder import media_findings
from indelible.collect.sniff import Form, form_of
from indelible.collect.telegram.chat import Reading
from indelible.collect.telegram.export import Export, export_findings
from indelible.collect.telegram.frame import Frame, frame_of
from indelible.collect.tree import readable
from indelible.model.errors import SourceError
from indelible.model.found import FileRole, Finding, FoundFile
from indelible.settings import Settings

EXPORT, ACCOUNT, MEDIA = "telegram export", "telegram account", "media"
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
        if not frame.kind:
            raise SourceError(f"this JSON is no Telegram export: {frame.fault}", where=name, do=DO_NAME_ANOTHER)
        return _exports([Export(path.parent, "", ((path, frame),))], Reading(name, chosen), settings)
    return Source(name, MEDIA, lambda: iter([FoundFile(str(path), readable(path.name), FileRole.MEDIA)]))


def _folder(path: Path, name: str, settings: Settings, chosen: frozenset[str]) -> Source:
    jsons = tuple(_jsons(path, settings))
    if jsons:
        return _exports([Export(path, "", jsons)], Reading(name, chosen), settings, folder=path)
    if not any(path.iterdir()):
        raise SourceError("the folder is empty", where=name, do=DO_NAME_ANOTHER)
    return Source(name, MEDIA, lambda: media_findings(path, name))


def _exports(exports: list[Export], reading: Reading, settings: Settings, *, folder: Path | None = None) -> Source:
    kind = ACCOUNT if any(export.account for export in exports) else EXPORT
    return Source(reading.source, kind, lambda: export_findings(exports, reading.fresh(), settings, folder=folder))


def _jsons(path: Path, settings: Settings) -> Iterator[tuple[Path, Frame]]:
    for file in sorted(path.iterdir()):
        if file.is_file() and not file.is_symlink() and form_of(file) is Form.JSON:
            frame = frame_of(file, settings)
            if frame.kind:
                yield file, frame
