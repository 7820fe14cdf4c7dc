"""Stills and animations, by Pillow and only in the formats listed."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from indelible.media.answer import Answer, LimitError
from indelible.media.frames import EXIF_TURNS, Luma, Turn, fitted, on_paper, shrunk
from indelible.media.reader import Reader

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
_ANIMATED = frozenset(("GIF", "PNG", "WEBP", "AVIF"))

_ORIENTATION = 0x0112
# Players show frames that claim less than 20 ms for 100 ms (Chromium, Firefox and FFmpeg alike).
_DELAY_MIN_MS, _DELAY_USUAL_MS = 20, 100
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError)


def decode_still(source: Reader, answer: Answer) -> None:
    """Send a still, or an animation's sampled frames, through `answer`; raises what Pillow raises, and LimitError."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = answer.plan.pixels_max
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Image.open(cast("IO[bytes]", source), formats=FORMATS) as image:
        width, height = image.size
        if width * height > answer.plan.pixels_max:
            raise LimitError(f"{width}×{height} is above the limit of {answer.plan.pixels_max} pixels")
        answer.form = answer.form or (image.format or "").lower()
        is_animated = image.format in _ANIMATED and getattr(image, "is_animated", False)
        if is_animated:
            _decode_animation(image, answer)
        else:
            _decode_one(image, answer)


def _decode_one(image: Image.Image, answer: Answer) -> None:
    answer.media_kind = "still"
    turn = _turn_of(image, answer)
    size = image.size
    # A JPEG can be read at a fraction of its size; twice the size wanted is kept for the area filter.
    image.draft("L", (2 * answer.plan.side_px_max, 2 * answer.plan.side_px_max))
    try:
        image.load()
    except _DAMAGE as error:
        answer.damage.append(f"the picture is damaged: {error}")
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        image.load()
    _send(image, size, turn, 0, answer)


def _decode_animation(image: Image.Image, answer: Answer) -> None:
    answer.media_kind = "animation"
    turn = _turn_of(image, answer)
    at_ms, due_ms = 0, 0
    for number, delay_ms in _frames(image, answer):
        answer.check_time()
        if number >= answer.plan.frames_max:
            raise LimitError(f"stopped after {answer.plan.frames_max} frames")
        if at_ms >= due_ms:
            _send(image, image.size, turn, at_ms, answer)
            due_ms = (at_ms // answer.plan.sample_ms + 1) * answer.plan.sample_ms
        at_ms += delay_ms
        answer.duration_ms = at_ms


def _frames(image: Image.Image, answer: Answer) -> Iterator[tuple[int, int]]:
    """Number and showing time in ms of each frame, with the image standing at it."""
    number = 0
    while True:
        try:
            image.seek(number)
            image.load()
        except EOFError:
            return
        except _DAMAGE as error:
            answer.damage.append(f"the animation breaks off after {number} frames: {error}")
            return
        delay_ms = image.info.get("duration") or 0
        yield number, round(delay_ms) if delay_ms >= _DELAY_MIN_MS else _DELAY_USUAL_MS
        number += 1


def _send(image: Image.Image, size: tuple[int, int], turn: Turn, at_ms: int, answer: Answer) -> None:
    width, height = fitted(*size, answer.plan.side_px_max)
    answer.width, answer.height = size[::-1] if turn.swaps_sides else size
    answer.add_frame(at_ms, np.ascontiguousarray(turn.upright(_small_luma(image, width, height))))


def _small_luma(image: Image.Image, width: int, height: int) -> Luma:
    if image.mode in ("1", "L", "YCbCr", "RGB", "CMYK", "LAB", "HSV") and "transparency" not in image.info:
        return shrunk(np.asarray(image.convert("L")), width, height)
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return shrunk(_deep(np.asarray(image)), width, height)
    pixels = image.convert("RGBA")
    luma = on_paper(np.asarray(pixels.convert("L")), np.asarray(pixels.getchannel("A")))
    return shrunk(luma, width, height)


def _deep(values: NDArray[Any]) -> Luma:
    """Values of more than 8 bits brought to 0..255: 16 bits by their upper half, all else by least and greatest."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if values.dtype.kind != "f" and low >= 0 and high < 1 << 16:
        return (values.astype(np.uint32) >> 8).astype(np.uint8)
    if not (np.isfinite(low) and np.isfinite(high)) or high <= low:
        return np.zeros(values.shape, np.uint8)
    return np.nan_to_num((values.astype(np.float64) - low) * (255 / (high - low))).astype(np.uint8)


def _turn_of(image: Image.Image, answer: Answer) -> Turn:
    """What the picture's EXIF says of its orientation; upright, with a note, when that cannot be read."""
    try:
        return EXIF_TURNS.get(image.getexif().get(_ORIENTATION, 1), Turn())
    except (*_DAMAGE, TypeError, KeyError, AttributeError) as error:
        answer.notes.append(f"EXIF unreadable: {error}")
        return Turn()
