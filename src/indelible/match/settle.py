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
    return _moving(maps, times, len(chosen), inverted=laid.inverted)


def holding(query: PictureFingerprint, reference: PictureFingerprint, laid: Laying, run: Run, at: int) -> Laying | None:
    """The laying of one frame of the query, run[0][at], held, on each moment of a run; None when too few settle.

    It is followed through the reference from its own moment, frame by frame both ways: each map is sought from the one beside it,
    and from where `laid` has that moment.
    """
    frame, times_ms, columns = query.thumbs[run[0][at]], query.times_ms[run[0]], run[1].tolist()
    there = dict(zip(columns, laid.at(times_ms), strict=True))
    onward, back = range(columns[at], max(columns) + 1), range(columns[at], min(columns) - 1, -1)
    maps = {
        **_tracked(frame, reference, onward, there, inverted=laid.inverted),
        **_tracked(frame, reference, back, there, inverted=laid.inverted),
    }
    met = [moment for moment, column in enumerate(columns) if column in maps]
    return _moving([maps[columns[moment]] for moment in met], times_ms[met].tolist(), len(columns), inverted=laid.inverted)


def _tracked(
    frame: NDArray[np.uint8], reference: PictureFingerprint, way: range, there: dict[int, Map], *, inverted: bool
) -> dict[int, Map]:
    """The maps of one frame onto the reference's frames along a way, of those on which it settles."""
    maps: dict[int, Map] = {}
    beside = there[way[0]]
    for column in way:
        starts = (beside, there[column]) if column in there else (beside,)
        tried = (_settled(frame, reference.thumbs[column], start, inverted=inverted) for start in starts)
        found = max((each for each in tried if each is not None), key=lambda each: each[1], default=None)
        if found is not None and found[1] >= _AGREES:
            beside = maps[column] = found[0]
    return maps


def _moving(maps: list[Map], times: list[int], of: int, *, inverted: bool) -> Laying | None:
    """The laying by maps at times; None when fewer than half `of` all moments have one, or one map moves nowhere."""
    if 2 * len(maps) < of or len(maps) < 2:  # noqa: PLR2004
        return None
    return Laying(np.stack(maps), np.array(times, np.int64), inverted)


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
