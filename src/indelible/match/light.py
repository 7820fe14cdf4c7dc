"""Changes of light between two pictures of one place: fades, flashes, a camera that opens its iris. They are no movement.

The light of two pictures differs by a gain and an offset, on which most of their places agree. Where something moves places do
not, and those are left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_CONTRAST = 0.98  # of one picture's contrast the other has less
_SETTLED = 0.6  # of the places, those that agree best
_ROUNDS = 3
_ALIKE = 0.85  # correlation of those: of nine in ten pairs half a second apart it is more, of nine in ten across a cut less
_EXPLAINED = 0.9  # of what differs, squared, this is left at most: of more something else than light is the cause
_FLAT = 2.0  # grey levels of contrast: a flash or a blackout, which shows nothing to level
_TINY = 1e-3
_PLACES = 512  # of a picture, evenly spread, are enough to tell its light by

Pictures = NDArray[np.float32]


def levelled(earlier: Pictures, later: Pictures, where: NDArray[np.bool_]) -> tuple[Pictures, Pictures] | None:
    """Pairs of pictures float32[n, p], each in the light of the one with less contrast; None where no pair's light differs.

    Their light is that of the places `where`, bool[p].
    """
    gain, offset = _light(earlier[:, where], later[:, where])
    if (gain == 1).all():
        return None
    scale = np.maximum(gain, 1).astype(np.float32)
    return earlier / scale, (gain * later + offset) / scale


def lit_as(pictures: Pictures, others: Pictures, lies: NDArray[np.bool_]) -> Pictures:
    """Others float32[n, p] in the light of pictures, as the places that lie on both, bool[n, p], tell it."""
    some = np.s_[:, :: max(1, pictures.shape[1] // _PLACES)]
    gain, offset, _ = _settled(pictures[some], others[some], lies[some])
    return gain * others + offset


def _light(pictures: Pictures, others: Pictures) -> tuple[Pictures, Pictures]:
    """Gain and offset float32[n, 1] that bring others float32[n, p] into the light of pictures.

    1 and 0 where the two are in much the same light, or another light explains little of what differs.
    """
    gain, offset = np.ones((len(pictures), 1), np.float32), np.zeros((len(pictures), 1), np.float32)
    contrast, other_contrast = pictures.std(axis=1), others.std(axis=1)
    least, most = np.minimum(contrast, other_contrast), np.maximum(contrast, other_contrast)
    at = np.flatnonzero((least < _CONTRAST * most) & (least >= _FLAT))
    if len(at):
        found, offsets, alike = _settled(pictures[at], others[at], np.ones((len(at), pictures.shape[1]), np.bool_))
        left = ((pictures[at] - found * others[at]) / np.maximum(found, 1)).var(axis=1)
        told = alike & (left <= _EXPLAINED * (pictures[at] - others[at]).var(axis=1))
        gain[at[told]], offset[at[told]] = found[told], offsets[told]
    return gain, offset


def _settled(pictures: Pictures, others: Pictures, lies: NDArray[np.bool_]) -> tuple[Pictures, Pictures, NDArray[np.bool_]]:
    """Gain and offset float32[n, 1] on which most places that lie on both agree, and whether those are alike bool[n]."""
    keep = lies
    last = np.maximum(np.round(_SETTLED * lies.sum(axis=1, keepdims=True)).astype(np.int64) - 1, 0)
    for _ in range(_ROUNDS):
        mean, other_mean = _mean(pictures, keep), _mean(others, keep)
        mine, theirs = (pictures - mean) * keep, (others - other_mean) * keep
        size, other_size = (np.linalg.norm(each, axis=1, keepdims=True) for each in (mine, theirs))
        gain = np.maximum(size, _TINY) / np.maximum(other_size, _TINY)
        offset = mean - gain * other_mean
        alike = (mine * theirs).sum(axis=1) >= _ALIKE * (size * other_size)[:, 0]
        apart = np.where(lies, np.abs(pictures - gain * others - offset), np.inf)
        keep = apart <= np.take_along_axis(np.partition(apart, np.unique(last), axis=1), last, axis=1)
    return gain, offset, alike


def _mean(pictures: Pictures, keep: NDArray[np.bool_]) -> Pictures:
    """The mean of the places kept: float32[n, 1]."""
    count = np.maximum(keep.sum(axis=1, keepdims=True), 1)
    return np.asarray((pictures * keep).sum(axis=1, keepdims=True) / count, np.float32)
