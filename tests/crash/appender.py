"""Forks a process for each seed read: it collects into a world without end, and prints each promise as size and root.

Arguments: the world's folder.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from crash.scenario import Step, World


def append(folder: Path, seed: int) -> None:
    """Never returns."""
    draw = random.Random(seed)
    world = World(folder)
    ledger = world.start()
    number = 0
    while True:
        _print(f"{ledger.size} {ledger.root.hex()}")
        number += 1
        step = Step(draw.choice((0, 1, 2, 9)), draw.choice((100, 5000)), draw.choice((1, 3, 40)))
        world.collect(ledger, step, seed * 1000 + number)


def _print(line: str) -> None:
    os.write(1, f"{line}\n".encode())  # at once, and whole


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                append(Path(sys.argv[1]), int(line))
            finally:
                os._exit(9)
        _print(str(pid))
        os.waitpid(pid, 0)
        _print("dead")


if __name__ == "__main__":
    main()
