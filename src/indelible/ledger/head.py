"""The head of a log: its checkpoint as published, and the keys that sign; refusals worded in one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indelible.ledger.shelf import CHECKPOINT, KEYS, Shelf
from indelible.log.checkpoint import Checkpoint
from indelible.log.keys import Keys
from indelible.model.errors import ArchiveError, FormatError, RefusedToSignError

_SHORT = 12


@dataclass(frozen=True)
class Head:
    """A checkpoint's note, verbatim, what it says, and the keys of the log."""

    note: bytes
    checkpoint: Checkpoint
    keys: Keys


def published(shelf: Shelf) -> Head | None:
    """The head that stands in the archive, its signature checked; None when nothing was ever published.

    Raises ArchiveError when checkpoint or keys are damaged.
    """
    note = shelf.checkpoint()
    if note is None:
        return None
    data = shelf.keys()
    if data is None:
        raise ArchiveError("the file of keys is missing", where=str(shelf.root / KEYS), do="bring it back from a copy.")
    try:
        keys = Keys.parse(data)
        return Head(note, keys.open(note), keys)
    except FormatError as error:
        raise ArchiveError(
            f"the checkpoint does not hold: {error.message}",
            where=str(shelf.root / CHECKPOINT),
            do="run indelible audit; bring log/checkpoint and log/keys back from a copy.",
        ) from error


def short(checkpoint: Checkpoint) -> str:
    """A checkpoint in a message: `12 entries (root 3f2a91…)`."""
    return f"{checkpoint.size} entries (root {checkpoint.root.hex()[:_SHORT]}…)"


def refuse(found: str, root: Path, *, do: str = "") -> RefusedToSignError:
    """The refusal to be raised, with the way out that fits every case."""
    return RefusedToSignError(
        found,
        where=str(root),
        do=do or "open the copy that has grown furthest; when it is lost, take this one over with a new key: indelible adopt.",
    )
