"""Straight edges that stay while what is on either side of them moves: where one picture ends and another begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels

_FRAMES_LOOKED_AT = 16
_FRAMES_MIN = 6
_SIDE_PX_MIN = 48  # a third of it is the least of a picture within
BESIDE_PX = 3  # an encoder smears an edge over two pixels
CORNER_PX = 4  # where two edges meet, neither is plain
_SEEN_SHARE = 0.6  # of each side of a picture within
_SEEN_ALL_SHARE = 0.75  # of its whole outline within the frame
_EDGE = 3.0  # grey levels, on average over time, above what is beside it


@dataclass(frozen=True)
class Edges:
    """Where an edge stands: `upright` bool[h, w + 1], by the column that it precedes, and `level` bool[w, h + 1], by the row."""

    upright: NDArray[np.bool_]
    level: NDArray[np.bool_]

    @property
    def size(self) -> tuple[int, int]:
        """The frame's width and height, in pixels."""
        return len(self.level), len(self.upright)


def staying(frames: NDArray[np.uint8]) -> Edges | None:
    """The edges that stay over uint8[n, h, w]; None of what is too short or too small to have a picture within it."""
    count, height, width = frames.shape
    if count < _FRAMES_MIN or min(height, width) < _SIDE_PX_MIN:
        return None
    looked = frames[:: max(1, count // _FRAMES_LOOKED_AT)].astype(np.int16)
    return Edges(
        upright=_stays(np.abs(np.diff(looked, axis=2)).mean(axis=0)),
        level=_stays(np.abs(np.diff(looked, axis=1)).mean(axis=0).T),
    )


def _stays(steps: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where along float64[h, w - 1], mean steps from pixel to pixel, an upright edge stands: bool[h, w + 1], by the column it precedes."""
    padded = np.pad(steps, ((0, 0), (BESIDE_PX, BESIDE_PX)), mode="edge")
    beside = (padded[:, : -2 * BESIDE_PX] + padded[:, 2 * BESIDE_PX :]) / 2
    edge = steps - beside > _EDGE
    made = np.zeros((steps.shape[0], steps.shape[1] + 2), np.bool_)
    made[:, 1:-1] = edge
    return made


def plainness(sides: list[tuple[int, int]]) -> float | None:
    """How plain an outline is, by how much of each side is seen and how long it is; None when too little is."""
    if not sides or any(seen < _SEEN_SHARE * length for seen, length in sides):
        return None
    seen, length = (sum(each) for each in zip(*sides, strict=True))
    return seen * seen / length if seen >= _SEEN_ALL_SHARE * length else None
