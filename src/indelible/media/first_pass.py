"""A first look at a film: its keyframes, and a picture between them where they stand far apart."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame

from indelible.media.decoder import RESET_MS, Decoder, Skip

GAP_MS_MAX = 4250  # between frames: half of 250 frames at 30 a second, usually the most between keyframes
EACH_MS = 1000  # keyframes that stand closer say little new
_STEP_MS = 4000
_HELD_BYTES_MAX = 16 << 20
_P_FRAMES_GO_ON_ALONE = ("h264", "mpeg4", "mpeg2video", "mpeg1video")  # elsewhere B-frames may be all there is
_SKIPS_AS_IT_BEGAN = ("libdav1d",)  # decoders that ask what to skip only when they are opened


class FirstPass:
    """Keyframes, at most one a second, and at least a picture every four: where keyframes are further apart, one between them.

    Packets are held until the next keyframe tells whether they are needed.
    """

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._skip: Skip = "BIDIR" if decoder.name in _P_FRAMES_GO_ON_ALONE else "NONREF"
        self._skip_alone: Skip = self._skip if decoder.name in _SKIPS_AS_IT_BEGAN else "NONKEY"
        self._held: deque[Packet[Stream]] = deque()
        self._held_bytes = 0
        self._is_begun = False  # the decoder has decoded all that stood before what is held
        self._seen_ms = 0  # of the last picture given
        self._now_ms: int | None = None

    def frames(self, packet: Packet[Stream]) -> Iterator[VideoFrame]:
        """The pictures that are wanted of what came before a keyframe, and its own."""
        if not packet.size:
            yield from self._end()
            return
        at_ms = self._decoder.shown_ms(packet)
        if self._now_ms is None or (at_ms is not None and at_ms < self._now_ms - RESET_MS):
            self._seen_ms = (at_ms or 0) - GAP_MS_MAX
        self._now_ms = at_ms if at_ms is not None else self._now_ms or 0
        if packet.is_keyframe:
            yield from self._keyframe(packet, self._now_ms)
            return
        self._hold(packet)
        if self._now_ms - self._seen_ms > 2 * GAP_MS_MAX or self._held_bytes > _HELD_BYTES_MAX:
            yield from self._go_on(self._seen_ms + _STEP_MS)

    def _keyframe(self, packet: Packet[Stream], at_ms: int) -> Iterator[VideoFrame]:
        yield from self._bridge(at_ms)
        self._drop()
        self._hold(packet)
        if at_ms - self._seen_ms >= EACH_MS:
            yield from self._alone(packet)

    def _bridge(self, until_ms: int) -> Iterator[VideoFrame]:
        """The pictures that are wanted between the last one given and `until_ms`."""
        first = self._held[0] if self._held and not self._is_begun else None
        first_ms = self._decoder.shown_ms(first) if first is not None else None
        if first is not None and first_ms is not None and first_ms > self._seen_ms and until_ms - first_ms >= EACH_MS:
            yield from self._alone(first)  # it stood close behind another, as at a cut, and none followed soon
        while self._held and until_ms - self._seen_ms > GAP_MS_MAX:
            near = until_ms - self._seen_ms <= 2 * GAP_MS_MAX
            yield from self._go_on(until_ms - GAP_MS_MAX if near else self._seen_ms + _STEP_MS)

    def _alone(self, packet: Packet[Stream]) -> Iterator[VideoFrame]:
        """A keyframe's own picture."""
        self._decoder.forget()
        frames = [*self._decoder.frames(packet, self._skip_alone), *self._decoder.frames(None, self._skip_alone)]
        self._decoder.forget()
        self._is_begun = False
        for frame in frames[:1]:
            self._saw(frame)
            yield frame

    def _go_on(self, wanted_ms: int) -> Iterator[VideoFrame]:
        """The first picture at or after `wanted_ms`, when what is held reaches so far."""
        if not self._is_begun:
            self._decoder.forget()
            self._is_begun = True
        while self._held:
            packet = self._held.popleft()
            self._held_bytes -= packet.size
            wanted = [f for f in self._decoder.frames(packet, self._skip) if (self._decoder.shown_ms(f) or 0) >= wanted_ms]
            if wanted:
                self._saw(wanted[0])
                yield wanted[0]
                return

    def _end(self) -> Iterator[VideoFrame]:
        if self._now_ms is None:
            return
        yield from self._bridge(self._now_ms + EACH_MS // 2)
        if self._is_begun and self._now_ms - self._seen_ms > GAP_MS_MAX:
            for frame in self._decoder.frames(None, self._skip)[-1:]:
                self._saw(frame)
                yield frame

    def _saw(self, frame: VideoFrame) -> None:
        at_ms = self._decoder.shown_ms(frame)
        self._seen_ms = max(self._seen_ms + 1, at_ms) if at_ms is not None else self._now_ms or 0

    def _hold(self, packet: Packet[Stream]) -> None:
        self._held.append(packet)
        self._held_bytes += packet.size

    def _drop(self) -> None:
        self._held.clear()
        self._held_bytes = 0
        self._is_begun = False
