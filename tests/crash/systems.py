"""Systems that record, die or fail: handed to `Disk` in place of the real one, over which they work."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from crash.journal import Journal
from indelible.durable.disk import Disk
from indelible.durable.system import System, told


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


class Recording(System):
    """Does what it is asked and writes it into a journal; dies before operation `die_at` of its own."""

    def __init__(self, journal: Journal, world: Path, die_at: int | None = None) -> None:
        super().__init__()
        self.journal = journal
        self._world = world
        self._left = die_at
        self._paths: dict[int, str] = {}

    def _name(self, path: Path) -> str:
        if self._left is not None:
            if self._left <= 0:
                raise Killed
            self._left -= 1
        name = path.relative_to(self._world).as_posix()
        return "" if name == "." else name

    def make_folder(self, path: Path) -> None:
        name = self._name(path)
        super().make_folder(path)
        self.journal.other("make", name)

    def create(self, path: Path, mode: int) -> int:
        name = self._name(path)
        descriptor = super().create(path, mode)
        self.journal.create(name)
        return descriptor

    def write(self, descriptor: int, path: Path, data: bytes | memoryview) -> None:
        name = self._name(path)
        super().write(descriptor, path, data)
        self.journal.write(name, bytes(data))

    def sync_file(self, path: Path) -> None:
        name = self._name(path)
        super().sync_file(path)
        self.journal.sync_file(name)

    def sync_folder(self, path: Path) -> None:
        name = self._name(path)
        super().sync_folder(path)
        self.journal.other("sync_folder", name)

    def sync_volume(self, descriptor: int, path: Path) -> None:
        self._name(path)
        super().sync_volume(descriptor, path)
        self.journal.other("sync_all")

    def link(self, old: Path, new: Path) -> None:
        name = self._name(new)
        super().link(old, new)
        self.journal.name(old.relative_to(self._world).as_posix(), name)

    def rename(self, old: Path, new: Path) -> None:
        name = self._name(new)
        super().rename(old, new)
        self.journal.rename(old.relative_to(self._world).as_posix(), name)

    def remove(self, path: Path) -> None:
        name = self._name(path)
        super().remove(path)
        self.journal.remove(name)

    def remove_folder(self, path: Path) -> None:
        name = self._name(path)
        super().remove_folder(path)
        if not path.exists():
            self.journal.other("remove_folder", name)

    def write_in_place(self, path: Path, data: bytes) -> None:
        """What nothing of ours ever does: for a defect to be planted."""
        name = self._name(path)
        if path.exists():
            path.chmod(0o644)
            self.journal.truncate(name)
        else:
            self.journal.create(name)
        path.write_bytes(data)
        self.journal.write(name, data)


class Failing(System):
    """The `fail_at`-th call that changes the disk fails, once, with this error; a write fails half done, a sync poisons."""

    def __init__(self, fail_at: int, number: int = errno.ENOSPC) -> None:
        super().__init__()
        self._left = fail_at
        self._number = number
        self.failed = ""

    def _fails(self, what: str) -> bool:
        self._left -= 1
        if self._left == -1:
            self.failed = what
            return True
        return False

    def _maybe(self, what: str, path: Path) -> None:
        if self._fails(what):
            with told(path):
                raise OSError(self._number, os.strerror(self._number))

    def make_folder(self, path: Path) -> None:
        self._maybe("make_folder", path)
        super().make_folder(path)

    def create(self, path: Path, mode: int) -> int:
        self._maybe("create", path)
        return super().create(path, mode)

    def write(self, descriptor: int, path: Path, data: bytes | memoryview) -> None:
        if self._fails("write"):
            super().write(descriptor, path, data[: len(data) // 2])
            with told(path):
                raise OSError(self._number, os.strerror(self._number))
        super().write(descriptor, path, data)

    def sync_file(self, path: Path) -> None:
        if self._fails("sync_file"):
            self.poison(path, OSError(errno.EIO, os.strerror(errno.EIO)))
        super().sync_file(path)

    def sync_folder(self, path: Path) -> None:
        if self._fails("sync_folder"):
            self.poison(path, OSError(errno.EIO, os.strerror(errno.EIO)))
        super().sync_folder(path)

    def sync_volume(self, descriptor: int, path: Path) -> None:
        if self._fails("sync_volume"):
            self.poison(path, OSError(errno.EIO, os.strerror(errno.EIO)))
        super().sync_volume(descriptor, path)

    def link(self, old: Path, new: Path) -> None:
        self._maybe("link", new)
        super().link(old, new)

    def rename(self, old: Path, new: Path) -> None:
        self._maybe("rename", new)
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        self._maybe("remove", path)
        super().remove(path)


# --- planted defects of the disk -----------------------------------------------------------------------------------------


class NoBlobSync(Recording):
    """Never syncs a blob, which is in incoming/ until it has its name."""

    def sync_file(self, path: Path) -> None:
        if "incoming" not in path.parts:
            super().sync_file(path)

    def sync_volume(self, descriptor: int, path: Path) -> None:
        if (path / "incoming").is_dir() and not any((path / "incoming").iterdir()):
            super().sync_volume(descriptor, path)


class NoFolderSync(Recording):
    """Never syncs a folder."""

    def sync_folder(self, path: Path) -> None:
        del path


class InPlace(Disk):
    """Replaces a head by writing over it."""

    def replace_head(self, path: Path, data: bytes, *, mode: int = 0o644) -> None:
        del mode
        assert isinstance(self.system, Recording)
        self.system.write_in_place(path, data)
        self.system.sync_file(path)
        self.system.sync_folder(path.parent)
