"""Made-up frame hashes: films of shots, a still here and there, idents that many films share; and queries of them.

A film has 30 to 210 frames in shots of 1 to 14; from one frame of a shot to the next 0 to 23 bits change. One frame in 400
begins a run of one of 64 idents, black frames or test cards, up to four bits off. A fiftieth of all is single stills. A quarter of the 64 lowest
bits and an eighth of the others lean towards patterns of 32 styles, so that parts crowd as those of real hashes do. Half of the
queries are frames never seen, half are held frames with 0 to 31 bits changed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numba import njit
from numpy.typing import NDArray

IDENTS, STYLES = 64, 32
_CHUNK, _SEED = 10_000_000, 7
Words = NDArray[np.uint64]


@njit
def draw(state: Words) -> np.uint64:
    """The next of SplitMix64."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit
def _below(state: Words, limit: int) -> int:
    return np.int64(draw(state) % np.uint64(limit))


@njit
def _change(row: Words, bits: int, state: Words) -> None:
    for _ in range(bits):
        bit = draw(state) & np.uint64(255)
        row[bit >> np.uint64(6)] ^= np.uint64(1) << (bit & np.uint64(63))


@njit
def _scene(row: Words, styles: Words, state: Words) -> None:
    style = styles[_below(state, STYLES)]
    for word in range(4):
        lean = draw(state) & draw(state)
        if word:
            lean &= draw(state)
        row[word] = (draw(state) & ~lean) | (style[word] & lean)


@njit
def _film(rows: Words, at: int, idents: Words, styles: Words, state: Words) -> int:
    """Writes one film from row `at` on; returns where the next begins."""
    stop = min(len(rows), at + 30 + _below(state, 181))
    left, moves = 0, 0
    while at < stop:
        if _below(state, 400) == 0:
            rows[at] = idents[_below(state, IDENTS)]
            _change(rows[at], _below(state, 5), state)
            left = 0
        elif left == 0:
            _scene(rows[at], styles, state)
            left, moves = _below(state, 14), _below(state, 24)
        else:
            rows[at] = rows[at - 1]
            _change(rows[at], moves, state)
            left -= 1
        at += 1
    return at


@njit
def _fill(rows: Words, idents: Words, styles: Words, state: Words) -> None:
    at = 0
    while at < len(rows):
        if _below(state, 50) == 0:
            _scene(rows[at], styles, state)
            at += 1
        else:
            at = _film(rows, at, idents, styles, state)


def _patterns() -> tuple[Words, Words]:
    random = np.random.default_rng(12345)
    return random.integers(0, 2**64, (IDENTS, 4), np.uint64), random.integers(0, 2**64, (STYLES, 4), np.uint64)


def held(count: int, seed: int = _SEED) -> NDArray[np.uint8]:
    """So many hashes, uint8[n, 32]."""
    rows = np.empty((count, 4), np.uint64)
    _fill(rows, *_patterns(), np.array([seed], np.uint64))
    return rows.view(np.uint8)


def chunks(count: int) -> Iterator[NDArray[np.uint8]]:
    """So many hashes, uint8[n, 32] of ten million at most at a time, each from a seed of its own; the first as `held` has them."""
    for number, start in enumerate(range(0, count, _CHUNK)):
        yield held(min(_CHUNK, count - start), seed=_SEED + number)


@njit
def _ask(rows: Words, asked: Words, styles: Words, state: Words) -> None:
    for i in range(len(asked)):
        if _below(state, 2):
            _scene(asked[i], styles, state)
        else:
            asked[i] = rows[_below(state, len(rows))]
            _change(asked[i], _below(state, 32), state)


def queries(hashes: NDArray[np.uint8], count: int, seed: int = 99) -> NDArray[np.uint8]:
    """So many queries of hashes, uint8[q, 32]."""
    asked = np.empty((count, 4), np.uint64)
    _ask(hashes.view(np.uint64), asked, _patterns()[1], np.array([seed], np.uint64))
    return asked.view(np.uint8)
