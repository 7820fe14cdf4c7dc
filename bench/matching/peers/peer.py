"""The interface of a peer: a fingerprint of a file, and a score of two fingerprints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
F = TypeVar("F")

NOTHING = float("-inf")  # the score of a pair of which one side has nothing to compare


class PeerMissing(Exception):  # noqa: N818 - it names a state of the machine, as the report prints it
    """A peer cannot run here; the message says what to install."""


@dataclass(frozen=True)
class Peer(Generic[F]):
    """One way of telling copies, as another project does it.

    Attributes:
        name: what the report calls it.
        prints: the name of its fingerprints; peers of the same prints share them.
        fingerprint: a file's fingerprint; raises PeerMissing. A file that cannot be read has an empty one.
        scores: n queries by m references, float32[n,m], higher is more alike, NOTHING where a side is empty.
        rule: the score from which the peer's own project says "match"; None when only a chosen threshold is meaningful.
    """

    name: str
    prints: str
    fingerprint: Callable[[Path], F]
    scores: Callable[[Sequence[F], Sequence[F]], Scores]
    rule: float | None

    def score(self, query: F, reference: F) -> float:
        """How alike two fingerprints are; higher is more alike."""
        return float(self.scores([query], [reference])[0, 0])


AnyPeer = Peer[Any]
