"""Forks a process for each seed read: it adds media to an index, removes some, seals and merges, and prints what it promises.

`+ medium`: it is held; `? medium`: it is about to go; `- medium`: it is gone. Arguments: the index's folder.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
            _print(f"+ {number}")
            if draw.random() < 0.1:
                gone = mine.pop(draw.randrange(len(mine)))
                _print(f"? {gone}")
                writer.remove(np.array([gone]))
                _print(f"- {gone}")
            if draw.random() < 0.05:
                writer.merge()
    while True:
        pass


def _print(line: str) -> None:
    os.write(1, f"{line}\n".encode())  # at once, and whole


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                write(Path(sys.argv[1]), int(line))
            finally:
                os._exit(9)
        _print(str(pid))
        os.waitpid(pid, 0)
        _print("dead")


if __name__ == "__main__":
    main()
