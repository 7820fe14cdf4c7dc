from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.match.align import SPEEDS, best_line, best_run


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_line_is_found_at_its_speed(speed: float) -> None:
    query, reference = np.arange(24) * 250, np.arange(200) * 250
    worth = np.zeros((24, 200), np.float32)
    place = np.rint((20_000 + speed * query) / 250).astype(int)
    worth[np.arange(24), place] = 1
    line = best_line(worth, query, reference)
    assert line is not None
    assert line.speed == pytest.approx(speed, abs=0.11)  # neighbouring speeds may explain as much of a short stretch
    assert line.total >= 17  # where a line runs between two frames, either will do


def test_a_slow_scene_is_not_slowed_down_to_cover_more_of_a_long_query() -> None:
    line = best_line(np.full((40, 16), 0.9, np.float32), np.arange(40) * 250, np.arange(16) * 250)
    assert line is not None
    assert line.speed == 1


def test_nothing_worth_anything_has_no_line() -> None:
    assert best_line(np.zeros((4, 4), np.float32), np.arange(4) * 250, np.arange(4) * 250) is None


def test_one_frame_finds_its_place() -> None:
    worth = np.zeros((1, 9), np.float32)
    worth[0, 6] = 0.8
    line = best_line(worth, np.array([0]), np.arange(9) * 250)
    assert line is not None
    assert line.frames.tolist() == [6]


@given(st.lists(st.integers(-5, 5), max_size=30))
def test_the_best_run_is_that_of_all_runs(values: list[int]) -> None:
    start, end = best_run(np.array(values, np.float64))
    every = [sum(values[i:j]) for i in range(len(values)) for j in range(i + 1, len(values) + 1)]
    assert sum(values[start:end]) == max([0, *every])
