from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from indelible.index import by_definition
from indelible.index.cuts import Cuts
from indelible.index.halves import Halves
from indelible.index.join import NEIGHBOURS
from indelible.index.pairs import arrivals, pairs, parts_for_pairs
from indelible.index.search import Searchable
from indelible.index.tables import sort_by_part
from index.test_search import changed, hashes, spread_over

RADII = st.one_of(st.integers(0, 48), st.sampled_from([31, 32, 49, 50, 73]))


@given(seed=st.integers(0, 2**32), count=st.integers(0, 200), most=RADII, parts=st.integers(14, 16))
@example(seed=1, count=0, most=31, parts=16)
@example(seed=1, count=1, most=31, parts=16)
@example(seed=3, count=700, most=40, parts=16)
def test_pairs_are_those_of_the_definition_each_once(seed: int, count: int, most: int, parts: int) -> None:
    rows = hashes(np.random.default_rng(seed), count)
    assert np.array_equal(pairs(rows, most, parts), by_definition.pairs(rows, most))


def shots(random: np.random.Generator, count: int, frames: int, moves: int) -> NDArray[np.uint64]:
    """So many shots of so many frames, each a few bits from the one before."""
    made = np.empty((count, frames, 4), np.uint64)
    for shot in made:
        shot[0] = random.integers(0, 2**64, 4, dtype=np.uint64)
        for at in range(1, frames):
            shot[at] = changed(shot[at - 1], random.integers(0, 256, moves))
    return made.reshape(-1, 4)


@given(seed=st.integers(0, 2**32), moves=st.integers(0, 6), order=st.sampled_from(["as they come", "mixed"]))
def test_frames_of_long_shots_and_of_their_copies_are_paired_each_once(seed: int, moves: int, order: str) -> None:
    random = np.random.default_rng(seed)
    rows = shots(random, 3, 2 * NEIGHBOURS + 3, moves)
    rows = np.concatenate([rows, np.array([changed(row, random.integers(0, 256, 3)) for row in rows])])
    if order == "mixed":
        random.shuffle(rows)
    assert np.array_equal(pairs(rows, 31, 16), by_definition.pairs(rows, 31))


def test_rows_that_are_a_view_of_others_are_paired() -> None:
    rows = hashes(np.random.default_rng(4), 60)
    assert np.array_equal(pairs(rows[::2], 31, 16), by_definition.pairs(rows[::2], 31))


@pytest.mark.parametrize("parts", [14, 15, 16])
def test_hashes_are_sorted_by_each_part(parts: int) -> None:
    rows = np.random.default_rng(2).integers(0, 2**64, (500, 4), dtype=np.uint64)
    numbers = [sum(int(word) << (64 * place) for place, word in enumerate(row)) for row in rows]
    cuts = Cuts.of(parts)
    for start, width in zip(cuts.starts.tolist(), cuts.widths.tolist(), strict=True):
        values = np.array([(number >> start) % (1 << width) for number in numbers])
        offsets, members = sort_by_part(Halves.of(rows), (start, width))
        assert np.array_equal(members, np.argsort(values, kind="stable"))
        assert np.array_equal(offsets, np.searchsorted(np.sort(values), np.arange((1 << width) + 1)))


@pytest.mark.parametrize("parts", [16, 14, 12])
@pytest.mark.parametrize("most", [5, 31, 48])
def test_pairs_whose_flips_are_spread_over_all_parts_are_found(parts: int, most: int) -> None:
    random = np.random.default_rng(most)
    one = random.integers(0, 2**64, 4, dtype=np.uint64)
    rows = np.array([one, changed(one, spread_over(Cuts.of(parts), most, random)), changed(one, np.arange(most + 1))])
    wanted = by_definition.pairs(rows, most)
    assert [0, 1, most] in wanted.tolist()
    assert np.array_equal(pairs(rows, most, parts), wanted)


@pytest.mark.parametrize("first", [0, 128])
@pytest.mark.parametrize("most", [31, 48])
def test_pairs_that_differ_in_one_half_alone_are_found(first: int, most: int) -> None:
    one = np.random.default_rng(most).integers(0, 2**64, 4, dtype=np.uint64)
    apart = np.array([start + bit for bit in range(7) for start in range(first, first + 128, 16)])[:most]
    rows = np.array([one, *([~one] * NEIGHBOURS), changed(one, apart)])
    assert [0, NEIGHBOURS + 1, most] in pairs(rows, most, 16).tolist()


def test_many_equal_hashes_are_paired_each_with_each_beyond_the_room_there_was() -> None:
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
