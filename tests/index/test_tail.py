from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indelible.index import tail


def batches(seed: int, sizes: list[int]) -> list[bytes]:
    random = np.random.default_rng(seed)
    made = []
    for number, size in enumerate(sizes):
        numbers = random.integers(0, 2**62, size)
        rows = random.integers(0, 2**64, (size, 4), dtype=np.uint64)
        made.append(tail.removed(numbers) if number % 3 == 2 else tail.added(rows, numbers))
    return made


def told(read: tail.Tail) -> list[bytes]:
    """The batches again as bytes."""
    return [tail.removed(b.removed) if len(b.removed) else tail.added(b.rows, b.places) for b in read.batches]


SIZES = st.lists(st.integers(1, 5), min_size=1, max_size=5)


@given(seed=st.integers(0, 2**32), sizes=SIZES)
def test_batches_come_back(seed: int, sizes: list[int]) -> None:
    made = batches(seed, sizes)
    read = tail.read(b"".join(made))
    assert told(read) == made
    assert not read.damaged


@given(seed=st.integers(0, 2**32), sizes=SIZES, share=st.floats(0, 1), garbage=st.binary(max_size=40))
def test_cut_at_any_byte_the_whole_batches_are_read_and_no_other(
    seed: int, sizes: list[int], share: float, garbage: bytes
) -> None:
    made = batches(seed, sizes)
    data = b"".join(made)
    cut = int(share * len(data))
    read = tail.read(data[:cut] + garbage.replace(b"IXTB", b"...."))
    ends = np.cumsum([len(batch) for batch in made])
    whole = int((ends <= cut).sum())
    assert told(read)[:whole] == made[:whole]
    assert len(read.batches) in (whole, whole + 1)  # the garbage may be just what was cut off
    assert not read.damaged


@given(seed=st.integers(0, 2**32), sizes=SIZES, draw=st.data())
def test_a_flipped_bit_costs_its_batch_alone_and_is_told(seed: int, sizes: list[int], draw: st.DataObject) -> None:
    made = batches(seed, sizes)
    data = bytearray(b"".join(made))
    bit = draw.draw(st.integers(0, 8 * len(data) - 1))
    data[bit // 8] ^= 1 << (bit % 8)
    hurt = int(np.searchsorted(np.cumsum([len(batch) for batch in made]), bit // 8, side="right"))
    read = tail.read(bytes(data))
    assert told(read) == made[:hurt] + made[hurt + 1 :]
    assert read.damaged == (hurt < len(made) - 1)
