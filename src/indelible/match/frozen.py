"""Films that hold one moment: a still, shown for seconds. They are compared as the one frame that they are."""

from __future__ import annotations

import cv2
import numpy as np

from indelible.fingerprint import unread
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.pixels import MOVE_MIN

_SMOOTH_PX = 0.8
_FRAMES_MIN = 2


def held(picture: PictureFingerprint) -> PictureFingerprint | None:
    """The one frame of a picture that never changes, one with local features; None when it changes or is one."""
    if len(picture.times_ms) < _FRAMES_MIN:
        return None
    middle = len(picture.times_ms) // 2
    if len(picture.local_frames):
        middle = int(picture.local_frames[np.abs(picture.local_frames - middle).argmin()])
    read = (picture.thumbs != unread.LEVEL).any(axis=0)
    changes = (cv2.GaussianBlur(cv2.absdiff(thumb, picture.thumbs[middle]), (0, 0), _SMOOTH_PX) for thumb in picture.thumbs)
    if any(float(change[read].std()) >= MOVE_MIN for change in changes):
        return None
    return picture.only(np.arange(len(picture.times_ms)) == middle)
