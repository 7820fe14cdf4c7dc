"""Straight edges at which one picture ends and another begins: of a film, or of one frame.

In a film they stay while what is on either side of them moves. One frame tells no such edge from another; but where a page, a
phone's screen or a dark room is around a picture, it is plain up to the edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
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
_SOFT_PX = 0.5  # by which one frame's noise is softened
_PLAIN_PX = 5  # of ground beside the edge of one frame
_PLAIN_DEVIATION = 5.0  # grey levels, of ground with a screen's pattern or a camera's noise
_STANDS_OUT = 4.0  # deviations of the ground
_STANDS_OUT_MIN = 5.0  # grey levels
_AREA_BESIDE_PLAIN = 0.1  # letters and window panes are smaller, and any two have hashes alike


@dataclass(frozen=True)
class Edges:
    """Where an edge stands: `upright` bool[h, w + 1], by the column that it precedes, and `level` bool[w, h + 1], by the row.

    `area_min`: of the frame, what a picture takes that may be told by them.
    """

    upright: NDArray[np.bool_]
    level: NDArray[np.bool_]
    area_min: float = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """The frame's width and height, in pixels."""
        return len(self.level), len(self.upright)


def edges_of(frames: NDArray[np.uint8]) -> Edges | None:
    """The edges of pictures within uint8[n, h, w]; None of frames too small to have one.

    Of n frames those that stay; of so few that nothing can be told from what moves those beside plain ground in all.
    """
    count, height, width = frames.shape
    if min(height, width) < _SIDE_PX_MIN:
        return None
    if count < _FRAMES_MIN:
        return Edges(_beside_plain(frames), _beside_plain(frames.transpose(0, 2, 1)), _AREA_BESIDE_PLAIN)
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


def _beside_plain(frames: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where in all of uint8[n, h, w] an upright edge stands with plain ground on one side: bool[h, w + 1]."""
    greys = (cv2.GaussianBlur(frame.astype(np.float32), (0, 0), _SOFT_PX) for frame in frames)
    each = [_after_plain(grey) | _after_plain(grey[:, ::-1])[:, ::-1] for grey in greys]
    return np.asarray(np.logical_and.reduce(each), np.bool_)


def _after_plain(grey: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where ground that is plain from the left ends in float32[h, w]: bool[h, w + 1], by the column that the edge precedes."""
    ground = cv2.blur(grey, (_PLAIN_PX, 1))
    deviation = np.sqrt(np.maximum(cv2.sqrBoxFilter(grey, -1, (_PLAIN_PX, 1)) - ground**2, 0))
    here = slice(_PLAIN_PX // 2, grey.shape[1] - _PLAIN_PX // 2 - 2)  # middles of ground that ends one column before an edge's
    ground, deviation = ground[:, here], deviation[:, here]
    stands_out = np.maximum(_STANDS_OUT_MIN, _STANDS_OUT * deviation)
    last, first = (np.abs(grey[:, _PLAIN_PX + at : grey.shape[1] - 1 + at] - ground) for at in (0, 1))
    made = np.zeros((grey.shape[0], grey.shape[1] + 1), np.bool_)
    made[:, _PLAIN_PX + 1 : -1] = (deviation < _PLAIN_DEVIATION) & (last < stands_out) & (first > stands_out)
    return made


def plainness(sides: list[tuple[int, int]]) -> float | None:
    """How plain an outline is, by how much of each side is seen and how long it is; None when too little is."""
    if not sides or any(seen < _SEEN_SHARE * length for seen, length in sides):
        return None
    seen, length = (sum(each) for each in zip(*sides, strict=True))
    return seen * seen / length if seen >= _SEEN_ALL_SHARE * length else None
