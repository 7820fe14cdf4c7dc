"""Many new files as one group: written, synced together, named together, their folders synced once each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from indelible.durable.early import EarlySync
from indelible.durable.system import System
from indelible.model.errors import DiskError

PASSING_PREFIX = ".tmp-"
# Above these, one syncfs costs less than a sync for each. Most folders on the way to the root are clean, and cost little.
SYNC_FILES_MAX = 6
SYNC_FOLDERS_MAX = 16
PIECE_BYTES = 1024 * 1024


def passing_name(folder: Path) -> Path:
    """A fresh name in `folder` for a file that is not whole yet."""
    return folder / f"{PASSING_PREFIX}{os.urandom(8).hex()}"


class Draft:
    """A file being written under a passing name; `keep` says what it will be called, else it is discarded."""

    def __init__(self, system: System, path: Path, mode: int) -> None:
        self.path = path
        self.target: Path | None = None
        self.replace = False
        self._system = system
        self._descriptor: int | None = system.create(path, mode)
        self._early = EarlySync(system, self._descriptor, path)

    def write(self, data: bytes | memoryview) -> None:
        """Writes on; raises DiskError when the disk is full."""
        if self._descriptor is None:
            raise ValueError("this draft is closed")
        self._system.write(self._descriptor, self.path, data)
        self._early.grown(len(data))

    def keep(self, target: Path, *, replace: bool = False) -> None:
        """Closes it; the group's commit names it `target`.

        What stands there already must hold the same bytes; with `replace` it is replaced, which is for files that no
        checkpoint covers.
        """
        self.close()
        self.target = target
        self.replace = replace

    def close(self) -> None:
        """Writes no more."""
        if self._descriptor is not None:
            self._early.stop()
            descriptor, self._descriptor = self._descriptor, None
            self._system.close(descriptor, self.path)


class Group:
    """New files under `root`, invisible until `commit` has made all of them durable."""

    def __init__(self, system: System, root: Path) -> None:
        self._system = system
        self._root = root
        self._drafts: list[Draft] = []
        # Taken now: syncfs tells of the failed writes since its descriptor was opened.
        self._volume: int | None = system.open_volume(root) if system.can_sync_volume() else None

    def draft(self, folder: Path, *, mode: int = 0o444) -> Draft:
        """A new file to write, in an existing folder on the volume of `root`."""
        draft = Draft(self._system, passing_name(folder), mode)
        self._drafts.append(draft)
        return draft

    def add(self, path: Path, data: bytes, *, replace: bool = False) -> None:
        """A file of these bytes; its folder is made when missing."""
        self._folder(path.parent)
        draft = self.draft(path.parent)
        draft.write(data)
        draft.keep(path, replace=replace)

    def _folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        if folder == self._root:
            raise DiskError("the folder is gone", where=str(folder), do="look whether the disk is still there.")
        self._folder(folder.parent)
        try:
            self._system.make_folder(folder)
        except FileExistsError:
            if not folder.is_dir():
                raise DiskError("expected a folder, found a file", where=str(folder), do="move it away.") from None

    def commit(self) -> None:
        """Makes every kept file durable, then visible, then its name durable; raises DiskError, PoisonedError."""
        kept = [draft for draft in self._drafts if draft.target is not None]
        if kept:
            self._sync_files([draft.path for draft in kept])
            for draft in kept:
                self._name(draft)
            self._sync_folders({folder for draft in kept for folder in self._above(draft.target)})
            # Only now: a draft that has two names tells whoever finds it that its new name may not be durable.
            for draft in kept:
                if not draft.replace:
                    self._system.remove(draft.path)
            self._drafts = [draft for draft in self._drafts if draft.target is None]
        self.close()

    def _sync_files(self, paths: list[Path]) -> None:
        if self._volume is not None and len(paths) > SYNC_FILES_MAX:
            self._system.sync_volume(self._volume, self._root)
        else:
            for path in paths:
                self._system.sync_file(path)

    def _sync_folders(self, folders: set[Path]) -> None:
        if self._volume is not None and len(folders) > SYNC_FOLDERS_MAX:
            self._system.sync_volume(self._volume, self._root)
        else:
            for folder in sorted(folders):
                self._system.sync_folder(folder)

    def _above(self, target: Path | None) -> Iterator[Path]:
        # Up to the root, not only the parent: a process that died may have made a folder and not synced its name.
        folder = target.parent if target else self._root
        while folder != self._root and self._root in folder.parents:
            yield folder
            folder = folder.parent
        yield folder

    def _name(self, draft: Draft) -> None:
        target = draft.target
        if target is None:
            return
        if draft.replace:
            self._system.rename(draft.path, target)
            return
        try:
            self._system.link(draft.path, target)
        except FileExistsError:
            self._same(draft.path, target)

    def _same(self, passing: Path, target: Path) -> None:
        if not _equal(passing, target):
            raise DiskError(
                "a file that is created once stands there already, with other bytes",
                where=str(target),
                do="run indelible audit: one of the two is damaged or does not belong there.",
            )
        self._system.sync_file(target)  # whoever made it may have died before syncing

    def close(self) -> None:
        """Removes what was not committed; harmless when all was."""
        for draft in self._drafts:
            draft.close()
        if not self._system.poisoned:
            for draft in self._drafts:
                self._system.remove(draft.path)
        self._drafts = []
        if self._volume is not None:
            volume, self._volume = self._volume, None
            self._system.close(volume, self._root)


def _equal(one: Path, other: Path) -> bool:
    with one.open("rb") as left, other.open("rb") as right:
        while True:
            piece = left.read(PIECE_BYTES)
            if piece != right.read(PIECE_BYTES):
                return False
            if not piece:
                return True
