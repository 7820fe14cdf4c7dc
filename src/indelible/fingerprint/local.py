"""Local features of a frame: where it has something to recognise, and a 128-bit code for what it looks like there.

Spots are SIFT's, spread over a 6×6 grid so that a caption or a logo cannot take all of them. A spot's descriptor (RootSIFT)
is centred, turned by a fixed rotation and reduced to signs: 16 bytes, compared by counting bits, as good as the floats
(measured: recall 0.903 against 0.900, docs/decisions/0010-fingerprints.md).

The rotation commutes with what mirroring a picture and inverting its colours do to a descriptor, so those variants of a
code are its four 32-bit words in another order (VARIANT_WORDS): a query is compared mirrored and inverted without a second
look at its frames. Mirroring maps the cell and direction (row, column, o) to (3 − row, column, −o); a negative turns each
spot's own direction by half a turn, so (3 − row, 3 − column, o). Both leave no descriptor's place where it was, so the
128 dimensions split into four signs' subspaces of 32 each; one rotation of each, combined, gives 32 projections and their
images under the four variants.

Source: Lowe, IJCV 2004 (SIFT); Arandjelović and Zisserman, CVPR 2012 (RootSIFT).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

import indelible.fingerprint.single_thread  # noqa: F401

CODE_BITS = 128
CODE_BYTES = CODE_BITS // 8
FEATURES_MAX = 240  # of one frame
POINT_UNITS = 65_535  # a point is stored as fractions of the frame's width and height
ANGLE_UNITS = 256  # of a full turn
SIZE_STEPS = 16  # to a doubling of a spot's size, from 1 pixel up

# For each variant of a query, which word of the code stands first, second, …: as it is, mirrored, inverted, both.
PLAIN, MIRRORED, INVERTED, MIRRORED_INVERTED = range(4)
VARIANT_WORDS: tuple[tuple[int, int, int, int], ...] = ((0, 1, 2, 3), (1, 0, 3, 2), (2, 3, 0, 1), (3, 2, 1, 0))

_DETECTED_MAX = 900
_CONTRAST = 0.012  # a third of SIFT's usual: dark and compressed footage has few strong spots
_EDGE = 12.0
_ENLARGED = 0xFF  # a spot's octave, −1 in a byte
_GRID = 6
_TURN_SHARE = 72  # each cell gives FEATURES_MAX / 72 spots a turn, so 36 cells fill half of the places in their first turn
_ORBITS = 32

# The mean RootSIFT of 47,090 spots of 40 clips and photographs, times 1,000, made symmetric under the four variants:
# rows and columns 0 and 1 of the 4×4 cells, eight directions each; the other cells follow from the symmetry.
_MEAN_PER_MILLE = (
    (73, 60, 50, 52, 59, 42, 35, 46), (130, 83, 52, 48, 53, 42, 42, 73),
    (91, 63, 52, 60, 73, 52, 40, 54), (169, 94, 54, 59, 69, 51, 46, 90),
)  # fmt: skip


@dataclass(frozen=True)
class Spots:
    """The spots of one frame, most telling first within each turn over the grid.

    `points`: uint16[n, 2], x and y as fractions of POINT_UNITS. `sizes`: uint8[n], SIZE_STEPS × log2 of the diameter in
    pixels. `angles`: uint8[n], clockwise in ANGLE_UNITS of a turn. `codes`: uint8[n, 16].
    """

    points: NDArray[np.uint16]
    sizes: NDArray[np.uint8]
    angles: NDArray[np.uint8]
    codes: NDArray[np.uint8]


def _place(row: int, column: int, direction: int) -> int:
    return (row * 4 + column) * 8 + direction % 8


def _images(row: int, column: int, direction: int) -> tuple[int, int, int, int]:
    """Where the four variants send one place of a descriptor."""
    return (
        _place(row, column, direction),
        _place(3 - row, column, -direction),
        _place(3 - row, 3 - column, direction),
        _place(row, 3 - column, -direction),
    )


def _orbits() -> NDArray[np.int64]:
    """The 32 sets of four places that the variants send into each other, int64[32, 4]."""
    return np.array([_images(row, column, o) for row in (0, 1) for column in (0, 1) for o in range(8)])


def _mean() -> NDArray[np.float32]:
    mean = np.zeros(CODE_BITS, np.float32)
    for places, value in zip(_orbits(), np.array(_MEAN_PER_MILLE).ravel(), strict=True):
        mean[places] = value / 1000
    return mean


def _signs(count: int) -> NDArray[np.float32]:
    """A fixed sequence of ±1 (Knuth's MMIX generator, top bit), the same on every machine."""
    state, made = 1, []
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        made.append(1 if state >> 63 else -1)
    return np.array(made, np.float32)


def _turns() -> NDArray[np.float64]:
    """Four rotations of 32 dimensions, float64[4, 32, 32]: three rounds each of random signs and a Hadamard matrix."""
    hadamard = np.ones((1, 1))
    while len(hadamard) < _ORBITS:
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    hadamard /= np.sqrt(_ORBITS)
    made = np.broadcast_to(np.eye(_ORBITS), (4, _ORBITS, _ORBITS))
    for signs in _signs(3 * 4 * _ORBITS).reshape(3, 4, 1, _ORBITS):
        made = made @ (hadamard * signs)
    return np.ascontiguousarray(made)


def _projections() -> NDArray[np.float32]:
    """The rotation, float32[128, 128]: column 32 g + i is the image under variant g of projection i."""
    character = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2
    orbits, turns = _orbits(), _turns()
    basis = np.zeros((4, CODE_BITS, _ORBITS))  # of each sign's subspace
    for kind in range(4):
        for orbit, places in enumerate(orbits):
            basis[kind, places, orbit] = character[kind]
    turned = basis @ turns
    columns = [(character[:, g, None, None] * turned).sum(axis=0) for g in range(4)]
    return np.concatenate(columns, axis=1).astype(np.float32)


_MEAN = _mean()
_PROJECTIONS = _projections()


def encode(descriptors: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The codes of SIFT descriptors float32[n, 128]: uint8[n, 16]."""
    root = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-6))
    return np.packbits((root - _MEAN) @ _PROJECTIONS > 0, axis=1)


def variant(codes: NDArray[np.uint8], which: int) -> NDArray[np.uint8]:
    """The codes uint8[n, 16] that the same spots would have had, mirrored or inverted."""
    words = codes.reshape(len(codes), 4, CODE_BYTES // 4)
    return np.ascontiguousarray(words[:, VARIANT_WORDS[which]]).reshape(len(codes), CODE_BYTES)


class SpotFinder:
    """Finds spots; holds the detector's tables, so make one and keep it."""

    def __init__(self) -> None:
        self._sift = cv2.SIFT.create(nfeatures=_DETECTED_MAX, contrastThreshold=_CONTRAST, edgeThreshold=_EDGE)

    def find(self, frame: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None) -> Spots:
        """The spots of `frame`, uint8[h, w] luma, where `mask`, uint8[h, w], is not zero."""
        found = self._sift.detect(frame, mask)
        if not found:
            none = np.zeros(0, np.uint8)
            return Spots(np.zeros((0, 2), np.uint16), none, none, np.zeros((0, CODE_BYTES), np.uint8))
        table = np.array([(*spot.pt, spot.size, spot.angle, spot.response) for spot in found], np.float32)
        chosen = _spread(table, frame.shape[1], frame.shape[0])
        descriptors = self._described(frame, mask, found, chosen)
        table = table[chosen]
        whole = np.array([max(frame.shape[1] - 1, 1), max(frame.shape[0] - 1, 1)])
        return Spots(
            points=np.clip(np.rint(table[:, :2] / whole * POINT_UNITS), 0, POINT_UNITS).astype(np.uint16),
            sizes=np.clip(np.rint(np.log2(np.maximum(table[:, 2], 1)) * SIZE_STEPS), 0, 255).astype(np.uint8),
            angles=(np.rint(table[:, 3] / 360 * ANGLE_UNITS).astype(np.int64) % ANGLE_UNITS).astype(np.uint8),
            codes=encode(descriptors),
        )

    def _described(
        self, frame: NDArray[np.uint8], mask: NDArray[np.uint8] | None, found: Sequence[cv2.KeyPoint], chosen: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """The descriptors of the chosen spots, float32[n, 128]: those that describing all of them would give.

        Describing costs as much as finding, so what is not kept is not described. OpenCV enlarges the frame for it, as it
        does to find, only where one of the spots was found in the enlargement; else all are described.
        """
        kept = [found[i] for i in chosen.tolist()]
        if any(spot.octave & 0xFF == _ENLARGED for spot in kept):
            return np.asarray(self._sift.compute(frame, kept)[1], np.float32)
        return np.asarray(self._sift.detectAndCompute(frame, mask)[1], np.float32)[chosen]


def _spread(table: NDArray[np.float32], width: int, height: int) -> NDArray[np.int64]:
    """Which rows of (x, y, size, angle, response) to keep: the strongest of each cell in turns, FEATURES_MAX in all."""
    column = np.minimum(_GRID - 1, (table[:, 0] * _GRID / width).astype(np.int64))
    row = np.minimum(_GRID - 1, (table[:, 1] * _GRID / height).astype(np.int64))
    cell = row * _GRID + column
    strongest = np.lexsort((table[:, 0], table[:, 1], -table[:, 4]))
    by_cell = strongest[np.argsort(cell[strongest], kind="stable")]
    starts = np.searchsorted(cell[by_cell], np.arange(_GRID * _GRID))
    rank = np.empty(len(table), np.int64)
    rank[by_cell] = np.arange(len(table)) - starts[cell[by_cell]]
    turn = rank // max(1, FEATURES_MAX // _TURN_SHARE)
    return np.lexsort((table[:, 0], table[:, 1], -table[:, 4], turn))[:FEATURES_MAX]
