"""One picture to upright luma of bounded size."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import cv2
import numpy as np
from av.sidedata.sidedata import SideDataContainer, Type
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from indelible.fingerprint import unread

Luma = NDArray[np.uint8]

_MATRIX = struct.Struct("=9i")
_PAPER = 255  # what shows through transparent pixels
_READ_WHOLLY = 0.999  # of the rows that go into one
_SAR_MAX = 16  # beyond it, an aspect ratio is damage


@dataclass(frozen=True)
class Turn:
    """How a stored picture is brought upright: mirrored left to right first, then turned by quarters counter-clockwise."""

    mirrored: bool = False
    quarters: int = 0

    def upright(self, stored: Luma) -> Luma:
        """The picture uint8[h,w] or [h,w,c] upright; a view."""
        seen = stored[:, ::-1] if self.mirrored else stored
        return np.rot90(seen, self.quarters)

    @property
    def swaps_sides(self) -> bool:
        """Whether width becomes height."""
        return self.quarters % 2 == 1


# EXIF 2.32, tag 0x0112.
EXIF_TURNS = {
    1: Turn(),
    2: Turn(mirrored=True),
    3: Turn(quarters=2),
    4: Turn(mirrored=True, quarters=2),
    5: Turn(mirrored=True, quarters=1),
    6: Turn(quarters=3),
    7: Turn(mirrored=True, quarters=3),
    8: Turn(quarters=1),
}


def fitted(width: int, height: int, side_max: int) -> tuple[int, int]:
    """Width and height with the long side at most `side_max`, never larger than given, never below 1."""
    longest = max(width, height)
    if longest <= side_max:
        return max(width, 1), max(height, 1)
    return max(1, round(width * side_max / longest)), max(1, round(height * side_max / longest))


def shrunk(picture: Luma, width: int, height: int) -> Luma:
    """The picture uint8[h,w] at that size, by area."""
    if picture.shape == (height, width):
        return picture
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def on_paper(luma: Luma, alpha: Luma) -> Luma:
    """Luma uint8[h,w] over white paper, by alpha uint8[h,w]."""
    cover = alpha.astype(np.uint16)
    return ((luma * cover + _PAPER * (255 - cover) + 127) // 255).astype(np.uint8)


def displayed(width: int, height: int, aspect: Fraction | None) -> tuple[int, int]:
    """Width and height with square pixels: the wider way is stretched, so that nothing is lost."""
    if aspect is None or aspect <= 0 or aspect == 1 or not Fraction(1, _SAR_MAX) <= aspect <= _SAR_MAX:
        return width, height
    return (round(width * aspect), height) if aspect > 1 else (width, round(height / aspect))


def turn_of(frame: VideoFrame) -> Turn:
    """How the frame's display matrix says to bring it upright; raises nothing on a matrix that is no quarter turn."""
    beside = cast("SideDataContainer", frame.side_data)  # PyAV's own hint knows one key only
    raw = next((bytes(one) for one in beside if one.type is Type.DISPLAYMATRIX), b"")
    if len(raw) < _MATRIX.size:
        return Turn()
    a, b, _, c, d, *_ = _MATRIX.unpack_from(raw)
    # libavutil/display.h: [x' y'] = [x y] · [[a b][c d]], y downwards, so (a, b) is where the picture's right side points.
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    if abs(a) >= abs(b):
        return Turn(mirrored, 0 if a >= 0 else 2)
    return Turn(mirrored, 3 if b > 0 else 1)


class Shrinker:
    """Decoded video frames to luma uint8[h,w], upright, all at the size that the first one gets."""

    def __init__(self, side_max: int) -> None:
        self._side_max = side_max
        self._reformatter = VideoReformatter()
        self._stored_as: tuple[int, int] = (0, 0)
        self._turn = Turn()
        self.width = 0
        self.height = 0

    def begin(self, frame: VideoFrame, aspect: Fraction | None) -> None:
        """Settle on sizes by the first frame. `width` and `height` become those displayed."""
        self._turn = turn_of(frame)
        width, height = displayed(frame.width, frame.height, aspect)
        self.width, self.height = (height, width) if self._turn.swaps_sides else (width, height)
        self._stored_as = fitted(width, height, self._side_max)

    def luma(self, frame: VideoFrame, read_rows: NDArray[np.bool_] | None = None) -> Luma:
        """The frame's luma, full range 0 to 255, over white where it is transparent; rows that `read_rows` denies are marked as unread."""
        width, height = self._stored_as
        has_alpha = any(part.is_alpha for part in frame.format.components) or frame.format.name == "pal8"
        if has_alpha:
            pixels = self._scaled(frame, width, height, "rgba")
            stored = on_paper(cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY).astype(np.uint8, copy=False), pixels[..., 3])
        else:
            stored = self._scaled(frame, width, height, "gray")
        if read_rows is not None:
            share = cv2.resize(read_rows.astype(np.float32)[:, None], (1, height), interpolation=cv2.INTER_AREA)
            stored = np.where(share.reshape(-1, 1) >= _READ_WHOLLY, stored, unread.LEVEL).astype(np.uint8)
        return np.ascontiguousarray(self._turn.upright(stored))

    def _scaled(self, frame: VideoFrame, width: int, height: int, pixels: str) -> Luma:
        small = self._reformatter.reformat(frame, width, height, pixels, interpolation="AREA", threads=1)
        return small.to_ndarray().astype(np.uint8, copy=False)
