"""What opening for writing does: finish what a dead process began, or refuse to sign.

The house's last-signed note is written after bundles, entries and tiles are durable, and before the checkpoint. So when the
archive's tiles reach its root, the commit was whole and only the checkpoint is missing: publish it. Anything else is an older
copy, a fork, or another key's log, and is not signed on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from indelible.durable.disk import Disk, is_passing
from indelible.ledger.bundle import open_line, read_line
from indelible.ledger.head import Head, published, refuse, short
from indelible.ledger.house import House, LastSigned
from indelible.ledger.shelf import CHECKPOINT, KEYS, LOG, RECORDS, Shelf
from indelible.log.checkpoint import Checkpoint, open_checkpoint
from indelible.log.keys import Key, Keys
from indelible.log.merkle import leaf_hash
from indelible.log.note import Verifier
from indelible.log.tile import TILE_WIDTH, Tree, parse_number, width_at
from indelible.model.errors import ArchiveError, FormatError, IndelibleError
from indelible.model.record import Sealed


def settle(shelf: Shelf, house: House, known: bytes = b"") -> Head:
    """The head to write on, after publishing a commit that was signed and not published; the locks are held.

    `known` is the note that the caller published itself. Any other is made durable first: whoever put it there may have died
    before its sync, and the caller will take what it covers for kept.

    Raises RefusedToSignError, ArchiveError.
    """
    head, last = published(shelf), house.last_signed()
    if last is None:
        raise _unknown(shelf, head)
    _signed_here(shelf, house, last)
    if head and last.checkpoint == head.checkpoint:
        _reach(shelf, last.checkpoint)
        if head.note != known:
            house.disk.sync_file(shelf.root / CHECKPOINT)
        return head
    _grown_from(shelf, head, last.checkpoint)
    keys = _keys(shelf, head, house.verifier(last.checkpoint.origin), last.checkpoint)
    house.settle()
    house.disk.replace_head(shelf.root / KEYS, keys.to_bytes())
    house.disk.replace_head(shelf.root / CHECKPOINT, last.note)
    return Head(last.note, last.checkpoint, keys)


def _unknown(shelf: Shelf, head: Head | None) -> IndelibleError:
    if head is None:
        return ArchiveError(
            "making this archive was never finished", where=str(shelf.root), do="run indelible init again: it starts over."
        )
    return refuse(
        f"this house has signed nothing, and the archive here has {short(head.checkpoint)}",
        shelf.root,
        do="name the house_dir that signed it, or take it over with a new key: indelible adopt.",
    )


def _signed_here(shelf: Shelf, house: House, last: LastSigned) -> None:
    try:
        open_checkpoint(last.note, (house.verifier(last.checkpoint.origin),))
    except FormatError as error:
        raise refuse(f"the note last signed is not by this house's key: {error.message}", shelf.root) from error


def _reach(shelf: Shelf, checkpoint: Checkpoint) -> None:
    try:
        root = Tree(checkpoint.size, shelf.tile).root()
    except (FormatError, ArchiveError) as error:
        raise refuse(
            f"the archive's tiles do not reach {short(checkpoint)}, which this house signed: {error.message}", shelf.root
        ) from error
    if root != checkpoint.root:
        raise refuse(
            f"the archive's tiles give another root ({root.hex()[:12]}…) than {short(checkpoint)}, which this house signed",
            shelf.root,
            do="run indelible audit: it names the damaged file, to be brought back from a copy.",
        )


def _grown_from(shelf: Shelf, head: Head | None, last: Checkpoint) -> None:
    """Raises unless the archive already holds all that `last` signs, as a continuation of what is published."""
    if head:
        if last.size < head.checkpoint.size:
            raise refuse(
                f"the archive has {short(head.checkpoint)}, but this house signed only {short(last)}: "
                "the house is an older copy, or another key signs here",
                shelf.root,
                do="bring the house back as it was, or take the archive over with a new key: indelible adopt.",
            )
        if last.size == head.checkpoint.size:
            raise refuse(
                f"two logs of one size: the archive has {short(head.checkpoint)} of {head.checkpoint.origin}, "
                f"this house signed {short(last)} of {last.origin}: a fork",
                shelf.root,
            )
        _same_beginning(shelf, head.checkpoint, last)
    try:
        _reach(shelf, last)
        _records_give_tiles(shelf, head.checkpoint.size if head else 0, last.size)
    except IndelibleError as error:
        held = short(head.checkpoint) if head else "no checkpoint"
        raise refuse(
            f"this house has signed {short(last)}, and the archive here has {held}: an older copy, or a fork", shelf.root
        ) from error


def _same_beginning(shelf: Shelf, head: Checkpoint, last: Checkpoint) -> None:
    _reach(shelf, head)
    if head.origin != last.origin and not any(
        str(sealed.fields.get("checkpoint")).startswith(head.text)
        for _, sealed in _records(shelf, "adopt/1", head.size, last.size)
    ):
        raise refuse(f"the archive is {head.origin}, and this house signs {last.origin}", shelf.root)


def _records_give_tiles(shelf: Shelf, start: int, end: int) -> None:
    for index in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
        width = width_at(end, 0, index)
        lines, entries, leaves = shelf.lines(index, width), shelf.entries(index, width), shelf.tile(0, index, width)
        for at, (line, entry) in enumerate(zip(lines, entries, strict=True)):
            if open_line(line)[1] != entry or leaf_hash(entry) != leaves[at * 32 : at * 32 + 32]:
                raise FormatError(f"record {index * TILE_WIDTH + at} does not give its tile")


def _records(shelf: Shelf, kind: str, start: int, end: int) -> Iterator[tuple[int, Sealed]]:
    for index in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
        try:
            lines = shelf.lines(index, width_at(end, 0, index))
        except (ArchiveError, FormatError):
            return
        for at, line in enumerate(lines, index * TILE_WIDTH):
            if at >= start and (sealed := read_line(line)).kind == kind:
                yield at, sealed


def _keys(shelf: Shelf, head: Head | None, verifier: Verifier, last: Checkpoint) -> Keys:
    held = head.keys.keys if head else ()
    if held and held[-1].verifier == verifier:
        return Keys(held)
    start = head.checkpoint.size if head else 0
    known = tuple(key for key in held if key.index < start)
    for index, sealed in _records(shelf, "key/1", start, last.size):
        if sealed.fields.get("vkey") == verifier.vkey:
            return Keys((*known, Key(index, verifier)))
    raise refuse("no key/1 record brings in the key of this house: another key signs here now", shelf.root)


def sweep(shelf: Shelf, disk: Disk, size: int) -> None:
    """Takes away what no tree of `size` needs: unfinished writes, commits that were never signed, outgrown partials."""
    for folder in (RECORDS, LOG):
        for path in sorted(files_below(shelf.root / folder)):
            if is_passing(path.name) or outside(path.relative_to(shelf.root).as_posix(), size):
                disk.remove(path)
                if path.parent.name.endswith(".p"):
                    disk.remove_folder(path.parent)


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, links not followed."""
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names)


def outside(path: str, size: int) -> bool:
    """Whether `path` is spelled like a bundle or tile that a tree of `size` does not have."""
    place = parse_place(path)
    return place is not None and width_at(size, place[0], place[1]) != place[2]


def parse_place(path: str) -> tuple[int, int, int] | None:
    """The (level, index, width) of a bundle's or tile's path relative to the archive; None for another file."""
    for prefix in ("records/", "log/tile/entries/"):
        if path.startswith(prefix):
            return _numbered(0, path.removeprefix(prefix))
    level, slash, number = path.removeprefix("log/tile/").partition("/")
    if not path.startswith("log/tile/") or not slash or not level.isdecimal() or str(int(level)) != level:
        return None
    return _numbered(int(level), number)


def _numbered(level: int, number: str) -> tuple[int, int, int] | None:
    try:
        return (level, *parse_number(number))
    except FormatError:
        return None
