"""The files below a source's folder, reached without ever leaving it.

Paths come from the exporter or from a hostile hand: a path that leaves the folder, by `..`, as an absolute path, by a
backslash, or through a symbolic link, is refused with a reason, and nothing is opened.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDERS_REMEMBERED = 4096
PATH_CHARS_MAX = 4096
DEPTH_MAX = 64
_DRIVE = re.compile(r"[A-Za-z]:")

LEAVES = "its path leaves the export"
ABSENT = "not in the export"


@dataclass(frozen=True, slots=True)
class Reached:
    """A path of the source, resolved: its name, where it lies, its size; or why it cannot be had."""

    name: str | None
    path: str = ""
    size: int = 0
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file met on a walk: its name relative to the root, where it lies, its size, and why it is left out, if it is."""

    name: str
    path: str
    size: int = 0
    left_out: str = ""


class Tree:
    """A folder that paths are resolved in. `prefix` stands before every name, for an export that is part of a source."""

    def __init__(self, root: Path, prefix: str = "") -> None:
        self.root = root
        self.prefix = prefix
        self._folder_fault = lru_cache(FOLDERS_REMEMBERED)(self._folder_fault_of)

    def reach(self, given: str) -> Reached:
        """The file that an export's path names."""
        parts = [part for part in given.split("/") if part not in ("", ".")]
        fault = _refused(given, parts)
        if fault:
            return Reached(None, missing=fault)
        name = self.prefix + "/".join(parts)
        fault = self._folder_fault("/".join(parts[:-1]))
        if fault:
            return Reached(None if fault.startswith(LEAVES) else name, missing=fault)
        return self._file(name, os.path.join(self.root, *parts))  # noqa: PTH118  plain text: this runs once for each post

    def _file(self, name: str, path: str) -> Reached:
        try:
            status = os.lstat(path)
        except (OSError, ValueError) as error:
            return Reached(name, missing=_absence(error))
        if stat.S_ISLNK(status.st_mode):
            return Reached(None, missing=f"{LEAVES}: {name[:200]!r} is a symbolic link")
        if not stat.S_ISREG(status.st_mode):
            return Reached(name, missing="it is no file")
        return Reached(name, path, status.st_size)

    def _folder_fault_of(self, folder: str) -> str:
        if not folder:
            return ""
        above = folder.rpartition("/")[0]
        fault = self._folder_fault(above)
        if fault:
            return fault
        try:
            mode = os.lstat(os.path.join(self.root, folder)).st_mode  # noqa: PTH118
        except (OSError, ValueError) as error:
            return _absence(error)
        if stat.S_ISLNK(mode):
            return f"{LEAVES}: the folder {folder[:200]!r} is a symbolic link"
        return "" if stat.S_ISDIR(mode) else ABSENT

    def walk(self) -> Iterator[Entry]:
        """Every file below, by name; links, special files and unreadable folders are given with why they are left out."""
        yield from self._walk(self.root, self.prefix, DEPTH_MAX)

    def _walk(self, folder: Path, prefix: str, depth: int) -> Iterator[Entry]:
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            yield Entry(prefix or ".", str(folder), left_out=f"the folder cannot be read: {error.strerror}")
            return
        for entry in entries:
            name = prefix + readable(entry.name)
            if entry.is_symlink():
                yield Entry(name, entry.path, left_out="a symbolic link, not followed")
            elif entry.is_dir(follow_symlinks=False):
                if depth:
                    yield from self._walk(Path(entry.path), f"{name}/", depth - 1)
                else:
                    yield Entry(name, entry.path, left_out=f"folders are nested deeper than {DEPTH_MAX}")
            elif entry.is_file(follow_symlinks=False):
                yield Entry(name, entry.path, entry.stat(follow_symlinks=False).st_size)
            else:
                yield Entry(name, entry.path, left_out="neither a file nor a folder")


def _refused(given: str, parts: list[str]) -> str:
    """Why a path is not even looked up, "" when it may be."""
    if not parts:
        return "its path is empty"
    if len(given) > PATH_CHARS_MAX or len(parts) > DEPTH_MAX:
        return f"its path is too long: {given[:80]!r}…"
    if "\\" in given or "\0" in given or given.startswith("/") or ".." in parts or _DRIVE.match(given):
        return f"{LEAVES}: {given[:200]!r}"
    return ""


def readable(name: str) -> str:
    """A file's name with bytes that are no UTF-8 as U+FFFD: a name is told, the path is what is opened."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _absence(error: Exception) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return ABSENT
    return f"cannot be reached: {getattr(error, 'strerror', None) or error}"
