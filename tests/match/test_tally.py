"""The compiled votes are those of the definition."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indelible.match import landmarks as by_definition
from indelible.match import tally
from indelible.match.landmarks import COMMON_MAX, QUERY_FAN, LandmarkTable, LandmarkTables, landmarks, steps_of

CHANGES = ((1.0, 1.0), (1.0, 0.5), (1.0, 2.0), (1.06, 1.0), (0.9, 1.1), (1.1, 0.93))


def peaks(random, count, start=0):
    """Few pitches and close times, so that landmarks are shared, and shared by moments that fall into one cell."""
    return start + np.sort(random.integers(0, 4 * count + 1, count)).astype(float), random.integers(10, 40, count) * 8.0


def changed(hops, pitches):
    lengths, ratios = (np.array([change[part] for change in CHANGES])[:, np.newaxis] for part in (1, 0))
    return hops * lengths, steps_of(pitches * ratios)


def made_of(random, sizes):
    return [landmarks(hops, steps_of(pitches)) for hops, pitches in (peaks(random, size) for size in sizes)]


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
    held = LandmarkTables.of([LandmarkTable.of(made_of(random, sizes))], common_max)
    hops, steps = changed(*peaks(random, count, start))
    for known in {0, len(sizes) // 2, len(sizes)}:
        mine = tally.best_changes(hops, steps, held.before(known))
        theirs = by_definition.best_changes(hops, steps, held.before(known))
        assert [each.tolist() for each in mine] == [each.tolist() for each in theirs]


def of_each(shared, count):
    """What each reference shares, in order."""
    rows = np.stack([shared.here, shared.first, shared.second], axis=1)
    return [rows[shared.owner == owner].tolist() for owner in range(count)]


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32),
    sizes=st.lists(st.lists(st.integers(0, 60), max_size=3), max_size=4),
    known=st.integers(0, 12),
    common_max=st.sampled_from([1, 5, 20, COMMON_MAX]),
)
@example(seed=1, sizes=[[60, 60], [60], [], [60, 60]], known=4, common_max=20)
def test_several_tables_are_as_one(seed, sizes, known, common_max):
    random = np.random.default_rng(seed)
    made = [made_of(random, each) for each in sizes]
    known = min(known, sum(map(len, made)))
    tables = [LandmarkTable.of(each) for each in made]
    one = LandmarkTables.of([LandmarkTable.of([each for some in made for each in some])], common_max)
    alone = LandmarkTables.of([LandmarkTable.of([each for some in made for each in some][:known])], common_max)
    hops, steps = changed(*peaks(random, 60))
    mine = landmarks(hops[0], steps[0], QUERY_FAN)
    for whole, held in (
        (one, LandmarkTables.of(tables, common_max)),
        (alone, LandmarkTables.of(tables, common_max).before(known)),
    ):
        assert of_each(held.shared_with(mine), held.count) == of_each(whole.shared_with(mine), whole.count)
        wanted = tally.best_changes(hops, steps, whole)
        assert [each.tolist() for each in tally.best_changes(hops, steps, held)] == [each.tolist() for each in wanted]
    if tables:
        assert same_table(LandmarkTable.joined(tables), one.tables[0])


def same_table(mine, other):
    return all(np.array_equal(value, vars(other)[name]) for name, value in vars(mine).items())


@pytest.mark.parametrize("change", range(len(CHANGES)))
def test_the_change_that_undoes_what_was_done_wins(change):
    random = np.random.default_rng(change)
    hops, pitches = np.sort(random.uniform(0, 400, 200)), random.uniform(10, 350, 200)
    ratio, length = CHANGES[change]
    table = LandmarkTable.of([landmarks(hops * length, steps_of(pitches * ratio))])
    most, number = tally.best_changes(*changed(hops, pitches), LandmarkTables.of([table]))
    assert number.tolist() == [change]
    assert most[0] > 100
