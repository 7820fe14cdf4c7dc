"""The map on which most pairs of spots agree is found among many that do not, and only such as people make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.match import by_definition
from indelible.match.affine import SpotPairs, agreed, mutual, nearest

LEAST = 6
SEEDS = st.integers(0, 2**32 - 1)


def codes(random: np.random.Generator, count: int) -> np.ndarray:
    """Codes of few bits, so that equal distances are common."""
    return (random.integers(0, 2, (count, 16)) * random.integers(0, 4, (count, 16))).astype(np.uint8)


@given(SEEDS, st.integers(0, 30), st.integers(0, 30), st.integers(0, 20))
def test_pairs_of_codes_are_by_their_definitions(seed: int, mine: int, theirs: int, most: int) -> None:
    random = np.random.default_rng(seed)
    a, b = codes(random, mine), codes(random, theirs)
    for paired, definition in ((mutual, by_definition.mutual), (nearest, by_definition.nearest)):
        for found, defined in zip(paired(a, b, most), definition(a, b, most), strict=True):
            assert found.tolist() == defined.tolist()


def seen(random: np.random.Generator, matrix: np.ndarray, right: int, wrong: int, noise_px: float = 0.5) -> SpotPairs:
    """Spots under a map, the first `right` of them as a camera would see them again, the others anywhere, of any size and way."""
    count = right + wrong
    mine = random.uniform(0, 384, (count, 2))
    ways = _ways(random, count)
    theirs = mine @ matrix[:, :2].T + matrix[:, 2] + random.normal(0, noise_px, (count, 2))
    their_ways = ways @ matrix[:, :2].T * random.uniform(0.9, 1.1, (count, 1))
    theirs[right:], their_ways[right:] = random.uniform(0, 384, (wrong, 2)), _ways(random, wrong)
    return SpotPairs(mine, theirs, ways, their_ways)


def _ways(random: np.random.Generator, count: int) -> np.ndarray:
    turns, sizes = random.uniform(0, 2 * np.pi, count), random.uniform(2, 20, count)
    return np.stack([np.cos(turns), np.sin(turns)], axis=1) * sizes[:, None]


def turned(degrees: float, scale: float, squeeze: float = 1.0) -> np.ndarray:
    turn = np.radians(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.column_stack([rotation @ np.diag([scale * squeeze, scale]), [11.0, -7.0]])


@given(SEEDS, st.floats(-180, 180), st.floats(0.25, 4), st.floats(1, 1.8))
def test_a_dozen_right_pairs_among_sixty_are_found(seed: int, degrees: float, scale: float, squeeze: float) -> None:
    matrix = turned(degrees, scale, squeeze)
    pairs = seen(np.random.default_rng(seed), matrix, right=12, wrong=48)
    found = agreed(pairs, LEAST)
    assert found is not None
    assert found[1][:12].sum() >= 9
    inside = found[1]
    apart = pairs.mine[inside] @ (found[0] - matrix)[:, :2].T + (found[0] - matrix)[:, 2]
    assert np.abs(apart).max() < 4


@pytest.mark.parametrize("right", [6, 7, 8])
def test_six_right_pairs_among_sixty_are_found_nearly_always(right: int) -> None:
    found = [
        agreed(seen(np.random.default_rng(seed), turned(20, 1.4), right=right, wrong=60 - right), LEAST) for seed in range(100)
    ]
    assert sum(one is not None and one[1][:right].sum() >= right - 1 for one in found) >= 95


def test_pairs_by_chance_agree_on_nothing() -> None:
    found = [agreed(seen(np.random.default_rng(seed), turned(0, 1), right=0, wrong=60), LEAST) for seed in range(200)]
    assert sum(one is not None for one in found) <= 2


def test_a_map_that_nobody_makes_is_none() -> None:
    random = np.random.default_rng(7)
    mirrored = turned(0, 1) * [[-1, 1, 1], [-1, 1, 1]]
    for matrix in (turned(0, 9), turned(0, 0.08), turned(30, 1, 3), mirrored):
        assert agreed(seen(random, matrix, right=40, wrong=0), LEAST) is None


def test_spots_on_one_line_give_no_map() -> None:
    pairs = seen(np.random.default_rng(8), turned(0, 1), right=40, wrong=0, noise_px=0)
    mine = np.stack([pairs.mine[:, 0], np.full(40, 30.0)], axis=1)
    assert agreed(SpotPairs(mine, mine + 5, pairs.my_ways, pairs.my_ways), LEAST) is None


def test_too_few_or_none_are_no_map() -> None:
    none = np.zeros((0, 2))
    assert agreed(SpotPairs(none, none, none, none), LEAST) is None
    assert agreed(seen(np.random.default_rng(9), turned(0, 1), right=5, wrong=0), LEAST) is None
