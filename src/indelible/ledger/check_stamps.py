"""Checks stamps against the records that name them: the digest of each token and each stamped note, and the note's own claim.

Whether a token is what its authority made is `stamps.verify_token`'s to say, with the authority's certificates. Here a digest
in the log stands for it: three in ten flipped bits of a token still verify.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

from indelible.ledger.findings import Fault, Tally
from indelible.ledger.shelf import STAMPS, Shelf, read_file
from indelible.log.checkpoint import Checkpoint
from indelible.log.keys import Keys
from indelible.log.tile import Tree
from indelible.model.errors import ArchiveError, FormatError

STAMP_ENDS = (".checkpoint", ".tsr")
STAMP_BYTES_MAX = 1024 * 1024


def check_stamps(
    shelf: Shelf, keys: Keys | None, recorded: Mapping[int, tuple[str, str]], tally: Tally, *, sound_to: int
) -> Iterator[Fault]:
    """Every fault of the stamps that records name, given as size → hex SHA-256 of note and token.

    Tiles are sound up to the size `sound_to` (0: they are not), so a note whose root they do not give is itself at fault.
    """
    for size, digests in sorted(recorded.items()):
        tally.count("stamps")
        for end, digest in zip(STAMP_ENDS, digests, strict=True):
            path = f"{STAMPS}/{size}{end}"
            try:
                data = read_file(shelf.root / path, STAMP_BYTES_MAX)
                if data is None:
                    yield Fault(path, "missing")
                elif sha256(data).hexdigest() != digest:
                    yield Fault(path, "it is not the file whose digest stands in the log")
                elif end == STAMP_ENDS[0] and keys:
                    _claims(shelf, keys.open(data), size, sound_to)
            except (FormatError, ArchiveError) as error:
                yield Fault(path, error.message)


def _claims(shelf: Shelf, checkpoint: Checkpoint, size: int, sound_to: int) -> None:
    if checkpoint.size != size:
        raise FormatError(f"its name says size {size}, its text {checkpoint.size}")
    if size <= sound_to and Tree(size, shelf.within(sound_to)).root() != checkpoint.root:
        raise FormatError(f"the log had another root at size {size}")
