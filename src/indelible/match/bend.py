"""A map bent to where the pixels agree: a screen filmed at an angle or a wide lens is not laid straight by any affine map.

Where a place of the reference lies in the query is moved by a cubic polynomial of the place. Its coefficients are those by
which some frames of a run agree best, all at once, from broad detail to fine (Gauss–Newton).

Source: Lucas and Kanade, IJCAI 1981; Baker and Matthews, IJCV 2004.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.laying import TERMS, Laying, Run, bending, overlaid

_FRAMES = 6
_SOFT_PX = (3.0, 1.5, 0.8)
_STEPS = 4
_BROAD_PX = 6.0
_STIFF = 1e-3  # of the mean square of what a coefficient does: what the frames say nothing of stays straight
_TINY = 1e-6
_CRUSHED = 0.25
_PX_MIN = 300  # of the grid: twenty coefficients want more than a corner

_Grey = NDArray[np.float64]


def bent(query: PictureFingerprint, reference: PictureFingerprint, laid: Laying, run: Run) -> Laying | None:
    """The laying bent so that frames of a run agree best; None where too little of the two meets."""
    chosen = np.unique(np.linspace(0, len(run[0]) - 1, min(len(run[0]), _FRAMES)).astype(np.int64))
    some = run[0][chosen], run[1][chosen]
    bend = np.zeros((2, TERMS))
    for soft_px in _SOFT_PX:
        for _ in range(_STEPS):
            step = _step(query, reference, replace(laid, bend=bend), some, soft_px)
            if step is None:
                return None
            bend += step
    return _straightened(laid, bend)


def _straightened(laid: Laying, bend: NDArray[np.float64]) -> Laying | None:
    """The laying so bent, with what is affine of it in the map; None where that turns the picture over or crushes it."""
    shift, across, down = bend.T[:3]
    linear = np.eye(2) + 2 * np.column_stack([across, down])
    if np.linalg.det(linear) < _CRUSHED:
        return None
    offset = np.column_stack([np.zeros((2, 2)), shift - across - down])
    curved = np.column_stack([np.zeros((2, 3)), np.linalg.solve(linear, bend[:, 3:])])
    return replace(laid, maps=np.linalg.solve(linear, laid.middle - offset)[None], bend=curved)


def _step(
    query: PictureFingerprint, reference: PictureFingerprint, laid: Laying, run: Run, soft_px: float
) -> NDArray[np.float64] | None:
    """By how much to change the coefficients."""
    both = overlaid(query, reference, laid, run)
    where = both.covered[0]
    if where.sum() < _PX_MIN:
        return None
    high, wide = where.shape
    y, x = np.nonzero(where)
    basis = bending(np.column_stack([(x + 0.5) / wide, (y + 0.5) / high]))
    size = 2 * basis.shape[1]
    square, toward = np.zeros((size, size)), np.zeros(size)
    for mine, theirs in zip(both.mine, both.theirs, strict=True):
        one, other = (_detail(each, where, soft_px) for each in (mine, theirs))
        across, down = (np.gradient(one, axis=axis)[where] for axis in (1, 0))
        slopes = np.concatenate([basis * across[:, None] * wide, basis * down[:, None] * high], axis=1)
        gain = one[where].std() / max(float(other[where].std()), _TINY)
        square += slopes.T @ slopes
        toward += slopes.T @ (gain * other - one)[where]
    square += np.eye(size) * (_STIFF * np.trace(square) / size + _TINY)
    return np.asarray(np.linalg.solve(square, toward)).reshape(2, -1)


def _detail(thumb: NDArray[np.uint8], where: NDArray[np.bool_], soft_px: float) -> _Grey:
    """A small copy softened and without broad light, 0 where nothing lies."""
    weight = cv2.GaussianBlur(where.astype(np.float64), (0, 0), _BROAD_PX) + _TINY
    grey = np.where(where, thumb, 0).astype(np.float64)
    broad = cv2.GaussianBlur(grey, (0, 0), _BROAD_PX) / weight
    return np.asarray(cv2.GaussianBlur(np.where(where, grey - broad, 0), (0, 0), soft_px), np.float64)
