"""Which packets of H.264 clear all before them, told by the units that they hold."""

import pytest

from indelible.media import h264

SLICE, ANEW, REMARK, SEQUENCE, PICTURE = 0x41, 0x65, 0x06, 0x67, 0x68


def behind_lengths(*heads, length_bytes=4):
    return b"".join((len(body := bytes([head, 1, 2, 3]))).to_bytes(length_bytes, "big") + body for head in heads)


def behind_start_codes(*heads):
    return b"".join(b"\0\0\0\1" + bytes([head, 1, 2, 3]) for head in heads)


def avcc(length_bytes):
    return bytes([1, 100, 0, 31, 0xFC | (length_bytes - 1), 0xE1])


WAYS = [
    pytest.param(lambda *heads: (behind_start_codes(*heads), b""), id="behind start codes"),
    *(
        pytest.param(lambda *heads, n=n: (behind_lengths(*heads, length_bytes=n), avcc(n)), id=f"behind {n} bytes of length")
        for n in (1, 2, 4)
    ),
]


@pytest.mark.parametrize("packed", WAYS)
class TestAPacket:
    def test_with_an_idr_picture_begins_anew(self, packed):
        assert h264.begins_anew(*packed(SEQUENCE, PICTURE, REMARK, ANEW, ANEW))

    def test_marked_as_a_keyframe_for_mending_alone_does_not(self, packed):
        assert not h264.begins_anew(*packed(REMARK, SLICE))

    def test_of_slices_and_remarks_is_all_picture(self, packed):
        packet, extradata = packed(REMARK, SLICE, SLICE)
        assert h264.is_all_picture([packet, packet], extradata)

    def test_that_brings_parameters_is_not(self, packed):
        (slices, extradata), (parameters, _) = packed(SLICE), packed(PICTURE, SLICE)
        assert not h264.is_all_picture([slices, parameters], extradata)


@pytest.mark.parametrize("packet", [b"", b"\0", b"\0\0\1", b"\0\0\0\1", b"\xff" * 9, b"\0\0\0\0"])
@pytest.mark.parametrize("extradata", [b"", b"\1", avcc(4)])
def test_a_broken_packet_begins_nothing(packet, extradata):
    assert not h264.begins_anew(packet, extradata)
