from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indelible.fingerprint import local
from indelible.index import by_definition, code_index
from indelible.index.cells import Cells, standard
from indelible.index.code_hits import ListsInTurn, Nearest
from indelible.index.code_index import CodeIndex, code_search
from indelible.index.code_lists import CodeLists
from indelible.match import by_definition as matching
from indelible.match.code_search import CLOSE_BITS, Exhaustive
from indelible.match.frame_hashes import words

Stack = matching.Stack
ALL = Nearest(CLOSE_BITS, 1 << 40, 0)


def codes_of(random: np.random.Generator, count: int) -> Stack:
    """Few distinct codes and those that differ from them a little, so that near ones, equal ones and ties are common."""
    made = random.integers(0, 2**64, (2, 5), dtype=np.uint64)[:, random.integers(0, 5, count)]
    bits = random.random((2, 64, count)) < random.choice([0.0, 0.05, 0.1, 0.2, 0.5], count)
    return made ^ np.bitwise_or.reduce(bits.astype(np.uint64) << np.arange(64, dtype=np.uint64)[None, :, None], axis=1)


def rows(codes: Stack) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.ascontiguousarray(codes.T).view(np.uint8)


def some_cells(random: np.random.Generator, outer: int, each: int, looked: int = 3) -> Cells:
    return Cells.of(rows(codes_of(random, outer)), rows(codes_of(random, outer * each)).reshape(outer, each, 16), looked)


def alone(lists: CodeLists) -> ListsInTurn:
    return ListsInTurn((lists,), (0,))


def same(one: matching.NearFrames, other: matching.NearFrames) -> bool:
    return np.array_equal(one.codes, other.codes) and np.array_equal(one.frames, other.frames)


def pairs(near: matching.NearFrames) -> set[tuple[int, int]]:
    return set(zip(near.codes.tolist(), near.frames.tolist(), strict=True))


sizes = st.lists(st.integers(0, 150), min_size=1, max_size=8)


@given(
    seed=st.integers(0, 2**32),
    outer=st.integers(1, 6),
    each=st.integers(1, 70),
    count=st.integers(1, 20),
    looked=st.integers(1, 8),
)
@example(seed=1, outer=1, each=1, count=5, looked=3)
@example(seed=1, outer=6, each=70, count=420, looked=6)
@example(seed=2, outer=3, each=33, count=99, looked=3)
def test_the_nearest_cells_are_those_of_the_definition(seed: int, outer: int, each: int, count: int, looked: int) -> None:
    random = np.random.default_rng(seed)
    cells, codes = some_cells(random, outer, each, looked), codes_of(random, 10)
    assert np.array_equal(cells.nearest(codes, count), by_definition.nearest_cells(cells, codes, count))


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An index that is asked however little it holds, and looks into every cell."""
    monkeypatch.setattr(code_index, "EXHAUSTIVE_BELOW", 0)
    monkeypatch.setattr(code_index, "_CELLS_MAX", 1 << 20)
    monkeypatch.setattr(code_index, "_ENOUGH", 1 << 40)
    monkeypatch.setattr(code_index, "_NEAREST", 1 << 40)
    return monkeypatch


def check(seed: int, held: list[int], asked: list[int], frames: int) -> tuple[list[Any], list[Any]]:
    """What an index and comparing with every code find."""
    random = np.random.default_rng(seed)
    starts = np.cumsum([0, *held])
    codes = codes_of(random, int(starts[-1]) + sum(asked))
    stacks = np.split(codes[:, starts[-1] :], np.cumsum(asked)[:-1], axis=1)
    codes = np.ascontiguousarray(codes[:, : starts[-1]])
    index = CodeIndex.of(codes, starts, some_cells(random, 4, 9, looked=4))
    return list(index.near(stacks, frames)), list(Exhaustive(codes, starts).near(stacks, frames))


@pytest.mark.parametrize("asked", [[1], [0], [3, 0, 2], [2] * 9])
@pytest.mark.parametrize("held", [[5], [0, 0], [70, 0, 64, 65, 1], [300] * 8])
@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_with_every_cell_looked_into_it_finds_what_comparing_with_all_finds(
    indexed: pytest.MonkeyPatch, held: list[int], asked: list[int], share: float
) -> None:
    for seed in range(5):
        found, wanted = check(seed, held, asked, int(share * len(held)))
        assert len(found) == len(wanted) == len(asked)
        assert all(map(same, found, wanted))


nearests = st.builds(
    lambda most, many, sure: Nearest(most, many, min(sure, most)), st.integers(0, 128), st.integers(0, 200), st.integers(0, 128)
)


@given(seed=st.integers(0, 2**32), held=sizes, nearest=nearests, before=st.integers(0, 8))
@example(seed=1, held=[200] * 8, nearest=Nearest(26, 30, 12), before=8)
@example(seed=2, held=[200] * 8, nearest=Nearest(60, 0, 0), before=8)
def test_the_nearest_hits_are_those_of_the_definition(seed: int, held: list[int], nearest: Nearest, before: int) -> None:
    random = np.random.default_rng(seed)
    frames = np.repeat(np.arange(len(held)), held)
    codes = codes_of(random, len(frames) + 6)
    queries, codes = codes[:, :6], codes[:, 6:]
    lying = random.integers(0, 5, len(frames))
    lists = CodeLists.of(np.ascontiguousarray(codes), frames.astype(np.uint32), lying, 5)
    found = alone(lists).near(queries, np.tile(random.permutation(5), (6, 1)), before, 1 << 40, nearest)
    earlier = frames < before
    wanted = by_definition.near_codes(codes[:, earlier], frames[earlier], queries, nearest)
    assert np.array_equal(np.stack([found.codes, found.frames], axis=1), wanted)


@given(
    seed=st.integers(0, 2**32),
    held=sizes,
    cuts=st.sets(st.integers(1, 8), max_size=4),
    nearest=nearests,
    limits=st.tuples(st.integers(0, 8), st.integers(0, 400)),
)
@example(seed=1, held=[150] * 8, cuts={2, 5}, nearest=Nearest(60, 30, 12), limits=(7, 100))
def test_several_lists_are_as_one(
    seed: int, held: list[int], cuts: set[int], nearest: Nearest, limits: tuple[int, int]
) -> None:
    random = np.random.default_rng(seed)
    frames = np.repeat(np.arange(len(held), dtype=np.uint32), held)
    codes, lying = codes_of(random, len(frames) + 6), random.integers(0, 5, len(frames))
    queries, codes = codes[:, :6], codes[:, 6:]
    one = CodeLists.of(np.ascontiguousarray(codes), frames, lying, 5)
    firsts = sorted({0, *cuts})
    each = []
    for first, end in pairwise([*firsts, max(len(held), 9)]):
        part = (frames >= first) & (frames < end)
        each.append(CodeLists.of(np.ascontiguousarray(codes[:, part]), frames[part] - np.uint32(first), lying[part], 5))
    asked = queries, np.tile(random.permutation(5), (6, 1)), *limits, nearest
    assert same(ListsInTurn(tuple(each), tuple(firsts)).near(*asked), alone(one).near(*asked))
    joined = CodeLists.joined(each, firsts)
    assert all(map(np.array_equal, joined.rows, one.rows))


def test_a_frame_that_cannot_be_is_not_told() -> None:
    frames = np.array([0, 1, 2**32 - 1], np.uint32)
    lists = CodeLists.of(np.zeros((2, 3), np.uint64), frames, np.zeros(3, np.int64), 1)
    found = alone(lists).near(np.zeros((2, 1), np.uint64), np.zeros((1, 1), np.int64), 2, 9, ALL)
    assert found.frames.tolist() == [0, 1]
    lists.frames[:] = 7, 1, 1
    assert alone(lists).near(np.zeros((2, 1), np.uint64), np.zeros((1, 1), np.int64), 2, 9, ALL).frames.tolist() == [1]


@given(seed=st.integers(0, 2**32), held=sizes, enough=st.integers(0, 400), count=st.integers(1, 8))
def test_with_some_cells_it_finds_nothing_else(seed: int, held: list[int], enough: int, count: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code_index, "EXHAUSTIVE_BELOW", 0)
        patch.setattr(code_index, "_CELLS_MAX", count)
        patch.setattr(code_index, "_ENOUGH", enough)
        for found, wanted in zip(*check(seed, held, [4, 4], len(held)), strict=True):
            assert pairs(found) <= pairs(wanted)


@pytest.mark.parametrize("before", [0, 1, 7, 20, 40])
def test_what_comes_later_changes_nothing(before: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_index, "EXHAUSTIVE_BELOW", 0)
    monkeypatch.setattr(code_index, "_CELLS_MAX", 4)
    monkeypatch.setattr(code_index, "_ENOUGH", 60)
    random = np.random.default_rng(before)
    cells, codes, starts = some_cells(random, 4, 9), codes_of(random, 40 * 25), 25 * np.arange(41)
    grown = CodeIndex.of(codes, starts, cells)
    alone = CodeIndex.of(np.ascontiguousarray(codes[:, : starts[before]]), starts[: before + 1], cells)
    asked = [codes_of(random, 30), codes[:, ::50]]
    assert all(map(same, grown.near(asked, before), alone.near(asked, before)))


@pytest.mark.parametrize("firsts", [(0,), (0, 4), (0, 3, 7)])
def test_enough_codes_are_looked_at_and_no_cell_more(firsts: tuple[int, ...]) -> None:
    codes = np.zeros((2, 10), np.uint64)
    frames, lying = np.arange(10, dtype=np.uint32), np.repeat(np.arange(5), 2)
    cells = np.array([[4, 1, 3, 0, 2]])
    parts = [slice(first, end) for first, end in pairwise([*firsts, 10])]
    each = [CodeLists.of(codes[:, part].copy(), frames[part] - np.uint32(part.start), lying[part], 5) for part in parts]
    lists = ListsInTurn(tuple(each), firsts)

    def seen(before: int, enough: int) -> list[int]:
        return lists.near(codes[:, :1], cells, before, enough, ALL).frames.tolist()

    assert seen(10, 0) == [8, 9]
    assert seen(10, 2) == [8, 9]
    assert seen(10, 3) == [2, 3, 8, 9]
    assert seen(7, 3) == [2, 3, 6]
    assert seen(10, 100) == list(range(10))


def test_a_frame_is_told_once_for_each_code() -> None:
    codes, frames = np.zeros((2, 300), np.uint64), np.repeat(np.arange(3, dtype=np.uint32), 100)
    lists = CodeLists.of(codes, frames, np.arange(300) % 2, 2)
    found = alone(lists).near(np.zeros((2, 2), np.uint64), np.array([[0, 1], [1, 0]]), 3, 1000, ALL)
    assert found.codes.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.frames.tolist() == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize(
    ("many", "sure", "told"), [(0, 0, 0), (1, 0, 1), (3, 0, 3), (4, 0, 3), (5, 0, 5), (9, 0, 5), (0, 2, 2), (3, 2, 3)]
)
def test_of_many_hits_the_nearest_are_told_and_all_that_are_sure(many: int, sure: int, told: int) -> None:
    apart = [1, 2, 3, 4, 4]
    codes = np.zeros((2, len(apart)), np.uint64)
    codes[1] = [(1 << bits) - 1 for bits in apart]
    lists = CodeLists.of(codes, np.arange(5, dtype=np.uint32), np.zeros(5, np.int64), 1)
    found = alone(lists).near(np.zeros((2, 1), np.uint64), np.zeros((1, 1), np.int64), 5, 9, Nearest(CLOSE_BITS, many, sure))
    assert found.frames.tolist() == list(range(told))


@pytest.mark.parametrize("apart", [0, CLOSE_BITS, CLOSE_BITS + 1, 128])
@pytest.mark.parametrize("place", [0, 63, 64, 99])
def test_a_code_at_exactly_the_most_bits_is_near(apart: int, place: int) -> None:
    codes = np.full((2, 100), 0, np.uint64)
    codes[:] = ~codes
    bits = np.zeros(128, np.uint8)
    bits[128 - apart :] = 1
    codes[:, place] = np.packbits(bits).view(np.uint64)
    lists = CodeLists.of(codes, np.arange(100, dtype=np.uint32), np.zeros(100, np.int64), 1)
    found = alone(lists).near(np.zeros((2, 1), np.uint64), np.zeros((1, 1), np.int64), 100, 1, ALL)
    assert (place in found.frames.tolist()) == (apart <= CLOSE_BITS)


def test_few_codes_are_compared_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_index, "EXHAUSTIVE_BELOW", 100)
    random = np.random.default_rng(6)
    codes, starts = codes_of(random, 200), 10 * np.arange(21)
    index, asked = code_search(codes, starts), [codes[:, ::7]]
    assert isinstance(index, CodeIndex)
    assert isinstance(code_search(codes[:, :90], starts[:10]), Exhaustive)
    assert all(map(same, index.near(asked, 9), Exhaustive(codes, starts).near(asked, 9)))
    nothing = CodeLists.of(codes[:, :0], np.zeros(0, np.uint32), np.zeros(0, np.int64), len(index.cells))
    blind = replace(index, lists=alone(nothing))
    assert [len(near.codes) for near in blind.near(asked, 9)] != [0]
    assert [len(near.codes) for near in blind.near(asked, 10)] == [0]


def test_the_standard_cells_are_one_fixed_division() -> None:
    cells = standard()
    codes = np.random.default_rng(1).integers(0, 2**64, (2, 2000), dtype=np.uint64)
    lying = cells.holding(codes)
    assert (len(cells), cells.outer.shape[1]) == (16_384, 128)
    assert len(np.unique(cells.inner, axis=1).T) > 0.99 * len(cells)
    assert np.array_equal(lying[:5], cells.holding(codes[:, :5]))


def test_an_equal_code_is_found_whatever_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_index, "EXHAUSTIVE_BELOW", 0)
    monkeypatch.setattr(code_index, "_CELLS_MAX", 1)
    codes = np.random.default_rng(8).integers(0, 256, (400, 16), dtype=np.uint8)
    index = CodeIndex.of(words(codes), np.arange(401), standard())
    mirrored_twice = local.variant(local.variant(codes, local.MIRRORED), local.MIRRORED)
    (found,) = index.near([words(mirrored_twice)], 400)
    assert set(zip(range(400), range(400), strict=True)) <= pairs(found)
