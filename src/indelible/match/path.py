"""A map that moves evenly, as in a slow zoom or pan, on which the spots of many frames agree, though those of each are few.

Every two frames whose spots agree propose the way from the map of one to that of the other. The way on which most spots of all
frames lie is settled by least squares.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from indelible.match.geometry import FrameFit
from indelible.match.laying import Laying
from indelible.match.transform import Shape

_FITS_MAX = 20
_APART_MS = 1000  # between two frames that propose a way: closer ones leave it loose
_NEAR = 0.03  # of the reference's picture: spots that lie so near where a way says agree with it
_FRAMES_MIN = 3
_SPOTS_MIN = 15
_ROUNDS = 3

_Points = NDArray[np.float64]


@dataclass(frozen=True)
class _Spots:
    """Agreeing spots of many frames in fractions, and when the query's frames are shown."""

    mine: _Points
    theirs: _Points
    times_ms: NDArray[np.float64]

    def near(self, start: _Points, pace: _Points) -> NDArray[np.bool_]:
        """Which lie where a map that begins so and changes so much in a millisecond says."""
        ones = np.column_stack([self.mine, np.ones(len(self.mine))])
        said = ones @ start.T + (ones * self.times_ms[:, None]) @ pace.T
        return np.asarray(np.abs(said - self.theirs).max(axis=1) <= _NEAR, np.bool_)


def even_path(fits: list[FrameFit], shape: Shape, *, inverted: bool) -> Laying | None:
    """The laying by a map that moves evenly on which most spots agree; None when those of fewer than three frames do.

    `shape`: the sizes of the frames whose spots the fits have.
    """
    strongest = sorted(fits, key=lambda fit: -fit.inliers)[:_FITS_MAX]
    if len({fit.query_ms for fit in strongest}) < _FRAMES_MIN:
        return None
    spots = _spots(strongest, shape)
    ways = [_way(one, other) for one, other in combinations(strongest, 2) if abs(one.query_ms - other.query_ms) >= _APART_MS]
    inside = max((spots.near(*way) for way in ways), key=np.count_nonzero, default=None)
    if inside is None:
        return None
    for _ in range(_ROUNDS):
        if not _enough(spots, inside):
            return None
        start, pace = _least_squares(spots, inside)
        inside = spots.near(start, pace)
    ends = np.array([min(spots.times_ms), max(spots.times_ms)])
    maps = np.stack([start + pace * at_ms for at_ms in ends])
    if not _enough(spots, inside) or np.any(np.linalg.det(maps[:, :, :2]) == 0):
        return None
    return Laying(maps, ends.astype(np.int64), inverted)


def _spots(fits: list[FrameFit], shape: Shape) -> _Spots:
    return _Spots(
        np.concatenate([fit.mine for fit in fits]) / shape.query,
        np.concatenate([fit.theirs for fit in fits]) / shape.reference,
        np.repeat([float(fit.query_ms) for fit in fits], [len(fit.mine) for fit in fits]),
    )


def _way(one: FrameFit, other: FrameFit) -> tuple[_Points, _Points]:
    """The map at time 0 and its change in a millisecond, from those of two frames."""
    pace = (other.fractional - one.fractional) / (other.query_ms - one.query_ms)
    return one.fractional - pace * one.query_ms, pace


def _enough(spots: _Spots, inside: NDArray[np.bool_]) -> bool:
    return bool(inside.sum() >= _SPOTS_MIN and len(np.unique(spots.times_ms[inside])) >= _FRAMES_MIN)


def _least_squares(spots: _Spots, inside: NDArray[np.bool_]) -> tuple[_Points, _Points]:
    ones = np.column_stack([spots.mine[inside], np.ones(int(inside.sum()))])
    middle_ms = float(spots.times_ms[inside].mean())
    seconds = (spots.times_ms[inside] - middle_ms) / 1000
    solved = np.linalg.lstsq(np.hstack([ones, ones * seconds[:, None]]), spots.theirs[inside], rcond=None)[0].T
    pace = solved[:, 3:] / 1000
    return solved[:, :3] - pace * middle_ms, pace
