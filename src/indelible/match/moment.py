"""How sure the pixels are of one moment, whatever else moves over the picture: a reaction, a live chat, things that fall.

Where the reference changes between a moment and another, that tells the two apart. There the query, in the reference's light,
is nearer to the moment that it shows; what it shows of something else is as near to one as to the other, and takes away no
more than its share.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indelible.match.laying import Overlaid
from indelible.match.light import lit_as
from indelible.match.pixels import softened

_LAGS_MS = (500, 1000, 2500)  # before and after
_TOLERANCE_MS = 260  # sampling is not exact, and a sparse animation has a frame every 300 ms
_CHANGES = 4.0  # grey levels: less is an encoder's noise
_CHANGES_FULLY = 12.0  # a place that changes more counts for no more than one that changes so much

_Table = NDArray[np.float32]
_Mask = NDArray[np.bool_]


def nearer(both: Overlaid, times_ms: NDArray[np.int64]) -> float:
    """By how much two stretches, frame beside frame, are nearer to each other than to what is shown a little before and after.

    Of all that changes on one side, on that where it is more: 1 where the other side shows all of it at its moment, about 0 where
    it shows another moment or something else. `times_ms`: int64[n], when the reference's frames are shown.
    """
    where = np.asarray(both.covered.any(axis=0), np.bool_)
    lies = np.broadcast_to(both.covered[:, where], (len(both.mine), int(where.sum())))
    theirs = softened(both.theirs, where)
    mine = lit_as(theirs, softened(both.mine, where), lies)
    apart_ms = times_ms[None, :] - times_ms[:, None]
    return max(_nearer(mine, theirs, lies, apart_ms), _nearer(theirs, mine, lies, apart_ms))


def _nearer(one: _Table, other: _Table, lies: _Mask, apart_ms: NDArray[np.int64]) -> float:
    """By how much `one` is nearer to `other`, beside it, than to `other` at other times; 0 where that changes nowhere."""
    found = [share for lag_ms in _LAGS_MS if (share := _at_lag(one, other, lies, apart_ms, lag_ms)) is not None]
    return float(np.mean(found)) if found else 0.0


def _at_lag(one: _Table, other: _Table, lies: _Mask, apart_ms: NDArray[np.int64], lag_ms: int) -> float | None:
    """The same of moments `lag_ms` apart, how much more one is like the other's own than crosswise; None where nothing changes.

    What comes or goes between two moments counts for both, so what a side lacks at one counts against it as much as its absence
    at the other counts for it.
    """
    off_ms = np.abs(apart_ms - lag_ms)
    rows = np.flatnonzero(off_ms.min(axis=1) <= _TOLERANCE_MS)
    later = off_ms[rows].argmin(axis=1)
    changes = np.abs(other[later] - other[rows])
    told = lies[rows] & lies[later] & (changes > _CHANGES)
    counts = np.where(told, _CHANGES_FULLY / np.maximum(changes, _CHANGES_FULLY), 0)
    crossed = np.abs(one[rows] - other[later]) + np.abs(one[later] - other[rows])
    straight = np.abs(one[rows] - other[rows]) + np.abs(one[later] - other[later])
    changed = float((counts * changes).sum())
    return float((counts * (crossed - straight)).sum()) / (2 * changed) if changed else None
