"""Forks a process for each seed read: it collects into a world without end, and prints each promise as size and root.

Arguments: the world's folder.
"""

from __future__ import annotations

import random
from pathlib import Path

from crash.scenario import Step, World
from crash.seeds import say, work_for_each


def append(folder: Path, seed: int) -> None:
    """Never returns."""
    draw = random.Random(seed)
    world = World(folder)
    ledger = world.start()
    number = 0
    while True:
        say(f"{ledger.size} {ledger.root.hex()}")
        number += 1
        step = Step(draw.choice((0, 1, 2, 9)), draw.choice((100, 5000)), draw.choice((1, 3, 40)))
        world.collect(ledger, step, seed * 1000 + number)


if __name__ == "__main__":
    work_for_each(append)
