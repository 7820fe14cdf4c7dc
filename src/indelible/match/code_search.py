"""Which frames of the references hold a code near a query's: what may be asked of whoever keeps the codes, and what it means.

Every code compared with every code is the definition, and what costs least while few codes are held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from indelible.match.by_definition import Integers, NearFrames, Stack
from indelible.match.near import near_frames

CLOSE_BITS = 26  # of 128: an angle of 36° between descriptors; unrelated spots' nearest of 2,000 lies at 30


class CodeSearch(Protocol):
    """The local codes of references, frame by frame in the order in which they were recorded."""

    def near(self, asked: Iterable[Stack], frames: int) -> Iterator[NearFrames]:
        """For each of some stacks of codes uint64[2, q] those of the first `frames` frames with a code within CLOSE_BITS."""
        ...


Prepare = Callable[[Stack, Integers], CodeSearch]  # from codes uint64[2, c]; frame j has columns starts[j] to [j + 1]


@dataclass(frozen=True)
class Exhaustive:
    """All codes uint64[2, c]; those of frame j are columns starts[j] to [j + 1]."""

    codes: Stack
    starts: Integers

    def near(self, asked: Iterable[Stack], frames: int) -> Iterator[NearFrames]:
        """Every frame that has one."""
        held, starts = self.codes[:, : self.starts[frames]], self.starts[: frames + 1]
        for codes in asked:
            yield near_frames(codes, held, starts, CLOSE_BITS)
