"""Why two stretches are said to match, in one sentence that a juror understands."""

from __future__ import annotations

from indelible.match.alignment import Alignment
from indelible.match.relation import INLIERS_STRONG, LOOK_STILL, MOMENT_COPY, NEARER_SCENE, OVERLAP_FEW, SPREAD_MIN, VOTES_STILL
from indelible.match.transform import Shape
from indelible.model.segment import Box, Edit, Relation

_TURNED_DEG = 2
_MOMENT_S = 1.0
_BENT = 0.03  # of the picture


def explain(what: Relation, edit: Edit, alignment: Alignment, shape: Shape, *, glanced: bool = False) -> str:
    """One sentence: the edit, the place in the original, and what the finding rests on.

    `glanced`: a film was looked at in a first pass alone.
    """
    parts = [*_edits(edit, alignment, shape), _when(alignment), _because(what, alignment, glanced=glanced)]
    return ", ".join(part for part in parts if part)


def _edits(edit: Edit, alignment: Alignment, shape: Shape) -> list[str]:
    parts = []
    if edit.mirrored:
        parts.append("mirrored")
    if edit.turned_deg >= _TURNED_DEG:
        parts.append(f"turned by {edit.rotated_deg}°")
    if alignment.support.laid.inverted:
        parts.append("colours inverted")
    if edit.speed_ratio < 0:
        parts.append("played backwards")
    if abs(edit.speed_ratio) != 1:
        parts.append(f"at {abs(edit.speed_ratio):g} times the speed")
    if edit.box is not None:
        parts.append(f"showing {_share(edit.box, shape.reference)} % of the original's picture")
    if alignment.support.laid.moves:
        parts.append("a part that moves about")
    if alignment.support.laid.bow >= _BENT:
        parts.append("bent, as by a lens or off a slanted screen")
    if edit.query_box is not None:
        parts.append(f"filling {_share(edit.query_box, shape.query)} % of this picture")
    return parts


def _share(box: Box, size: tuple[int, int]) -> int:
    return round(100 * box.width * box.height / max(1, size[0] * size[1]))


def _when(alignment: Alignment) -> str:
    start, end = alignment.reference_span.start_ms / 1000, alignment.reference_span.end_ms / 1000
    if not alignment.single:
        return f"starts {start:.1f} s into the original"
    if end - start < _MOMENT_S:
        return f"at {start:.1f} s of the original"
    return f"between {start:.1f} and {end:.1f} s of the original, where its frames cannot be told apart"


def _because(what: Relation, alignment: Alignment, *, glanced: bool) -> str:
    support = alignment.support
    parts = []
    if support.inliers:
        parts.append(
            f"{support.inliers} aligned points in {support.frames} frames"
            if support.frames > 1
            else f"{support.inliers} aligned points"
        )
    elif support.sought:
        parts.append(f"its small picture fits into the original's ({support.sought:.2f} of 1)")
    if glanced:
        parts.append("keyframes alone cannot tell this moment from another of the same place")
    elif what is Relation.COPY and alignment.moving:
        parts.append(_same_moment(alignment))
    elif what is Relation.SAME_SCENE:
        parts.append(f"the same place but other movement ({alignment.moment:.2f} of 1)")
    elif what is Relation.UNDECIDED:
        parts.append(_why_undecided(alignment))
    parts.append(
        f"{alignment.frames} frames look alike ({alignment.looks:.2f} of 1)"
        if alignment.frames > 1
        else f"the frames look alike ({alignment.looks:.2f} of 1)"
    )
    return ", ".join(parts)


def _same_moment(alignment: Alignment) -> str:
    if alignment.moment >= MOMENT_COPY:
        return f"the same movement ({alignment.moment:.2f} of 1)"
    return (
        f"what changes fits this moment and not those around it ({alignment.nearer:.2f} of 1), though other things move over it"
    )


def _why_undecided(alignment: Alignment) -> str:
    if alignment.single and (why := _of_one_frame(alignment)):
        return why
    if alignment.moving == 0:
        return "too little moves to tell this moment from another of the same place"
    if not alignment.told_from_held:
        return "one of its frames, held still and moved about, would fit as well"
    if not alignment.told_from_others:
        by = "a map that moves would make as much of" if alignment.support.laid.moves else "as much agrees at"
        return f"{by} another moment of the same place"
    if alignment.spread < SPREAD_MIN:
        return f"only a part of the picture looks alike, and moves alike ({alignment.moment:.2f} of 1)"
    return _moves(alignment)


def _of_one_frame(alignment: Alignment) -> str:
    """Why one frame settles nothing; "" where it does so by itself."""
    if alignment.also:
        return "one frame, and another moment of this original looks as much alike, or more"
    if alignment.looks < LOOK_STILL:
        return "one frame, only partly alike"
    if alignment.with_covers < LOOK_STILL:
        return "one frame, alike but for what covers one of the two, or has come or gone"
    if alignment.overlap < OVERLAP_FEW:
        return "one frame, and too little of either picture lies on the other"
    few = alignment.support.inliers < INLIERS_STRONG and alignment.support.votes < VOTES_STILL
    return "one frame, and few points agree where it lies" if few else ""


def _moves(alignment: Alignment) -> str:
    """Why its movement settles nothing."""
    if alignment.moment < MOMENT_COPY:
        return f"movement only partly alike ({alignment.moment:.2f} of 1)"
    few = alignment.nearer >= NEARER_SCENE
    but = "but in too few frames or on too little of the picture" if few else "but it fits moments around it nearly as well"
    return f"the same movement ({alignment.moment:.2f} of 1), {but}"
