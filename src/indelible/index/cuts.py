"""How hashes are cut into parts, and how far each part of a query is varied: multi-index hashing, which misses nothing.

With m parts and radii t of the parts such that the sum of all (t + 1) is `most` + 1, two hashes within `most` bits differ in at
least one part in at most its t bits: were every part further away, the whole would be further than `most`.
Source: Norouzi, Punjani, Fleet, "Fast exact search in Hamming space with multi-index hashing" (2014); unequal radii: Qin et
al., "GPH: similarity search in Hamming space" (2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb, log2

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.frame_hash import BITS

Integers = NDArray[np.int64]
Small = NDArray[np.uint32]

BLOCK_BITS = 6  # a block of a directory has 64 buckets, one for each bit of a word
BLOCK_BUCKETS = 1 << BLOCK_BITS
PARTS_MAX = 16  # of 16 bits
PARTS_MIN = 9  # of 28 and 29 bits: 0.1 GB of directory each


def parts_for(count: int) -> int:
    """Into how many parts so many hashes are best cut: the most that have a bucket for each hash."""
    return int(min(PARTS_MAX, max(PARTS_MIN, BITS // log2(max(2, count)))))


@dataclass(frozen=True)
class Cuts:
    """Where each of m parts begins and how many bits it has: int64[m] each; wider parts come first."""

    starts: Integers
    widths: Integers

    @classmethod
    def of(cls, parts: int) -> Cuts:
        """As even as can be."""
        narrow, over = divmod(BITS, parts)
        widths = np.full(parts, narrow, np.int64)
        widths[:over] += 1
        return cls(np.concatenate([[0], np.cumsum(widths)[:-1]]).astype(np.int64), widths)

    def radii(self, most: int) -> Integers:
        """How far each part is varied for hashes within `most` bits; −1 leaves a part out. int64[m].

        What does not divide evenly goes to the narrower parts, which have fewer variants.
        """
        each, over = divmod(most + 1, len(self.widths))
        radii = np.full(len(self.widths), each - 1, np.int64)
        radii[len(radii) - over :] += 1
        return np.minimum(radii, self.widths)

    def bits(self) -> NDArray[np.uint64]:
        """The bits of each part among the four words: uint64[m, 4]."""
        place = np.arange(BITS)
        own = (place >= self.starts[:, None]) & (place < (self.starts + self.widths)[:, None])
        return np.packbits(own, axis=1, bitorder="little").view(np.uint64)

    def blocks(self) -> Integers:
        """How many blocks the directory of each part has: int64[m]."""
        return np.left_shift(1, self.widths - BLOCK_BITS)

    def blocks_looked_into(self, most: int) -> int:
        """How many blocks a query needs."""
        return sum(within(w - BLOCK_BITS, t) for w, t in self._each(most))

    def share_compared(self, most: int) -> float:
        """Which share of evenly spread hashes a query is compared with; above 1 when parts find the same ones."""
        return sum(within(w, t) / float(1 << w) for w, t in self._each(most))

    def _each(self, most: int) -> list[tuple[int, int]]:
        return list(zip(self.widths.tolist(), self.radii(most).tolist(), strict=True))


def within(width: int, radius: int) -> int:
    """How many values of `width` bits lie within `radius` bits of one."""
    return sum(comb(width, bits) for bits in range(radius + 1))


@lru_cache(maxsize=64)
def variants(width: int, radius: int) -> Small:
    """All values of `width` bits with at most `radius` bits set, ascending: uint32[within(width, radius)]."""
    values = np.arange(1 << width, dtype=np.uint32)
    return values[np.bitwise_count(values).astype(np.int64) <= radius]


def balls() -> NDArray[np.uint64]:
    """For a radius and a place in a block, the places within that radius of it, as bits: uint64[30, 64]."""
    places = np.arange(BLOCK_BUCKETS)
    apart = np.bitwise_count(places[:, None] ^ places[None, :])
    radii = np.arange(BITS // PARTS_MIN + 2)
    bits = (apart[None] <= radii[:, None, None]).astype(np.uint64) << places.astype(np.uint64)
    return np.asarray(np.bitwise_or.reduce(bits, axis=2), np.uint64)
