"""The compiled votes are those of the definition."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indelible.match import landmarks as by_definition
from indelible.match import tally
from indelible.match.landmarks import COMMON_MAX, LandmarkTable, landmarks, steps_of

CHANGES = ((1.0, 1.0), (1.0, 0.5), (1.0, 2.0), (1.06, 1.0), (0.9, 1.1), (1.1, 0.93))


def peaks(random, count, start=0):
    """Few pitches and close times, so that landmarks are shared, and shared by moments that fall into one cell."""
    return start + np.sort(random.integers(0, 4 * count + 1, count)).astype(float), random.integers(10, 40, count) * 8.0


def changed(hops, pitches):
    lengths, ratios = (np.array([change[part] for change in CHANGES])[:, np.newaxis] for part in (1, 0))
    return hops * lengths, steps_of(pitches * ratios)


def table_of(random, sizes):
    return LandmarkTable([landmarks(hops, steps_of(pitches)) for hops, pitches in (peaks(random, size) for size in sizes)])


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32),
    sizes=st.lists(st.integers(0, 60), max_size=5),
    count=st.integers(0, 80),
    start=st.integers(0, 9_000),
    common_max=st.sampled_from([1, 5, COMMON_MAX]),
)
@example(seed=1, sizes=[], count=20, start=0, common_max=COMMON_MAX)
@example(seed=1, sizes=[60, 0, 60], count=80, start=4_090, common_max=COMMON_MAX)
@example(seed=2, sizes=[60, 60, 60], count=80, start=0, common_max=5)
def test_the_best_changes_are_those_of_the_definition(seed, sizes, count, start, common_max):
    random = np.random.default_rng(seed)
    table = table_of(random, sizes)
    hops, steps = changed(*peaks(random, count, start))
    for known in {0, len(sizes) // 2, len(sizes)}:
        mine = tally.best_changes(hops, steps, table.before(known), common_max)
        theirs = by_definition.best_changes(hops, steps, table.before(known), common_max)
        assert [each.tolist() for each in mine] == [each.tolist() for each in theirs]


@pytest.mark.parametrize("change", range(len(CHANGES)))
def test_the_change_that_undoes_what_was_done_wins(change):
    random = np.random.default_rng(change)
    hops, pitches = np.sort(random.uniform(0, 400, 200)), random.uniform(10, 350, 200)
    ratio, length = CHANGES[change]
    table = LandmarkTable([landmarks(hops * length, steps_of(pitches * ratio))])
    most, number = tally.best_changes(*changed(hops, pitches), table)
    assert number.tolist() == [change]
    assert most[0] > 100
