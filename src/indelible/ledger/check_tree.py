"""Checks records, entries and tiles against each other, from the records up.

For each record there are three witnesses: its line, its entry, its leaf hash. Two that agree convict the third; the tiles above
are computed from what is believed, and compared with what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from indelible.ledger.bundle import bundle_path, lines_of, open_line
from indelible.ledger.findings import Fault, Tally
from indelible.ledger.rising import Rising
from indelible.log.merkle import HASH_BYTES, leaf_hash
from indelible.log.tile import TILE_WIDTH, Tile, entries_path, parse_entries, tile_path, width_at
from indelible.model.errors import FormatError
from indelible.model.record import Sealed

Load = Callable[[str], bytes | None]
"""Gives the bytes of a file of the archive, None when it is missing; raises FormatError, ArchiveError."""

Visit = Callable[[int, Sealed], None]


@dataclass
class TreeCheck:
    """Goes through the bundles of a log of `size`, in order; `rising` tells the root at the end."""

    size: int
    load: Load
    visit: Visit
    tally: Tally
    rising: Rising = field(default_factory=Rising)
    unread: set[int] = field(default_factory=set)
    suspects: list[tuple[Fault, tuple[Fault, ...]]] = field(default_factory=list)

    def run(self) -> Iterator[Fault]:
        """Every fault of records, entries and level 0; those above wait in `suspects` until the root has been seen."""
        start = self.rising.size // TILE_WIDTH
        for index in range(start, -(-self.size // TILE_WIDTH)):
            yield from self._bundle(index, width_at(self.size, 0, index))
        for tile, hashes in self.rising.partial():
            self._upper(tile, hashes)

    def _bundle(self, index: int, width: int) -> Iterator[Fault]:
        faults: list[Fault] = []
        read: dict[int, Sealed] = {}
        witnesses = (
            self._witness(bundle_path(index, width), lambda data: _lines(data, index, width, read), faults),
            self._witness(f"log/{entries_path(index, width)}", lambda data: _entries(data, width), faults),
            self._witness(f"log/{tile_path(0, index, width)}", lambda data: _hashes(data, width), faults),
        )
        leaves = witnesses[2] if witnesses[0] == witnesses[1] == witnesses[2] else None
        if leaves is None or None in leaves:
            leaves, disagreements = _believed(index, width, witnesses)
            named = {fault.path for fault in faults}
            faults += [fault for fault in disagreements if fault.path not in named]
        yield from faults
        self._visit(index, read, witnesses[0] or [], leaves)
        self.tally.count("records", width)
        self.tally.count("bundles")
        self.tally.count("tiles", 2)
        for tile, hashes in self.rising.add(b"".join(leaf or bytes(HASH_BYTES) for leaf in leaves)):
            self._upper(tile, hashes)

    def _witness(
        self, path: str, read: Callable[[bytes], list[bytes | None]], faults: list[Fault]
    ) -> list[bytes | None] | None:
        """The leaf hashes that a file gives, None for each that it does not; None for a file that gives nothing."""
        try:
            data = self.load(path)
            if data is None:
                faults.append(Fault(path, "missing"))
                return None
            leaves = read(data)
        except FormatError as error:
            faults.append(Fault(path, error.message))
            return None
        bad = sum(leaf is None for leaf in leaves)
        if bad:
            first = leaves.index(None)
            faults.append(Fault(path, f"{bad} of its {len(leaves)} records cannot be read, the first at place {first}"))
        return leaves

    def _visit(self, index: int, read: dict[int, Sealed], lines: list[bytes | None], leaves: list[bytes | None]) -> None:
        for at, leaf in enumerate(leaves):
            number = index * TILE_WIDTH + at
            if number in read and lines[at : at + 1] == [leaf]:
                self.visit(number, read[number])
            else:
                self.unread.add(number)

    def _upper(self, tile: Tile, hashes: bytes) -> None:
        self.tally.count("tiles")
        path = f"log/{tile.path}"
        try:
            stored = self.load(path)
        except FormatError as error:
            stored = error.message.encode()
        if stored is None:
            self.suspects.append((Fault(path, "missing"), ()))
        elif stored != hashes:
            upper = Fault(path, "does not follow from the tiles below it")
            self.suspects.append((upper, tuple(_below(tile, stored, hashes, self.size))))


def _lines(data: bytes, index: int, width: int, read: dict[int, Sealed]) -> list[bytes | None]:
    lines = lines_of(data)
    if len(lines) != width:
        raise FormatError(f"expected {width} records, found {len(lines)}")
    leaves: list[bytes | None] = []
    for at, line in enumerate(lines, index * TILE_WIDTH):
        try:
            read[at], entry = open_line(line)
        except FormatError:
            leaves.append(None)
        else:
            leaves.append(leaf_hash(entry))
    return leaves


def _entries(data: bytes, width: int) -> list[bytes | None]:
    entries = parse_entries(data)
    if len(entries) != width or any(len(entry) != HASH_BYTES for entry in entries):
        raise FormatError(f"expected {width} entries of {HASH_BYTES} bytes")
    return [leaf_hash(entry) for entry in entries]


def _hashes(data: bytes, width: int) -> list[bytes | None]:
    if len(data) != width * HASH_BYTES:
        raise FormatError(f"expected {width} hashes of {HASH_BYTES} bytes, found {len(data)} bytes")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def _believed(
    index: int, width: int, witnesses: tuple[list[bytes | None] | None, ...]
) -> tuple[list[bytes | None], list[Fault]]:
    """The leaf hashes that most witnesses give, and a fault for each file that gives another."""
    places = (
        (bundle_path(index, width), "record {} is not the one that the log holds"),
        (f"log/{entries_path(index, width)}", "entry {} is not that of the record"),
        (f"log/{tile_path(0, index, width)}", "hash {} is not that of the entry"),
    )
    believed: list[bytes | None] = []
    faults: dict[str, Fault] = {}
    for at in range(width):
        given = [leaves[at] if leaves else None for leaves in witnesses]
        said = [leaf for leaf in given if leaf is not None]
        # Most votes; when none has two, the tile's, then the entry's.
        leaf = max(reversed(said), key=said.count) if said else None
        believed.append(leaf)
        for (path, words), other in zip(places, given, strict=True):
            if other is not None and other != leaf:
                faults.setdefault(path, Fault(path, words.format(index * TILE_WIDTH + at)))
    return believed, list(faults.values())


def _below(tile: Tile, stored: bytes, computed: bytes, size: int) -> Iterator[Fault]:
    """The files under those hashes of a tile that are not as computed."""
    for at in range(tile.width):
        if stored[at * HASH_BYTES : (at + 1) * HASH_BYTES] != computed[at * HASH_BYTES : (at + 1) * HASH_BYTES]:
            index = tile.index * TILE_WIDTH + at
            width = width_at(size, tile.level - 1, index)
            paths = [f"log/{tile_path(tile.level - 1, index, width)}"]
            if tile.level == 1:
                paths = [bundle_path(index, width), f"log/{entries_path(index, width)}", *paths]
            for path in paths:
                yield Fault(path, f"does not give the hash that log/{tile.path} holds for it")
