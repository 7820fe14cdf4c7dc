"""Exports that lie in one source, as findings: their own files first, then chat by chat, then what no post names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from indelible.collect.folder import is_medium
from indelible.collect.telegram.account import NOT_CHOSEN, Account
from indelible.collect.telegram.chat import Reading
from indelible.collect.telegram.frame import Frame
from indelible.collect.telegram.htmlchat import html_findings
from indelible.collect.telegram.jsonchat import JsonChat, json_findings
from indelible.collect.telegram.pages import Pages
from indelible.collect.tree import Tree, readable
from indelible.model.found import FileRole, Finding, FoundFile, Keep, Refusal
from indelible.settings import Settings

ACCOUNT_FILES = "files of a whole-account export that no chosen chat names: not kept"


@dataclass(frozen=True)
class Export:
    """An export's files: its folder, what stands before its names, its JSON files with their frames, its HTML pages.

    `private` marks the pages of one chat of a whole account: kept only when the chat is chosen.
    """

    root: Path
    prefix: str
    jsons: tuple[tuple[Path, Frame], ...] = ()
    pages: tuple[Path, ...] = ()
    private: bool = False
    unread: tuple[tuple[Path, str], ...] = ()  # files that look like exports, and why they are none

    @property
    def read(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.jsons or self.pages)

    @property
    def account(self) -> bool:
        """Whether it is of a whole account."""
        return self.private or any(frame.kind == "account" for _, frame in self.jsons)

    def name(self, path: Path) -> str:
        """The name of a file that lies in its folder."""
        return self.prefix + readable(path.name)


@dataclass
class _Paged:
    """One chat's pages, until they are told."""

    export: Export
    pages: Pages
    name: str
    told: bool = False


class _Exports:
    def __init__(self, exports: Sequence[Export], reading: Reading, settings: Settings) -> None:
        self._exports = exports
        self._reading = reading
        self._settings = settings
        self._paged = [self._open(export) for export in exports if export.pages]
        self._accounts = {
            path: Account(path, export.name(path), Tree(export.root, export.prefix), reading, settings)
            for export in exports
            for path, frame in export.jsons
            if frame.kind == "account"
        }

    def _open(self, export: Export) -> _Paged:
        pages = Pages(export.pages, Tree(export.root, export.prefix), self._reading.source)
        return _Paged(export, pages, pages.chat_name())

    def files(self) -> Iterator[FoundFile]:
        for export in self._exports:
            for path, frame in export.jsons:
                keep = Keep.DIGEST if frame.kind == "account" else Keep.WHOLE
                yield FoundFile(str(path), export.name(path), FileRole.EXPORT, keep)
        for paged in self._paged:
            keep = Keep.WHOLE if self._chosen(paged) else Keep.DIGEST
            for path in paged.export.pages:
                yield FoundFile(str(path), paged.export.name(path), FileRole.EXPORT, keep)

    def _chosen(self, paged: _Paged) -> bool:
        wanted = self._reading.chosen.union(*(account.chosen_names() for account in self._accounts.values()))
        return not paged.export.private or paged.name in wanted or paged.export.root.name in wanted

    def chats(self) -> Iterator[Finding]:
        for export in self._exports:
            for path, frame in export.jsons:
                if frame.kind == "account":
                    yield from self._accounts[path].findings(partial(self._pages_of, export=export, private=True))
                    continue
                alone = len(export.jsons) == 1
                name = str(frame.head.get("name") or "")
                pages = self._pages_of(name, export, alone=alone)
                chat = JsonChat(path, export.name(path), frame.head)
                yield from json_findings(chat, Tree(export.root, export.prefix), self._reading, self._settings, pages)
        for paged in self._paged:
            if not paged.told:
                yield from self._pages_alone(paged)

    def _pages_of(self, name: str, export: Export, *, alone: bool = False, private: bool = False) -> Pages | None:
        """The pages of the chat of that name in the same export, told from now on."""
        for paged in self._paged:
            here = paged.export.prefix.startswith(export.prefix) if private else paged.export is export
            here = here and paged.export.private == private
            if here and not paged.told and (paged.name == name or (alone and not (name and paged.name))):
                paged.told = True
                return paged.pages
        return None

    def _pages_alone(self, paged: _Paged) -> Iterator[Finding]:
        if self._chosen(paged):
            yield from html_findings(paged.pages, paged.name or paged.export.root.name, self._reading)
        elif count := paged.pages.count():
            where = f"{paged.export.name(paged.export.pages[0])}, {paged.name}"
            yield Refusal(self._reading.source, where, NOT_CHOSEN, count)


def export_findings(
    exports: Sequence[Export], reading: Reading, settings: Settings, *, folder: Path | None = None
) -> Iterator[Finding]:
    """The findings of exports that lie side by side, then (`folder` given) of the files in it that no post names."""
    inside = _Exports(exports, reading, settings)
    for file in inside.files():
        reading.new(file)
        yield file
    yield from inside.chats()
    yield from unread_findings(exports, reading.source)
    if folder:
        yield from _rest(folder, exports, reading)


def unread_findings(exports: Sequence[Export], source: str) -> Iterator[Refusal]:
    """What looks like an export and cannot be read as one: how many records it holds is not known."""
    for export in exports:
        for path, fault in export.unread:
            yield Refusal(source, export.name(path), f"it looks like an export, but {fault}", count=0, unread=True)


def _rest(folder: Path, exports: Sequence[Export], reading: Reading) -> Iterator[Finding]:
    """The files below a folder that were not given yet; only counted when they may be private."""
    private, left = any(export.account for export in exports), 0
    prefixes = tuple(export.prefix for export in exports if export.read)
    for entry in Tree(folder).walk():
        if entry.name in reading.names:
            continue
        if private:
            left += 1
        elif entry.left_out:
            yield Refusal(reading.source, entry.name, entry.left_out, count=0)
        else:
            alone = not entry.name.startswith(prefixes) and is_medium(Path(entry.path))
            yield FoundFile(entry.path, entry.name, FileRole.MEDIA if alone else FileRole.UNREFERENCED)
    if left:
        yield Refusal(reading.source, ".", f"{left} {ACCOUNT_FILES}", count=0)
