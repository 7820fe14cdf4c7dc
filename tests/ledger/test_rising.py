"""Tiles that rise hash by hash are those of the whole tree."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.ledger.rising import Rising
from indelible.log.merkle import root_hash
from indelible.log.tile import grow, tiles_of

LEAVES = [sha256(n.to_bytes(4, "big")).digest() for n in range(70_000)]


def _rise(rising: Rising, leaves: list[bytes]) -> dict:
    made = {}
    for at in range(0, len(leaves), 256):
        made.update(rising.add(b"".join(leaves[at : at + 256])))
    return made | dict(rising.partial())


@given(st.integers(0, 1400))
def test_root_and_upper_tiles_are_those_of_the_definition(size: int) -> None:
    rising = Rising()
    made = _rise(rising, LEAVES[:size])
    assert rising.root() == root_hash(LEAVES[:size])
    assert sorted(made) == [tile for tile in tiles_of(size) if tile.level]


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 65_792, 70_000])
def test_a_third_level_rises_too(size: int) -> None:
    rising = Rising()
    made = _rise(rising, LEAVES[:size])
    expected = grow(0, LEAVES[:size], lambda *_: b"")
    assert made == {tile: hashes for tile, hashes in expected.items() if tile.level}
    assert rising.root() == root_hash(LEAVES[:size])


@given(st.integers(0, 5), st.integers(0, 700))
def test_it_goes_on_from_a_size_checked_before(bundles: int, more: int) -> None:
    start = bundles * 256
    rows = [hashes for tile, hashes in grow(0, LEAVES[:start], lambda *_: b"").items() if tile.level]
    rising = Rising(start, rows)
    _rise(rising, LEAVES[start : start + more])
    assert rising.root() == root_hash(LEAVES[: start + more])


def test_nothing_comes_after_a_partial_tile() -> None:
    rising = Rising()
    list(rising.add(LEAVES[0]))
    with pytest.raises(ValueError, match="after a partial"):
        list(rising.add(LEAVES[1]))
