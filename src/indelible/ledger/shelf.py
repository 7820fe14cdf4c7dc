"""The files of a log as they are read: tiles, entries and bundles, each found by its place, or in a wider file.

A partial file may be gone because the log has grown since; then the wider one has the same beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indelible.ledger.bundle import BUNDLE_BYTES_MAX, bundle_path, lines_of
from indelible.log.keys import KEYS_BYTES_MAX
from indelible.log.merkle import HASH_BYTES
from indelible.log.note import NOTE_BYTES_MAX
from indelible.log.tile import ENTRY_BYTES_MAX, TILE_WIDTH, Reader, entries_path, parse_entries, tile_path, width_at
from indelible.model.errors import ArchiveError, FormatError

CHECKPOINT = "log/checkpoint"
KEYS = "log/keys"
RECORDS = "records"
LOG = "log"
STAMPS = "stamps"

_ENTRIES_BYTES_MAX = TILE_WIDTH * (2 + ENTRY_BYTES_MAX)
_ATTEMPTS = 3  # a writer may take a partial away between looking and opening


class Shelf:
    """Reads the files of the log under an archive's folder; writes nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def checkpoint(self) -> bytes | None:
        """The current checkpoint's note, None when there is none."""
        return read_file(self.root / CHECKPOINT, NOTE_BYTES_MAX)

    def keys(self) -> bytes | None:
        """The file of keys, None when there is none."""
        return read_file(self.root / KEYS, KEYS_BYTES_MAX)

    def tile(self, level: int, index: int, width: int) -> bytes:
        """The first `width` hashes of a tile; raises ArchiveError when no file has them."""
        data = self._find(f"log/{tile_path(level, index, width)}", width, TILE_WIDTH * HASH_BYTES)
        return data[: width * HASH_BYTES]

    def within(self, size: int) -> Reader:
        """A reader that takes narrower tiles from those of the tree of `size`, as a tree of an earlier size must be read.

        A partial of just that width may be there and not be of this log: left by a commit that was never signed.
        """
        return lambda level, index, width: self.tile(level, index, width_at(size, level, index))[: width * HASH_BYTES]

    def entries(self, index: int, width: int) -> list[bytes]:
        """The first `width` entries of a bundle; raises ArchiveError, FormatError."""
        entries = parse_entries(self._find(f"log/{entries_path(index, width)}", width, _ENTRIES_BYTES_MAX))
        return _first(entries, width, f"log/{entries_path(index, width)}")

    def lines(self, index: int, width: int) -> list[bytes]:
        """The first `width` records of a bundle as lines; raises ArchiveError, FormatError."""
        lines = lines_of(self._find(bundle_path(index, width), width, BUNDLE_BYTES_MAX))
        return _first(lines, width, bundle_path(index, width))

    def _find(self, path: str, width: int, bytes_max: int) -> bytes:
        for _ in range(_ATTEMPTS):
            for candidate in self._candidates(path, width):
                data = read_file(self.root / candidate, bytes_max)
                if data is not None:
                    return data
        raise ArchiveError(
            "a file of the log is missing", where=path, do="run indelible audit, and bring the file back from a copy."
        )

    def _candidates(self, path: str, width: int) -> Iterator[str]:
        yield path
        if width < TILE_WIDTH:
            whole = path.removesuffix(f".p/{width}")
            yield whole
            folder = self.root / f"{whole}.p"
            if folder.is_dir():
                widths = sorted(int(name) for name in (p.name for p in folder.iterdir()) if name.isdecimal())
                yield from (f"{whole}.p/{wider}" for wider in widths if wider > width)


def _first(items: list[bytes], width: int, path: str) -> list[bytes]:
    if len(items) < width:
        raise FormatError(f"expected {width} records or entries, found {len(items)} in {path}")
    return items[:width]


def read_file(path: Path, bytes_max: int) -> bytes | None:
    """A file's bytes, None when it is not there; raises FormatError when it is longer than any such file can be."""
    try:
        with path.open("rb") as file:
            data = file.read(bytes_max + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ArchiveError(
            f"a file cannot be read: {error.strerror}", where=str(path), do="look after the disk and the file's permissions."
        ) from error
    if len(data) > bytes_max:
        raise FormatError(f"expected at most {bytes_max} bytes, found more in {path}")
    return data
