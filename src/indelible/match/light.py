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


def _light(pictures: Pictures, others: Pictures) -> tuple[Pictures, Pictures]:
    """Gain and offset float32[n, 1] that bring others float32[n, p] into the light of pictures.

    1 and 0 where the two are in much the same light, or another light explains little of what differs.
    """
    gain, offset = np.ones((len(pictures), 1), np.float32), np.zeros((len(pictures), 1), np.float32)
    contrast, other_contrast = pictures.std(axis=1), others.std(axis=1)
    least, most = np.minimum(contrast, other_contrast), np.maximum(contrast, other_contrast)
    at = np.flatnonzero((least < _CONTRAST * most) & (least >= _FLAT))
    if len(at):
        found, offsets, alike = _settled(pictures[at], others[at])
        left = ((pictures[at] - found * others[at]) / np.maximum(found, 1)).var(axis=1)
        told = alike & (left <= _EXPLAINED * (pictures[at] - others[at]).var(axis=1))
        gain[at[told]], offset[at[told]] = found[told], offsets[told]
    return gain, offset


def _settled(pictures: Pictures, others: Pictures) -> tuple[Pictures, Pictures, NDArray[np.bool_]]:
    """Gain and offset float32[n, 1] on which most places agree, and whether those are alike bool[n]."""
    keep = np.ones(pictures.shape, np.bool_)
    count = round(_SETTLED * pictures.shape[1])
    for _ in range(_ROUNDS):
        mean, other_mean = _mean(pictures, keep), _mean(others, keep)
        mine, theirs = (pictures - mean) * keep, (others - other_mean) * keep
        size, other_size = (np.linalg.norm(each, axis=1, keepdims=True) for each in (mine, theirs))
        gain = np.maximum(size, _TINY) / np.maximum(other_size, _TINY)
        offset = mean - gain * other_mean
        alike = (mine * theirs).sum(axis=1) >= _ALIKE * (size * other_size)[:, 0]
        apart = np.abs(pictures - gain * others - offset)
        keep = apart <= np.partition(apart, count - 1, axis=1)[:, count - 1 : count]
    return gain, offset, alike


def _mean(pictures: Pictures, keep: NDArray[np.bool_]) -> Pictures:
    """The mean of the places kept: float32[n, 1]."""
    return np.asarray((pictures * keep).sum(axis=1, keepdims=True) / keep.sum(axis=1, keepdims=True), np.float32)
