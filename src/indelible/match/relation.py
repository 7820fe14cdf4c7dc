"""Copy, same scene, or undecided: what an alignment amounts to.

Source of the thresholds and their measured errors: docs/decisions/0011-relations.md.
"""

from __future__ import annotations

import numpy as np

from indelible.match.alignment import Alignment, Support
from indelible.model.segment import Relation

LOOK_MIN = 0.2  # median correlation of what is seen: unrelated pictures under a wrong map reach 0.17, true copies fall to 0.24
LOOK_SCENE = 0.3  # the same where movement does not confirm it
LOOK_FEW = 0.5  # the same where few frames move: all but one such copy have 0.66 and more, wandering marks 0.41 at most
LOOK_STILL = 0.75  # the same where no movement speaks: stills of the corpus have 0.77 at least
LOOK_STILL_DOUBTFUL = 0.5  # of a captioned still, widely alike: true ones have 0.54, dark strangers under one name 0.53
LOOK_GLANCED = 0.5  # the same of a first pass's frames: strangers with strong support reach 0.39, copies fall to 0.55
MOMENT_COPY = 0.65  # nearly all edited copies have more, other moments of one scene less (0.57 at most)
MOMENT_COPY_FEW = 0.75  # when few frames move: other moments reach 0.66
MOMENT_SCENE = 0.4  # below it, the same place at another moment; between the two nobody can tell
MOMENT_NEARER = 0.3  # enough of a copy that is nearer to its moment than to others; where two cars come by turns 0.25 at most
NEARER_COPY = 0.4  # of known copies 0.98 have 0.35; other moments of one scene 0.35 at most, save two empty roads (0.57, 0.66)
NEARER_SCENE = 0.2  # a copy has more (0.998 of the known), nine in ten other moments of its scene less
LOOK_STILL_SOME = 0.6  # of a still on whose map eight to eleven spots agree: strangers reach 0.50
LOOK_STILL_ALONE = 0.8  # of one on whose map six or seven agree: strangers reach 0.68
SPREAD_MIN = 0.6  # of the picture's parts: copies have 0.66 at least, clips that share a strong mark mostly 0.33
SPREAD_STILL = 0.75  # of a still less alike than LOOK_STILL: captioned ones have 0.80, strangers with support 0.55
SPREAD_MOVING = 0.5  # enough to be undecided where the movement agrees: of pairs under one ticker one in fifty has more
MOMENT_MOVING = 0.5
OVERLAP_MIN = 0.4  # of one of the two pictures: copies have 0.75 at least, wandering marks laid on each other 0.2 to 0.55
OVERLAP_FEW = 0.6  # the same when few frames move, or none: a line of running text may run along, a sticker be all there is
MOVING_MIN = 3  # frames with change on both sides: fewer cannot tell a moment from another
MOVING_NEARER = 8  # frames with change, for such a copy: of those empty roads three and five
MOVING_ENOUGH = 12
INLIERS_STRONG = 12
INLIERS_STILL = 8  # enough for doubt, where a still looks alike all over; of strangers' maps hardly one in a thousand has more
VOTES_STRONG = 3.0
SOUGHT_STRONG = 0.8  # of films: of strangers to 382 copies none lay so, save those that show the scene of an inset's ground
VOTES_GLANCED = 0.6  # of a first pass's films: two of its few frames; where strangers had as many they looked alike by 0.28
VOTES_STILL = 0.3  # one frame has one vote: 63 bits; the nearest of strangers' whole frames lay at 68
VOTES_STILL_SOME = 0.2  # 72 bits: enough for doubt, and beside spots where a caption hides more of the picture
_MOMENT_MS_MAX = 3000  # a longer stretch in which nothing can be told apart is no moment
_SCORE_DIGITS = 4


def decide(alignment: Alignment, *, glanced: bool = False) -> tuple[Relation, float] | None:
    """The relation and a score from 0 to 1; None for what is too weak to report.

    `glanced`: a film was looked at in a first pass alone, whose few frames hold no movement and so settle nothing.
    """
    if alignment.looks < LOOK_MIN or alignment.spread < SPREAD_MOVING or alignment.overlap < OVERLAP_MIN:
        return None
    strong = is_strong(alignment.support, single=alignment.single)
    if glanced:
        return _at_a_glance(alignment, strong=strong)
    if alignment.spread < SPREAD_MIN:
        return _in_part(alignment, strong=strong)
    if alignment.single:
        return _of_a_still(alignment, strong=strong)
    if alignment.moving < MOVING_MIN:
        return _by_looks(alignment) if strong else None
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
    moves_alike = _moves_alike(alignment, strong=strong) and (strong or not alignment.support.laid.moves)
    if not moves_alike and (not strong or alignment.looks < LOOK_SCENE):
        return None
    if moves_alike or _nearest(alignment):
        return (Relation.COPY, score) if alignment.told_apart else (Relation.UNDECIDED, score / 2)
    other_moment = alignment.moment < MOMENT_SCENE and alignment.nearer < NEARER_SCENE
    return Relation.SAME_SCENE if other_moment else Relation.UNDECIDED, score


def _moves_alike(alignment: Alignment, *, strong: bool) -> bool:
    """Whether what moves is so alike, in so many frames, that both show one moment."""
    sure = alignment.moment >= MOMENT_COPY_FEW and _widely(alignment)
    enough = alignment.moving >= MOVING_ENOUGH or (strong and sure)
    return alignment.moment >= MOMENT_COPY and enough and alignment.nearer >= NEARER_SCENE


def _nearest(alignment: Alignment) -> bool:
    """Whether both show one moment though something else moves over one of them."""
    enough = alignment.moving >= MOVING_NEARER and alignment.moment >= MOMENT_NEARER
    return enough and alignment.nearer >= NEARER_COPY and _widely(alignment)


def _widely(alignment: Alignment) -> bool:
    """Whether so much of a picture looks alike that it is no mark which wanders over both, or a line of text."""
    return alignment.overlap >= OVERLAP_FEW and alignment.looks >= LOOK_FEW


def _in_part(alignment: Alignment, *, strong: bool) -> tuple[Relation, float] | None:
    """Undecided, where only a part of the picture looks alike but what moves there moves alike; None where it does not."""
    enough = strong and not alignment.single and alignment.moving >= MOVING_MIN and alignment.overlap >= OVERLAP_FEW
    if not enough or alignment.looks < LOOK_SCENE or alignment.moment < MOMENT_MOVING:
        return None
    return Relation.UNDECIDED, _score(alignment) / 2


def _score(alignment: Alignment) -> float:
    same_moment = max(alignment.moment, alignment.nearer)
    return round(float(np.clip((alignment.looks + same_moment) / 2, 0, 1)), _SCORE_DIGITS)


def _by_looks(alignment: Alignment) -> tuple[Relation, float] | None:
    """Undecided where hardly anything moves, so that no movement speaks; None for what is not alike."""
    return _doubtful(alignment) if alignment.looks >= LOOK_STILL else None


def _at_a_glance(alignment: Alignment, *, strong: bool) -> tuple[Relation, float] | None:
    """Undecided where the few frames of a first pass look alike; None where they do not. Of several moments only the best."""
    if alignment.spread < SPREAD_MIN or alignment.also:
        return None
    strong = strong or alignment.support.votes >= VOTES_GLANCED
    alike = alignment.looks >= LOOK_GLANCED if strong else _alike_though_weak(alignment)
    return _doubtful(alignment) if alike else None


def _of_a_still(alignment: Alignment, *, strong: bool) -> tuple[Relation, float] | None:
    """The relation where one side is a single frame."""
    lasting = alignment.frozen and alignment.reference_span.length_ms > _MOMENT_MS_MAX
    vague = alignment.also or lasting or alignment.overlap < OVERLAP_FEW or alignment.with_covers < LOOK_STILL
    if strong and alignment.looks >= LOOK_STILL:
        return _doubtful(alignment) if vague else (Relation.COPY, _looks(alignment))
    widely = alignment.spread >= SPREAD_STILL or alignment.support.votes >= VOTES_STILL_SOME
    captioned = strong and widely and alignment.looks >= LOOK_STILL_DOUBTFUL
    return _doubtful(alignment) if captioned or (not strong and _alike_though_weak(alignment)) else None


def _alike_though_weak(alignment: Alignment) -> bool:
    """Whether a frame looks so much alike, all over, that it may be a copy though little else speaks for it."""
    if alignment.spread < SPREAD_STILL or alignment.overlap < OVERLAP_FEW:
        return False
    several = alignment.support.inliers >= INLIERS_STILL or alignment.support.votes >= VOTES_STILL_SOME
    return alignment.looks >= (LOOK_STILL_SOME if several else LOOK_STILL_ALONE)


def _doubtful(alignment: Alignment) -> tuple[Relation, float]:
    return Relation.UNDECIDED, _looks(alignment) / 2


def _looks(alignment: Alignment) -> float:
    return round(float(np.clip(alignment.looks, 0, 1)), _SCORE_DIGITS)
