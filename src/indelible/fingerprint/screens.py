"""A screen filmed at an angle: a picture between four straight edges of which some lean.

Like a picture within the picture it has edges that stay while it moves (insets.py), but these are neither upright nor level.
Lines on which many such places lie are put together to shapes of four corners, and the plainest is drawn straight, as if it had
been filmed from the front.

Source: Duda and Hart, CACM 1972 (lines).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.edges import CORNER_PX, Box, Edges, plainness

_LEAN_MAX = 0.5  # columns for each row
_LEAN_STEP_PX = 2  # over all of the frame
_LEAN_TOLD = 0.02  # of the frame's side, from one corner to the next: with less in all four it is upright, and an inset
_LINES_MAX = 6  # in each direction
_APART_PX = 4  # lines that are nearer at both ends are one
_LINE_SHARE = 0.25  # of the frame's side: less is no side of a screen
_SIDE_SHARE = 0.3  # of the frame's: a smaller screen shows nothing
_PLAIN_SHARE = 0.9  # of the plainest upright shape

Corners = NDArray[np.float64]


@dataclass(frozen=True)
class _Line:
    """An upright line, more or less: where it crosses the first row and the last, or the same with rows and columns exchanged."""

    first: float
    last: float


def screen(edges: Edges) -> Corners | None:
    """The corners of the plainest screen that leans: float64[4, 2], x and y in pixels, from the upper left clockwise.

    None where there is none, or where an upright picture is plainer by far: then a slanted line within it was one side.
    """
    upright, level = _lines(edges.upright), _lines(edges.level)
    shapes = [(plain, each) for each in _shapes(upright, level, edges.size) if (plain := _plainness(each, edges)) is not None]
    most = max((plain for plain, _ in shapes), default=0.0)
    leaning = [(plain, each) for plain, each in shapes if plain >= _PLAIN_SHARE * most and _leans(each, edges.size)]
    return max(leaning, key=lambda shape: shape[0])[1] if leaning else None


def upright_box(corners: Corners) -> Box:
    """The upright rectangle nearest to four corners, in pixels."""
    x, y = corners.T
    x0, x1, y0, y1 = (x[0] + x[3]) / 2, (x[1] + x[2]) / 2, (y[0] + y[1]) / 2, (y[2] + y[3]) / 2
    return round(x0), round(y0), round(x1), round(y1)


def straightened(frames: NDArray[np.uint8], corners: Corners) -> NDArray[np.uint8]:
    """What stands between four corners in uint8[n, h, w], as if filmed from the front, as large as its upright box."""
    x0, y0, x1, y1 = upright_box(corners)
    size = x1 - x0, y1 - y0
    upright = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32) - np.float32(0.5), upright - np.float32(0.5))
    return np.stack([cv2.warpPerspective(frame, matrix, size) for frame in frames]).astype(np.uint8)


def _lines(stays: NDArray[np.bool_]) -> list[_Line]:
    """The lines on which the most of bool[h, w + 1] stay, no two much the same."""
    height, width = stays.shape
    y, x = np.nonzero(stays)
    lean_most = int(_LEAN_MAX * height)
    leans = np.arange(-lean_most, lean_most + 1, _LEAN_STEP_PX)
    share = (y + 0.5) / height - 0.5
    votes = np.zeros((len(leans), width + 2))
    for row, lean in enumerate(leans.tolist()):
        middles = np.rint(x - lean * share).astype(np.int64)
        inside = (middles >= 0) & (middles < width)
        votes[row, 1:-1] = np.bincount(middles[inside], minlength=width)
    votes[:, 1:-1] += votes[:, :-2] + votes[:, 2:]
    return _plainest(votes[:, 1:-1], leans, _LINE_SHARE * height)


def _plainest(votes: NDArray[np.float64], leans: NDArray[np.int64], least: float) -> list[_Line]:
    found: list[_Line] = []
    for at in np.argsort(-votes, axis=None, kind="stable").tolist():
        row, middle = divmod(at, votes.shape[1])
        if len(found) == _LINES_MAX or votes[row, middle] < least:
            break
        line = _Line(middle - leans[row] / 2, middle + leans[row] / 2)
        if all(max(abs(line.first - other.first), abs(line.last - other.last)) > _APART_PX for other in found):
            found.append(line)
    return found


def _shapes(upright: list[_Line], level: list[_Line], size: tuple[int, int]) -> Iterator[Corners]:
    """The shapes that two lines each way bound, if large enough."""
    for one, other in combinations(upright, 2):
        left, right = sorted((one, other), key=lambda line: line.first + line.last)
        for first, second in combinations(level, 2):
            top, bottom = sorted((first, second), key=lambda line: line.first + line.last)
            corners = np.array([_crossing(u, v, size) for u, v in ((left, top), (right, top), (right, bottom), (left, bottom))])
            if _possible(corners, size):
                yield corners


def _crossing(upright: _Line, level: _Line, size: tuple[int, int]) -> tuple[float, float]:
    """Where two lines cross: x = a + b y and y = c + d x."""
    b, d = (upright.last - upright.first) / size[1], (level.last - level.first) / size[0]
    y = (level.first + d * upright.first) / (1 - b * d)
    return upright.first + b * y, y


def _possible(corners: Corners, size: tuple[int, int]) -> bool:
    """Whether four corners lie within the frame, and far enough apart."""
    if (corners < 0).any() or (corners > size).any():
        return False
    across, down = corners[[1, 2], 0] - corners[[0, 3], 0], corners[[3, 2], 1] - corners[[0, 1], 1]
    return bool(across.min() >= _SIDE_SHARE * size[0] and down.min() >= _SIDE_SHARE * size[1])


def _leans(corners: Corners, size: tuple[int, int]) -> bool:
    """Whether any side leans more than an upright picture's."""
    x0, y0, x1, y1 = upright_box(corners)
    straight = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    return bool((2 * np.abs(corners - straight) / size).max() >= _LEAN_TOLD)


def _plainness(corners: Corners, edges: Edges) -> float | None:
    """How plain the outline between four corners is; None when too little of a side is seen."""
    down = [_seen(edges.upright, corners[start], corners[end]) for start, end in ((0, 3), (1, 2))]
    across = [_seen(edges.level, corners[start, ::-1], corners[end, ::-1]) for start, end in ((0, 1), (3, 2))]
    return plainness(down + across)


def _seen(stays: NDArray[np.bool_], start: NDArray[np.float64], end: NDArray[np.float64]) -> tuple[int, int]:
    """How much of an upright edge between two places, x and y, is seen within a pixel, and how long it is, its ends left out."""
    rows = np.arange(int(start[1]) + CORNER_PX, int(end[1]) - CORNER_PX)
    columns = np.rint(start[0] + (end[0] - start[0]) * (rows + 0.5 - start[1]) / (end[1] - start[1])).astype(np.int64)
    near = columns[:, None] + np.array([-1, 0, 1])
    seen = stays[rows[:, None], np.clip(near, 0, stays.shape[1] - 1)].any(axis=1)
    return int(np.count_nonzero(seen)), len(rows)
