"""Forks a process for each seed read: it adds media to an index, removes some, seals and merges, and prints what it promises.

`+ medium`: it is held; `? medium`: it is about to go; `- medium`: it is gone. Arguments: the index's folder.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crash.seeds import say, work_for_each
from indelible.index.writer import writing
from indelible.match.hash_index import place_of

FRAMES_MAX = 40
_SEAL_MIN = 100


def medium(number: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """A medium's hashes and places."""
    random_of = np.random.default_rng(number)
    count = int(random_of.integers(1, FRAMES_MAX))
    return random_of.integers(0, 256, (count, 32), dtype=np.uint8), place_of(number, np.arange(count) * 250)


def write(folder: Path, seed: int) -> None:
    """Never returns."""
    draw = random.Random(seed)
    mine: list[int] = []
    with writing(folder, seal_min=_SEAL_MIN) as writer:
        for number in range(seed * 1000, seed * 1000 + 1000):
            writer.add(*medium(number))
            mine.append(number)
            say(f"+ {number}")
            if draw.random() < 0.1:
                gone = mine.pop(draw.randrange(len(mine)))
                say(f"? {gone}")
                writer.remove(np.array([gone]))
                say(f"- {gone}")
            if draw.random() < 0.05:
                writer.merge()
    while True:
        pass


if __name__ == "__main__":
    work_for_each(write)
