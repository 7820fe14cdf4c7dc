"""VPDQ, the anchor: PDQ hashes of one frame a second, compared as an unordered bag.

Three readings of the same hashes: the rule that ThreatExchange ships (distance at most 31 bits, quality at least 50, at least
80 % of the query's distinct hashes matched, any share of the reference's); one frame within 31 bits; and the least distance of a
pair, for the largest radius that still calls no stranger a copy. Rules as in python-threatexchange, extensions/vpdq.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .frames import every_second, whole
from .hamming import Words, nearness, scored, words_of
from .pdq_library import pdqhash
from .peer import Peer, Scores
from .vpdq_program import installed, run_vpdq

RADIUS_BITS = 31
QUALITY_MIN = 50
QUERY_PERCENT_MIN = 80.0


@dataclass(frozen=True)
class FrameHashes:
    """The hashes of a file that may be compared: distinct, of quality QUALITY_MIN or better.

    Attributes:
        words: uint64[n,4].
        fault: why there are none, when the file could not be hashed.
    """

    words: Words
    fault: str = ""


def kept(packed: NDArray[np.uint8], quality: NDArray[np.int64], fault: str = "") -> FrameHashes:
    """What the rules look at of hashes uint8[n,32] with quality int64[n]."""
    return FrameHashes(words_of(np.unique(packed[quality >= QUALITY_MIN], axis=0)), fault)


def real_vpdq(path: Path) -> FrameHashes:
    """The hashes that PyPI `vpdq` makes of a file; raises PeerMissing."""
    made = run_vpdq(path)
    packed = np.frombuffer(bytes.fromhex("".join(row[2] for row in made.hashes)), np.uint8).reshape(-1, 32)
    return kept(packed, np.array([row[1] for row in made.hashes], np.int64), made.fault)


def own_vpdq(path: Path) -> FrameHashes:
    """The hashes that PyPI `pdqhash` makes of the same frames, whole; raises PeerMissing."""
    compute = pdqhash().compute
    made = [compute(whole(frame)) for frame in every_second(path)]
    packed = np.packbits(np.array([bits for bits, _ in made], np.uint8).reshape(-1, 256), axis=1)
    return kept(packed, np.array([quality for _, quality in made], np.int64))


def query_percent(queries: Sequence[FrameHashes], references: Sequence[FrameHashes]) -> Scores:
    """The share of the query's hashes that have one of the reference's within RADIUS_BITS, in percent."""
    return scored(
        [query.words for query in queries],
        [reference.words for reference in references],
        lambda bits: np.mean(bits <= RADIUS_BITS, axis=0) * 100.0,
    )


def nearest_frame(queries: Sequence[FrameHashes], references: Sequence[FrameHashes]) -> Scores:
    """The least distance between a hash of the query and one of the reference, in bits, negated."""
    return nearness([query.words for query in queries], [reference.words for reference in references])


def _peers(name: str, fingerprint: Callable[[Path], FrameHashes]) -> list[Peer[FrameHashes]]:
    return [
        Peer(f"{name}, default rule", name, fingerprint, query_percent, QUERY_PERCENT_MIN),
        Peer(f"{name}, any frame within {RADIUS_BITS}", name, fingerprint, nearest_frame, -float(RADIUS_BITS)),
        Peer(f"{name}, least distance", name, fingerprint, nearest_frame, None),
    ]


def vpdq_peers() -> list[Peer[FrameHashes]]:
    """The real vPDQ where it is installed, else the same rules over pdqhash, and named so."""
    return _peers("vpdq", real_vpdq) if installed() else _peers("own-vPDQ (pdqhash)", own_vpdq)
