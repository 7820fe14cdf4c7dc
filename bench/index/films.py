"""Made-up archives of local codes out of real ones: films of shots, each shot one real frame seen for ten seconds.

A film has three shots of ten frames, one a second. From one second to the next a spot of eight is lost, and of the others a
quarter each stays as it was, or differs from the real one in 4, 8 or 16 bits on average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from bench.index.corpus import draw
from bench.index.pictures import Frames
from numba import njit

from indelible.match.by_definition import Integers, Stack
from indelible.match.frame_hashes import words

_SHOT_FRAMES, _FILM_SHOTS = 10, 3


@dataclass(frozen=True)
class Archive:
    """Codes uint64[2, c]; those of frame j are columns starts[j] to [j + 1]; owner int64[f] says which film has frame j."""

    codes: Stack
    starts: Integers
    owner: Integers


@njit
def _changed(word: np.uint64, how: np.uint64, state: Stack) -> np.uint64:
    """A word with bits changed: none of it, or about a bit in 32, 16 or 8."""
    if how == 0:
        return word
    mask = draw(state) & draw(state) & draw(state)
    for _ in range(3 - how):
        mask &= draw(state)
    return word ^ mask


@njit
def _frame(base: Stack, span: tuple[int, int], codes: Stack, at: int, state: Stack) -> int:
    """Writes one frame's codes from column `at` on; returns where the next begins."""
    for i in range(span[0], span[1]):
        chance = draw(state)
        if chance & np.uint64(7) and at < codes.shape[1]:
            how = (chance >> np.uint64(3)) & np.uint64(3)
            codes[0, at], codes[1, at] = _changed(base[0, i], how, state), _changed(base[1, i], how, state)
            at += 1
    return at


@njit
def _fill(base: Stack, base_starts: Integers, codes: Stack, frames: tuple[Integers, Integers], state: Stack) -> int:
    """Writes films until there is no room; returns how many frames there are."""
    starts, owner = frames
    at = frame = 0
    while at < codes.shape[1]:
        if frame % _SHOT_FRAMES == 0:
            chosen = np.int64(draw(state) % np.uint64(len(base_starts) - 1))
        starts[frame], owner[frame] = at, frame // (_SHOT_FRAMES * _FILM_SHOTS)
        at = _frame(base, (base_starts[chosen], base_starts[chosen + 1]), codes, at, state)
        frame += 1
    starts[frame] = at
    return frame


def films(real: Frames, count: int, seed: int = 18) -> Archive:
    """Films with so many codes in all."""
    codes = np.empty((2, count), np.uint64)
    room = 2 + 2 * count // int(np.diff(real.starts).min())
    starts, owner = np.empty(room, np.int64), np.empty(room, np.int64)
    made = _fill(words(real.codes), real.starts, codes, (starts, owner), np.array([seed], np.uint64))
    return Archive(codes, starts[: made + 1].copy(), owner[:made].copy())


def joined(one: Archive, other: Archive) -> Archive:
    """The films of one, and then those of the other."""
    return Archive(
        np.concatenate([one.codes, other.codes], axis=1),
        np.concatenate([one.starts, other.starts[1:] + one.starts[-1]]),
        np.concatenate([one.owner, other.owner + one.owner[-1] + 1]),
    )
