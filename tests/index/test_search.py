from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from indelible.index import by_definition, cuts, scan, search
from indelible.index.cuts import Cuts
from indelible.index.halves import Halves
from indelible.index.probe import Plan, probe_hits
from indelible.index.search import Searchable, Way
from indelible.index.spread import order, spread
from indelible.index.tables import Tables

Words = NDArray[np.uint64]
RADII = st.one_of(st.integers(0, 64), st.sampled_from([31, 48, 49, 50, 64, 73, 74, 90, 128]))


def hashes(random: np.random.Generator, count: int) -> Words:
    """Shots of hashes that differ a little, equal ones, and hashes that share one or the other half with many."""
    kinds = random.integers(0, 2**64, (max(1, count // 5), 4), dtype=np.uint64)
    made = kinds[random.integers(0, len(kinds), count)]
    made[::7, :2] = made[:1, :2]
    made[3::11, 2:] = made[:1, 2:]
    for row in made:
        row[:] = changed(row, random.choice(256, random.integers(0, 40), replace=False))
    return made


def changed(row: Words, bits: NDArray[np.int64]) -> Words:
    """A hash with these bits changed."""
    flips = np.zeros(4, np.uint64)
    for bit in bits.tolist():
        flips[bit // 64] ^= np.uint64(1 << (bit % 64))
    return np.asarray(row ^ flips)


def spread_over(parts: Cuts, count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """So many bits, as evenly over the parts as can be: what a part alone tells least of."""
    each = [start + random.permutation(width) for start, width in zip(parts.starts, parts.widths, strict=True)]
    turns = [bits[turn] for turn in range(int(parts.widths.min())) for bits in each]
    return np.array(turns[:count], np.int64)


def ways(rows: Words, queries: Words, most: int, parts: int) -> list[NDArray[np.int64]]:
    """What each way finds, in order."""
    halves = Halves.of(rows)
    tables = Tables.of(halves, parts)
    plan = Plan.of(tables.cuts, tables.list_starts, most)
    found = [probe_hits(halves, tables, plan, queries, most)]
    found += [scan_(rows, queries, most) for scan_ in (few, many)]
    return [each[np.lexsort((each[:, 1], each[:, 0]))] for each in found]


def few(rows: Words, queries: Words, most: int) -> NDArray[np.int64]:
    halves = Halves.of(rows)
    return np.asarray(scan._few((halves.first, halves.second), queries, np.uint64(most), scan.level_of(most)))


def many(rows: Words, queries: Words, most: int) -> NDArray[np.int64]:
    halves = Halves.of(rows)
    return np.asarray(scan._many((halves.first, halves.second), queries, np.uint64(most), scan.level_of(most), scan._planes()))


def test_no_vector_of_a_block_lies_in_two_lines_of_the_cache() -> None:
    room = [scan._planes() for _ in range(20)]
    assert all(planes.ctypes.data % 64 == 0 and planes.flags.c_contiguous for planes in room)


@given(seed=st.integers(0, 2**32), count=st.integers(0, 300), asked=st.integers(0, 8), most=RADII)
@example(seed=1, count=0, asked=3, most=31)
@example(seed=1, count=1, asked=1, most=0)
@example(seed=1, count=5, asked=0, most=31)
@example(seed=2, count=1500, asked=20, most=48)
def test_every_way_finds_what_the_definition_does(seed: int, count: int, asked: int, most: int) -> None:
    random = np.random.default_rng(seed)
    made = hashes(random, count + asked)
    rows, queries = made[:count], made[count:]
    wanted = by_definition.within(rows, queries, most)
    for found in ways(rows, queries, most, cuts.PARTS_MAX):
        assert np.array_equal(found, wanted)


@pytest.mark.parametrize("parts", [16, 13, 12])
@pytest.mark.parametrize("most", [0, 10, 31, 32, 48, 64])
def test_flips_spread_over_all_parts_are_found_up_to_the_radius_and_not_beyond(parts: int, most: int) -> None:
    random = np.random.default_rng(most)
    query = random.integers(0, 2**64, (1, 4), dtype=np.uint64)
    flips = [spread_over(Cuts.of(parts), bits, random) for bits in (most, most + 1)]
    rows = np.array([changed(query[0], bits) for bits in flips] * 3)
    for found in ways(rows, query, most, parts):
        assert found.tolist() == [[0, row, most] for row in (0, 2, 4)]


@pytest.mark.parametrize("most", [255, 256])
def test_at_all_bits_everything_is_found(most: int) -> None:
    one = np.random.default_rng(1).integers(0, 2**64, (1, 4), dtype=np.uint64)
    held = Searchable.of(np.concatenate([one, ~one]))
    assert held.within(one, most).tolist() == [[0, 0, 0], [0, 1, 256]][: 1 + (most == 256)]


def test_a_list_of_one_entry_is_searched() -> None:
    one = np.random.default_rng(1).integers(0, 2**64, (1, 4), dtype=np.uint64)
    assert Searchable.of(one).within(one, 31).tolist() == [[0, 0, 0]]


def test_many_hits_are_all_told() -> None:
    rows = np.zeros((5000, 4), np.uint64)
    held = Searchable.of(rows)
    for way in Way:
        found = held.within(rows[:2], 31, way)
        assert found[:, 1].tolist() == [*range(5000), *range(5000)]


def test_hashes_without_tables_cannot_be_probed() -> None:
    with pytest.raises(ValueError, match="no tables"):
        Searchable.of(np.zeros((1, 4), np.uint64)).within(np.zeros((1, 4), np.uint64), 0, Way.PROBE)


@pytest.mark.parametrize("most", [*range(257)])
def test_radii_leave_no_pair_out(most: int) -> None:
    for parts in range(cuts.PARTS_MIN, cuts.PARTS_MAX + 1):
        made = Cuts.of(parts)
        radii = made.radii(most)
        assert made.widths.sum() == 256
        assert ((radii + 1).sum() == most + 1) or (radii == made.widths).any()


def test_the_cheapest_way_follows_radius_batch_and_size() -> None:
    held = Searchable.of(np.random.default_rng(1).integers(0, 2**64, (20_000, 4), dtype=np.uint64))
    assert held.cheapest(1, 31) is Way.PROBE
    assert held.cheapest(1, 90) is Way.SCAN
    assert Searchable.of(np.zeros((5, 4), np.uint64)).cheapest(1, 31) is Way.SCAN
    made = Cuts.of(11)
    assert search.probe_ns(made, 10_000_000, 31) < search.scan_ns(10_000_000, 1, 31) / 30
    assert search.probe_ns(made, 10_000_000, 64) > search.scan_ns(10_000_000, 60, 64) / 60


def test_a_processor_that_counts_word_by_word_probes_where_others_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = []
    for counts_eight in (True, False):
        monkeypatch.setattr(search, "COUNTS_EIGHT", counts_eight)
        ways.append(search.scan_ns(1_000_000, 60, 48) > 60 * search.probe_ns(Cuts.of(12), 1_000_000, 48))
    assert ways == [False, True]


def test_arrays_that_cannot_be_written_compile_nothing() -> None:
    rows = np.zeros((10, 4), np.uint64)
    rows.setflags(write=False)
    held = Searchable.of(rows)
    for array in (held.halves.first, held.halves.second):
        array.setflags(write=False)
    signatures = len(scan._few.signatures), len(scan._many.signatures)
    held.within(rows, 31)
    assert (len(scan._few.signatures), len(scan._many.signatures)) == signatures


@given(seed=st.integers(0, 2**32), count=st.integers(0, 40))
def test_spreading_changes_no_distance(seed: int, count: int) -> None:
    made = np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)
    apart = np.bitwise_count(made[:, None] ^ made[None]).sum(axis=2)
    rows = spread(made)
    assert np.array_equal(np.bitwise_count(rows[:, None] ^ rows[None]).sum(axis=2), apart)


def test_the_order_of_bits_is_the_one_that_lies_on_disks() -> None:
    assert sorted(order().tolist()) == list(range(256))
    assert order()[:8].tolist() == [245, 178, 55, 51, 152, 149, 229, 211]
    words = [793337231606977940, 128922454039992111, 5242507729431566352, 5647870175100841585]
    assert spread(np.arange(32, dtype=np.uint8)[None])[0].tolist() == words


@pytest.mark.long
def test_a_processor_without_instructions_that_count_bits_finds_the_same(tmp_path: Path) -> None:
    old = {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": str(tmp_path)}
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, str(tests / "index/old_processor.py")],
        env=os.environ | old | {"PYTHONPATH": str(tests)},
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    assert done.stdout.split() == ["False", "True", "16"]
