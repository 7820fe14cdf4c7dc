"""How a query's picture lies in a reference's: an affine map, and what edit it amounts to.

A map takes fractions of the query's width and height to fractions of the reference's, so it holds for frames of any size:
float64[2, 3]. Pixels are needed where shapes matter (angles, squeezes), and come from the two frames' sizes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.frame_hash import VIEWS
from indelible.model.segment import TURN_DEG, Box, Edit

Map = NDArray[np.float64]

QUARTER_DEG = TURN_DEG // 4
_TURN_TOLD_DEG = 1.0  # unturned copies of the corpus measure 0.5 at most, recordings of a screen that turn 1.2 and more
_DEGENERATE = 1e-6
_WHOLE_SHARE = 0.94  # a box of this share of both sides is the whole picture: encoders and players trim a little


@dataclass(frozen=True)
class Shape:
    """How large the two pictures are: query and reference, width and height, in pixels."""

    query: tuple[int, int]
    reference: tuple[int, int]


def from_pixels(matrix: Map, shape: Shape) -> Map:
    """A map between fractions from one between pixels of the sizes in `shape`."""
    grow = np.array([*shape.query, 1.0])
    made: Map = matrix * grow[None, :] / np.array(shape.reference)[:, None]
    return made


def in_pixels(fractional: Map, shape: Shape) -> Map:
    """The inverse of from_pixels."""
    made: Map = fractional * np.array(shape.reference)[:, None] / np.array([*shape.query, 1.0])[None, :]
    return made


def inverse(fractional: Map) -> Map:
    """The map the other way."""
    linear = np.linalg.inv(fractional[:, :2])
    return np.column_stack([linear, -linear @ fractional[:, 2]])


def applied(fractional: Map, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points float64[n, 2] mapped."""
    made: NDArray[np.float64] = points @ fractional[:, :2].T + fractional[:, 2]
    return made


def of_view(view: int, query_box: tuple[float, ...], reference_box: tuple[float, ...]) -> Map:
    """The map by which view `view` of the query's box fills the reference's box; boxes are fractions x0, y0, x1, y1."""
    mirrored, turned = VIEWS[view]
    linear = np.diag([-1.0 if mirrored else 1.0, 1.0])
    for _ in range(turned // 90):
        linear = np.array([[0.0, -1.0], [1.0, 0.0]]) @ linear  # clockwise where y points down
    unit = np.column_stack([linear, 0.5 - linear @ np.array([0.5, 0.5])])
    qx0, qy0, qx1, qy1 = query_box
    rx0, ry0, rx1, ry1 = reference_box
    shrink = np.array([[1 / (qx1 - qx0), 0.0, -qx0 / (qx1 - qx0)], [0.0, 1 / (qy1 - qy0), -qy0 / (qy1 - qy0)], [0, 0, 1]])
    grow = np.array([[rx1 - rx0, 0.0, rx0], [0.0, ry1 - ry0, ry0]])
    made: Map = grow @ np.vstack([unit, [0, 0, 1]]) @ shrink
    return made


CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def shares(fractional: Map) -> tuple[float, float]:
    """How much of the query's picture lies on the reference's, and how much of the reference's is covered: 0 to 1 each."""
    laid = applied(fractional, CORNERS).astype(np.float32)
    covered, _ = cv2.intersectConvexConvex(laid, CORNERS.astype(np.float32))
    return covered / max(abs(float(np.linalg.det(fractional[:, :2]))), _DEGENERATE), covered


def _box(fractional: Map, size: tuple[int, int]) -> Box | None:
    """The upright box that the whole picture fills after the map, cut to a picture of `size`; None when all of it."""
    corners = applied(fractional, CORNERS)
    low, high = np.clip(corners.min(axis=0), 0, 1), np.clip(corners.max(axis=0), 0, 1)
    if np.all(high - low >= _WHOLE_SHARE):
        return None
    x0, y0 = np.floor(low * size).astype(int)
    x1, y1 = np.ceil(high * size).astype(int)
    return Box(int(x0), int(y0), max(1, int(x1 - x0)), max(1, int(y1 - y0)))


def edit_of(fractional: Map, shape: Shape, speed_ratio: float, *, settled: bool = True) -> Edit:
    """What was done to the reference to give the query; boxes in pixels of the sizes in `shape`.

    A map that is not `settled` tells quarter turns only.
    """
    back = inverse(fractional)
    linear = in_pixels(back, Shape(query=shape.reference, reference=shape.query))[:, :2]
    mirrored = bool(np.linalg.det(linear) < 0)
    if mirrored:
        linear = linear @ np.diag([-1.0, 1.0])
    left, _, right = np.linalg.svd(linear)
    turn = left @ right
    degrees = float(np.degrees(np.arctan2(turn[1, 0], turn[0, 0])))
    return Edit(
        mirrored=mirrored,
        rotated_deg=_told_deg(degrees, step_deg=1 if settled else QUARTER_DEG),
        speed_ratio=speed_ratio,
        box=_box(fractional, shape.reference),
        query_box=_box(back, shape.query),
    )


def _told_deg(degrees: float, step_deg: int) -> int:
    """A turn as it is told, 0 to 359: in whole steps, and none where the estimate cannot tell it from none."""
    return 0 if abs(degrees) < _TURN_TOLD_DEG else round(degrees / step_deg) * step_deg % TURN_DEG
