"""A medium's takes: its spans without a cut, by how much the picture changes within a second.

Two frame hashes (256 bits, PDQ) of one scene differ by few bits, two unrelated pictures by about 128. A cut is said where
two frames at most a second apart differ by more than `CUT_BITS`, at the sharpest step between them, once a second at most. A camera that swings fast is cut too:
that only keeps stretches apart that another copy can still join, whereas a cut that is missed could merge two incidents.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indelible.model.span import Span

Hashes: TypeAlias = npt.NDArray[np.uint8]
Times: TypeAlias = npt.NDArray[np.int64]

CUT_BITS = 70  # of 256: twice what one scene differs by, half of what two scenes do
WITHIN_MS = 1000  # a fade shorter than this is a cut


def takes(hashes: Hashes, times_ms: Times, duration_ms: int) -> tuple[Span, ...]:
    """Spans that tile 0 to `duration_ms`; `hashes` is uint8[n, 32], `times_ms` int64[n] ascending; () for no frames."""
    if not len(times_ms):
        return ()
    cuts: list[int] = []
    before = np.searchsorted(times_ms, times_ms - WITHIN_MS)
    for index in np.flatnonzero(_bits(hashes[before], hashes) > CUT_BITS).tolist():
        if not cuts or times_ms[index] - cuts[-1] > WITHIN_MS:
            cuts.append(_sharpest(hashes, times_ms, int(before[index]), index))
    edges = [0, *sorted(set(cuts)), max(duration_ms, int(times_ms[-1]))]
    return tuple(Span(start, end) for start, end in pairwise(edges) if end > start)


def _sharpest(hashes: Hashes, times_ms: Times, before: int, index: int) -> int:
    """The time of the frame that differs most from the one before it."""
    steps = _bits(hashes[before:index], hashes[before + 1 : index + 1])
    return int(times_ms[before + 1 + int(steps.argmax())])


def _bits(one: Hashes, other: Hashes) -> npt.NDArray[np.int64]:
    """In how many bits the hashes of each row differ."""
    return np.asarray(np.bitwise_count(one ^ other).sum(axis=1), np.int64)
