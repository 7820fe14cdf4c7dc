"""Trains the cells that local codes are held in: python -m bench.index.centres writes src/indelible/index/centres-1.npz.

Codes of pictures (pictures.py) and of the footage that bench/matching tunes on, each as it is and mirrored. K-majority
(Grana and others, "A fast approach for integrating ORB descriptors in the bag of words model", 2013) in two rounds: outer
centres on a sample, then each outer cell's own on what lies in it. A centre that nothing is near takes the place of a code that
is far from its own.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from bench.index.pictures import Codes, frames
from bench.matching import sources, written
from bench.matching.found import fingerprints
from numba import njit

from indelible.fingerprint import local
from indelible.index import cells as held
from indelible.index.cells import Cells
from indelible.match.by_definition import Integers
from indelible.match.frame_hashes import words

OUTER, INNER = 128, 128
_SAMPLE = 120_000
_OF_ONE = 120  # codes for each inner centre at most
_ROUNDS = 8
_FEW = 3  # codes: a centre with fewer moves


@njit
def _count(codes: Codes, cells: Integers, votes: Integers) -> None:
    for i in range(len(codes)):
        for byte in range(codes.shape[1]):
            for bit in range(8):
                votes[cells[i], 8 * byte + bit] += 2 * ((codes[i, byte] >> (7 - bit)) & 1) - 1


def centres(codes: Codes, count: int, random: np.random.Generator) -> Codes:
    """So many centres of codes uint8[n, 16]: uint8[count, 16]."""
    made = codes[random.choice(len(codes), count, replace=False)]
    for _ in range(_ROUNDS):
        cells = Cells.of(made[:1], made[None]).holding(words(codes))
        apart = np.bitwise_count(codes ^ made[cells]).sum(axis=1)
        votes = np.zeros((count, local.CODE_BITS), np.int64)
        _count(codes, cells, votes)
        made = np.packbits((votes > 0) | ((votes == 0) & np.unpackbits(made, axis=1).astype(bool)), axis=1)
        lonely = np.flatnonzero(np.bincount(cells, minlength=count) < _FEW)
        made[lonely] = codes[random.permutation(np.argsort(-apart.astype(np.int64))[: 4 * len(lonely)])[: len(lonely)]]
    return made


def training() -> Codes:
    """What centres are trained on: uint8[n, 16]."""
    tuned = [source for source in sources.listed() if source.half == 0]
    films = fingerprints(list(written.originals(tuned).values())).values()
    codes = np.concatenate([frames().codes, *(film.picture.codes for film in films if film.picture is not None)])
    return np.concatenate([codes, local.variant(codes, local.MIRRORED)])


def main() -> None:
    random, codes = np.random.default_rng(1), training()
    outer = centres(codes[random.choice(len(codes), _SAMPLE, replace=False)], OUTER, random)
    lying = Cells.of(outer[:1], outer[None]).holding(words(codes))
    inner = np.empty((OUTER, INNER, local.CODE_BYTES), np.uint8)
    for cell in range(OUTER):
        own = random.permutation(codes[lying == cell])[: INNER * _OF_ONE]
        inner[cell] = centres(own if len(own) >= INNER else codes[:INNER], INNER, random)
    np.savez(Path(held.__file__).with_name(held.CENTRES), outer=outer, inner=inner)
    print(f"{len(codes):,} codes, {OUTER} x {INNER} cells")


if __name__ == "__main__":
    main()
