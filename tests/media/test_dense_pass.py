"""However stamps stand, packets reach the decoder in the file's order, and none is left out but before a film begins anew."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from indelible.media.dense_pass import DensePass

SLICE, ANEW, PARAMETERS = b"\0\0\1\x41", b"\0\0\1\x65", b"\0\0\1\x68"


@dataclass(frozen=True)
class Given:
    """A packet, as far as the pass asks about it."""

    number: int
    at_ms: int | None
    units: bytes = SLICE
    size: int = 9

    @property
    def is_keyframe(self):
        return self.units == ANEW

    def __bytes__(self):
        return self.units


class Listed:
    """A decoder that notes what it is given."""

    name, extradata, is_damaged = "h264", b"", False

    def __init__(self):
        self.taken = []

    def at_ms(self, packet):
        return packet.at_ms

    def frames(self, packet, skip):
        self.taken.append((packet, skip))
        return []


def taken(packets, sample_ms=250, *, is_damaged=False):
    decoder = Listed()
    decoder.is_damaged = is_damaged
    dense = DensePass(decoder, sample_ms)
    for packet in [*packets, Given(len(packets), None, b"", 0)]:
        assert list(dense.frames(packet)) == []
    return decoder.taken[:-1]


packets = st.lists(st.tuples(st.none() | st.integers(-9_000, 9_000), st.sampled_from([SLICE, SLICE, ANEW])), max_size=200).map(
    lambda drawn: [Given(number, at_ms, units) for number, (at_ms, units) in enumerate(drawn)]
)


@given(packets)
def test_what_is_left_out_stands_right_before_a_new_beginning(drawn):
    kept = [packet.number for packet, _ in taken(drawn)]
    assert kept == sorted(set(kept))
    for packet in drawn:
        if packet.number not in kept:
            following = next(later for later in drawn[packet.number :] if later.number in kept)
            assert following.is_keyframe


@given(st.lists(st.integers(1, 400), min_size=1, max_size=80))
def test_the_first_behind_each_point_of_the_grid_is_decoded_whatever_others_do(steps):
    stamps = [sum(steps[:count]) for count in range(1, len(steps) + 1)]
    every = taken([Given(number, at_ms) for number, at_ms in enumerate(stamps)])
    wanted = {packet.at_ms for packet, skip in every if skip == "DEFAULT"}
    assert wanted == {at_ms for before, at_ms in zip([-1, *stamps], stamps, strict=False) if before // 250 != at_ms // 250}


def test_a_clock_that_only_falls_back_keeps_nothing_waiting():
    slow = [Given(number, -number) for number in range(500)]
    assert len(taken(slow)) == 500


def test_nothing_is_left_out_that_mending_or_later_pictures_may_need():
    film = [Given(number, 40 * number, ANEW if number == 5 else SLICE) for number in range(6)]
    assert [packet.number for packet, _ in taken(film)] == [0, 5]
    assert len(taken(film, is_damaged=True)) == 6
    film[3] = Given(3, 120, PARAMETERS + SLICE)
    assert len(taken(film)) == 6
