"""CPU seconds of the real vPDQ, against which ratios are printed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .vpdq_program import run_vpdq


@dataclass(frozen=True)
class VpdqCost:
    """CPU seconds (user and system, all threads) of hashing a file at one hash a second, without starting Python; and the hashes."""

    cpu_s: float
    hashes: int


def vpdq_cost(path: Path, runs: int = 1) -> VpdqCost:
    """The cheapest of `runs` runs; raises PeerMissing, and ValueError where vPDQ refuses the file."""
    made = [run_vpdq(path) for _ in range(runs)]
    if made[0].fault:
        raise ValueError(f"vPDQ cannot hash {path}: {made[0].fault}")
    return VpdqCost(min(each.cpu_s for each in made), len(made[0].hashes))
