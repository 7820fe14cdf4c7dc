"""Exports that lie in one folder, as findings: their own files first, then chat by chat, then what no post names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indelible.collect.telegram.account import account_findings
from indelible.collect.telegram.chat import Reading
from indelible.collect.telegram.frame import Frame
from indelible.collect.telegram.jsonchat import JsonChat, json_findings
from indelible.collect.tree import Tree, readable
from indelible.model.found import FileRole, Finding, FoundFile, Keep, Refusal
from indelible.settings import Settings

ACCOUNT_FILES = "files of a whole-account export that no chosen chat names: not kept"


@dataclass(frozen=True)
class Export:
    """An export's files: its folder, what stands before its names, its JSON files with their frames, its HTML pages."""

    root: Path
    prefix: str
    jsons: tuple[tuple[Path, Frame], ...]
    pages: tuple[Path, ...] = ()

    @property
    def account(self) -> bool:
        """Whether it is of a whole account."""
        return any(frame.kind == "account" for _, frame in self.jsons)

    def name(self, path: Path) -> str:
        """The name of a file that lies in its folder."""
        return self.prefix + readable(path.name)


def export_findings(
    exports: Sequence[Export], reading: Reading, settings: Settings, *, folder: Path | None = None
) -> Iterator[Finding]:
    """The findings of exports that lie side by side, then (`folder` given) of the files in it that no post names."""
    for export in exports:
        for path, frame in export.jsons:
            keep = Keep.DIGEST if frame.kind == "account" else Keep.WHOLE
            file = FoundFile(str(path), export.name(path), FileRole.EXPORT, keep)
            reading.new(file)
            yield file
    for export in exports:
        tree = Tree(export.root, export.prefix)
        for path, frame in export.jsons:
            if frame.kind == "account":
                yield from account_findings(path, export.name(path), tree, reading, settings)
            else:
                yield from json_findings(JsonChat(path, export.name(path), frame.head), tree, reading, settings)
    if folder:
        yield from _rest(folder, reading, private=any(export.account for export in exports))


def _rest(folder: Path, reading: Reading, *, private: bool) -> Iterator[Finding]:
    """The files below a folder that were not given yet; only counted when they may be private."""
    left = 0
    for entry in Tree(folder).walk():
        if entry.name in reading.names:
            continue
        if private:
            left += 1
        elif entry.left_out:
            yield Refusal(reading.source, entry.name, entry.left_out, count=0)
        else:
            yield FoundFile(entry.path, entry.name, FileRole.UNREFERENCED)
    if left:
        yield Refusal(reading.source, ".", f"{left} {ACCOUNT_FILES}", count=0)
