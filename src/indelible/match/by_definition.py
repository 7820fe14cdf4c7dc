"""What it means that hashes or codes lie near each other, one query after the other: slow, and what `near` and `affine` must equal.

One row of a stack is one 64-bit word of all its hashes or codes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.frame_hash import BITS

Integers = NDArray[np.int64]
Stack = NDArray[np.uint64]


@dataclass(frozen=True)
class NearFrames:
    """Which codes have one near them in which frames, in order of code and frame: int64[k] each."""

    codes: Integers
    frames: Integers


@dataclass(frozen=True)
class NearHashes:
    """Which hashes of a query lie near which of a stack or near their complements, in order of both: int64[k] each.

    `apart`: in how many bits the two differ.
    """

    mine: Integers
    theirs: Integers
    apart: Integers

    def where(self, which: NDArray[np.bool_] | Integers) -> NearHashes:
        """Those of the pairs."""
        return NearHashes(self.mine[which], self.theirs[which], self.apart[which])


def distances(one: Stack, stack: Stack) -> NDArray[np.uint16]:
    """In how many bits uint64[w] differs from each column of uint64[w, n]: uint16[n]."""
    apart = np.zeros(stack.shape[1], np.uint16)
    for word, row in zip(one, stack, strict=True):
        apart += np.bitwise_count(row ^ word)
    return apart


def near_frames(codes: Stack, stack: Stack, starts: Integers, most: int) -> NearFrames:
    """For codes uint64[2, q] the frames that have a code within `most` bits; frame j has columns starts[j] to [j + 1]."""
    near = [np.searchsorted(starts, np.flatnonzero(distances(code, stack) <= most), side="right") - 1 for code in codes.T]
    frames = [np.unique(each) for each in near]
    return NearFrames(
        codes=np.repeat(np.arange(len(frames)), [len(each) for each in frames]),
        frames=np.concatenate([np.zeros(0, np.int64), *frames]),
    )


def near_hashes(hashes: Stack, stack: Stack, below: int) -> NearHashes:
    """The pairs of hashes uint64[4, q] and columns of the stack that differ in less than `below` bits, or agree in less."""
    table = np.array([distances(one, stack) for one in hashes.T], np.int64).reshape(hashes.shape[1], stack.shape[1])
    mine, theirs = np.nonzero((table < below) | (table > BITS - below))
    return NearHashes(mine, theirs, table[mine, theirs])


def nearest(a: NDArray[np.uint8], b: NDArray[np.uint8], most: int) -> tuple[Integers, Integers]:
    """Which codes of uint8[n, 16] have any of uint8[m, 16] within `most` bits, and the nearest; the first of equals counts."""
    if not len(a) or not len(b):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    apart = np.bitwise_count(a[:, None] ^ b[None]).sum(axis=2, dtype=np.int64)
    good = apart.min(axis=1) <= most
    return np.flatnonzero(good), apart.argmin(axis=1)[good]


def mutual(a: NDArray[np.uint8], b: NDArray[np.uint8], most: int) -> tuple[Integers, Integers]:
    """Which codes of uint8[n, 16] and uint8[m, 16] are each other's nearest, within `most` bits; the first of equals counts."""
    if not len(a) or not len(b):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    apart = np.bitwise_count(a[:, None] ^ b[None]).sum(axis=2, dtype=np.int64)
    nearest, rows = apart.argmin(axis=1), np.arange(len(a))
    good = (apart[rows, nearest] <= most) & (apart.argmin(axis=0)[nearest] == rows)
    return rows[good], nearest[good]
