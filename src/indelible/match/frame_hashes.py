"""The frame hashes of pictures that may be evidence, stacked: of one picture, and of all references.

One row of a stack is one 64-bit word of all hashes or codes, so that comparing a query's with all of them is one pass over
contiguous memory a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.by_definition import Integers, NearHashes, Stack
from indelible.match.near import near_hashes

HASH_QUALITY_MIN = 5  # PDQ's quality: what is below it is black or flat, and never evidence
SIDE_PX_MIN = 16  # the hash tells 16 frequencies a side: what a smaller picture would give it is made up


def words(rows: NDArray[np.uint8]) -> Stack:
    """Hashes or codes uint8[n, 8 w] as uint64[w, n]."""
    whole = np.ascontiguousarray(rows).view(np.uint64)
    return np.ascontiguousarray(whole.T)


@dataclass(frozen=True)
class FrameHashes:
    """Hashes of one picture, or of several one after the other: of each whole frames, then their boxes.

    `bits`: uint64[4, n], the view as it stands. `frames`: int64[n], which frame, shown at `times_ms`: int64[n]. `parts`: int64[n],
    0 for the whole frame, i for its i-th box.
    """

    bits: Stack
    frames: Integers
    times_ms: Integers
    parts: Integers

    def __getitem__(self, columns: slice) -> FrameHashes:
        return FrameHashes(self.bits[:, columns], self.frames[columns], self.times_ms[columns], self.parts[columns])

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def single(self) -> bool:
        """Whether they are all of one frame."""
        return len(self.frames) > 0 and bool((self.frames == self.frames[0]).all())

    @classmethod
    def joined(cls, each: Sequence[FrameHashes]) -> FrameHashes:
        """All of them, one after the other."""
        return cls(
            bits=np.concatenate([np.zeros((4, 0), np.uint64), *(hashes.bits for hashes in each)], axis=1),
            frames=np.concatenate([np.zeros(0, np.int64), *(hashes.frames for hashes in each)]),
            times_ms=np.concatenate([np.zeros(0, np.int64), *(hashes.times_ms for hashes in each)]),
            parts=np.concatenate([np.zeros(0, np.int64), *(hashes.parts for hashes in each)]),
        )


def frame_hashes(picture: PictureFingerprint, view: int = 0) -> FrameHashes:
    """The hashes of `picture` in one of the eight views, those of low quality and of tiny pictures left out."""
    evident = (picture.qualities >= HASH_QUALITY_MIN) & (min(picture.width, picture.height) >= SIDE_PX_MIN)
    whole = np.flatnonzero(evident)
    boxed = np.flatnonzero(evident[picture.box_frames])
    rows = np.concatenate([picture.hashes[whole, view], picture.box_hashes[boxed, view]])
    nth = np.arange(len(picture.box_frames)) - np.searchsorted(picture.box_frames, picture.box_frames)
    frames = np.concatenate([whole, picture.box_frames[boxed]]).astype(np.int64)
    return FrameHashes(
        bits=words(rows),
        frames=frames,
        times_ms=picture.times_ms[frames],
        parts=np.concatenate([np.zeros(len(whole), np.int64), 1 + nth[boxed]]),
    )


@dataclass(frozen=True)
class HashStacks:
    """The hashes of m pictures in turn, in one stack or several, none of them in two.

    Columns count through all stacks: picture i has columns starts[i] to [i + 1], int64[m + 1].
    """

    stacks: tuple[FrameHashes, ...]
    starts: Integers

    @classmethod
    def of(cls, each: Sequence[FrameHashes]) -> HashStacks:
        """From each picture's hashes, copied into one stack."""
        return cls((FrameHashes.joined(each),), _starts(each))

    def near(self, hashes: Stack, below: int) -> NearHashes:
        """As by_definition.near_hashes, of all columns."""
        found = [near_hashes(hashes, stack.bits, below) for stack in self.stacks]
        firsts = _starts(self.stacks)[:-1].tolist()
        none = np.zeros(0, np.int64)
        mine = np.concatenate([none, *(near.mine for near in found)])
        theirs = np.concatenate([none, *(near.theirs + first for near, first in zip(found, firsts, strict=True))])
        apart = np.concatenate([none, *(near.apart for near in found)])
        return NearHashes(mine, theirs, apart).where(np.argsort(mine, kind="stable"))

    def __getitem__(self, picture: int) -> FrameHashes:
        begin, end = self.starts[picture : picture + 2].tolist()
        firsts = _starts(self.stacks)
        at = int(np.searchsorted(firsts, begin, side="right")) - 1 if begin < end else 0
        return self.stacks[at][begin - int(firsts[at]) : end - int(firsts[at])]

    def before(self, pictures: int) -> HashStacks:
        """Those of the first pictures; shares the arrays."""
        starts = self.starts[: pictures + 1]
        firsts = _starts(self.stacks)[:-1].tolist()
        cut = ((stack, int(starts[-1]) - first) for stack, first in zip(self.stacks, firsts, strict=True))
        return HashStacks(tuple(stack[: max(0, left)] for stack, left in cut), starts)


def _starts(each: Sequence[FrameHashes]) -> Integers:
    """Where each one's columns begin, and where the last one's end."""
    return np.cumsum([0, *map(len, each)]).astype(np.int64)
