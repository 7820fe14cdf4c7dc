"""PDQ of one frame a second, the query's in all eight turns and mirrorings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .frames import every_second, within
from .hamming import Words, nearness, words_of
from .pdq_library import pdqhash
from .peer import Peer, Scores

SIDE_MAX = 512  # pixels; PDQ's own programs shrink a picture to this before they hash it
QUALITY_MIN = 50  # below it PDQ advises against comparing
RADIUS_BITS = 31  # PDQ's advice for "the same picture"


@dataclass(frozen=True)
class TurnedHashes:
    """Hashes of n frames of quality QUALITY_MIN or better.

    Attributes:
        upright: as the frames are, uint64[n,4]; what a reference is looked up by.
        turned: the same in all eight turns and mirrorings, uint64[8n,4]; what a query is looked up with.
    """

    upright: Words
    turned: Words


def fingerprint(path: Path) -> TurnedHashes:
    """The eight PDQ hashes of each frame, shrunk to SIDE_MAX; raises PeerMissing."""
    compute = pdqhash().compute_dihedral
    made = [compute(within(frame, SIDE_MAX)) for frame in every_second(path)]
    bits = np.array([eight for eight, quality in made if quality >= QUALITY_MIN], np.uint8).reshape(-1, 8, 256)
    packed = np.packbits(bits, axis=2)
    return TurnedHashes(words_of(packed[:, 0]), words_of(packed.reshape(-1, 32)))


def nearest_frame(queries: Sequence[TurnedHashes], references: Sequence[TurnedHashes]) -> Scores:
    """The least distance between a hash of the query, however turned, and one of the reference, in bits, negated."""
    return nearness([query.turned for query in queries], [reference.upright for reference in references])


def dihedral_peers() -> list[Peer[TurnedHashes]]:
    """PDQ's own radius, and the least distance of a pair."""
    return [
        Peer(
            f"PDQ in eight turns, any frame within {RADIUS_BITS}",
            "pdq-dihedral",
            fingerprint,
            nearest_frame,
            -float(RADIUS_BITS),
        ),
        Peer("PDQ in eight turns, least distance", "pdq-dihedral", fingerprint, nearest_frame, None),
    ]
