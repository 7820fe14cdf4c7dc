"""Which rows of a damaged film's pictures were really read, and which the decoder painted over.

Where a keyframe breaks off, FFmpeg's decoder of H.264 paints what is missing out of what is beside it, and every picture up
to the next keyframe builds on the paint. The broken keyframe is therefore decoded once more by a decoder that leaves what
it cannot read as it found it, at zero, and so shows how far the true picture reaches.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, cast

import numpy as np
from av.codec.context import CodecContext
from av.error import FFmpegError
from av.video.frame import VideoFrame
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream

Rows = NDArray[np.bool_]

_CODECS = ("h264",)
_FORMATS = ("yuv420p", "yuvj420p")
_KEYFRAMES_WAITING_MAX = 8  # a decoder gives pictures back at most some packets late
_WRITTEN_SHARE = 0.95  # of a row's chroma: 0 is no colour that a film has, save here and there


class UnreadRows:
    """Follows one stream's keyframes and says of each picture which of its rows can be believed."""

    def __init__(self, stream: VideoStream, pixels_max: int) -> None:
        self._stream = stream
        self._pixels_max = pixels_max
        self._keyframes: deque[Packet[Stream]] = deque(maxlen=_KEYFRAMES_WAITING_MAX)
        self._read: Rows | None = None

    def note(self, packet: Packet[Stream]) -> None:
        """Take note of a packet before it is decoded."""
        if packet.is_keyframe and packet.stream is self._stream and self._stream.codec_context.name in _CODECS:
            self._keyframes.append(packet)

    def read_rows(self, frame: VideoFrame) -> Rows | None:
        """Which rows of the frame, bool[n] from top to bottom, rest on what was read; None when all do."""
        if frame.key_frame:
            self._read = self._reread(frame) if frame.is_corrupt and frame.format.name in _FORMATS else None
        return self._read

    def _reread(self, frame: VideoFrame) -> Rows | None:
        packet = next((one for one in self._keyframes if one.pts == frame.pts), None)
        if packet is None:
            return None
        strict = cast("VideoCodecContext", CodecContext.create(self._stream.codec_context.name, "r"))
        strict.extradata = self._stream.codec_context.extradata
        strict.options = {"ec": "0", "threads": "1", "max_pixels": str(self._pixels_max)}
        try:
            frames = [*strict.decode(cast("Packet[VideoStream]", packet)), *strict.decode(None)]
        except FFmpegError:
            return None
        if len(frames) != 1 or frames[0].format.name not in _FORMATS:
            return None
        rows = _written(frames[0])
        return None if rows.all() else rows


def _written(frame: VideoFrame) -> Rows:
    """Which rows of chroma hold anything: bool[h]."""
    plane = frame.planes[1]
    chroma = np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
    return np.asarray((chroma != 0).mean(axis=1) >= _WRITTEN_SHARE, np.bool_)
