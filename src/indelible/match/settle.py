"""Maps moved to where the pixels agree best: one for all of a line, or one for each of its moments.

Source: Evangelidis and Psarakis, PAMI 2008 (enhanced correlation).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.laying import Laying, Run, centred
from indelible.match.transform import Map, Shape, from_pixels, in_pixels, inverse

_SETTLED = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-4)
_BLUR_PX = 3
_DEGENERATE = 1e-3
_MOMENTS_MAX = 120
_AGREES = 0.5  # enhanced correlation of a moment's map: with less the frames do not agree


def settled(query: PictureFingerprint, reference: PictureFingerprint, laid: Laying, pair: tuple[int, int]) -> Laying | None:
    """The laying by the one map on which a pair of frames agrees best; None when it does not settle.

    Spots that all lie in one corner leave a map loose elsewhere.
    """
    found = _settled(query.thumbs[pair[0]], reference.thumbs[pair[1]], laid.middle, inverted=laid.inverted)
    return Laying.still(found[0], inverted=laid.inverted) if found is not None else None


def following(query: PictureFingerprint, reference: PictureFingerprint, laid: Laying, run: Run) -> Laying | None:
    """The laying by a map for each moment of a run, each sought from the one before; None when too few settle."""
    chosen = np.unique(np.linspace(0, len(run[0]) - 1, min(len(run[0]), _MOMENTS_MAX)).astype(np.int64))
    maps: list[Map] = []
    times: list[int] = []
    for at in chosen.tolist():
        row, column = int(run[0][at]), int(run[1][at])
        start = laid.at(query.times_ms[row : row + 1])[0] if laid.moves or not maps else maps[-1]
        found = _settled(query.thumbs[row], reference.thumbs[column], start, inverted=laid.inverted)
        if found is not None and found[1] >= _AGREES:
            maps.append(found[0])
            times.append(int(query.times_ms[row]))
    if 2 * len(maps) < len(chosen) or len(maps) < 2:  # noqa: PLR2004  # one map moves nowhere
        return None
    return Laying(np.stack(maps), np.array(times, np.int64), laid.inverted)


def _settled(
    query: NDArray[np.uint8], reference: NDArray[np.uint8], fractional: Map, *, inverted: bool
) -> tuple[Map, float] | None:
    """The map near `fractional` on which two small copies agree best, and how well, −1 to 1."""
    mine = 255 - query if inverted else query
    shape = Shape((reference.shape[1], reference.shape[0]), (query.shape[1], query.shape[0]))
    start = centred(in_pixels(inverse(fractional), shape)).astype(np.float32)
    everywhere = np.full(query.shape, 255, np.uint8)
    try:
        agree, found = cv2.findTransformECC(reference, mine, start, cv2.MOTION_AFFINE, _SETTLED, everywhere, _BLUR_PX)
    except cv2.error:  # it diverged
        return None
    matrix = np.asarray(found, np.float64)
    matrix[:, 2] += 0.5 - matrix[:, :2] @ np.array([0.5, 0.5])
    if abs(np.linalg.det(matrix[:, :2])) <= _DEGENERATE:
        return None
    return inverse(from_pixels(matrix, shape)), float(agree)
