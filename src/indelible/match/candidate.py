"""A reference that may show what a query shows: what speaks for it, and how far the two agree when one is laid on the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match import alignment
from indelible.match.align import Line, best_line
from indelible.match.alignment import Alignment, Support
from indelible.match.frame_votes import FrameVote
from indelible.match.geometry import FrameFit
from indelible.match.laying import Laying
from indelible.match.pixels import Agreement, agreement
from indelible.match.search import Sought
from indelible.match.transform import CORNERS, applied

LOOK_FREE = 0.2  # what unrelated pictures reach by chance; only more than this is worth anything
_MOVE_FREE = 0.1
_LIVELY = 6.0  # grey levels: change as large as this counts in full
_SAME_PLACE = 0.15  # of the reference's picture, for each corner


@dataclass(frozen=True)
class Candidate:
    """A reference that may show the same, and what speaks for it: spots, whole frames, and a place sought by small copies."""

    query: PictureFingerprint
    reference: PictureFingerprint
    fits: tuple[FrameFit, ...]
    vote: FrameVote | None
    sought: Sought | None = None

    @property
    def single(self) -> bool:
        """Whether one of the two is a single frame, and so nothing can be told by what moves."""
        return self.query.single or self.reference.single

    def times_ms(self, pair: tuple[int, int]) -> tuple[int, int]:
        """When the two frames of a pair are shown."""
        return int(self.query.times_ms[pair[0]]), int(self.reference.times_ms[pair[1]])


@dataclass(frozen=True)
class Found:
    """How a query lies on a reference, how the two agree so, and the best line in time."""

    laid: Laying
    agreed: Agreement
    line: Line


def found(candidate: Candidate, laid: Laying) -> Found | None:
    """The line in time along which the two agree most when the query lies so; None when they agree nowhere."""
    query, reference = candidate.query, candidate.reference
    agreed = agreement(query, reference, laid)
    if agreed is None:
        return None
    line = best_line(worth(agreed), query.times_ms, reference.times_ms)
    return Found(laid, agreed, line) if line is not None else None


def worth(agreed: Agreement) -> NDArray[np.floating]:
    """What each pair of frames is worth as a part of a line: float[n, m]."""
    moving = np.minimum(agreed.query_energy[:, None], agreed.reference_energy[None, :])
    made: NDArray[np.floating] = np.maximum(0, agreed.looks - LOOK_FREE)
    made += np.minimum(moving / _LIVELY, 1) * (agreed.moves - _MOVE_FREE)
    return made


def measured(candidate: Candidate, how: Found) -> Alignment | None:
    """What is measured of two that lie so; None where they look alike nowhere."""
    return alignment.measured(candidate.query, candidate.reference, how.agreed, how.line, support(candidate, how.laid))


def support(candidate: Candidate, laid: Laying) -> Support:
    """What speaks for a candidate, laid so."""
    return Support(
        laid=laid,
        inliers=max((fit.inliers for fit in candidate.fits), default=0),
        frames=len({fit.pair.query for fit in candidate.fits}),
        votes=candidate.vote.votes if candidate.vote is not None else 0.0,
        sought=_sought(candidate.sought, laid) if candidate.sought is not None else 0.0,
    )


def _sought(place: Sought, laid: Laying) -> float:
    """How alike the place is that was sought, where the query lies there at that time."""
    then = laid.at(np.array([place.query_ms]))[0]
    apart = np.abs(applied(then, CORNERS) - applied(place.fractional, CORNERS))
    return place.alike if apart.max() <= _SAME_PLACE and place.inverted == laid.inverted else 0.0
