"""What the parts of this bench measure by: CPU time of one thread, what memory gives, and how much is taken."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Hashes = NDArray[np.uint8]


@dataclass(frozen=True)
class Timed:
    """Milliseconds of CPU a query, each call's share."""

    each: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """Of all."""
        return float(self.each.mean())

    def share(self, percent: float) -> float:
        """What so many of a hundred calls stay below."""
        return float(np.percentile(self.each, percent))


def timed(search: Callable[[Hashes], object], asked: Hashes, batch: int) -> Timed:
    """What a query costs when so many are asked at once."""
    search(asked[:batch][:60])
    each = []
    for start in range(0, len(asked), batch):
        part = asked[start : start + batch]
        begin = time.thread_time()
        search(part)
        each.append((time.thread_time() - begin) * 1000 / len(part))
    return Timed(np.array(each))


@njit
def _read(words: NDArray[np.uint64]) -> np.uint64:
    seen = np.uint64(0)
    for word in words:
        seen ^= word
    return seen


def bandwidth(words: NDArray[np.uint64]) -> float:
    """Gigabytes a second that one thread reads."""
    _read(words[:10])
    begin = time.thread_time()
    for _ in range(3):
        _read(words)
    return 3 * words.nbytes / (time.thread_time() - begin) / 1e9


def peak_gb() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
