"""256-bit hashes of frames, compatible with PDQ.

A frame is averaged down to 64×64 by two passes of a box filter each way, its 16×16 lowest cosine coefficients are taken
(without the constant ones), and each bit says whether its coefficient stands above the lower median of the 256. Filter,
decimation and transform are linear and separable, so each is one small matrix on either side of the frame.

Hashes are big-endian bytes: `hashes[i, v].tobytes().hex()` is the text that Meta's tools print.
Source: Meta, "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm" (2019), and the `pdq` folder of
facebook/ThreatExchange.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

import indelible.fingerprint.single_thread  # noqa: F401

SIDE = 64
COEFFICIENTS = 16
BITS = COEFFICIENTS * COEFFICIENTS
HASH_BYTES = BITS // 8
_PASSES = 2
_QUALITY_DIVISOR = 90  # Meta's: brings the gradient sum to 0–100
_GREY_LEVELS = 255
_QUALITY_MAX = 100

# The eight views of a square: is the frame mirrored left to right, and then turned clockwise by so many degrees.
# View v of a frame's hash is the hash that the frame would have had after that edit.
VIEWS: tuple[tuple[bool, int], ...] = (
    (False, 0), (True, 0), (True, 180), (False, 180),
    (True, 270), (False, 90), (False, 270), (True, 90),
)  # fmt: skip


@lru_cache(maxsize=64)
def _averaging(length: int) -> NDArray[np.float32]:
    """The matrix float32[64, length] that filters a line twice and keeps 64 of its places."""
    window = (length + 2 * SIDE - 1) // (2 * SIDE)
    ahead = (window + 2) // 2 - 1
    behind = window - ahead - 1
    place = np.arange(length)
    near = (place[None, :] >= place[:, None] - behind) & (place[None, :] <= place[:, None] + ahead)
    box = near / near.sum(axis=1, keepdims=True)
    kept = ((np.arange(SIDE) + 0.5) * length / SIDE).astype(np.int64)
    return np.asarray(np.linalg.matrix_power(box, _PASSES)[kept], np.float32)


def _cosines() -> NDArray[np.float32]:
    """The cosine transform's rows 1 to 16 for 64 places, float32[16, 64]."""
    row = np.arange(1, COEFFICIENTS + 1)[:, None]
    place = np.arange(SIDE)[None, :]
    return np.asarray(np.sqrt(2 / SIDE) * np.cos(np.pi / (2 * SIDE) * row * (2 * place + 1)), np.float32)


_COSINES = _cosines()
_ALTERNATE = np.where(np.arange(1, COEFFICIENTS + 1) % 2, -1, 1).astype(np.float32)


def shrink(frames: NDArray[np.generic]) -> NDArray[np.float32]:
    """Frames averaged to 64×64.

    `frames` is [n, h, w] luma of any real type, h and w at least 1; gives float32[n, 64, 64].
    """
    _, height, width = frames.shape
    narrowed = frames.astype(np.float32) @ _averaging(width).T
    return np.asarray(_averaging(height) @ narrowed, np.float32)


def qualities(small: NDArray[np.float32]) -> NDArray[np.uint8]:
    """PDQ's quality of 64×64 frames: 0 for a flat one, 100 for one full of edges; uint8[n]."""
    steps = [np.abs(np.trunc(np.diff(small, axis=axis) * 100 / _GREY_LEVELS)).sum(axis=(1, 2)) for axis in (1, 2)]
    return np.asarray(np.minimum((steps[0] + steps[1]) // _QUALITY_DIVISOR, _QUALITY_MAX), np.uint8)


def coefficients(small: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cosine coefficients of 64×64 frames, float32[n, 16, 16], vertical frequency first."""
    return np.asarray(_COSINES @ small @ _COSINES.T, np.float32)


def bits(coefficient: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Hashes of float32[n, 16, 16] coefficients: uint8[n, 32]."""
    flat = coefficient.reshape(len(coefficient), BITS)
    median = np.partition(flat, BITS // 2 - 1, axis=1)[:, BITS // 2 - 1, None]
    return np.packbits((flat > median)[:, ::-1], axis=1)


def views(coefficient: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Hashes of the frames' eight views, in the order of VIEWS: uint8[n, 8, 32].

    A mirror or a half turn changes signs of coefficients, a transposition swaps the two frequencies: no pixel is touched.
    """
    turned = coefficient.transpose(0, 2, 1)
    across, down = _ALTERNATE[None, None, :], _ALTERNATE[None, :, None]
    each = [made for c in (coefficient, turned) for made in (c, c * across, c * down, c * across * down)]
    return np.stack([bits(made) for made in each], axis=1)


def hash_frames(frames: NDArray[np.generic]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Hashes of the eight views of each frame, uint8[n, 8, 32], and the frames' qualities, uint8[n]."""
    small = shrink(frames)
    return views(coefficients(small)), qualities(small)
