"""What may be a picture of its own in a window of frames: between bars, within it, or on a screen that leans."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint import bars, frame_hash
from indelible.fingerprint.edges import Box, edges_of
from indelible.fingerprint.insets import insets
from indelible.fingerprint.screens import screen, straightened, upright_box

_QUALITY_MIN = 20  # black beside a picture is none


def boxed(frames: NDArray[np.uint8]) -> tuple[NDArray[np.int16], NDArray[np.uint8]]:
    """The boxes of uint8[n, h, w] that show anything, int16[k, 4], and the hashes of all of each frame: uint8[n * k, 8, 32]."""
    boxes, hashed = [], []
    for box, shown in _within(frames):
        hashes, qualities = frame_hash.hash_frames(shown)
        if np.median(qualities) >= _QUALITY_MIN:
            boxes.append(box)
            hashed.append(hashes)
    none = np.zeros((0, len(frame_hash.VIEWS), frame_hash.HASH_BYTES), np.uint8)
    stacked = np.stack(hashed, axis=1).reshape(-1, *none.shape[1:]) if hashed else none
    return np.array(boxes, np.int16).reshape(-1, 4), stacked


def _within(frames: NDArray[np.uint8]) -> Iterator[tuple[Box, NDArray[np.uint8]]]:
    """What may be a picture within uint8[n, h, w]: its box, and what it shows."""
    between_bars, edges = bars.content_box(frames), edges_of(frames)
    for x0, y0, x1, y1 in [*([between_bars] if between_bars else []), *(insets(edges) if edges else [])]:
        yield (x0, y0, x1, y1), frames[:, y0:y1, x0:x1]
    corners = screen(edges) if edges else None
    if corners is not None:
        yield upright_box(corners), straightened(frames, corners)
