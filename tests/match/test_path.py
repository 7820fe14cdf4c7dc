"""A map that moves evenly, from the few spots of many frames."""

from __future__ import annotations

import numpy as np
import pytest

from indelible.fingerprint import local
from indelible.match.geometry import FrameFit
from indelible.match.local_votes import FramePair
from indelible.match.path import even_path
from indelible.match.transform import Map, Shape, applied

SHAPE = Shape((320, 180), (384, 216))
CORNERS = np.array([[0.0, 0.0], [1.0, 1.0]])


def _zoomed(at_ms: float) -> Map:
    """Slowly into a corner: all of the picture at first, six tenths of it after eight seconds."""
    share = 1 - 0.4 * at_ms / 8000
    return np.array([[share, 0, 0.7 * (1 - share)], [0, share, 0.2 * (1 - share)]])


def _fit(at_ms: int, fractional: Map, spots: int = 6, seed: int = 0) -> FrameFit:
    """Spots that agree on a map, to half a pixel; the map itself is as loose as that of so few spots."""
    random = np.random.default_rng((seed, at_ms))
    mine = random.uniform(0, 1, (spots, 2))
    theirs = applied(fractional, mine) * SHAPE.reference + random.normal(0, 0.5, (spots, 2))
    loose = fractional + random.normal(0, 0.01, (2, 3))
    return FrameFit(FramePair(0, 0, local.PLAIN), at_ms, at_ms, loose, spots, mine * SHAPE.query, theirs)


def test_few_spots_of_many_frames_agree_on_one_way() -> None:
    laid = even_path([_fit(at_ms, _zoomed(at_ms)) for at_ms in range(0, 8000, 1000)], SHAPE, inverted=True)
    assert laid is not None
    assert laid.moves
    assert laid.inverted
    for at_ms in (0, 3500, 7000):
        then = laid.at(np.array([at_ms]))[0]
        assert applied(then, CORNERS) == pytest.approx(applied(_zoomed(at_ms), CORNERS), abs=0.01)


def test_frames_that_agree_on_something_else_do_not_lead_astray() -> None:
    right = [_fit(at_ms, _zoomed(at_ms)) for at_ms in range(0, 8000, 1000)]
    random = np.random.default_rng(5)
    wrong = [_fit(at_ms, random.uniform(-1, 1, (2, 3)), 8, seed=1) for at_ms in range(0, 8000, 500)]
    laid = even_path([*wrong, *right], SHAPE, inverted=False)
    assert laid is not None
    then = laid.at(np.array([3500]))[0]
    assert applied(then, CORNERS) == pytest.approx(applied(_zoomed(3500), CORNERS), abs=0.02)


@pytest.mark.parametrize(
    "times",
    [[], [0], [0, 4000], [0, 200, 400, 600]],
    ids=["no frame", "one frame", "two frames", "within a second"],
)
def test_too_little_proposes_no_way(times: list[int]) -> None:
    assert even_path([_fit(at_ms, _zoomed(at_ms), 12) for at_ms in times], SHAPE, inverted=False) is None


def test_frames_of_which_no_three_agree_propose_none() -> None:
    random = np.random.default_rng(7)
    fits = [_fit(at_ms, random.uniform(-1, 1, (2, 3)), 20) for at_ms in range(0, 8000, 1000)]
    assert even_path(fits, SHAPE, inverted=False) is None
