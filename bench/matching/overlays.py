"""What is laid over footage: marks, captions, stickers, the pattern of a filmed screen. Each gives colours and how opaque they are."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from bench.matching.footage import Frames
from numpy.typing import NDArray

WHITE, RED, YELLOW, BLACK = (255, 255, 255), (200, 20, 20), (255, 215, 0), (0, 0, 0)


@dataclass(frozen=True)
class Overlay:
    """`colours` uint8[h, w, 3] and `opaque` float32[h, w], 0 to 1."""

    colours: Frames
    opaque: NDArray[np.float32]


def words(
    text: str,
    width: int,
    *,
    opaque: float = 1.0,
    back: tuple[int, int, int] | None = None,
    colour: tuple[int, int, int] = WHITE,
) -> Overlay:
    """A line of text `width` pixels wide, on a plate if `back` is given."""
    (wide, high), low = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 2.0, 4)
    plate = np.zeros((high + low + 24, wide + 24, 3), np.uint8)
    plate[:] = back or BLACK
    ink = np.zeros(plate.shape[:2], np.uint8)
    cv2.putText(ink, text, (12, high + 12), cv2.FONT_HERSHEY_DUPLEX, 2.0, 255, 4, cv2.LINE_AA)
    share = ink[..., None] / 255
    colours = (plate * (1 - share) + np.array(colour) * share).astype(np.uint8)
    shown = np.full(ink.shape, opaque, np.float32) if back is not None else (ink / 255 * opaque).astype(np.float32)
    size = (width, max(4, round(plate.shape[0] * width / plate.shape[1])))
    return Overlay(
        cv2.resize(colours, size, interpolation=cv2.INTER_AREA).astype(np.uint8),
        cv2.resize(shown, size, interpolation=cv2.INTER_AREA).astype(np.float32),
    )


def sticker(side: int) -> Overlay:
    """A round yellow face."""
    face, opaque = np.zeros((200, 200, 3), np.uint8), np.zeros((200, 200), np.uint8)
    cv2.circle(opaque, (100, 100), 98, 255, -1)
    cv2.circle(face, (100, 100), 98, (255, 210, 0), -1)
    for x in (65, 135):
        cv2.circle(face, (x, 75), 14, BLACK, -1)
    cv2.ellipse(face, (100, 110), (55, 45), 0, 0, 180, BLACK, 8)
    small = cv2.resize(opaque, (side, side), interpolation=cv2.INTER_AREA)
    return Overlay(
        cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA).astype(np.uint8), (small / 255).astype(np.float32)
    )


def laid(frames: Frames, overlay: Overlay, x: int, y: int) -> Frames:
    """Frames with the overlay's corner at x, y; what reaches beyond the frame is cut."""
    made = frames.copy()
    high, wide = min(len(overlay.opaque), frames.shape[1] - y), min(overlay.opaque.shape[1], frames.shape[2] - x)
    opaque = overlay.opaque[:high, :wide, None]
    under = made[:, y : y + high, x : x + wide]
    made[:, y : y + high, x : x + wide] = (under * (1 - opaque) + overlay.colours[:high, :wide] * opaque).astype(np.uint8)
    return made


def moire(width: int, height: int) -> Overlay:
    """The pattern of a screen's pixels against a camera's."""
    y, x = np.mgrid[0:height, 0:width]
    wave = np.sin(2 * np.pi * (x * 0.231 + y * 0.017)) * np.sin(2 * np.pi * (y * 0.247 - x * 0.011))
    return Overlay(np.zeros((height, width, 3), np.uint8), (0.1 + 0.1 * wave).astype(np.float32))
