"""Films that hold one moment: a still, shown for seconds. They are compared as the one frame that they are."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from indelible.fingerprint import unread
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.pixels import MOVE_MIN

_SMOOTH_PX = 0.8
_FRAMES_MIN = 2


def held(picture: PictureFingerprint) -> PictureFingerprint | None:
    """The one frame of a picture that never changes, with the local features nearest to it; None when it changes or is one."""
    if len(picture.times_ms) < _FRAMES_MIN:
        return None
    middle = len(picture.times_ms) // 2
    read = (picture.thumbs != unread.LEVEL).any(axis=0)
    changes = (cv2.GaussianBlur(cv2.absdiff(thumb, picture.thumbs[middle]), (0, 0), _SMOOTH_PX) for thumb in picture.thumbs)
    return _one(picture, middle) if all(float(change[read].std()) < MOVE_MIN for change in changes) else None


def _one(picture: PictureFingerprint, frame: int) -> PictureFingerprint:
    """A picture's one frame."""
    boxed = picture.box_frames == frame
    spots, kept = slice(0, 0), np.zeros(0, np.int32)
    if len(picture.local_frames):
        nearest = int(np.abs(picture.local_frames - frame).argmin())
        spots = slice(int(picture.local_starts[nearest]), int(picture.local_starts[nearest + 1]))
        kept = np.zeros(1, np.int32)
    return replace(
        picture,
        times_ms=picture.times_ms[frame : frame + 1],
        hashes=picture.hashes[frame : frame + 1],
        qualities=picture.qualities[frame : frame + 1],
        thumbs=picture.thumbs[frame : frame + 1],
        box_frames=np.zeros(int(boxed.sum()), np.int32),
        boxes=picture.boxes[boxed],
        box_hashes=picture.box_hashes[boxed],
        local_frames=kept,
        local_starts=np.array([0, spots.stop - spots.start][: len(kept) + 1], np.int32),
        points=picture.points[spots],
        sizes=picture.sizes[spots],
        angles=picture.angles[spots],
        codes=picture.codes[spots],
    )
