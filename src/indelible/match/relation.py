"""Copy, same scene, or undecided: what an alignment amounts to.

Source of the thresholds and their measured errors: docs/decisions/0011-relations.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.align import Line, best_run
from indelible.match.laying import Laying, Overlaid, Run, overlaid
from indelible.match.pixels import MOVE_MIN, Agreement, alike_parts, course
from indelible.match.transform import shares
from indelible.match.within import within
from indelible.model.segment import Relation
from indelible.model.span import Span

LOOK_MIN = 0.2  # median correlation of what is seen: unrelated pictures under a wrong map reach 0.17, true copies fall to 0.24
LOOK_SCENE = 0.3  # the same where movement does not confirm it
LOOK_FEW = 0.5  # the same where few frames move: all but one such copy have 0.66 and more, wandering marks 0.41 at most
LOOK_STILL = 0.75  # the same where no movement speaks: stills of the corpus have 0.77 at least
LOOK_STILL_DOUBTFUL = 0.5  # of a captioned still, widely alike: true ones have 0.54, dark strangers under one name 0.53
LOOK_GLANCED = 0.5  # the same of a first pass's frames: strangers with strong support reach 0.39, copies fall to 0.55
MOMENT_COPY = 0.65  # nearly all edited copies have more, other moments of one scene less (0.57 at most)
MOMENT_COPY_FEW = 0.75  # when few frames move: other moments reach 0.66
MOMENT_SCENE = 0.4  # below it, the same place at another moment; between the two nobody can tell
LOOK_STILL_SOME = 0.6  # of a still on whose map eight to eleven spots agree: strangers reach 0.50
LOOK_STILL_ALONE = 0.8  # of one on whose map six or seven agree: strangers reach 0.68
SPREAD_MIN = 0.6  # of the picture's parts: copies have 0.66 at least, clips that share a strong mark mostly 0.33
SPREAD_STILL = 0.75  # of a still less alike than LOOK_STILL: captioned ones have 0.80, strangers with support 0.55
SPREAD_MOVING = 0.5  # enough to be undecided where the movement agrees: of pairs under one ticker one in fifty has more
MOMENT_MOVING = 0.5
OVERLAP_MIN = 0.4  # of one of the two pictures: copies have 0.75 at least, wandering marks laid on each other 0.2 to 0.55
OVERLAP_FEW = 0.6  # the same when few frames move: a line of running text may run along for some seconds
MOVING_MIN = 3  # frames with change on both sides: fewer cannot tell a moment from another
MOVING_ENOUGH = 12
INLIERS_STRONG = 12
INLIERS_STILL = 8  # enough for doubt, where a still looks alike all over; of strangers' maps hardly one in a thousand has more
VOTES_STRONG = 3.0
SOUGHT_STRONG = 0.8  # of films: of strangers to 382 copies none lay so, save those that show the scene of an inset's ground
VOTES_STILL = 0.3  # one frame has one vote: 63 bits, where unrelated frames differ in 94 at least
_RUN_LOOK = 0.18  # more than chance, less than a shaking copy sampled an eighth of a second apart
_RIVAL_APART = 0.2  # a moment that is told is that much above what the same freedom makes of other moments
_SAMPLE_MS = 250
_PARTS_ENOUGH = 9  # of a picture within the picture that show anything: of fewer nothing is asked
_MOMENT_MS_MAX = 3000  # a longer stretch in which nothing can be told apart is no moment
_SCORE_DIGITS = 4


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
class Alignment:
    """Two stretches that run alongside each other, and how much they agree.

    `looks`: median correlation of what is seen. `moves`: mean correlation of what changes, weighted by how much does, over
    `moving` frames. `course`: correlation of what comes and goes. `spread`: in what share of the picture they look alike, and of
    a picture within it that both have.
    `overlap`: the share of the query's or of the reference's picture, whichever is larger, that lies on the other.
    `single`: one side is a single frame; then the other's span is all of it that looks as much alike. `frozen`: the query is a
    film that holds one frame. `rival`: the moment of the same stretch when it is laid a little beside, by a map that moves as
    freely; None where the map does not move.
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
    rival: float | None = None

    @property
    def moment(self) -> float:
        """How sure it is that both show one moment and not only one place: the mean of course and moves."""
        return (self.course + self.moves) / 2

    @property
    def told_apart(self) -> bool:
        """Whether the same freedom does not make as much of another moment."""
        return self.rival is None or self.moment - self.rival >= _RIVAL_APART


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


def decide(alignment: Alignment, *, glanced: bool = False) -> tuple[Relation, float] | None:
    """The relation and a score from 0 to 1; None for what is too weak to report.

    `glanced`: a film was looked at in a first pass alone, whose few frames hold no movement and so settle nothing.
    """
    if alignment.looks < LOOK_MIN or alignment.spread < SPREAD_MOVING or alignment.overlap < OVERLAP_MIN:
        return None
    strong = is_strong(alignment.support, single=alignment.single)
    if alignment.spread < SPREAD_MIN:
        return _in_part(alignment, strong=strong) if not glanced else None
    if alignment.single and not glanced:
        return _of_a_still(alignment, strong=strong)
    if glanced or alignment.moving < MOVING_MIN:
        return _by_looks(alignment, glanced=glanced) if strong else None
    return _by_moment(alignment, strong=strong)


def is_strong(support: Support, *, single: bool) -> bool:
    """Whether so much speaks for an alignment that less may be told of it than a copy; `single`: one side is a single frame."""
    if support.inliers >= INLIERS_STRONG:
        return True
    return support.votes >= VOTES_STILL if single else support.votes >= VOTES_STRONG or support.sought >= SOUGHT_STRONG


def is_copy(alignment: Alignment | None) -> bool:
    """Whether an alignment shows the same footage."""
    verdict = decide(alignment) if alignment is not None else None
    return verdict is not None and verdict[0] is Relation.COPY


def _by_moment(alignment: Alignment, *, strong: bool) -> tuple[Relation, float] | None:
    """The relation of stretches in which enough moves to tell one moment from another."""
    score = _score(alignment)
    sure = alignment.moment >= MOMENT_COPY_FEW and alignment.overlap >= OVERLAP_FEW and alignment.looks >= LOOK_FEW
    enough = alignment.moving >= MOVING_ENOUGH or (strong and sure)
    if alignment.moment >= MOMENT_COPY and enough and (alignment.rival is None or strong):
        return (Relation.COPY, score) if alignment.told_apart else (Relation.UNDECIDED, score / 2)
    if not strong or alignment.looks < LOOK_SCENE:
        return None
    return Relation.SAME_SCENE if alignment.moment < MOMENT_SCENE else Relation.UNDECIDED, score


def _in_part(alignment: Alignment, *, strong: bool) -> tuple[Relation, float] | None:
    """Undecided, where only a part of the picture looks alike but what moves there moves alike; None where it does not."""
    enough = strong and not alignment.single and alignment.moving >= MOVING_MIN and alignment.overlap >= OVERLAP_FEW
    if not enough or alignment.looks < LOOK_SCENE or alignment.moment < MOMENT_MOVING:
        return None
    return Relation.UNDECIDED, _score(alignment) / 2


def _score(alignment: Alignment) -> float:
    return round(float(np.clip((alignment.looks + alignment.moment) / 2, 0, 1)), _SCORE_DIGITS)


def _by_looks(alignment: Alignment, *, glanced: bool) -> tuple[Relation, float] | None:
    """Undecided where no movement speaks, of a first pass or where hardly anything moves; None for what is not alike."""
    alike = alignment.looks >= (LOOK_GLANCED if glanced else LOOK_STILL)
    return (Relation.UNDECIDED, _looks(alignment) / 2) if alike else None


def _of_a_still(alignment: Alignment, *, strong: bool) -> tuple[Relation, float] | None:
    """The relation where one side is a single frame."""
    alike = alignment.looks >= LOOK_STILL
    lasting = alignment.frozen and alignment.reference_span.length_ms > _MOMENT_MS_MAX
    if alike and strong:
        return (Relation.UNDECIDED, _looks(alignment) / 2) if lasting else (Relation.COPY, _looks(alignment))
    if alignment.spread < SPREAD_STILL:
        return None
    several = alignment.support.inliers >= INLIERS_STILL or alignment.support.votes > 0
    some = alignment.looks >= (LOOK_STILL_SOME if several else LOOK_STILL_ALONE)
    doubtful = alignment.looks >= LOOK_STILL_DOUBTFUL if strong else some and alignment.overlap >= OVERLAP_FEW
    return (Relation.UNDECIDED, _looks(alignment) / 2) if doubtful else None


def _looks(alignment: Alignment) -> float:
    return round(float(np.clip(alignment.looks, 0, 1)), _SCORE_DIGITS)
