from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from indelible.index.postings import _MIX, Postings


@given(seed=st.integers(0, 2**32), count=st.integers(0, 60), kinds=st.integers(1, 20))
@example(seed=1, count=0, kinds=1)
def test_every_hash_is_held_once_with_all_its_places(seed: int, count: int, kinds: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.integers(0, 2**64, (kinds, 4), dtype=np.uint64)[random.integers(0, kinds, count)]
    places = random.permutation(10 * count)[:count].astype(np.int64)
    held = Postings.of(rows, places)
    wanted: dict[bytes, list[int]] = {}
    for place, row in sorted(zip(places.tolist(), rows, strict=True)):
        wanted.setdefault(row.tobytes(), []).append(place)
    got = {row.tobytes(): held.places[held.starts[i] : held.starts[i + 1]].tolist() for i, row in enumerate(held.rows)}
    assert got == wanted
    assert list(got) == list(wanted)


def test_different_hashes_that_mix_alike_lose_nothing() -> None:
    one = np.array([5, 9, 0, 0], np.uint64)
    other = np.array([5 + int(_MIX[1]), (9 - int(_MIX[0])) % 2**64, 0, 0], np.uint64)
    assert (one * _MIX).sum() == (other * _MIX).sum()
    held = Postings.of(np.array([one, other, one]), np.array([1, 2, 3]))
    assert {
        (row.tobytes(), place) for i, row in enumerate(held.rows) for place in held.places[held.starts[i] : held.starts[i + 1]]
    } == {
        (one.tobytes(), 1),
        (other.tobytes(), 2),
        (one.tobytes(), 3),
    }
