"""The tree cut into tiles: their paths, what growing makes, and root and proofs read from them.

A tile holds up to 256 hashes of one level. Level 0 holds leaf hashes; a hash of level L + 1 is the root of one full tile of
level L. Source: c2sp.org/tlog-tiles. Everything computed here is held equal to `merkle` by a property test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from indelible.log.merkle import EMPTY_ROOT, HASH_BYTES, node_hash, split
from indelible.model.errors import FormatError

TILE_HEIGHT = 8
TILE_WIDTH = 256
LEVEL_MAX = 63
INDEX_MAX = 2**63 - 1
ENTRY_BYTES_MAX = 2**16 - 1

Reader = Callable[[int, int, int], bytes]
"""Gives the first `width` hashes of the tile at (level, index, width): 32 bytes each, one after the other."""

_NUMBER = re.compile(r"((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, order=True)
class Tile:
    """A tile's place: level, number within the level, and how many hashes it holds (1 to 256)."""

    level: int
    index: int
    width: int

    @property
    def path(self) -> str:
        """Its path below the log's folder."""
        return tile_path(self.level, self.index, self.width)


# --- paths ---------------------------------------------------------------------------------------------------------------


def number_path(index: int, width: int) -> str:
    """A tile's or bundle's number as a path: `x001/067`, and with `.p/3` behind it when it holds 3 of 256."""
    if not 0 <= index <= INDEX_MAX or not 1 <= width <= TILE_WIDTH:
        raise ValueError(f"no tile {index} of width {width}")
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    path = "/".join(reversed(groups))
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def parse_number(path: str) -> tuple[int, int]:
    """The (index, width) that `number_path` wrote; raises FormatError on any other spelling."""
    found = _NUMBER.fullmatch(path)
    if not found:
        raise FormatError(f"expected a tile's number like x001/067 or 000.p/3, found {path[:80]!r}")
    index = int(found[1].replace("x", "").replace("/", ""))
    width = int(found[2] or TILE_WIDTH)
    if index > INDEX_MAX or width > TILE_WIDTH or number_path(index, width) != path:
        raise FormatError(f"a tile's number is not in its one spelling: {path[:80]!r}")
    return index, width


def tile_path(level: int, index: int, width: int) -> str:
    """A tile's path below the log's folder: `tile/0/x001/067.p/3`."""
    if not 0 <= level <= LEVEL_MAX:
        raise ValueError(f"no level {level}")
    return f"tile/{level}/{number_path(index, width)}"


def entries_path(index: int, width: int) -> str:
    """An entries bundle's path below the log's folder: `tile/entries/x001/067.p/3`."""
    return f"tile/entries/{number_path(index, width)}"


# --- entries bundles -----------------------------------------------------------------------------------------------------


def entries_bundle(entries: Sequence[bytes]) -> bytes:
    """These entries as a bundle: each led by its length in two bytes, big-endian. An entry has at most 65,535 bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_entries(bundle: bytes) -> list[bytes]:
    """The entries of a bundle of 1 to 256; raises FormatError when it is cut short or holds none or too many."""
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        if at > len(bundle) or start > len(bundle):
            raise FormatError(f"an entries bundle ends within entry {len(entries)}")
        entries.append(bundle[start:at])
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise FormatError(f"an entries bundle holds 1 to {TILE_WIDTH} entries, this one {len(entries)}")
    return entries


# --- what a tree needs, and what growing makes ---------------------------------------------------------------------------


def width_at(size: int, level: int, index: int) -> int:
    """How many hashes the tile (level, index) holds in a tree of `size`; 0 when it has no such tile."""
    return max(0, min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - index * TILE_WIDTH))


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a tree of `size`, lowest level first, each level in order. Level 0 also cuts entries and records."""
    yield from tiles_between(0, size)


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """Every tile of the tree of `new` that the tree of `old` does not have, lowest level first."""
    level = 0
    while count := new >> (TILE_HEIGHT * level):
        first = (old >> (TILE_HEIGHT * level)) // TILE_WIDTH
        for index in range(first, -(-count // TILE_WIDTH)):
            width = width_at(new, level, index)
            if width > width_at(old, level, index):
                yield Tile(level, index, width)
        level += 1


def grow(old: int, leaf_hashes: Sequence[bytes], read: Reader) -> dict[Tile, bytes]:
    """The tiles that appending these leaf hashes to a tree of `old` makes, lowest level first; nothing else is hashed.

    `read` is asked for the old tree's rightmost partial tiles alone: one a level.
    """
    made: dict[Tile, bytes] = {}
    level, rising = 0, b"".join(leaf_hashes)
    while rising:
        count = old >> (TILE_HEIGHT * level)
        first, held = divmod(count, TILE_WIDTH)
        row = (read(level, first, held) if held else b"") + rising
        full: list[bytes] = []
        for number, start in enumerate(range(0, len(row), TILE_WIDTH * HASH_BYTES)):
            hashes = row[start : start + TILE_WIDTH * HASH_BYTES]
            tile = Tile(level, first + number, len(hashes) // HASH_BYTES)
            made[tile] = hashes
            if tile.width == TILE_WIDTH:
                full.append(perfect_root(hashes))
        level, rising = level + 1, b"".join(full)
    return made


def over(made: Mapping[Tile, bytes], read: Reader) -> Reader:
    """A reader that finds tiles in `made` first, and through `read` what is not there."""

    def found(level: int, index: int, width: int) -> bytes:
        hashes = made.get(Tile(level, index, width))
        return read(level, index, width) if hashes is None else hashes

    return found


def perfect_root(hashes: bytes) -> bytes:
    """The root over a power of two of hashes of 32 bytes, given one after the other."""
    while len(hashes) > HASH_BYTES:
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, len(hashes), 2 * HASH_BYTES)])
    return hashes


# --- root and proofs -----------------------------------------------------------------------------------------------------


class Tree:
    """A tree of a fixed size, read tile by tile; each tile is asked for once."""

    def __init__(self, size: int, read: Reader) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], bytes] = {}

    def root(self) -> bytes:
        """The root over all leaves."""
        return self._range(0, self.size) if self.size else EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        """The leaf hash at `index`."""
        return self._range(index, index + 1)

    def inclusion(self, index: int) -> list[bytes]:
        """The hashes that lead from leaf `index` to the root; raises ValueError when there is no such leaf."""
        if not 0 <= index < self.size:
            raise ValueError(f"no leaf {index} in a tree of {self.size}")
        start, end, proof = 0, self.size, list[bytes]()
        while end - start > 1:
            middle = start + split(end - start)
            if index < middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        return proof[::-1]

    def consistency(self, old: int) -> list[bytes]:
        """The hashes that show the tree of `old` to be a prefix of this one; empty when old is 0 or the size itself."""
        if not 0 <= old <= self.size:
            raise ValueError(f"no tree of {old} within one of {self.size}")
        if old in (0, self.size):
            return []
        start, end, proof = 0, self.size, list[bytes]()
        while end != old:
            middle = start + split(end - start)
            if old <= middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        # The verifier knows the old root; it need not be told it when the old tree is itself one whole subtree.
        if start:
            proof.append(self._range(start, end))
        return proof[::-1]

    def _range(self, start: int, end: int) -> bytes:
        """The root over leaves start … end − 1, where start is a multiple of a power of two not below their number."""
        size = end - start
        if size & (size - 1) == 0:
            return self._perfect(size.bit_length() - 1, start)
        middle = start + split(size)
        return node_hash(self._perfect(split(size).bit_length() - 1, start), self._range(middle, end))

    def _perfect(self, height: int, start: int) -> bytes:
        level, above = divmod(height, TILE_HEIGHT)
        index, at = divmod(start >> (TILE_HEIGHT * level), TILE_WIDTH)
        hashes = self._tile(level, index)
        return perfect_root(hashes[at * HASH_BYTES : (at + (1 << above)) * HASH_BYTES])

    def _tile(self, level: int, index: int) -> bytes:
        hashes = self._tiles.get((level, index))
        if hashes is None:
            width = width_at(self.size, level, index)
            hashes = self._tiles[level, index] = self._read(level, index, width)
            if len(hashes) != width * HASH_BYTES:
                raise FormatError(
                    f"the tile {tile_path(level, index, width)} holds {len(hashes)} bytes, not {width * HASH_BYTES}"
                )
        return hashes
