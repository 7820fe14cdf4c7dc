"""Frames of a file at about one a second: by count, as vPDQ picks them, or by time, as ffmpeg's `-r 1` does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # [h,w,3], RGB

_REPEATS_MAX = 600  # seconds that one frame may stand; beyond them a time is damage


def step(stream: VideoStream) -> int:
    """Frames from one pick to the next: the whole part of the average rate, and at least one, as vPDQ counts."""
    return max(1, int(stream.average_rate or 0))


def decoded(path: Path) -> Iterator[tuple[VideoStream, VideoFrame]]:
    """All frames of the first picture stream, with it; what comes before a fault, and nothing without picture."""
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                return
            stream = container.streams.video[0]
            for frame in container.decode(stream):
                yield stream, frame
    except (av.FFmpegError, UnicodeDecodeError):
        return


def every_second(path: Path) -> Iterator[VideoFrame]:
    """Frame 0 and every later one whose number is a multiple of `step`."""
    for number, (stream, frame) in enumerate(decoded(path)):
        if number % step(stream) == 0:
            yield frame


def at_each_second(path: Path) -> Iterator[VideoFrame]:
    """For each whole second from the first frame on, the last frame before half a second later; one that stands long is repeated."""
    held: VideoFrame | None = None
    start_s, second = 0.0, 0
    for _, frame in decoded(path):
        if held is None:
            start_s = frame.time or 0.0
        elif frame.time is not None:
            due = min(int(frame.time - start_s + 0.5), second + _REPEATS_MAX)
            for _ in range(second, due):
                yield held
            second = max(second, due)
        held = frame
    if held is not None:
        yield held


def picture(frame: VideoFrame, width: int, height: int) -> Picture:
    """The frame scaled to width by height pixels, RGB uint8[h,w,3]."""
    return np.asarray(frame.to_ndarray(format="rgb24", width=width, height=height, interpolation="AREA"), np.uint8)


def whole(frame: VideoFrame) -> Picture:
    """The frame as large as it is stored, RGB uint8[h,w,3]."""
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def within(frame: VideoFrame, side: int) -> Picture:
    """The frame with both sides at most `side` pixels, shape kept, RGB uint8[h,w,3]."""
    shrink = min(1.0, side / max(frame.width, frame.height))
    return picture(frame, max(1, round(frame.width * shrink)), max(1, round(frame.height * shrink)))
