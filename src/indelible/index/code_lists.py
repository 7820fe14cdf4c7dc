"""Local codes laid out cell by cell, each with the number of its frame.

The two words of codes lie in two rows, because only then are bits counted in vectors. Within a cell frames ascend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from indelible.index.cuts import Integers, Small
from indelible.index.halves import Words
from indelible.match.compiler import INTEGER, NOTHING, PLACES, SMALL, TABLE, WORDS, compiled, group, written

_MADE = group(written("uint64"), written("uint64"), written("uint32"), written("int64"))


@compiled(NOTHING, TABLE, SMALL, PLACES, _MADE)
def _lay_out(codes: Words, frames: Small, cells: Integers, made: Any) -> None:
    """Copies codes and frames into the runs of their cells, in order, and writes where each run begins."""
    a, b, owner, starts = made
    starts[:] = 0
    for i in range(len(cells)):
        starts[cells[i] + 1] += 1
    for cell in range(len(starts) - 1):
        starts[cell + 1] += starts[cell]
    free = starts[:-1].copy()
    for i in range(len(cells)):
        place = free[cells[i]]
        free[cells[i]] += 1
        a[place], b[place], owner[place] = codes[0, i], codes[1, i], frames[i]


@compiled(NOTHING, group(WORDS, WORDS, SMALL, PLACES), INTEGER, _MADE)
def _carry(held: Any, first: int, made: Any) -> None:
    """Copies a list whose frames count from `first` behind what stands in the runs made; their starts are moved on to where it ends."""
    a, b, frames, starts = held
    into_a, into_b, owner, free = made
    for cell in range(len(starts) - 1):
        place = free[cell]
        for i in range(starts[cell], starts[cell + 1]):
            into_a[place], into_b[place], owner[place] = a[i], b[i], frames[i] + np.uint32(first)
            place += 1
        free[cell] = place


@dataclass(frozen=True)
class CodeLists:
    """n codes in order of cell: words `a`, `b` uint64[n], `frames` uint32[n]; cell i has places starts[i] to [i + 1]."""

    a: Words
    b: Words
    frames: Small
    starts: Integers

    @classmethod
    def of(cls, codes: Words, frames: Small, cells: Integers, count: int) -> CodeLists:
        """From codes uint64[2, n], in order of frame uint32[n], and which of `count` cells int64[n] each lies in."""
        n = len(cells)
        made = np.empty(n, np.uint64), np.empty(n, np.uint64), np.empty(n, np.uint32), np.empty(count + 1, np.int64)
        _lay_out(codes, frames, cells, made)
        return cls(*made)

    @classmethod
    def joined(cls, lists: Sequence[CodeLists], firsts: Sequence[int]) -> CodeLists:
        """One of several of the same cells: the frames of each count from its number in `firsts` on."""
        n = sum(map(len, lists))
        starts = np.sum([each.starts for each in lists], axis=0)
        made = np.empty(n, np.uint64), np.empty(n, np.uint64), np.empty(n, np.uint32), starts.copy()
        for each, first in zip(lists, firsts, strict=True):
            _carry(each.rows, first, made)
        return cls(*made[:3], starts)

    @property
    def rows(self) -> tuple[Words, Words, Small, Integers]:
        """What is compiled for."""
        return self.a, self.b, self.frames, self.starts

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return sum(row.nbytes for row in self.rows)

    def __len__(self) -> int:
        return len(self.a)
