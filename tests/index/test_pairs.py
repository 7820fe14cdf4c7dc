from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indelible.index import by_definition
from indelible.index.cuts import Cuts
from indelible.index.pairs import arrivals, pairs, parts_for_pairs
from indelible.index.search import Searchable
from index.test_search import changed, hashes, spread_over

RADII = st.one_of(st.integers(0, 48), st.sampled_from([31, 32, 49, 50, 73]))


@given(seed=st.integers(0, 2**32), count=st.integers(0, 200), most=RADII)
@example(seed=1, count=0, most=31)
@example(seed=1, count=1, most=31)
@example(seed=3, count=700, most=40)
def test_pairs_are_those_of_the_definition_each_once(seed: int, count: int, most: int) -> None:
    rows = hashes(np.random.default_rng(seed), count)
    assert np.array_equal(pairs(rows, most, 16), by_definition.pairs(rows, most))


@pytest.mark.parametrize("parts", [16, 14, 12])
@pytest.mark.parametrize("most", [5, 31, 48])
def test_pairs_whose_flips_are_spread_over_all_parts_are_found(parts: int, most: int) -> None:
    random = np.random.default_rng(most)
    one = random.integers(0, 2**64, 4, dtype=np.uint64)
    rows = np.array([one, changed(one, spread_over(Cuts.of(parts), most, random)), changed(one, np.arange(most + 1))])
    wanted = by_definition.pairs(rows, most)
    assert [0, 1, most] in wanted.tolist()
    assert np.array_equal(pairs(rows, most, parts), wanted)


def test_many_equal_hashes_are_paired_each_with_each() -> None:
    found = pairs(np.ones((100, 4), np.uint64), 31, 16)
    assert np.array_equal(found[:, :2], np.argwhere(np.triu(np.ones((100, 100)), 1)))


def test_arrivals_meet_what_is_held_and_each_other() -> None:
    made = hashes(np.random.default_rng(8), 60)
    held, new = made[:40], made[40:]
    with_held, among = arrivals(Searchable.of(held), new, 31)
    assert np.array_equal(with_held, by_definition.within(held, new, 31))
    assert np.array_equal(among, by_definition.pairs(new, 31))
    assert len(with_held)
    assert len(among)


def test_more_hashes_are_cut_into_fewer_parts() -> None:
    assert parts_for_pairs(1000, 31) == 16
    assert parts_for_pairs(100_000_000, 31) < parts_for_pairs(1_000_000, 31)
