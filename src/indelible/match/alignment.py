"""What is measured of two stretches that run alongside each other under one laying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.align import Line, best_run
from indelible.match.laying import Laying, Overlaid, Run, overlaid
from indelible.match.moment import nearer
from indelible.match.pixels import MOVE_MIN, Agreement, alike_parts, course
from indelible.match.transform import shares
from indelible.match.within import within
from indelible.model.span import Span

_RUN_LOOK = 0.18  # more than chance, less than a shaking copy sampled an eighth of a second apart
_RIVAL_APART = 0.2  # a moment that is told is that much above what the same freedom makes of other moments
_SAMPLE_MS = 250
_PARTS_ENOUGH = 9  # of a picture within the picture that show anything: of fewer nothing is asked


@dataclass(frozen=True)
class Support:
    """What first spoke for an alignment: a map, the spots that agree on it, and the votes of whole frames.

    `sought`: how alike the place is that was sought by small copies, where the map lays the query there, else 0.
    """

    laid: Laying
    inliers: int
    frames: int
    votes: float
    sought: float = 0.0


@dataclass(frozen=True)
class Rival:
    """How sure something else would be of the moment, measured as an alignment is."""

    moment: float = 0.0
    nearer: float = 0.0

    @classmethod
    def best(cls, others: Sequence[Alignment]) -> Rival:
        """The best of others in each measure; of none, nothing."""
        return cls(max((other.moment for other in others), default=0.0), max((other.nearer for other in others), default=0.0))


@dataclass(frozen=True)
class Alignment:
    """Two stretches that run alongside each other, and how much they agree.

    `looks`: median correlation of what is seen. `moves`: mean correlation of what changes, weighted by how much does, over
    `moving` frames. `course`: correlation of what comes and goes. `nearer`: by how much the one is nearer to the other's moment
    than to those beside it. `spread`: in what share of the picture they look alike, and of a picture within it that both have.
    `overlap`: the share of the query's or of the reference's picture, whichever is larger, that lies on the other.
    `single`: one side is a single frame; then the other's span is all of it that looks as much alike. `frozen`: the query is a
    film that holds one frame. `also`: another moment of the same reference looks as much alike, or more. `rival`: what the same
    stretch makes of another moment of the reference, where the two agree most, by a map that moves as freely. `held`: what one frame of the query, held, makes of this moment by a map that moves as freely.
    None where there is no such thing, or none was sought. `with_covers`: of single frames, how alike they look where something covers
    one of them, too; of films nothing covers, 1.
    """

    support: Support
    query_span: Span
    reference_span: Span
    speed: float
    frames: int
    looks: float
    moves: float
    moving: int
    course: float
    single: bool
    spread: float
    overlap: float
    frozen: bool = False
    also: bool = False
    rival: Rival | None = None
    held: Rival | None = None
    nearer: float = 0.0
    with_covers: float = 1.0

    @property
    def moment(self) -> float:
        """How sure it is that both show one moment and not only one place: the mean of course and moves."""
        return (self.course + self.moves) / 2

    @property
    def told_apart(self) -> bool:
        """Whether no other moment fits as well, nor one held frame."""
        return self.told_from_others and self.told_from_held

    @property
    def told_from_others(self) -> bool:
        """Whether no other moment fits as well.

        A map that moves may turn one moment into another, so it must stand above in both measures. One that does not must in one,
        where others come near by nature as far as halfway to all.
        """
        if self.rival is None:
            return True
        if self.support.laid.moves:
            return all(own - other >= _RIVAL_APART for own, other in self._beside(self.rival))
        return any(_above(own, other) for own, other in self._beside(self.rival))

    @property
    def told_from_held(self) -> bool:
        """Whether one held frame does not fit as well in either measure: else the map that moves makes the movement."""
        return self.held is None or any(_above(own, other) for own, other in self._beside(self.held))

    def _beside(self, other: Rival) -> tuple[tuple[float, float], tuple[float, float]]:
        return (self.moment, other.moment), (self.nearer, other.nearer)


def _above(own: float, other: float) -> bool:
    """Whether a measure stands clearly above another; where that comes near to 1, halfway to it is enough."""
    return own - other >= min(_RIVAL_APART, (1 - other) / 2)


def run_of(agreed: Agreement, line: Line) -> Run | None:
    """The stretch of a line along which the pictures look alike; None when there is none."""
    rows = np.flatnonzero(line.frames >= 0)
    columns = line.frames[rows]
    start, end = best_run(agreed.looks[rows, columns] - _RUN_LOOK)
    return (rows[start:end], columns[start:end]) if end > start else None


def measured(
    query: PictureFingerprint, reference: PictureFingerprint, agreed: Agreement, line: Line, support: Support
) -> Alignment | None:
    """The stretch of `line` along which the pictures look alike, with its measures; None when there is none."""
    run = run_of(agreed, line)
    if run is None:
        return None
    rows, columns = run
    both = overlaid(query, reference, support.laid, run)
    energy = np.minimum(agreed.query_energy[rows], agreed.reference_energy[columns])
    moving = energy > MOVE_MIN
    moves = float(np.average(agreed.moves[rows, columns][moving], weights=energy[moving])) if moving.any() else 0.0
    mine, theirs = query.times_ms[rows], reference.times_ms[columns]
    return Alignment(
        support=support,
        query_span=span_of(mine, query),
        reference_span=span_of(theirs, reference),
        speed=line.speed,
        frames=len(rows),
        looks=float(np.median(agreed.looks[rows, columns])),
        moves=moves,
        moving=int(moving.sum()),
        course=course(both),
        single=False,
        spread=spread_of(both, within(query, reference, support.laid, run, both)),
        overlap=max(shares(support.laid.middle)),
        nearer=nearer(both, theirs),
    )


def spread_of(both: Overlaid, inner: list[Overlaid]) -> float:
    """In what share of the picture, and of each picture within it that both have, two stretches look alike: the least."""
    whole, *parts = (alike_parts(each) for each in (both, *inner))
    shares_of = [part.mean() for part in parts if len(part) >= _PARTS_ENOUGH]
    return float(min([whole.mean() if len(whole) else 0.0, *shares_of]))


def span_of(times_ms: NDArray[np.int64], picture: PictureFingerprint) -> Span:
    """From the first to the last of the frames' times, and as long as the last is shown; a still is a point."""
    first, last = int(times_ms.min()), int(times_ms.max())
    shown = _SAMPLE_MS if len(times_ms) > 1 and len(picture.times_ms) > 1 else 0
    return Span(first, last + shown)
