from __future__ import annotations

import math

import pytest

from indelible.match.cohort import Cohort


@pytest.mark.parametrize("pairs", [1, 10, 1000, 100_000])
def test_no_wrong_copy_bounds_the_rate_as_the_rule_of_three_says(pairs: int) -> None:
    exact = 1 - 0.05 ** (1 / pairs)
    assert Cohort("c", pairs, 0).rate_max() == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize(("wrong", "pairs"), [(1, 40), (3, 500), (7, 100_000)])
def test_at_the_bound_so_few_wrong_copies_are_seen_once_in_twenty_times(wrong: int, pairs: int) -> None:
    rate = Cohort("c", pairs, wrong).rate_max()
    seen = sum(math.comb(pairs, k) * rate**k * (1 - rate) ** (pairs - k) for k in range(wrong + 1))
    assert seen == pytest.approx(0.05, rel=1e-6)
    assert rate > wrong / pairs


def test_the_bound_grows_with_the_archive() -> None:
    cohort = Cohort("c", 1000, 0)
    assert cohort.wrong_max(0) == 0
    assert cohort.wrong_max(500) == pytest.approx(500 * cohort.rate_max())


def test_a_cohort_in_which_all_is_wrong_bounds_nothing() -> None:
    with pytest.raises(ValueError, match="cannot be wrong"):
        Cohort("c", 5, 5)
