"""videohash's published rule, written anew from its description: not videohash's code, nor its bits.

"Every one second, a frame is extracted, shrunk to a 144x144 square; a collage of all of them is built; its wavelet hash is the first list
of bits. The frames are stitched side by side and divided into 64 images of equal size; the dominant colour of each is compared
with a pattern of dominant colours, and where it matches the bit is set. The two lists are XORed." Similar: at most 10 of 64 bits.

The description names neither the pattern nor how a dominant colour is told: here the colour is the commonest of a palette, and the
pattern goes round that palette. So hashes differ from videohash's, while what moves them is the same.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .frames import Picture, at_each_second, picture
from .peer import NOTHING, Peer, Scores

SIDE = 144  # pixels
BITS = 64
SIMILAR_BITS = 10
GRID = 8  # cells a side of the wavelet hash

Hash = NDArray[np.uint8]  # [8], or [0] without picture
_RGB = NDArray[np.float32]

_PALETTE: _RGB = np.array(
    [
        (0, 0, 0),
        (128, 128, 128),
        (255, 255, 255),
        (255, 0, 0),
        (255, 165, 0),
        (255, 255, 0),
        (0, 128, 0),
        (0, 255, 255),
        (0, 0, 255),
        (128, 0, 128),
        (255, 192, 203),
    ],
    np.float32,
)
_LUMA: _RGB = np.array([0.299, 0.587, 0.114], np.float32)


def collage(frames: Sequence[Picture]) -> NDArray[np.float32]:
    """The frames in reading order in a square grid, free cells black, as luma float32[k·SIDE,k·SIDE]."""
    across = round(math.sqrt(len(frames)))
    down = math.ceil(len(frames) / across)
    sheet = np.zeros((down * SIDE, across * SIDE), np.float32)
    for at, frame in enumerate(frames):
        top, left = at // across * SIDE, at % across * SIDE
        sheet[top : top + SIDE, left : left + SIDE] = frame @ _LUMA
    return sheet


def wavelet_bits(sheet: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of 8 by 8 coarsest Haar coefficients are above their median, bool[64].

    A Haar low pass is a mean of blocks, and taking out the lowest coefficient shifts all of them alike, so the bits are those of
    block means against their median: no transform is needed.
    """
    rows, columns = sheet.shape[0] // GRID, sheet.shape[1] // GRID
    means = sheet.reshape(GRID, rows, GRID, columns).mean(axis=(1, 3)).ravel()
    return np.asarray(means > np.median(means))


def colours(frame: Picture) -> NDArray[np.intp]:
    """Which colour of the palette is nearest to each pixel, intp[h,w]."""
    return np.asarray(np.stack([np.square(frame - colour).sum(axis=2) for colour in _PALETTE]).argmin(axis=0), np.intp)


def colour_bits(frames: Sequence[Picture]) -> NDArray[np.bool_]:
    """Which of 64 upright slices of all frames side by side have the pattern's colour in most of their pixels, bool[64]."""
    named = np.concatenate([colours(frame) for frame in frames], axis=1)
    edges = np.linspace(0, named.shape[1], BITS + 1).round().astype(int)
    slices = [named[:, start:stop] for start, stop in itertools.pairwise(edges)]
    commonest = np.array([np.bincount(each.ravel(), minlength=len(_PALETTE)).argmax() for each in slices])
    return np.asarray(commonest == np.arange(BITS) % len(_PALETTE))


def fingerprint(path: Path) -> Hash:
    """The 64-bit hash of a file as uint8[8]; uint8[0] without picture."""
    frames = [picture(frame, SIDE, SIDE) for frame in at_each_second(path)]
    if not frames:
        return np.zeros(0, np.uint8)
    return np.packbits(wavelet_bits(collage(frames)) ^ colour_bits(frames))


def nearness(queries: Sequence[Hash], references: Sequence[Hash]) -> Scores:
    """Distances in bits, negated."""
    scores = np.full((len(queries), len(references)), NOTHING, np.float32)
    for row, query in zip(scores, queries, strict=True):
        for at, reference in enumerate(references):
            if len(query) and len(reference):
                row[at] = -int(np.bitwise_count(query ^ reference).sum())
    return scores


def videohash_peers() -> list[Peer[Hash]]:
    """The published rule, and the least distance."""
    name = "videohash's rule (reimplemented)"
    return [
        Peer(f"{name}, within {SIMILAR_BITS}", "videohash", fingerprint, nearness, -float(SIMILAR_BITS)),
        Peer(f"{name}, least distance", "videohash", fingerprint, nearness, None),
    ]
