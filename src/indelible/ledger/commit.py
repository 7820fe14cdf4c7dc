"""One group of records on its way into the log.

Each step is durable before the next begins:

    records → entries and tiles → the whole note into the house's last-signed → keys and checkpoint → acknowledged

So nothing is signed that is not durable, and what is signed is published or, after a crash, can be. Source: DESIGN.md §4.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from indelible.ledger.bundle import bundle_path, open_line
from indelible.ledger.head import Head, refuse, short
from indelible.ledger.house import House, LastSigned
from indelible.ledger.shelf import CHECKPOINT, KEYS, Shelf
from indelible.log.checkpoint import Checkpoint
from indelible.log.keys import Keys
from indelible.log.merkle import leaf_hash
from indelible.log.tile import (
    TILE_WIDTH,
    Reader,
    Tile,
    Tree,
    entries_bundle,
    entries_path,
    grow,
    over,
    tiles_between,
)
from indelible.model.errors import DiskError, FormatError


@dataclass(frozen=True)
class Batch:
    """Sealed records: their lines with line ends, their 32-byte entries, and the instant of the commit."""

    lines: list[bytes]
    entries: list[bytes]
    at: datetime | None


@dataclass(frozen=True)
class Base:
    """What a commit grows from: the checkpoint (its origin is the one to sign on), the keys to publish, the old tail.

    `tail` are the lines of the last, partial bundle when they are known to be whole, else None: they are read and checked.
    """

    checkpoint: Checkpoint
    keys: Keys
    tail: list[bytes] | None = None
    new_keys: bool = False


class Commit:
    """The steps; `run` takes them in their order."""

    def __init__(self, shelf: Shelf, house: House, base: Base, batch: Batch) -> None:
        self.shelf = shelf
        self.house = house
        self.base = base
        self.batch = batch
        self.old = base.checkpoint.size
        self.new = self.old + len(batch.lines)
        self._read = _remembering(shelf.tile)
        if Tree(self.old, self._read).root() != base.checkpoint.root:
            raise refuse(f"the archive's tiles do not give {short(base.checkpoint)}", shelf.root, do="run indelible audit.")

    def run(self) -> Head:
        """Takes every step; raises DiskError, PoisonedError, RefusedToSignError."""
        self.keep_records()
        self.keep_tiles()
        self.remember()
        self.publish()
        self.clear()
        return Head(self.signed.note, self.signed.checkpoint, self.base.keys)

    @cached_property
    def tiles(self) -> dict[Tile, bytes]:
        """The tiles that the new entries make."""
        return grow(self.old, [leaf_hash(entry) for entry in self.batch.entries], self._read)

    @cached_property
    def signed(self) -> LastSigned:
        """The note to publish; the key is read here."""
        root = Tree(self.new, over(self.tiles, self._read)).root()
        checkpoint = Checkpoint(self.base.checkpoint.origin, self.new, root)
        return LastSigned(self.house.sign(checkpoint), checkpoint, self.batch.at)

    @cached_property
    def lines(self) -> list[bytes]:
        """The old tail's lines, then the new ones, so that bundles can be cut from it."""
        return [*self._tail(), *self.batch.lines]

    @property
    def tail(self) -> list[bytes]:
        """The lines of the last bundle when it is partial, for the next commit."""
        held = self.new % TILE_WIDTH
        return self.lines[-held:] if held else []

    def keep_records(self) -> None:
        """Makes the bundles durable."""
        start = self.old // TILE_WIDTH * TILE_WIDTH
        with self.house.disk.group(self.shelf.root) as group:
            for tile in self._bundles():
                at = tile.index * TILE_WIDTH - start
                # Replaces what a commit left behind that was never signed.
                group.add(
                    self.shelf.root / bundle_path(tile.index, tile.width),
                    b"".join(self.lines[at : at + tile.width]),
                    replace=True,
                )

    def keep_tiles(self) -> None:
        """Makes entries and tiles durable."""
        start = self.old // TILE_WIDTH * TILE_WIDTH
        entries = [*self._old_entries(), *self.batch.entries]
        with self.house.disk.group(self.shelf.root) as group:
            for tile in self._bundles():
                at = tile.index * TILE_WIDTH - start
                group.add(
                    self.shelf.root / "log" / entries_path(tile.index, tile.width),
                    entries_bundle(entries[at : at + tile.width]),
                    replace=True,
                )
            for tile, hashes in self.tiles.items():
                group.add(self.shelf.root / "log" / tile.path, hashes, replace=True)

    def remember(self) -> None:
        """Makes the note the house's last-signed."""
        self.house.remember(self.signed)

    def publish(self) -> None:
        """Puts the keys, when they have changed, and the checkpoint in place."""
        if self.base.new_keys:
            self.house.disk.replace_head(self.shelf.root / KEYS, self.base.keys.to_bytes())
        self.house.disk.replace_head(self.shelf.root / CHECKPOINT, self.signed.note)

    def clear(self) -> None:
        """Takes away the partials that the log has outgrown, and those of commits that were never signed.

        The next opening does it when this does not.
        """
        disk = self.house.disk
        with suppress(DiskError):
            for path in _places(self.old, self.new):
                whole, _, width = path.partition(".p/")
                folder = self.shelf.root / f"{whole}.p"
                for other in sorted(folder.iterdir()) if folder.is_dir() else ():
                    if other.name != width:
                        disk.remove(other)
                if not width:
                    disk.remove_folder(folder)

    def _bundles(self) -> list[Tile]:
        return [tile for tile in tiles_between(self.old, self.new) if tile.level == 0]

    def _tail(self) -> list[bytes]:
        index, held = divmod(self.old, TILE_WIDTH)
        if not held:
            return []
        if self.base.tail is not None:
            return self.base.tail
        lines = self.shelf.lines(index, held)
        self._follows([entry_of(line) for line in lines], bundle_path(index, held))
        return lines

    def _old_entries(self) -> list[bytes]:
        index, held = divmod(self.old, TILE_WIDTH)
        entries = self.shelf.entries(index, held) if held else []
        self._follows(entries, f"log/{entries_path(index, held)}" if held else "")
        return entries

    def _follows(self, entries: list[bytes], path: str) -> None:
        index, held = divmod(self.old, TILE_WIDTH)
        if held and b"".join(map(leaf_hash, entries)) != self._read(0, index, held):
            raise refuse(
                f"{path} is damaged: it does not give its tile",
                self.shelf.root,
                do="run indelible audit, and bring that file back from a copy.",
            )


def entry_of(line: bytes) -> bytes:
    """The entry of a record's line; nothing for a line that is not a record."""
    try:
        return open_line(line)[1]
    except FormatError:
        return b""


def _places(old: int, new: int) -> Iterator[str]:
    """The path of each file that growing from `old` to `new` makes."""
    for tile in tiles_between(old, new):
        yield f"log/{tile.path}"
        if tile.level == 0:
            yield bundle_path(tile.index, tile.width)
            yield f"log/{entries_path(tile.index, tile.width)}"


def _remembering(read: Reader) -> Reader:
    # What was checked against the signed root is what is built on, whatever happens to the file in between.
    known: dict[tuple[int, int, int], bytes] = {}

    def found(level: int, index: int, width: int) -> bytes:
        place = (level, index, width)
        if place not in known:
            known[place] = read(level, index, width)
        return known[place]

    return found
