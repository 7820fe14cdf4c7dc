"""The durable operations: create once and replace a head, alone or as a group, and nothing else.

Create: write under a passing name, sync the file, link it to its own name, sync the folder. Replace: the same with a rename.
So under its own name a file is whole or absent, whatever happens when. Nothing is ever written in place.
Source: DESIGN.md §4; the order is that of sunlight's internal/durable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from indelible.durable.group import PASSING_PREFIX, Group, passing_name
from indelible.durable.system import System
from indelible.model.errors import DiskError

FILE_MODE = 0o444
HEAD_MODE = 0o644
SECRET_MODE = 0o600

# Magic numbers of statfs(2) for volumes whose sync, lock or rename do not promise what we need.
_REFUSED = {
    0x6969: "NFS",
    0x517B: "SMB",
    0xFF534D42: "CIFS",
    0xFE534D42: "SMB",
    0x65735546: "FUSE",
    0x01021997: "9P",
    0x5346414F: "AFS",
    0x00C36400: "Ceph",
    0x73757245: "Coda",
    0x564C: "NCP",
}


class Disk:
    """Durable operations over one `System`; once a sync has failed, every one of them raises PoisonedError."""

    def __init__(self, system: System | None = None) -> None:
        self.system = system or System()

    def check(self) -> None:
        """Raises PoisonedError when a sync has failed."""
        self.system.check()

    def refuse_kind(self, folder: Path) -> None:
        """Raises DiskError when `folder` is on a volume that cannot keep promises (network, FUSE)."""
        name = _REFUSED.get(self.system.kind(folder))
        if name:
            raise DiskError(
                f"expected a local disk, found {name}, which can lose or reorder what was synced, or not lock",
                where=str(folder),
                do="put the archive on a local disk (ext4, XFS, btrfs, ZFS) and copy it to the network from there.",
            )

    def create_once(self, path: Path, data: bytes | Iterable[bytes], *, mode: int = FILE_MODE) -> None:
        """Makes `path` with these bytes, durable on return; the folder exists. The same bytes already there are kept.

        Raises DiskError when other bytes stand there.
        """
        with self.group(path.parent) as group:
            draft = group.draft(path.parent, mode=mode)
            for piece in (data,) if isinstance(data, bytes) else data:
                draft.write(piece)
            draft.keep(path)

    def replace_head(self, path: Path, data: bytes, *, mode: int = HEAD_MODE) -> None:
        """Puts these bytes in place of `path`, durable on return: a reader finds the old file or the new one, whole."""
        passing = passing_name(path.parent)
        try:
            self._write(passing, data, mode)
            self.system.sync_file(passing)
            self.system.rename(passing, path)
        except DiskError:
            self.system.remove(passing)
            raise
        self.system.sync_folder(path.parent)

    def _write(self, path: Path, data: bytes, mode: int) -> None:
        descriptor = self.system.create(path, mode)
        try:
            self.system.write(descriptor, path, data)
        finally:
            self.system.close(descriptor, path)

    @contextmanager
    def group(self, root: Path) -> Iterator[Group]:
        """Many files under `root` as one: on leaving, all are synced, then named, then their folders are synced, once each.

        Leaving by an error removes what was written. Nothing of the group is visible before all of it is durable.
        """
        group = self.new_group(root)
        try:
            yield group
            group.commit()
        finally:
            group.close()

    def new_group(self, root: Path) -> Group:
        """A group to be committed by hand."""
        return Group(self.system, root)

    def make_folder(self, path: Path) -> None:
        """Makes a folder and whatever is missing above it, durable on return; one that is there is made durable."""
        missing = [path]
        while not missing[-1].parent.is_dir():
            missing.append(missing[-1].parent)
        for folder in reversed(missing):
            if not folder.is_dir():
                self._make(folder)
            self.system.sync_folder(folder.parent)

    def _make(self, folder: Path) -> None:
        try:
            self.system.make_folder(folder)
        except FileExistsError:
            if not folder.is_dir():  # else another process made it first
                raise DiskError("expected a folder, found a file", where=str(folder), do="move it away.") from None

    def sync_folder(self, path: Path) -> None:
        """Makes a folder's names durable."""
        self.system.sync_folder(path)

    def sync_file(self, path: Path) -> None:
        """Makes a file and its name durable, whoever wrote it."""
        self.system.sync_file(path)
        self.system.sync_folder(path.parent)

    def remove(self, path: Path) -> None:
        """Takes away a file that nothing needs; not durable by itself, for nothing depends on it.

        An unfinished write that has got its other name already was left by a process that died before syncing that name: all
        that it named is made durable first, for whoever finds it takes it for kept.
        """
        if is_passing(path.name) and _has_two_names(path):
            self._sync_volume(path.parent)
        self.system.remove(path)

    def _sync_volume(self, folder: Path) -> None:
        volume = self.system.open_volume(folder)
        try:
            self.system.sync_volume(volume, folder)
        finally:
            self.system.close(volume, folder)

    def remove_folder(self, path: Path) -> None:
        """Takes away a folder when it is empty."""
        self.system.remove_folder(path)


def is_passing(name: str) -> bool:
    """Whether a file of this name is an unfinished write, left by a process that died."""
    return name.startswith(PASSING_PREFIX)


def _has_two_names(path: Path) -> bool:
    try:
        return path.lstat().st_nlink > 1
    except FileNotFoundError:
        return False
