"""Hashes as the index holds them: cut in two halves of 128 bits, each half of all hashes one run of memory.

A hash that is too far away in its first half need not be read on, neither by a scan, which then reads half as much, nor where
one candidate is looked at: its half never crosses a line of the cache.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Halves:
    """n hashes, spread: `first` and `second` uint64[2 n] each, two words of a hash side by side."""

    first: Words
    second: Words

    @classmethod
    def of(cls, rows: Words) -> Halves:
        """From rows uint64[n, 4]."""
        return cls(np.ascontiguousarray(rows[:, :2]).reshape(-1), np.ascontiguousarray(rows[:, 2:]).reshape(-1))

    def rows(self) -> Words:
        """uint64[n, 4]."""
        return np.concatenate([self.first.reshape(-1, 2), self.second.reshape(-1, 2)], axis=1)

    def __len__(self) -> int:
        return len(self.first) // 2
