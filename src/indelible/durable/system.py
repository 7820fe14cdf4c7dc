"""The few calls to the operating system of which every durable write is made.

They stand in one class so that a test can hand in one that records them, fails at the n-th, or leaves one out: the crash
harness replays what was recorded to thousands of states in which un-synced calls are lost, torn or reordered.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from indelible.model.errors import DiskError, PoisonedError

_STATFS_BYTES = 256  # longer than struct statfs anywhere; f_type is its first long on Linux
_SYNCFS_TELLS_SINCE = (5, 8)  # before, syncfs(2) did not report failed writes
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)  # vfat and exFAT know no second names
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what the system says of `path` into a DiskError that says what to do."""
    try:
        yield
    except FileExistsError:
        raise  # an answer, not a failure
    except OSError as error:
        raise DiskError(
            f"the disk refused: {error.strerror or error}",
            where=str(path),
            do="nothing half-written was kept; free some space or mend the disk, then run the command again.",
        ) from error


class System:
    """The operating system's calls; remembers a failed sync and refuses all that would come after it."""

    def __init__(self) -> None:
        self._poison = ""

    @property
    def poisoned(self) -> bool:
        """Whether a sync has failed."""
        return bool(self._poison)

    def check(self) -> None:
        """Raises PoisonedError when a sync has failed through this object."""
        if self._poison:
            raise PoisonedError(
                f"a sync failed ({self._poison}), so what the disk holds is not known",
                do="look after the disk, then start again: opening the archive anew checks what is there.",
            )

    def make_folder(self, path: Path) -> None:
        """Makes one folder; raises FileExistsError when something is there."""
        self.check()
        with told(path):
            path.mkdir(0o755)

    def create(self, path: Path, mode: int) -> int:
        """Makes an empty file that was not there, with these permissions; returns its descriptor."""
        self.check()
        with told(path):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            os.fchmod(descriptor, mode)
        return descriptor

    def write(self, descriptor: int, path: Path, data: bytes | memoryview) -> None:
        """Writes all of `data` at the end of the file."""
        self.check()
        rest = memoryview(data)
        with told(path):
            while rest:
                rest = rest[os.write(descriptor, rest) :]

    def close(self, descriptor: int, path: Path) -> None:
        """Closes the file."""
        with told(path):
            os.close(descriptor)

    def sync_data(self, descriptor: int, path: Path) -> None:
        """Puts on the disk what was written to an open file until now; a failure poisons."""
        self.check()
        try:
            os.fdatasync(descriptor)
        except OSError as error:
            self.poison(path, error)

    def sync_file(self, path: Path) -> None:
        """Makes a file's bytes durable; a failure poisons."""
        self._sync(path, os.O_RDONLY)

    def sync_folder(self, path: Path) -> None:
        """Makes a folder's names durable; a failure poisons."""
        self._sync(path, os.O_RDONLY | os.O_DIRECTORY)

    def _sync(self, path: Path, flags: int) -> None:
        self.check()
        with told(path):
            descriptor = os.open(path, flags | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        except OSError as error:
            self.poison(path, error)
        finally:
            os.close(descriptor)

    def open_volume(self, path: Path) -> int:
        """A descriptor for `sync_volume`, to be taken before the writes whose failures it shall tell of."""
        with told(path):
            return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def sync_volume(self, descriptor: int, path: Path) -> None:
        """Makes all that was written to the volume durable, files and names; a failure poisons."""
        self.check()
        if _libc.syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            self.poison(path, OSError(number, os.strerror(number)))

    def can_sync_volume(self) -> bool:
        """Whether this kernel's syncfs tells of failed writes."""
        release = os.uname().release.split(".")[:2]
        return hasattr(_libc, "syncfs") and all(part.isdigit() for part in release) and _pair(release) >= _SYNCFS_TELLS_SINCE

    def poison(self, path: Path, error: OSError) -> None:
        """Refuses every later call; raises PoisonedError. Pages of a failed sync are marked clean: trying again would lie."""
        self._poison = f"{path}: {error.strerror or error}"
        try:
            self.check()
        except PoisonedError as poisoned:
            raise poisoned from error

    def link(self, old: Path, new: Path) -> None:
        """Gives a file a second name (on volumes without links, another one); raises FileExistsError when it is taken."""
        self.check()
        with told(new):
            try:
                os.link(old, new)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                if new.exists():
                    raise FileExistsError(errno.EEXIST, "the name is taken", str(new)) from error
                old.rename(new)

    def rename(self, old: Path, new: Path) -> None:
        """Gives a file another name, in place of whatever had it."""
        self.check()
        with told(new):
            old.rename(new)

    def remove(self, path: Path) -> None:
        """Takes a file's name away; nothing to do when it is not there."""
        self.check()
        with told(path):
            path.unlink(missing_ok=True)

    def remove_folder(self, path: Path) -> None:
        """Takes an empty folder away; one that is not there or not empty is left."""
        self.check()
        with suppress(OSError):
            path.rmdir()

    def kind(self, path: Path) -> int:
        """The magic number of the file system under `path` (statfs(2), f_type)."""
        room = ctypes.create_string_buffer(_STATFS_BYTES)
        if _libc.statfs(os.fsencode(path), room) != 0:
            number = ctypes.get_errno()
            with told(path):
                raise OSError(number, os.strerror(number))
        (magic,) = struct.unpack_from("@l", room)
        return int(magic) & 0xFFFFFFFF


def _pair(parts: list[str]) -> tuple[int, ...]:
    return tuple(int(part) for part in parts)
