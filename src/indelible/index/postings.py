"""Equal hashes held once, with the places where each stands: black frames, test cards and held pictures are one row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indelible.index.cuts import Integers
from indelible.index.halves import Words

Places = NDArray[np.int64]

_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], np.uint64)  # odd numbers


@dataclass(frozen=True)
class Postings:
    """Rows uint64[u, 4] in order of their first place; row i stands at places[starts[i] : starts[i + 1]], ascending.

    `starts` int64[u + 1], `places` int64[n]. No two rows are equal, save where different hashes mix to the same number and
    stand between equal ones; then both are held, and nothing is lost.
    """

    rows: Words
    starts: Integers
    places: Places

    @classmethod
    def of(cls, rows: Words, places: Places) -> Postings:
        """From hashes uint64[n, 4] and where each stands."""
        mixed = (rows * _MIX).sum(axis=1, dtype=np.uint64)
        order = np.lexsort((places, mixed))
        begins = np.ones(len(rows), bool)
        begins[1:] = (rows[order[1:]] != rows[order[:-1]]).any(axis=1)
        starts = np.flatnonzero(begins)
        # Rows of one shot lie side by side when they are in order of place, and share lines of memory.
        turn = np.argsort(places[order[starts]], kind="stable")
        lengths = np.diff(np.append(starts, len(rows)))[turn]
        stops = np.cumsum(lengths)
        inside = np.arange(len(rows)) - np.repeat(stops - lengths, lengths)
        each = order[np.repeat(starts[turn], lengths) + inside]
        return cls(rows[order[starts[turn]]], np.concatenate([[0], stops]).astype(np.int64), places[each])
