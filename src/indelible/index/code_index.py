"""Local codes held cell by cell: of a query's codes only those of the nearest cells are looked at, and the nearest hits told.

All that is found lies within CLOSE_BITS. Missed is what lies in cells further away, and, of spots that stand nearly everywhere,
what is not among the nearest. Where codes crowd, a cell or two are looked into; where few lie, cells further away as well.
What is found depends on the codes of the frames before `frames` and on nothing else, so an archive made anew gives the matches
of one that grew; and an equal code is found always (docs/decisions/0018-codes.md).

Source: Sivic and Zisserman, "Video Google" (2003), inverted files; Jégou, Douze, Schmid, IEEE TPAMI 33 (2011), search by cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from indelible.index.cells import Cells, standard
from indelible.index.code_hits import ListsInTurn, Nearest
from indelible.index.code_lists import CodeLists
from indelible.index.cuts import Integers
from indelible.index.halves import Words
from indelible.match.by_definition import NearFrames
from indelible.match.code_search import CLOSE_BITS, CodeSearch, Exhaustive

EXHAUSTIVE_BELOW = 4_000_000  # codes: six hours at one frame a second
_CELLS_MAX = 16  # looked into for one code
_ENOUGH = 8192  # codes looked at for one
_NEAREST = 50  # hits of one code, if not more lie within _SURE_BITS
_SURE_BITS = 6  # as near as the same frame, written again


@dataclass(frozen=True)
class CodeIndex:
    """Codes of frames in `lists`, those of frame j being starts[j] to [j + 1] in order; the `first` of them as they came."""

    cells: Cells
    lists: ListsInTurn
    starts: Integers
    first: Exhaustive

    @classmethod
    def of(cls, codes: Words, starts: Integers, cells: Cells) -> CodeIndex:
        """From codes uint64[2, c]; those of frame j are columns starts[j] to [j + 1]."""
        frames = np.repeat(np.arange(len(starts) - 1, dtype=np.uint32), np.diff(starts))
        lists = CodeLists.of(codes, frames, cells.holding(codes), len(cells))
        return cls(cells, ListsInTurn((lists,), (0,)), starts, Exhaustive(codes[:, :EXHAUSTIVE_BELOW].copy(), starts))

    def near(self, asked: Iterable[Words], frames: int) -> Iterator[NearFrames]:
        """For each stack of codes uint64[2, q] those of the first `frames` frames that are found to have one within CLOSE_BITS."""
        if self.starts[frames] < EXHAUSTIVE_BELOW:
            yield from self.first.near(asked, frames)
            return
        for codes in asked:
            cells = self.cells.nearest(codes, _CELLS_MAX)
            yield self.lists.near(codes, cells, frames, _ENOUGH, Nearest(CLOSE_BITS, _NEAREST, _SURE_BITS))


def code_search(codes: Words, starts: Integers) -> CodeSearch:
    """What searches codes uint64[2, c] with least work; those of frame j are columns starts[j] to [j + 1]."""
    return Exhaustive(codes, starts) if codes.shape[1] < EXHAUSTIVE_BELOW else CodeIndex.of(codes, starts, standard())
