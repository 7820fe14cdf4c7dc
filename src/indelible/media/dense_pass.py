"""A whole look at a film: the very pictures, at the very times, that decoding all of it would give."""

from __future__ import annotations

from collections.abc import Iterator

from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame

from indelible.media import h264
from indelible.media.decoder import RESET_MS, Decoder

_WAITING_BYTES_MAX = 16 << 20
_GROUP_MAX = 64  # packets: no film has so many B-frames together, and a broken clock no end of them
_H264 = "h264"


class DensePass:
    """Every picture that others refer to, and of the rest the first at or after each point of the sampling grid.

    All of this is known from stamps before anything is decoded. Packets come in groups: a picture, and behind it those that
    are shown before it. When a group is whole, it is known what is shown after what. Packets that are not sampled wait for
    one that is; when the film begins anew before that, no picture needs them, and they are not decoded.
    """

    def __init__(self, decoder: Decoder, sample_ms: int) -> None:
        self._decoder = decoder
        self._sample_ms = sample_ms
        self._group: list[tuple[int, Packet[Stream]]] = []  # with when it is shown
        self._shown_ms: int | None = None  # the last picture of the groups before
        self._is_one_clock = True
        self._waiting: list[Packet[Stream]] = []
        self._waiting_bytes = 0

    def frames(self, packet: Packet[Stream]) -> Iterator[VideoFrame]:
        """The pictures that can be had now that this packet has come."""
        at_ms = self._decoder.at_ms(packet)
        if at_ms is None or not self._is_of_group(at_ms):
            yield from self._end_group()
        if at_ms is None:
            yield from self._decoded(packet, is_wanted=True)
            return
        if self._shown_ms is not None and at_ms < self._shown_ms - RESET_MS:
            self._shown_ms, self._is_one_clock = None, False
        self._group.append((at_ms, packet))

    def _is_of_group(self, at_ms: int) -> bool:
        """Whether what is shown then belongs with the packets that came last."""
        if not self._group:
            return True
        first_ms = self._group[0][0]
        return first_ms - RESET_MS <= at_ms <= first_ms and len(self._group) < _GROUP_MAX

    def _end_group(self) -> Iterator[VideoFrame]:
        wanted = self._wanted()
        for place, (_, packet) in enumerate(self._group):
            yield from self._decoded(packet, is_wanted=place in wanted)
        self._group.clear()

    def _wanted(self) -> set[int]:
        """The places in the group of what is sampled: in order of showing, the first at or after each point of the grid."""
        wanted = set()
        for place in sorted(range(len(self._group)), key=lambda one: self._group[one][0]):
            at_ms = self._group[place][0]
            if self._shown_ms is None or at_ms <= self._shown_ms or self._point(at_ms) != self._point(self._shown_ms):
                wanted.add(place)
            self._shown_ms = at_ms if self._shown_ms is None else max(at_ms, self._shown_ms)
        return wanted

    def _point(self, at_ms: int) -> int:
        return at_ms // self._sample_ms

    def _decoded(self, packet: Packet[Stream], *, is_wanted: bool) -> Iterator[VideoFrame]:
        """What a packet gives, and those before it that it needs; nothing yet of one that may wait."""
        if not is_wanted and self._may_wait(packet):
            self._waiting.append(packet)
            self._waiting_bytes += packet.size
            return
        if not self._is_needless(packet):
            for one in self._waiting:
                yield from self._decoder.frames(one, "NONREF")
        self._waiting.clear()
        self._waiting_bytes = 0
        yield from self._decoder.frames(packet, "DEFAULT" if is_wanted else "NONREF")

    def _may_wait(self, packet: Packet[Stream]) -> bool:
        return self._decoder.name == _H264 and not packet.is_keyframe and self._waiting_bytes < _WAITING_BYTES_MAX

    def _is_needless(self, packet: Packet[Stream]) -> bool:
        """Whether from this packet on nothing needs those that wait: no picture, no clock, and nothing that must be mended."""
        if not self._waiting or not packet.is_keyframe or not self._is_one_clock or self._decoder.is_damaged:
            return False
        extradata = self._decoder.extradata
        return h264.begins_anew(bytes(packet), extradata) and h264.is_all_picture(map(bytes, self._waiting), extradata)
