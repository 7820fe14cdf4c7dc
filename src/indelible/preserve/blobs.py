"""Originals, kept byte for byte under their SHA-256, created once."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from indelible.durable.disk import Disk, is_passing
from indelible.durable.group import Draft, Group
from indelible.durable.lock import lock
from indelible.model.errors import ArchiveError, DiskError, FormatError, UsageError
from indelible.model.ids import sha256_hex
from indelible.preserve.hashing import Hashing
from indelible.preserve.layout import BLOBS, INCOMING, blob_path
from indelible.preserve.reading import SourceFile, Wanted, drop_pages, opened

GROUP_FILES_MAX = 512
GROUP_BYTES_MAX = 1024 * 1024 * 1024
WAIT_SECONDS_MAX = 24 * 3600.0  # one very large file of another process may take hours


@dataclass(frozen=True)
class Kept:
    """Bytes that the archive holds now; `changed` when the file was written to while it was read."""

    sha256: str
    size: int
    new: bool
    changed: bool = False


@dataclass(frozen=True)
class Unkept:
    """A file that could not be kept, and why."""

    reason: str


@dataclass
class _Batch:
    """A group being written: what is in it, by SHA-256."""

    group: Group
    files: int = 0
    size: int = 0
    digests: set[str] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        return self.files >= GROUP_FILES_MAX or self.size >= GROUP_BYTES_MAX


class Blobs:
    """The folder of originals; without a disk it is read only. `read_back` hashes each new blob once more from the disk."""

    def __init__(self, root: Path, disk: Disk | None = None, *, read_back: bool = False) -> None:
        self._root = root
        self._disk = disk
        self._read_back = read_back
        self._sizes: set[int] | None = None

    # --- keeping ---------------------------------------------------------------------------------------------------------

    def put(self, source: Path | Wanted) -> Kept:
        """Keeps one file, durable on return. Raises OSError when it cannot be read, DiskError when it cannot be kept."""
        (kept,) = self.put_all([source if isinstance(source, Wanted) else Wanted(source)])
        if isinstance(kept, Unkept):
            raise OSError(kept.reason)
        return kept

    def put_all(self, sources: Iterable[Wanted]) -> list[Kept | Unkept]:
        """Keeps many files, durable on return, synced together; what cannot be read is answered with the reason.

        Raises DiskError when the disk is full or fails, PoisonedError when a sync failed; blobs kept before stay.
        """
        results: list[Kept | Unkept] = []
        remaining = iter(sources)
        while self._put_group(remaining, results):
            pass
        return results

    def put_bytes(self, pieces: Sequence[bytes]) -> list[str]:
        """Keeps values, durable on return; their SHA-256, in order."""
        digests = [sha256(piece).hexdigest() for piece in pieces]
        fresh = {digest: piece for digest, piece in zip(digests, pieces, strict=True) if not self.has(digest)}
        if fresh:
            with self._group() as group:
                for digest, piece in fresh.items():
                    draft = group.draft(self._root / INCOMING)
                    draft.write(piece)
                    draft.keep(self.path(digest))
            self._verify(fresh)
        return digests

    def _put_group(self, remaining: Iterator[Wanted], results: list[Kept | Unkept]) -> bool:
        """Keeps as many as make a group; whether any are left."""
        first = next(remaining, None)
        if first is None:
            return False
        with self._group() as group:
            batch = _Batch(group)
            results.append(self._put_one(first, batch))
            while not batch.is_full and (wanted := next(remaining, None)) is not None:
                results.append(self._put_one(wanted, batch))
        self._verify(batch.digests)
        return True

    @contextmanager
    def _group(self) -> Iterator[Group]:
        # The lock tells a sweep in another process that these drafts are alive. What lies here without it is of one that died
        # since this archive was opened: taking that away makes what it named durable or gone.
        disk = self._writer()
        with lock(self._root / INCOMING, wait_seconds_max=WAIT_SECONDS_MAX):
            self._remove_unfinished(disk)
            with disk.group(self._root) as group:
                yield group

    def _put_one(self, wanted: Wanted, batch: _Batch) -> Kept | Unkept:
        try:
            with opened(wanted) as source:
                if source.size in self._known_sizes():
                    known = self._known(source, batch)
                    if known:
                        return known
                    with opened(wanted) as again:  # as large as a blob held, and not that one
                        return self._copy(again, batch)
                return self._copy(source, batch)
        except OSError as error:
            return Unkept(_why(error))

    def _known(self, source: SourceFile, batch: _Batch) -> Kept | None:
        """The blob that holds these bytes already, found by reading alone: nothing is written for what is held."""
        with Hashing(source.size) as hashing:
            while count := source.read_into(room := hashing.room()):
                hashing.add(room[:count])
            digest, size = hashing.done()
        if source.ended_early or not (digest in batch.digests or self.has(digest)):
            return None
        return Kept(digest, size, new=False, changed=source.changed)

    def _copy(self, source: SourceFile, batch: _Batch) -> Kept | Unkept:
        draft = batch.group.draft(self._root / INCOMING)
        digest, size = _stream(source, draft)
        if source.ended_early:
            draft.close()
            return Unkept("the file ends before the part that was wanted does")
        new = not (digest in batch.digests or self.has(digest))
        if new:
            draft.keep(self.path(digest))
            batch.digests.add(digest)
            batch.files += 1
            batch.size += size
            self._known_sizes().add(size)
        else:
            draft.close()
        return Kept(digest, size, new=new, changed=source.changed)

    def _known_sizes(self) -> set[int]:
        if self._sizes is None:
            self._sizes = {entry.stat().st_size for entry in self._entries()}
        return self._sizes

    def _verify(self, digests: Iterable[str]) -> None:
        if self._read_back:
            for digest in digests:
                if not self.is_sound(digest):
                    raise DiskError(
                        "what was written does not read back the same",
                        where=str(self.path(digest)),
                        do="look after disk and memory; remove this file and collect its source again.",
                    )

    def _writer(self) -> Disk:
        if self._disk is None:
            raise UsageError("this archive was opened for reading", where=str(self._root), do="open it with its house.")
        return self._disk

    def sweep(self) -> None:
        """Removes unfinished copies that a dead process left; nothing while another process is writing."""
        disk = self._writer()
        try:
            with lock(self._root / INCOMING, wait_seconds_max=0):
                self._remove_unfinished(disk)
        except DiskError as error:
            if not isinstance(error.__cause__, DiskError):
                raise

    def _remove_unfinished(self, disk: Disk) -> None:
        for path in sorted((self._root / INCOMING).iterdir()):
            if is_passing(path.name):
                disk.remove(path)

    # --- reading ---------------------------------------------------------------------------------------------------------

    def path(self, digest: str) -> Path:
        """Where the blob of this SHA-256 stands or would stand; raises FormatError when it is none."""
        return self._root / blob_path(sha256_hex(digest))

    def has(self, digest: str) -> bool:
        """Whether a blob of this name is there."""
        return self.path(digest).is_file()

    def open(self, digest: str) -> BinaryIO:
        """The blob, open for reading; raises ArchiveError when it is not there."""
        try:
            return self.path(digest).open("rb")
        except OSError as error:
            raise ArchiveError(
                f"an original is not there: {error.strerror}",
                where=blob_path(digest),
                do="run indelible audit, and bring the file back from a copy.",
            ) from error

    def is_sound(self, digest: str) -> bool:
        """Whether the blob's bytes, read from the disk as far as that can be asked for, still give its name."""
        with self.open(digest) as blob, Hashing(os.fstat(blob.fileno()).st_size) as hashing:
            drop_pages(blob.fileno())
            while count := os.readv(blob.fileno(), [room := hashing.room()]):
                hashing.add(room[:count])
            return hashing.done()[0] == digest

    def digests(self) -> Iterator[str]:
        """The SHA-256 of every blob, ascending."""
        for entry in self._entries():
            try:
                yield sha256_hex(entry.name)
            except FormatError:
                continue

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        for folder in sorted((self._root / BLOBS).iterdir()):
            if folder.is_dir():
                with os.scandir(folder) as entries:
                    yield from sorted(entries, key=lambda entry: entry.name)


def _stream(source: SourceFile, draft: Draft) -> tuple[str, int]:
    """Copies a source into a draft while another thread hashes it."""
    with Hashing(source.size) as hashing:
        while count := source.read_into(room := hashing.room()):
            piece = room[:count]
            hashing.add(piece)
            draft.write(piece)
        return hashing.done()


def _why(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "it is a link, and links are not followed"
    if error.errno == errno.ENOTDIR:
        return "a folder on the way to it is a link or a file"
    return error.strerror or str(error)
