"""A film's decoder, told packet by packet what it may skip, and its clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

RESET_MS = 2000  # a clock that falls back further than packets stand out of order has been set anew

# FFmpeg's words: nothing, what no other refers to, B-frames, all but keyframes.
Skip = Literal["DEFAULT", "NONREF", "BIDIR", "NONKEY"]


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


class Decoder:
    """A stream's decoder, told before each packet what it may skip."""

    def __init__(self, stream: VideoStream, broken: Broken) -> None:
        self._stream = stream
        self._context = stream.codec_context
        self._broken = broken
        self._ms_per_tick = 1000 * stream.time_base if stream.time_base else None

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

    @property
    def extradata(self) -> bytes:
        """What the container tells the decoder beforehand."""
        return self._context.extradata or b""

    @property
    def is_damaged(self) -> bool:
        """Whether anything so far could not be decoded, or not well."""
        return bool(self._broken.packets or self._broken.frames)

    def shown_ms(self, thing: Packet[Stream] | VideoFrame) -> int | None:
        """When a packet or a picture is shown, or at least comes, by the container's clock."""
        return self._ms(thing.pts if thing.pts is not None else thing.dts)

    def at_ms(self, packet: Packet[Stream]) -> int | None:
        """When a packet's picture is shown, from the stream's start."""
        return None if packet.pts is None else self._ms(packet.pts - (self._stream.start_time or 0))

    def _ms(self, ticks: int | None) -> int | None:
        """Ticks of the stream in milliseconds."""
        return None if ticks is None or self._ms_per_tick is None else round(ticks * self._ms_per_tick)
