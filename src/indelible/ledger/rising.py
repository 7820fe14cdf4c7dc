"""Tiles rising from leaf hashes one by one: what a whole log should look like, without holding it."""

from __future__ import annotations

from collections.abc import Iterator

from indelible.log.merkle import EMPTY_ROOT, HASH_BYTES, node_hash
from indelible.log.tile import TILE_WIDTH, Tile, perfect_root


class Rising:
    """Takes full tiles' worth of leaf hashes in order; gives every tile as it is complete, and the root at any time.

    `start` is a multiple of 256; `rows` are then the hashes of the partial tiles of levels 1 and up at that size.
    """

    def __init__(self, start: int = 0, rows: list[bytes] | None = None) -> None:
        self.size = start
        self._rows: list[bytes] = [b"", *(rows or [])]

    def add(self, leaves: bytes) -> Iterator[tuple[Tile, bytes]]:
        """The tiles above level 0 that these leaf hashes complete; a partial row may only come last."""
        if self.size % TILE_WIDTH:
            raise ValueError("nothing comes after a partial tile")
        self.size += len(leaves) // HASH_BYTES
        self._rows[0] = leaves
        level = 0
        while len(self._rows[level]) == TILE_WIDTH * HASH_BYTES:
            rising, self._rows[level] = perfect_root(self._rows[level]), b""
            level += 1
            if level == len(self._rows):
                self._rows.append(b"")
            self._rows[level] += rising
            if len(self._rows[level]) == TILE_WIDTH * HASH_BYTES:
                yield self._tile(level), self._rows[level]

    def partial(self) -> Iterator[tuple[Tile, bytes]]:
        """The partial tiles above level 0 at the end."""
        for level, row in enumerate(self._rows):
            if level and row:
                yield self._tile(level), row

    def _tile(self, level: int) -> Tile:
        width = len(self._rows[level]) // HASH_BYTES
        return Tile(level, ((self.size >> (8 * level)) - 1) // TILE_WIDTH, width)

    def root(self) -> bytes:
        """The root over all that was added."""
        return self._root(self._rows)

    def whole(self) -> tuple[int, bytes]:
        """The size without the last partial tile of level 0, and the root there."""
        return self.size // TILE_WIDTH * TILE_WIDTH, self._root(self._rows[1:])

    @staticmethod
    def _root(rows: list[bytes]) -> bytes:
        reached = b""
        for row in rows:
            for hashed in _peaks(row):
                reached = node_hash(hashed, reached) if reached else hashed
        return reached or EMPTY_ROOT


def _peaks(row: bytes) -> Iterator[bytes]:
    """The roots of the whole subtrees of a row of under 256 hashes, rightmost first."""
    count = len(row) // HASH_BYTES
    while count:
        width = count & -count
        yield perfect_root(row[(count - width) * HASH_BYTES : count * HASH_BYTES])
        count -= width
