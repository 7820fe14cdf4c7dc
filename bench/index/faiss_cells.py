"""faiss's binary inverted file with the centres of the index, as the matcher asks for codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import faiss
import numpy as np
from bench.index.films import Archive

from indelible.index.cells import standard
from indelible.match.by_definition import Integers, NearFrames, Stack
from indelible.match.code_search import CLOSE_BITS

_BITS = 128
_CELLS = 16  # looked into for one code: about as many codes as the index looks at, at ten million


@dataclass(frozen=True)
class FaissCells:
    """An IndexBinaryIVF, and where frames begin."""

    index: faiss.IndexBinaryIVF
    starts: Integers

    @classmethod
    def of(cls, held: Archive) -> FaissCells:
        """Holds an archive; which cell a code lies in is settled among all centres."""
        faiss.omp_set_num_threads(1)
        quantizer = faiss.IndexBinaryFlat(_BITS)
        quantizer.add(_rows(standard().inner))
        index = faiss.IndexBinaryIVF(quantizer, _BITS, quantizer.ntotal)
        index.is_trained, index.nprobe = True, _CELLS
        index.add(_rows(held.codes))
        return cls(index, held.starts)

    def near(self, asked: Iterable[Stack], frames: int) -> Iterator[NearFrames]:
        """As the index does, with every hit in the cells it looks into."""
        for codes in asked:
            limits, _, found = self.index.range_search(_rows(codes), CLOSE_BITS + 1)
            mine = np.repeat(np.arange(codes.shape[1]), np.diff(limits.astype(np.int64)))
            theirs = np.searchsorted(self.starts, found, side="right") - 1
            keys = np.unique(mine[theirs < frames] << 32 | theirs[theirs < frames])
            yield NearFrames(keys >> 32, keys & (1 << 32) - 1)


def _rows(codes: Stack) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.ascontiguousarray(codes.T).view(np.uint8)
