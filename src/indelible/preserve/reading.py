"""Reading a source's files safely: no link followed, nothing but regular files, and a change while reading is noticed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from indelible.model.found import FoundFile, FoundSlice

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
# Opening a named pipe would wait for its writer.
_FILE_FLAGS = _FLAGS | os.O_NONBLOCK | getattr(os, "O_NOATIME", 0)


@dataclass(frozen=True)
class Wanted:
    """A file to preserve, or `length` bytes of it from `offset`. Below `root`, no link is followed on the way to it."""

    path: Path
    root: Path | None = None
    offset: int = 0
    length: int | None = None

    @classmethod
    def of(cls, found: FoundFile | FoundSlice) -> Wanted:
        """What a source says that it holds; the root is the folder that its name is relative to."""
        path, name = Path(found.path), PurePath(found.name).parts
        root = Path(*path.parts[: -len(name)]) if name and path.parts[-len(name) :] == name else None
        if isinstance(found, FoundSlice):
            return cls(path, root if root != Path() else None, found.offset, found.length)
        return cls(path, root if root != Path() else None)


class SourceFile:
    """An open file of a source; reads on until the end, or until `length` bytes."""

    def __init__(self, descriptor: int, wanted: Wanted) -> None:
        self._descriptor = descriptor
        self._left = wanted.length
        self._before = os.fstat(descriptor)
        self._read = 0
        self._offset = wanted.offset
        if not stat.S_ISREG(self._before.st_mode):
            raise OSError(f"expected a file, found {_nature(self._before.st_mode)}")
        if wanted.offset:
            os.lseek(descriptor, wanted.offset, os.SEEK_SET)

    @property
    def size(self) -> int:
        """How many bytes there should be, as far as is known before reading."""
        return max(0, self._before.st_size - self._offset) if self._left is None else self._left

    def read_into(self, room: memoryview) -> int:
        """Fills `room` as far as it goes; 0 at the end."""
        if self._left is not None:
            room = room[: self._left]
        count = os.readv(self._descriptor, [room]) if room else 0
        self._read += count
        if self._left is not None:
            self._left -= count
        return count

    @property
    def ended_early(self) -> bool:
        """Whether the file had less than the slice wanted."""
        return bool(self._left)

    @property
    def changed(self) -> bool:
        """Whether the file was written to since it was opened, or gave another number of bytes than it has."""
        now = os.fstat(self._descriptor)
        same = (now.st_size, now.st_mtime_ns) == (self._before.st_size, self._before.st_mtime_ns)
        return not same or (self._left is None and self._read != max(0, now.st_size - self._offset))


@contextmanager
def opened(wanted: Wanted) -> Iterator[SourceFile]:
    """The file, open for reading; raises OSError when it is not there, is a link or no regular file."""
    descriptor = _open(wanted)
    try:
        yield SourceFile(descriptor, wanted)
    finally:
        os.close(descriptor)


def drop_pages(descriptor: int) -> None:
    """Asks for a file's pages to leave memory, so that what is read next comes from the disk."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _open(wanted: Wanted) -> int:
    if wanted.root is None:
        return _open_file(str(wanted.path), None)
    parts = wanted.path.relative_to(wanted.root).parts
    if not parts or ".." in parts:
        raise OSError("expected a file below the source, found a way out of it")
    folder = os.open(wanted.root, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FLAGS | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = inner
        return _open_file(parts[-1], folder)
    finally:
        os.close(folder)


def _open_file(name: str, folder: int | None) -> int:
    try:
        return os.open(name, _FILE_FLAGS, dir_fd=folder)
    except PermissionError:  # O_NOATIME is the owner's alone
        return os.open(name, _FLAGS | os.O_NONBLOCK, dir_fd=folder)


def _nature(mode: int) -> str:
    natures = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISLNK, "a link"))
    return next((name for test, name in natures if test(mode)), "a device")
