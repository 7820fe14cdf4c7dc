"""Where in time two media run alongside each other: the line of offset and speed along which most agrees.

A reference's time is `speed` times the query's plus an offset: above 1 the query plays faster, below 0 backwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SPEEDS = (1.0, 0.5, 0.67, 0.8, 0.9, 1.1, 1.25, 1.5, 2.0, -1.0, -0.5, -2.0)
_PLAIN_BONUS = 1.08  # another speed must explain 8 % more than the plain one
OFFSET_STEP_MS = 125
_OFFSETS_AT_ONCE = 2048  # bounds memory, whatever the media's length
_NEAR_MS = 135  # how far a sampled frame may be from where the line says: half of the sampling step, and its jitter


@dataclass(frozen=True)
class Line:
    """A line in time. `frames`: int64[n], for each of the query's frames the reference's beside it, −1 where none is."""

    speed: float
    offset_ms: float
    total: float
    frames: NDArray[np.int64]


def along(
    query_ms: NDArray[np.int64], reference_ms: NDArray[np.int64], speed: float, offsets_ms: NDArray[np.float64]
) -> NDArray[np.int64]:
    """For each offset and each of the query's times the reference's nearest frame, −1 where none is near: int64[o, n]."""
    wanted = speed * query_ms[None, :] + offsets_ms[:, None]
    right = np.clip(np.searchsorted(reference_ms, wanted), 0, len(reference_ms) - 1)
    left = np.maximum(right - 1, 0)
    nearest = np.where(np.abs(reference_ms[left] - wanted) <= np.abs(reference_ms[right] - wanted), left, right)
    near_ms = _NEAR_MS * max(1.0, abs(speed))
    return np.where(np.abs(reference_ms[nearest] - wanted) <= near_ms, nearest, -1)


def best_line(worth: NDArray[np.floating], query_ms: NDArray[np.int64], reference_ms: NDArray[np.int64]) -> Line | None:
    """The line along which `worth`, float[n, m], sums to most; None when nothing is worth anything.

    Times are int64[n] and int64[m], ascending. All offsets at which the two overlap are tried, in steps of 125 ms.
    Below speed 1 the same stretch of the reference is counted more than once, and so counts for that much less.
    """
    best: tuple[float, Line] | None = None
    rows = np.arange(len(query_ms))
    for speed in SPEEDS if len(query_ms) > 1 and len(reference_ms) > 1 else SPEEDS[:1]:
        ends = speed * query_ms[[0, -1]]
        first, last = float(reference_ms[0] - ends.max()), float(reference_ms[-1] - ends.min())
        count = int((last - first) / OFFSET_STEP_MS) + 1
        offsets = np.asarray(first + OFFSET_STEP_MS * np.arange(count), np.float64)
        for start in range(0, len(offsets), _OFFSETS_AT_ONCE):
            part = offsets[start : start + _OFFSETS_AT_ONCE]
            frames = along(query_ms, reference_ms, speed, part)
            totals = np.where(frames >= 0, worth[rows, frames], 0).sum(axis=1)
            top = int(totals.argmax())
            valued = float(totals[top]) * (_PLAIN_BONUS if speed == 1 else min(1.0, abs(speed)))
            if totals[top] > 0 and (best is None or valued > best[0]):
                best = (valued, Line(speed, float(part[top]), float(totals[top]), frames[top]))
    return best[1] if best is not None else None


def best_run(values: NDArray[np.floating]) -> tuple[int, int]:
    """The stretch [start, end) of float[n] whose values sum to most; (0, 0) when none is positive."""
    best, best_span, total, start = 0.0, (0, 0), 0.0, 0
    for i, value in enumerate(values.tolist()):
        if total <= 0:
            total, start = 0.0, i
        total += value
        if total > best:
            best, best_span = total, (start, i + 1)
    return best_span
