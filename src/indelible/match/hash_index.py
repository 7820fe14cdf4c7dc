"""What the matcher may ask of an index of frame hashes, whoever keeps it, and what an answer says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

_AT_BITS = 32  # 49 days of milliseconds


@dataclass(frozen=True)
class NearPlaces:
    """Which hashes of a query lie near those of which places, in order of both: int64[k] each.

    A place is a medium's number and a moment in it, see `place_of`. `apart`: in how many bits the two differ.
    """

    mine: Integers
    places: Integers
    apart: Integers


@dataclass(frozen=True)
class Answer:
    """What was found, and what of the index could not be asked.

    `common` int64[c, 3]: (query, apart, how many places) of near hashes that stand at too many places to be listed; they are in
    `near` nowhere. `version`: of the manifest that was asked. `missing`: what could not be read; then no find is no answer.
    """

    near: NearPlaces
    common: Integers
    version: int
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether all that the index holds was asked."""
        return not self.missing


class HashIndex(Protocol):
    """Frame hashes with their places, searched exactly."""

    def near(self, hashes: NDArray[np.uint8], most: int) -> Answer:
        """For hashes uint8[q, 32] every place whose hash differs in at most `most` bits."""
        ...


def place_of(medium: int, at_ms: Integers) -> Integers:
    """The places of moments int64[n] in a medium, as one number each; raises ValueError beyond 31 and 32 bits."""
    if not 0 <= medium < 1 << (63 - _AT_BITS) or (len(at_ms) and not 0 <= at_ms.min() <= at_ms.max() < 1 << _AT_BITS):
        raise ValueError(f"expected a medium below 2^31 and moments below 2^32 ms, found {medium} and {at_ms}")
    return np.asarray((medium << _AT_BITS) | at_ms, np.int64)


def media_of(places: Integers) -> Integers:
    """The numbers of the media of places: int64[n]."""
    return np.asarray(places >> _AT_BITS, np.int64)


def at_ms_of(places: Integers) -> Integers:
    """The moments of places in their media: int64[n]."""
    return np.asarray(places & ((1 << _AT_BITS) - 1), np.int64)
