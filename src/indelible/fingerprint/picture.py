"""The picture of one medium as a fingerprint: what the matcher compares, and nothing else of it.

Frames come at one every 250 ms, at most 384 pixels long. From each: the hashes of its eight views, its quality, a small
copy for the check of motion; from one a second and from the first after a cut: local features. Frames are taken in windows
of 64 (16 s), each with its own bars and overlays, so an hour needs no more memory than a minute, and the fingerprint does
not depend on how the frames were handed over.

Size: about 11 kB a second, 40 MB an hour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint import bars, frame_hash
from indelible.fingerprint.boxes import boxed
from indelible.fingerprint.local import CODE_BYTES, SpotFinder, Spots

THUMB_LONG_PX = 64
THUMB_SHORT_PX_MIN = 4
_WINDOW_FRAMES = 64
_LOCAL_EVERY_MS = 1000
_LOCAL_GAP_MS = 500  # shaking footage looks like cuts; half a second bounds what it costs
_CUT_BITS = 70  # between neighbouring frames: motion gives less than 50, another scene 128 on average, 94 at least
_CUT_QUALITY = 20  # a fade to black is not a scene


@dataclass(frozen=True)
class PictureFingerprint:
    """What is kept of n sampled frames, their b boxes, and the k of them that have local features (p in all).

    `width`, `height`: of the frames, in pixels. `times_ms`: int64[n], ascending. `hashes`: uint8[n, 8, 32], see
    frame_hash.VIEWS. `qualities`: uint8[n]. `thumbs`: uint8[n, th, tw], the long side 64.
    `box_frames`: int32[b], which frames, ascending, a frame once for each of its boxes; `boxes`: int16[b, 4], x0, y0, x1, y1 in
    pixels, of the picture between bars, of pictures within it, and nearest to a screen that leans; `box_hashes`: uint8[b, 8, 32].
    `local_frames`: int32[k], which frames; `local_starts`: int32[k + 1], where each one's spots start in
    `points` uint16[p, 2], `sizes` uint8[p], `angles` uint8[p] and `codes` uint8[p, 16], see local.Spots.
    """

    width: int
    height: int
    times_ms: NDArray[np.int64]
    hashes: NDArray[np.uint8]
    qualities: NDArray[np.uint8]
    thumbs: NDArray[np.uint8]
    box_frames: NDArray[np.int32]
    boxes: NDArray[np.int16]
    box_hashes: NDArray[np.uint8]
    local_frames: NDArray[np.int32]
    local_starts: NDArray[np.int32]
    points: NDArray[np.uint16]
    sizes: NDArray[np.uint8]
    angles: NDArray[np.uint8]
    codes: NDArray[np.uint8]

    def __post_init__(self) -> None:
        frames, local = len(self.times_ms), len(self.local_frames)
        if not len(self.hashes) == len(self.qualities) == len(self.thumbs) == frames:
            raise ValueError(f"each of {frames} frames needs a hash, a quality and a small copy")
        if not len(self.boxes) == len(self.box_hashes) == len(self.box_frames):
            raise ValueError("each box of a frame needs its corners and its hash")
        if len(self.local_starts) != local + 1 or self.local_starts[-1] != len(self.codes):
            raise ValueError(f"local features of {local} frames do not add up")
        if not len(self.points) == len(self.sizes) == len(self.angles) == len(self.codes):
            raise ValueError("each spot needs a point, a size, an angle and a code")

    @property
    def single(self) -> bool:
        """Whether it is one frame."""
        return len(self.times_ms) == 1

    def only(self, kept: NDArray[np.bool_]) -> PictureFingerprint:
        """The same of the frames that bool[n] keeps, with their boxes and local features."""
        if kept.all():
            return self
        number = np.cumsum(kept) - 1
        boxed, local = kept[self.box_frames], kept[self.local_frames]
        counts = np.diff(self.local_starts)
        spots = np.repeat(local, counts)
        return replace(
            self,
            times_ms=self.times_ms[kept],
            hashes=self.hashes[kept],
            qualities=self.qualities[kept],
            thumbs=self.thumbs[kept],
            box_frames=number[self.box_frames[boxed]].astype(np.int32),
            boxes=self.boxes[boxed],
            box_hashes=self.box_hashes[boxed],
            local_frames=number[self.local_frames[local]].astype(np.int32),
            local_starts=np.concatenate([[0], np.cumsum(counts[local])]).astype(np.int32),
            points=self.points[spots],
            sizes=self.sizes[spots],
            angles=self.angles[spots],
            codes=self.codes[spots],
        )


class PictureBuilder:
    """Takes frames as they come and makes their fingerprint. Not for use by two threads.

    The same frames give the same bytes, however they are divided among the calls.
    """

    def __init__(self) -> None:
        self._finder = SpotFinder()
        self._waiting: list[NDArray[np.uint8]] = []
        self._times: list[int] = []
        self._done = 0
        self._next_local_ms = 0
        self._last_hash: NDArray[np.uint8] | None = None
        self._parts: list[_Part] = []

    def add(self, frames: NDArray[np.uint8], times_ms: NDArray[np.int64]) -> None:
        """Takes frames uint8[n, h, w] with their times int64[n].

        Raises ValueError when the frames' size changes or the times do not ascend.
        """
        if self._waiting and frames.shape[1:] != self._waiting[0].shape:
            raise ValueError(f"frames of {frames.shape[1:]} after frames of {self._waiting[0].shape}")
        for frame, time_ms in zip(frames, times_ms.tolist(), strict=True):
            if self._times and time_ms <= self._times[-1]:
                raise ValueError(f"times ascend: {time_ms} ms after {self._times[-1]} ms")
            self._waiting.append(frame)
            self._times.append(time_ms)
        while len(self._waiting) >= 2 * _WINDOW_FRAMES:  # so the last window is never a scrap
            self._take(_WINDOW_FRAMES)

    def finish(self) -> PictureFingerprint | None:
        """The fingerprint of all frames; None when there was none."""
        if not self._waiting:
            return None
        shape = self._waiting[0].shape
        self._take(len(self._waiting))
        return _joined(self._parts, shape, np.array(self._times, np.int64))

    def _take(self, count: int) -> None:
        """Fingerprints the first `count` waiting frames as one window."""
        frames = np.stack(self._waiting[:count])
        del self._waiting[:count]
        hashes, qualities = frame_hash.hash_frames(frames)
        local = self._local(hashes[:, 0], qualities)
        mask = bars.moving_mask(frames)
        spots = [self._finder.find(frames[i], mask) for i in local]
        boxes, box_hashes = boxed(frames)
        self._parts.append(
            _Part(
                hashes=hashes,
                qualities=qualities,
                thumbs=_thumbs(frames),
                boxes=np.tile(boxes, (count, 1)),
                box_hashes=box_hashes,
                box_frames=self._done + np.repeat(np.arange(count, dtype=np.int32), len(boxes)),
                local_frames=self._done + np.array(local, np.int32).reshape(-1),
                spots=tuple(spots),
            )
        )
        self._done += count

    def _local(self, hashes: NDArray[np.uint8], qualities: NDArray[np.uint8]) -> list[int]:
        """Which frames of a window get local features: one a second, and the first after a cut."""
        chosen = []
        for i, hashed in enumerate(hashes):
            last = self._last_hash if self._last_hash is not None else hashed
            apart = int(np.bitwise_count(last ^ hashed).sum(dtype=np.int64))
            time_ms = self._times[self._done + i]
            cut = apart >= _CUT_BITS and qualities[i] >= _CUT_QUALITY
            if time_ms >= self._next_local_ms - (_LOCAL_EVERY_MS - _LOCAL_GAP_MS) * cut:
                chosen.append(i)
                self._next_local_ms = time_ms + _LOCAL_EVERY_MS
            self._last_hash = hashed
        return chosen


@dataclass(frozen=True)
class _Part:
    """One window's share of a fingerprint."""

    hashes: NDArray[np.uint8]
    qualities: NDArray[np.uint8]
    thumbs: NDArray[np.uint8]
    boxes: NDArray[np.int16]
    box_hashes: NDArray[np.uint8]
    box_frames: NDArray[np.int32]
    local_frames: NDArray[np.int32]
    spots: tuple[Spots, ...]


def _thumbs(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Small copies of uint8[n, h, w] with the long side 64, by area."""
    _, height, width = frames.shape
    scale = THUMB_LONG_PX / max(height, width)
    size = (max(THUMB_SHORT_PX_MIN, round(width * scale)), max(THUMB_SHORT_PX_MIN, round(height * scale)))
    return np.stack([cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in frames]).astype(np.uint8)


def _joined(parts: list[_Part], shape: tuple[int, ...], times_ms: NDArray[np.int64]) -> PictureFingerprint:
    spots = [found for part in parts for found in part.spots]
    counts = [len(found.codes) for found in spots]
    return PictureFingerprint(
        width=shape[1],
        height=shape[0],
        times_ms=times_ms,
        hashes=np.concatenate([part.hashes for part in parts]),
        qualities=np.concatenate([part.qualities for part in parts]),
        thumbs=np.concatenate([part.thumbs for part in parts]),
        box_frames=np.concatenate([part.box_frames for part in parts]).astype(np.int32),
        boxes=np.concatenate([part.boxes for part in parts]),
        box_hashes=np.concatenate([part.box_hashes for part in parts]),
        local_frames=np.concatenate([part.local_frames for part in parts]).astype(np.int32),
        local_starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        points=np.concatenate([np.zeros((0, 2), np.uint16), *(found.points for found in spots)]),
        sizes=np.concatenate([np.zeros(0, np.uint8), *(found.sizes for found in spots)]),
        angles=np.concatenate([np.zeros(0, np.uint8), *(found.angles for found in spots)]),
        codes=np.concatenate([np.zeros((0, CODE_BYTES), np.uint8), *(found.codes for found in spots)]),
    )
