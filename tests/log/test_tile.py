from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indelible.log import merkle
from indelible.log.merkle import HASH_BYTES, leaf_hash
from indelible.log.tile import (
    Reader,
    Tile,
    Tree,
    entries_bundle,
    entries_path,
    grow,
    number_path,
    over,
    parse_entries,
    parse_number,
    perfect_root,
    tile_path,
    tiles_between,
    tiles_of,
)
from indelible.model.errors import FormatError

LEAVES = [leaf_hash(i.to_bytes(4, "big")) for i in range(66_000)]


def reader(tiles: dict[Tile, bytes]) -> Reader:
    return lambda level, index, width: tiles[Tile(level, index, width)]


def grown(*sizes: int) -> dict[Tile, bytes]:
    tiles: dict[Tile, bytes] = {}
    old = 0
    for size in sizes:
        tiles |= grow(old, LEAVES[old:size], reader(tiles))
        old = size
    return tiles


def tree(size: int) -> Tree:
    return Tree(size, reader(grown(size)))


@pytest.mark.parametrize(
    ("index", "width", "path"),
    [
        (0, 256, "000"),
        (67, 256, "067"),
        (67, 3, "067.p/3"),
        (999, 255, "999.p/255"),
        (1000, 256, "x001/000"),
        (1234067, 1, "x001/x234/067.p/1"),
    ],
)
def test_a_number_has_one_path_and_reads_back(index, width, path):
    assert number_path(index, width) == path
    assert parse_number(path) == (index, width)


@given(st.integers(0, 2**63 - 1), st.integers(1, 256))
def test_every_number_reads_back(index, width):
    assert parse_number(number_path(index, width)) == (index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "00",
        "0000",
        "x000/067",
        "001/067",
        "x001",
        "x001/x067",
        "067.p",
        "067.p/",
        "067.p/0",
        "067.p/03",
        "067.p/256",
        "067.p/257",
        "067.p/999",
        "/067",
        "067/",
        "x001//067",
        "x١٢٣/067",
        "067\n",
        "x999/" * 7 + "999",
    ],
)
def test_another_spelling_of_a_number_is_refused(path):
    with pytest.raises(FormatError):
        parse_number(path)


@pytest.mark.parametrize(("index", "width"), [(-1, 1), (0, 0), (0, 257), (2**63, 1)])
def test_no_path_is_made_for_what_cannot_be(index, width):
    with pytest.raises(ValueError, match="no tile"):
        number_path(index, width)


def test_tiles_and_entries_bundles_stand_where_the_format_says():
    assert tile_path(0, 1067, 3) == "tile/0/x001/067.p/3"
    assert entries_path(1067, 256) == "tile/entries/x001/067"
    with pytest.raises(ValueError, match="no level"):
        tile_path(64, 0, 1)


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts():
    tiles = list(tiles_of(70_000))
    widths = {level: [t.width for t in tiles if t.level == level] for level in range(3)}
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}
    assert list(tiles_of(256)) == [Tile(0, 0, 256), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


@settings(max_examples=60)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=6))
def test_growing_step_by_step_makes_the_tiles_of_growing_at_once(steps):
    sizes = [sum(steps[: i + 1]) for i in range(len(steps))]
    tiles, at_once = grown(*sizes), grown(sizes[-1])
    assert sorted(at_once) == sorted(tiles_of(sizes[-1]))
    assert {tile: tiles[tile] for tile in at_once} == at_once


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_what_growing_makes_is_what_the_larger_tree_has_and_the_smaller_has_not(a, b):
    old, new = sorted((a, b))
    assert set(tiles_between(old, new)) == set(tiles_of(new)) - set(tiles_of(old))


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_growing_makes_exactly_the_new_tiles_in_order(old, more):
    tiles = grown(old)
    made = grow(old, LEAVES[old : old + more], reader(tiles))
    assert list(made) == list(tiles_between(old, old + more))


@settings(max_examples=60)
@given(st.integers(0, 1200))
def test_the_root_from_tiles_is_the_definition(size):
    assert tree(size).root() == merkle.root_hash(LEAVES[:size])


@settings(max_examples=60)
@given(st.integers(1, 1200), st.data())
def test_proofs_from_tiles_are_the_definition(size, data):
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    assert tree(size).leaf(index) == LEAVES[index]
    assert tree(size).inclusion(index) == merkle.inclusion_proof(LEAVES[:size], index)
    assert tree(size).consistency(old) == merkle.consistency_proof(LEAVES[:size], old)


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 65_792, 66_000])
def test_a_tree_of_three_levels_is_the_definition(size):
    large = tree(size)
    assert large.root() == merkle.root_hash(LEAVES[:size])
    for index in (0, 255, 256, 40_000, size - 1):
        merkle.verify_inclusion(index, size, LEAVES[index], large.inclusion(index), large.root())
    for old in (1, 255, 256, 257, 32_768, 65_000, size - 1):
        merkle.verify_consistency(old, size, large.consistency(old), tree(old).root(), large.root())


def test_what_was_just_made_is_found_before_it_is_written():
    stored = grown(300)
    made = grow(300, LEAVES[300:700], reader(stored))
    assert Tree(700, over(made, reader(stored))).root() == merkle.root_hash(LEAVES[:700])


def test_growing_reads_one_partial_tile_a_level_and_no_more():
    stored, asked = grown(700), []

    def read(level: int, index: int, width: int) -> bytes:
        asked.append(Tile(level, index, width))
        return stored[asked[-1]]

    grow(700, LEAVES[700:1500], read)
    assert asked == [Tile(0, 2, 188), Tile(1, 0, 2)]


def test_growing_by_60000_takes_a_hash_an_entry():
    begun = process_time()
    tiles = grow(0, LEAVES[:60_000], reader({}))
    assert process_time() - begun < 0.5
    assert Tree(60_000, reader(tiles)).root() == merkle.root_hash(LEAVES[:60_000])


def test_a_tile_cut_short_is_refused():
    with pytest.raises(FormatError, match=r"tile/0/000\.p/5"):
        Tree(5, lambda *_: bytes(4 * HASH_BYTES)).root()


@pytest.mark.parametrize("index", [-1, 3])
def test_no_proof_is_read_for_a_leaf_that_is_not_there(index):
    with pytest.raises(ValueError, match="no leaf"):
        tree(3).inclusion(index)


@pytest.mark.parametrize("old", [-1, 4])
def test_no_proof_is_read_from_a_tree_that_was_not(old):
    with pytest.raises(ValueError, match="no tree"):
        tree(3).consistency(old)


@pytest.mark.parametrize("height", range(9))
def test_a_perfect_root_is_the_definition(height):
    assert perfect_root(b"".join(LEAVES[: 1 << height])) == merkle.root_hash(LEAVES[: 1 << height])


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_entries_read_back_from_their_bundle(entries):
    assert parse_entries(entries_bundle(entries)) == entries


def test_an_entry_of_ours_takes_34_bytes():
    assert entries_bundle([b"\xab" * 32]) == b"\x00\x20" + b"\xab" * 32


@pytest.mark.parametrize("bundle", [b"", b"\x00", b"\x00\x02a", b"\x00\x01a\x00", b"\x00\x00" * 257])
def test_an_entries_bundle_that_is_cut_or_empty_or_too_long_is_refused(bundle):
    with pytest.raises(FormatError):
        parse_entries(bundle)
