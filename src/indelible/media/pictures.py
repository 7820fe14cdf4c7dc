"""A video stream's frames, sampled on a fixed grid of its own clock."""

from __future__ import annotations

from collections import deque
from fractions import Fraction

from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from indelible.media.answer import Answer, LimitError
from indelible.media.decoder import usual_step_ms
from indelible.media.first_pass import GAP_MS_MAX
from indelible.media.frames import Shrinker
from indelible.media.unread import UnreadRows
from indelible.model.speed import Speed

_RESET_MS = 1000  # a clock that falls back further than this has been set anew: another recording follows
_PACKETS_LATE_MAX = 64  # so many packets may come before the pictures of the first of them
_READ_SHARE_MIN = 1 / 8  # of a frame's rows: less shows nothing, and what is painted under it is no picture


class PictureTrack:
    """Feeds into the answer the first frame at or after each grid point, with that frame's own time.

    Rows that the decoder painted over go out marked as unread; a frame with hardly any others is left out.
    """

    def __init__(self, stream: VideoStream, answer: Answer) -> None:
        self._stream = stream
        self._answer = answer
        self._shrinker = Shrinker(answer.plan.side_px_max)
        self._unread = UnreadRows(stream, answer.plan.pixels_max)
        self._left_out = 0
        self._step_ms = usual_step_ms(stream)
        self._origin: Fraction | None = None
        self._frame_size = (0, 0)
        self._decoded = 0
        self._last_ms = -1
        self._due_ms = 0
        self._left_out_ms_max = 2 * GAP_MS_MAX if answer.plan.speed is Speed.FIRST else 0
        self._ends_ms: deque[int] = deque(maxlen=_PACKETS_LATE_MAX)
        self.end_ms = 0

    @property
    def origin_s(self) -> Fraction | None:
        """The container's time of our time 0, once a frame has come."""
        return self._origin

    def expect(self, packet: Packet[Stream]) -> None:
        """Take note of a packet of any stream before it is decoded."""
        self._unread.note(packet)

    def finish(self) -> None:
        """Settle at the end how long the stream is, and say how many frames were left out."""
        self._stretch(max(self._ends_ms, default=0))
        if self._left_out:
            self._answer.damage.append(f"{self._left_out} sampled frames show next to nothing and are left out")

    def add(self, frame: VideoFrame) -> None:
        """Take one decoded frame, in order of showing; raises LimitError."""
        self._check(frame)
        at_ms = self._time_ms(frame)
        self._last_ms = at_ms
        length_ms = round(1000 * frame.duration * frame.time_base) if frame.duration and frame.time_base else self._step_ms
        self.end_ms = max(self.end_ms, at_ms + max(length_ms, 0))
        rows = self._unread.read_rows(frame)
        if at_ms < self._due_ms:
            return
        sample_ms = self._answer.plan.sample_ms
        self._due_ms = (at_ms // sample_ms + 1) * sample_ms
        if rows is not None and rows.mean() < _READ_SHARE_MIN:
            self._left_out += 1
        else:
            self._answer.add_frame(at_ms, self._shrinker.luma(frame, rows))

    def reach(self, packet: Packet[Stream]) -> None:
        """Take the end of a packet whose picture may have been left out: the stream is so long, or nearly."""
        base = packet.time_base or self._stream.time_base
        if packet.pts is None or base is None or self._origin is None:
            return
        ends_ms = round(1000 * (packet.pts * base - self._origin)) + round(1000 * (packet.duration or 0) * base)
        self._ends_ms.append(ends_ms)
        self._stretch(ends_ms)

    def _stretch(self, ends_ms: int) -> None:
        """Take the stream to last so long, as far as the frames decoded so far bear it out."""
        left_out_ms = self._left_out_ms_max + self._answer.plan.sample_ms
        self.end_ms = max(self.end_ms, min(ends_ms, self._last_ms + left_out_ms))

    def _check(self, frame: VideoFrame) -> None:
        plan = self._answer.plan
        self._decoded += 1
        if self._decoded > plan.frames_max:
            raise LimitError(f"stopped after {plan.frames_max} frames")
        size = (frame.width, frame.height)
        if frame.width * frame.height > plan.pixels_max:
            raise LimitError(f"{frame.width}×{frame.height} is above the limit of {plan.pixels_max} pixels")
        if self._decoded == 1:
            self._shrinker.begin(frame, self._stream.sample_aspect_ratio)
            self._answer.width, self._answer.height = self._shrinker.width, self._shrinker.height
        elif size != self._frame_size:
            self._answer.notes.append(f"the picture's size changes to {size[0]}×{size[1]}; scaled to the first")
        self._frame_size = size

    def _time_ms(self, frame: VideoFrame) -> int:
        """The frame's time from the stream's start: above the last one's, whatever the file says."""
        stamp = frame.pts if frame.pts is not None else frame.dts
        base = frame.time_base or self._stream.time_base
        if stamp is None or base is None:
            return self._last_ms + self._step_ms if self._last_ms >= 0 else 0
        seconds = stamp * base
        if self._origin is None:
            self._origin = self._start_s(seconds)
        at_ms = round(1000 * (seconds - self._origin))
        if at_ms < self._last_ms - _RESET_MS:
            self._answer.notes.append(f"the clock falls back after {self._last_ms} ms; what follows is set behind it")
            at_ms = self.end_ms if self._left_out_ms_max else self._last_ms + self._step_ms
            self._origin = seconds - Fraction(at_ms, 1000)
        return max(at_ms, self._last_ms + 1)

    def _start_s(self, first_s: Fraction) -> Fraction:
        """The stream's own start; the first frame's time where none is stated or the frame is earlier."""
        stated, base = self._stream.start_time, self._stream.time_base
        if stated is None or base is None:
            return first_s
        return min(stated * base, first_s)
