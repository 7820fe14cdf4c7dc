"""A log on disk, as its callers see it: create, open, append, read, receipts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from indelible.durable.disk import Disk
from indelible.durable.lock import lock
from indelible.ledger.bundle import open_line, read_line, seal_lines
from indelible.ledger.commit import Base, Batch, Commit
from indelible.ledger.head import Head, published
from indelible.ledger.house import House, LastSigned
from indelible.ledger.recovery import settle, sweep
from indelible.ledger.shelf import LOG, RECORDS, STAMPS, Shelf
from indelible.log.checkpoint import Checkpoint
from indelible.log.keys import Key, Keys
from indelible.log.merkle import EMPTY_ROOT, leaf_hash
from indelible.log.note import Verifier
from indelible.log.proof import Proof
from indelible.log.tile import TILE_WIDTH, Tree, width_at
from indelible.model.errors import ArchiveError, ConflictError, FormatError, RefusedToSignError, UsageError
from indelible.model.moment import to_wire
from indelible.model.record import Record, Sealed, Value

ADOPTED = "/adopted-"
_ROOT_DIGITS = 16


@dataclass(frozen=True)
class Appended:
    """Records now in the log: the index of the first, and the size and root that are signed."""

    first: int
    size: int
    root: bytes


class Ledger:
    """A log under an archive's folder. Reading is lazy; without a house it is read only.

    `commit_type` is the commit's steps; the crash harness hands in ones that do them wrong.
    """

    commit_type: type[Commit] = Commit

    def __init__(self, root: Path, house: House | None, head: Head) -> None:
        self._shelf = Shelf(root)
        self._house = house
        self._head = head
        self._published = b""  # the note that this object itself made durable
        self._tail: tuple[Checkpoint, list[bytes]] | None = None

    # --- making and opening ----------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, root: Path, house: House, origin: str, first: Sequence[Record], *, at: datetime | None = None) -> Ledger:
        """A new log of these records, and of a key/1 record after them unless they hold the house's own.

        One whose making died is begun again. Raises UsageError when a log is there already.
        """
        disk = house.disk
        for folder in (RECORDS, LOG, STAMPS):
            disk.make_folder(root / folder)
        disk.refuse_kind(root)
        with _locks(root, house):
            shelf = Shelf(root)
            if shelf.checkpoint() is not None:
                raise UsageError("an archive is here already", where=str(root), do="open it, or name another folder.")
            if house.last_signed() is not None:
                return cls(root, house, settle(shelf, house))
            sweep(shelf, disk, 0)
            records, verifier = list(first), house.verifier(origin)
            base = Base(Checkpoint(origin, 0, EMPTY_ROOT), Keys((Key(_brings_in(records, verifier), verifier),)), new_keys=True)
            commit = cls.commit_type(shelf, house, base, Batch(*seal_lines(records), at))
            return cls(root, house, commit.run())

    @classmethod
    def open(cls, root: Path, house: House | None = None) -> Ledger:
        """The log under `root`; with a house it is made ready to write: what a dead process began is finished or swept away.

        Raises ArchiveError when there is none, RefusedToSignError when this is not the log that the house last signed.
        """
        shelf = Shelf(root)
        if house is None:
            return cls(root, None, _head(shelf))
        if not (root / LOG).is_dir():
            raise ArchiveError("no archive is here", where=str(root), do="run indelible init, or name the right folder.")
        house.disk.refuse_kind(root)
        with _locks(root, house):
            head = settle(shelf, house)
            sweep(shelf, house.disk, head.checkpoint.size)
        return cls(root, house, head)

    @classmethod
    def adopt(
        cls, root: Path, house: House, fields: Mapping[str, Value] | None = None, *, at: datetime | None = None
    ) -> Ledger:
        """Takes a log over with a new key: a new origin that names the old checkpoint, recorded as adopt/1 and key/1.

        `fields` go into both records. The house must be new: raises RefusedToSignError when it has signed another log.
        """
        house.disk.refuse_kind(root)
        with _locks(root, house):
            shelf = Shelf(root)
            old = _head(shelf)
            if house.last_signed() is not None:
                head = settle(shelf, house)  # an adoption that died half-way, or a log that this house may not sign
                return cls(root, house, head)
            sweep(shelf, house.disk, old.checkpoint.size)
            base, records = _adoption(old, house, dict(fields or {}))
            commit = cls.commit_type(shelf, house, base, Batch(*seal_lines(records), at))
            return cls(root, house, commit.run())

    # --- what it is ------------------------------------------------------------------------------------------------------

    @property
    def origin(self) -> str:
        """Whose log it is, as the checkpoint's first line says."""
        return self._head.checkpoint.origin

    @property
    def size(self) -> int:
        """How many records it holds."""
        return self._head.checkpoint.size

    @property
    def root(self) -> bytes:
        """The 32-byte root over them."""
        return self._head.checkpoint.root

    @property
    def folder(self) -> Path:
        """The archive's folder."""
        return self._shelf.root

    @property
    def keys(self) -> Keys:
        """The public keys that sign it."""
        return self._head.keys

    @property
    def disk(self) -> Disk:
        """The disk that it writes through: blobs must go through the same one, so that a failed sync stops both."""
        return self._writer().disk

    def checkpoint(self) -> bytes:
        """The signed note of this size, verbatim."""
        return self._head.note

    def refresh(self) -> None:
        """Catches up with what other processes have published."""
        self._head = _head(self._shelf)

    # --- writing ---------------------------------------------------------------------------------------------------------

    def append(self, records: Sequence[Record], expected_size: int, *, at: datetime | None = None) -> Appended:
        """Commits these records as one group; on return they are durable, signed and published.

        Raises ConflictError when the log is not of `expected_size`: it has caught up then, and the caller decides again.
        Raises RefusedToSignError (also when `at` lies before the last commit), DiskError, PoisonedError, FormatError. After a
        DiskError the log is as before, or the commit stands: a new append tells by ConflictError.
        """
        house = self._writer()
        if not records:
            raise ValueError("a commit holds at least one record")
        lines, entries = seal_lines(records)
        with _locks(self.folder, house):
            self._head = settle(self._shelf, house, self._published)
            if self.size != expected_size:
                raise ConflictError(
                    f"expected a log of {expected_size} records, found {self.size}: another process has written",
                    where=str(self.folder),
                    do="catch up and decide again.",
                )
            _clock_forward(house.last_signed(), at)
            tail = self._tail[1] if self._tail and self._tail[0] == self._head.checkpoint else None
            base = Base(self._head.checkpoint, self._head.keys, tail)
            commit = self.commit_type(self._shelf, house, base, Batch(lines, entries, at))
            self._head = commit.run()
            self._published = self._head.note
            self._tail = (self._head.checkpoint, commit.tail)
        return Appended(expected_size, self.size, self.root)

    def _writer(self) -> House:
        if self._house is None:
            raise UsageError("this archive was opened for reading", where=str(self.folder), do="open it with its house.")
        return self._house

    # --- reading ---------------------------------------------------------------------------------------------------------

    def read(self, index: int) -> Sealed:
        """The record at `index`, held against its entry; raises IndexError, ArchiveError or FormatError when it is damaged."""
        if not 0 <= index < self.size:
            raise IndexError(f"no record {index} in a log of {self.size}")
        bundle, at = divmod(index, TILE_WIDTH)
        width = width_at(self.size, 0, bundle)
        sealed, entry = open_line(self._shelf.lines(bundle, width)[at])
        if leaf_hash(entry) != self._tree().leaf(index):
            raise FormatError(f"record {index} is not the one that the log holds: run indelible audit")
        return sealed

    def records(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Sealed]]:
        """The records from `start` to before `end` (the size) with their indices, bundle by bundle, not held against the log.

        Raises ArchiveError, FormatError when a bundle is gone or cannot be read. `read` and `check` hold them against it.
        """
        size = self.size
        end = size if end is None else min(end, size)
        for bundle in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
            lines = self._shelf.lines(bundle, width_at(size, 0, bundle))
            for index, line in enumerate(lines, bundle * TILE_WIDTH):
                if start <= index < end:
                    yield index, read_line(line)

    def receipt(self, index: int) -> bytes:
        """The receipt of a record (tlog-proof): index, way to the root, checkpoint. Raises IndexError."""
        if not 0 <= index < self.size:
            raise IndexError(f"no record {index} in a log of {self.size}")
        return Proof(index, tuple(self._tree().inclusion(index)), self._head.note).to_bytes()

    def consistency(self, old_size: int) -> list[bytes]:
        """The hashes that show the log of `old_size` to be a prefix of this one."""
        return self._tree().consistency(old_size)

    def root_at(self, size: int) -> bytes:
        """The root that the log had at `size`."""
        if size > self.size:
            raise IndexError(f"no root at {size} in a log of {self.size}")
        return Tree(size, self._shelf.within(self.size)).root()

    def _tree(self) -> Tree:
        return Tree(self.size, self._shelf.tile)


@contextmanager
def _locks(root: Path, house: House) -> Iterator[None]:
    house.disk.check()
    # The house too: two copies of an archive may not be signed at once with one key.
    with lock(root / LOG), lock(house.folder):
        yield


def _head(shelf: Shelf) -> Head:
    head = published(shelf)
    if head is None:
        raise ArchiveError("no archive is here", where=str(shelf.root), do="run indelible init, or name the right folder.")
    return head


def _brings_in(records: list[Record], verifier: Verifier) -> int:
    for index, record in enumerate(records):
        if record.kind == "key/1" and record.fields.get("vkey") == verifier.vkey:
            return index
    records.append(Record("key/1", {"vkey": verifier.vkey, "size": len(records) + 1}))
    return len(records) - 1


def adopted_origin(was: Checkpoint) -> str:
    """The origin under which a log at this checkpoint goes on when it is taken over."""
    return f"{was.origin.partition(ADOPTED)[0]}{ADOPTED}{was.size}-{was.root.hex()[:_ROOT_DIGITS]}"


def _adoption(old: Head, house: House, fields: dict[str, Value]) -> tuple[Base, list[Record]]:
    was = old.checkpoint
    if old.keys.newest.public_key == house.public_key:
        raise RefusedToSignError("this key signs the log already", where=str(house.folder), do="open it; nothing to adopt.")
    origin = adopted_origin(was)
    verifier = house.verifier(origin)
    adopted: dict[str, Value] = {"origin": origin, "vkey": verifier.vkey, "checkpoint": old.note.decode()}
    brought: dict[str, Value] = {"vkey": verifier.vkey, "size": was.size + 2}
    records = [Record("adopt/1", fields | adopted), Record("key/1", fields | brought)]
    known = tuple(key for key in old.keys.keys if key.index < was.size)
    keys = Keys((*known, Key(was.size + 1, verifier)))
    return Base(Checkpoint(origin, was.size, was.root), keys, new_keys=True), records


def _clock_forward(last: LastSigned | None, at: datetime | None) -> None:
    if last and last.at and at and at < last.at:
        raise RefusedToSignError(
            f"the clock has gone back: the last commit was at {to_wire(last.at)}, this one would be at {to_wire(at)}",
            do="set the clock, or wait until that instant has passed.",
        )
