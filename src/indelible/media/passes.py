"""Which packets of a film are decoded: for several frames a second all that others build on, for a first look its keyframes.

A picture that no other refers to can be left out without changing any other. One that others refer to cannot, also where it
is a B-frame: what follows is then off, by 3 grey levels of 255 on average and by 12 at times
(docs/decisions/0008-decoding.md). So the dense pass leaves out the former alone, save those that are sampled: it sees the same
pictures as if it decoded all. The first pass, which only looks for candidates, leaves out both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from indelible.media.outcome import Plan
from indelible.model.speed import Speed

GAP_MS_MAX = 4250  # between a first pass's frames: half of 250 frames at 30 a second, usually the most between keyframes
EACH_MS = 1000  # keyframes that stand closer say little new
_STEP_MS = 4000
_HELD_BYTES_MAX = 16 << 20
_RESET_MS = 2000  # a clock that falls back further than packets stand out of order has been set anew
_ROUND_MS = 1  # by which stamps in milliseconds are off
_P_FRAMES_GO_ON_ALONE = ("h264", "mpeg4", "mpeg2video", "mpeg1video")  # elsewhere B-frames may be all there is
_SKIPS_AS_IT_BEGAN = ("libdav1d",)  # decoders that ask what to skip only when they are opened

# FFmpeg's words: nothing, what no other refers to, B-frames, all but keyframes.
Skip = Literal["DEFAULT", "NONREF", "BIDIR", "NONKEY"]


class Pass(Protocol):
    """Takes a stream's packets in the order of the file, and at last the empty one; gives the pictures that are wanted."""

    def frames(self, packet: Packet[Stream]) -> Iterator[VideoFrame]:
        """The pictures that can be had now, in order of showing; raises nothing on a broken packet."""


@dataclass
class Broken:
    """How much could not be decoded, or not well."""

    packets: int = 0
    frames: int = 0

    @property
    def words(self) -> list[str]:
        """The same for people; nothing when all is well."""
        packets = [f"{self.packets} packets could not be decoded"] if self.packets else []
        return packets + ([f"{self.frames} frames are damaged"] if self.frames else [])


def usual_step_ms(stream: VideoStream) -> int:
    """How far the pictures of a stream are usually apart."""
    rate = stream.average_rate or stream.guessed_rate
    return max(1, round(1000 / rate)) if rate and rate > 0 else 40


def pass_of(stream: VideoStream, plan: Plan, broken: Broken) -> Pass:
    """The way of decoding that the plan asks for; what is broken is counted in `broken`."""
    decoder = _Decoder(stream, broken)
    return FirstPass(decoder) if plan.speed is Speed.FIRST else DensePass(decoder, plan.sample_ms)


class _Decoder:
    """A stream's decoder, told before each packet what it may skip."""

    def __init__(self, stream: VideoStream, broken: Broken) -> None:
        self._stream = stream
        self._context = stream.codec_context
        self._broken = broken

    def frames(self, packet: Packet[Stream] | None, skip: Skip) -> list[VideoFrame]:
        """The pictures that a packet gives, or that were held back when it is None; none when it is broken."""
        self._context.skip_frame = skip
        try:
            frames = self._context.decode(packet)
        except FFmpegError:
            self._broken.packets += 1
            return []
        self._broken.frames += sum(frame.is_corrupt for frame in frames)
        return frames

    def forget(self) -> None:
        """Start anew, at whatever packet comes next."""
        self._context.flush_buffers()

    @property
    def name(self) -> str:
        """The codec's name, as FFmpeg has it."""
        return self._context.name

    def ms(self, stamp: int | None) -> int | None:
        """A stamp of the stream in milliseconds of the container's clock."""
        base = self._stream.time_base
        return None if stamp is None or base is None else round(1000 * stamp * base)

    @property
    def start_ms(self) -> int:
        """The stream's start in the container's clock."""
        return self.ms(self._stream.start_time) or 0

    def length_ms(self, packet: Packet[Stream]) -> int:
        """How long a packet's picture is shown, or pictures usually are where that is longer."""
        return max(self.ms(packet.duration) or 0, usual_step_ms(self._stream))

    def shown_ms(self, thing: Packet[Stream] | VideoFrame) -> int | None:
        """When a packet or a picture is shown, or at least comes."""
        return self.ms(thing.pts if thing.pts is not None else thing.dts)


class DensePass:
    """Every picture that others refer to, and of the rest the first at or after each point of the sampling grid.

    All of this is known from stamps before anything is decoded. What is shown after all before it stands where B-frames end:
    it is decoded when it is the first behind a point, and where two such lie more than a step apart, so is all between them.
    """

    def __init__(self, decoder: _Decoder, sample_ms: int) -> None:
        self._decoder = decoder
        self._sample_ms = sample_ms
        self._top_ms: int | None = None
        self._is_close = False

    def frames(self, packet: Packet[Stream]) -> Iterator[VideoFrame]:
        """The pictures that a packet gives."""
        at_ms = self._decoder.ms(packet.pts)
        is_wanted = at_ms is None or self._is_wanted(at_ms - self._decoder.start_ms, self._decoder.length_ms(packet))
        yield from self._decoder.frames(packet, "DEFAULT" if is_wanted else "NONREF")

    def _is_wanted(self, at_ms: int, length_ms: int) -> bool:
        """Whether the picture shown at `at_ms` of the stream may be sampled."""
        top_ms = self._top_ms
        if top_ms is None or not top_ms - _RESET_MS <= at_ms <= top_ms:
            self._top_ms = at_ms
            self._is_close = top_ms is not None and 0 <= at_ms - top_ms <= self._sample_ms
            if top_ms is None or (at_ms + _ROUND_MS) // self._sample_ms != top_ms // self._sample_ms:
                return True
        return not self._is_close or (at_ms + _ROUND_MS) % self._sample_ms <= length_ms + 2 * _ROUND_MS


class FirstPass:
    """Keyframes, at most one a second, and at least a picture every four: where keyframes are further apart, one between them.

    Packets are held until the next keyframe tells whether they are needed.
    """

    def __init__(self, decoder: _Decoder) -> None:
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
        if self._now_ms is None or (at_ms is not None and at_ms < self._now_ms - _RESET_MS):
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
