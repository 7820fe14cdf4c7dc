"""Whether other moments of a reference fit a query as well as the one that was found: what a belt carries comes round again.

A moment is told where it fits clearly better than the best of those around it. Where a film shows the very same pictures again,
as a loop does, that is no other moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from indelible.match.align import OFFSET_STEP_MS, Line, along
from indelible.match.alignment import Alignment, Rival, run_of
from indelible.match.candidate import Candidate, Found, measured, worth
from indelible.match.laying import Run

_APART_MS = 1000
_AROUND_STEPS = 480  # a minute
_MET_SHARE = 0.5  # of the frames that were found: fewer would fit more easily
_FRAMES_MIN = 4
_MOVING_SHARE = 0.5  # of the frames with change: in fewer, movement may agree by chance
_RIVALS = 2
_NEAR_MS = 500  # offsets that are nearer fit together
_DIP = 0.1  # of what a pair of frames is worth
_SECOND_FRAMES = 4
_AGAIN_SHARE = 0.2  # of what changes within a second: pictures that differ by less are the same again


def rivalled(candidate: Candidate, how: Found, alignment: Alignment) -> Alignment:
    """The alignment with what the same map makes of the moments of the reference that fit it best but for its own."""
    run = run_of(how.agreed, how.line)
    if run is None:
        return alignment
    tried = (measured(candidate, replace(how, line=line)) for line in _others(candidate, how, run))
    others = [other for other in tried if other is not None and other.moving >= _MOVING_SHARE * alignment.moving]
    return replace(alignment, rival=Rival.best(others)) if others else alignment


def _others(candidate: Candidate, how: Found, run: Run) -> Iterator[Line]:
    """The same stretch of the query beside other moments of the reference, those first where the two agree most.

    Between its own moment and another the two agree less: where a camera passes slowly, moments that follow fit by and by less.
    """
    query_ms, reference_ms = candidate.query.times_ms[run[0]], candidate.reference.times_ms
    steps = OFFSET_STEP_MS * np.arange(-_AROUND_STEPS, _AROUND_STEPS + 1)
    offsets = np.asarray(how.line.offset_ms + steps, np.float64)
    frames = along(query_ms, reference_ms, how.line.speed, offsets)
    met = np.count_nonzero(frames >= 0, axis=1)
    totals = np.where(frames >= 0, worth(how.agreed)[run[0], frames], 0).sum(axis=1)
    means = np.where(met >= max(_FRAMES_MIN, _MET_SHARE * len(query_ms)), totals / np.maximum(met, 1), np.nan)
    agree = np.where((np.abs(steps) >= _APART_MS) & (means - _least_since(means) >= _DIP), means, -np.inf)
    for _ in range(_RIVALS):
        top = int(agree.argmax())
        if agree[top] == -np.inf:
            return
        if not _again(candidate.reference.thumbs, run[1], frames[top]):
            beside = np.full(len(how.line.frames), -1)
            beside[run[0]] = frames[top]
            yield replace(how.line, offset_ms=float(offsets[top]), frames=beside)
        agree[np.abs(steps - steps[top]) < _NEAR_MS] = -np.inf


def _least_since(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """The least of float64[2 n + 1] between its middle and each place."""
    middle = len(means) // 2
    after, before = np.fmin.accumulate(means[middle:]), np.fmin.accumulate(means[middle::-1])
    return np.concatenate([before[:0:-1], after])


def _again(thumbs: NDArray[np.uint8], mine: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    """Whether frames of a reference show again what those show that were found; −1 where there is none beside one."""
    met = other >= 0
    found, others = thumbs[mine].astype(np.int16), thumbs[other[met]].astype(np.int16)
    lag = min(_SECOND_FRAMES, len(mine) - 1)
    changes = np.abs(found[lag:] - found[:-lag]).mean() if lag else 0.0
    return bool(np.abs(found[met] - others).mean() <= _AGAIN_SHARE * changes)
