"""What an alignment amounts to, measure by measure: each test changes one thing of a plain copy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from indelible.match import relation
from indelible.match.alignment import Alignment, Rival, Support
from indelible.match.explain import explain
from indelible.match.laying import Laying
from indelible.match.relation import decide
from indelible.match.transform import Shape
from indelible.model.segment import Edit, Relation
from indelible.model.span import Span

COPY = Alignment(
    support=Support(Laying.still(np.eye(2, 3), inverted=False), inliers=40, frames=8, votes=5.0),
    query_span=Span(0, 8000),
    reference_span=Span(0, 8000),
    speed=1.0,
    frames=32,
    looks=0.9,
    moves=0.9,
    moving=32,
    course=0.9,
    single=False,
    spread=0.95,
    overlap=1.0,
    nearer=0.8,
)


MOVING = replace(COPY.support, laid=Laying(np.stack([np.eye(2, 3)] * 2), np.array([0, 8000]), inverted=False))


def _told(**changes: object) -> Relation | None:
    verdict = decide(replace(COPY, **changes))  # type: ignore[arg-type]
    return verdict[0] if verdict else None


def test_a_plain_copy_is_a_copy() -> None:
    assert _told() is Relation.COPY


@pytest.mark.parametrize(
    ("moment", "what"),
    [(0.66, Relation.COPY), (0.6, Relation.UNDECIDED), (0.41, Relation.UNDECIDED), (0.38, Relation.SAME_SCENE)],
)
def test_movement_tells_a_copy_from_another_moment(moment: float, what: Relation) -> None:
    assert _told(moves=moment, course=moment, nearer=0.1 if what is Relation.SAME_SCENE else 0.25) is what


def test_a_copy_under_other_movement_is_told_by_what_is_nearer_to_its_moment() -> None:
    drowned = {"moves": 0.35, "course": 0.35, "nearer": 0.45}
    assert _told(**drowned) is Relation.COPY
    assert _told(**{**drowned, "nearer": 0.35}) is Relation.UNDECIDED
    assert _told(**{**drowned, "nearer": 0.1}) is Relation.SAME_SCENE
    assert _told(**drowned, moving=7) is Relation.UNDECIDED, "a car may come where another came"
    assert _told(**{**drowned, "course": 0.2}) is Relation.UNDECIDED
    assert _told(**drowned, looks=0.45) is Relation.UNDECIDED, "a wandering mark is all that looks alike"
    assert _told(**drowned, overlap=0.55) is Relation.UNDECIDED
    assert _told(**drowned, looks=0.25) is None
    assert _told(**drowned, rival=Rival(0.2), support=MOVING) is Relation.UNDECIDED
    assert _told(**drowned, support=replace(COPY.support, inliers=6, votes=0.0)) is None


def test_what_moves_alike_but_fits_moments_around_it_as_well_is_undecided() -> None:
    assert _told(nearer=0.1) is Relation.UNDECIDED


def test_few_moving_frames_make_a_copy_only_over_most_of_a_picture() -> None:
    few = {"moving": 7, "frames": 7}
    assert _told(**few) is Relation.COPY
    assert _told(**few, overlap=0.55) is Relation.UNDECIDED, "a ticker runs along for some seconds"
    assert _told(**few, looks=0.4) is Relation.UNDECIDED, "a wandering mark is all that looks alike"
    assert _told(**few, moves=0.7, course=0.7, nearer=0.35) is Relation.UNDECIDED
    assert _told(**few, moves=0.7, course=0.7, nearer=0.6) is Relation.UNDECIDED, "a wandering mark may be all that changes"


STILL = replace(COPY, single=True, moving=0, frames=1)


def _still(inliers: int, votes: float = 0.0, **changes: object) -> Relation | None:
    verdict = decide(replace(STILL, support=replace(STILL.support, inliers=inliers, votes=votes), **changes))  # type: ignore[arg-type]
    return verdict[0] if verdict else None


def test_a_still_is_a_copy_where_it_looks_alike_and_in_doubt_where_it_is_widely_so() -> None:
    assert _still(40) is Relation.COPY
    assert _still(40, looks=0.55) is Relation.UNDECIDED, "a caption covers much of one frame"
    assert _still(40, looks=0.55, spread=0.7) is None
    assert _still(40, looks=0.45) is None


def test_a_still_that_is_alike_in_a_part_of_both_pictures_is_no_copy() -> None:
    assert _still(40, overlap=0.65) is Relation.COPY
    assert _still(40, overlap=0.55) is Relation.UNDECIDED, "strangers under one large sticker, one of them mirrored, have 0.47"


def test_a_still_is_no_copy_where_what_covers_one_side_is_all_that_differs() -> None:
    """It may be a caption, and it may be somebody who has come there since."""
    assert _still(40, with_covers=0.76) is Relation.COPY
    assert _still(40, with_covers=0.74) is Relation.UNDECIDED
    assert _still(40, with_covers=0.74, looks=0.45) is None


def test_what_few_spots_of_a_still_say_must_look_the_more_alike() -> None:
    assert _still(9, looks=0.65) is Relation.UNDECIDED
    assert _still(9, looks=0.55) is None
    assert _still(6, looks=0.85) is Relation.UNDECIDED
    assert _still(6, looks=0.75) is None
    assert _still(6, spread=0.7) is None
    assert _still(6, overlap=0.55) is None, "the smaller the part, the more looks alike by chance"


def test_one_frame_has_one_vote() -> None:
    assert _still(0, votes=0.4) is Relation.COPY
    assert _still(0, votes=0.2) is Relation.UNDECIDED
    assert _still(0, votes=0.2, looks=0.55) is None


def test_a_hash_within_72_bits_speaks_for_a_still_and_one_that_lies_farther_does_not() -> None:
    assert _still(40, votes=0.25, looks=0.55, spread=0.65) is Relation.UNDECIDED, "beside spots a caption may hide more"
    assert _still(40, votes=0.15, looks=0.55, spread=0.65) is None
    assert _still(0, votes=0.25, looks=0.65) is Relation.UNDECIDED
    assert _still(0, votes=0.15, looks=0.65) is None, "drawn strangers' pictures within one frame have as much"
    assert _told(support=replace(COPY.support, inliers=0, votes=0.4), moving=0) is None, "a film has many"


def test_a_map_under_which_the_pictures_hardly_meet_tells_nothing() -> None:
    assert _told(overlap=relation.OVERLAP_MIN - 0.01) is None


def test_a_part_of_the_picture_is_undecided_where_it_moves_alike_and_else_nothing() -> None:
    assert _told(spread=0.55) is Relation.UNDECIDED
    assert _told(spread=0.55, moves=0.3, course=0.3) is None
    assert _told(spread=0.45) is None
    weak = replace(COPY.support, inliers=6, votes=0.0)
    assert _told(spread=0.55, support=weak) is None


def test_a_moving_map_must_fit_other_moments_less_in_both_measures() -> None:
    assert _told(support=MOVING, rival=Rival(0.4)) is Relation.COPY
    assert _told(support=MOVING, rival=Rival(0.8)) is Relation.UNDECIDED
    assert _told(support=MOVING, rival=Rival(0.4, 0.7)) is Relation.UNDECIDED
    assert _told(support=replace(MOVING, inliers=6, votes=0.0), rival=Rival(0.4)) is None


def test_a_moving_map_must_fit_the_film_better_than_one_held_frame() -> None:
    followed = {"support": MOVING, "rival": Rival(0.4)}
    assert _told(**followed, held=Rival(0.6, 0.75)) is Relation.COPY
    assert _told(**followed, held=Rival(0.82, 0.5)) is Relation.COPY
    assert _told(**followed, held=Rival(0.82, 0.75)) is Relation.UNDECIDED
    assert _told(**followed, moves=0.99, course=0.99, held=Rival(0.96, 0.75)) is Relation.COPY, "it is halfway to all"


def test_one_map_must_fit_other_moments_less_in_either() -> None:
    assert _told(rival=Rival(0.4, 0.7)) is Relation.COPY
    assert _told(rival=Rival(0.8, 0.4)) is Relation.COPY
    assert _told(rival=Rival(0.9, 0.75)) is Relation.UNDECIDED
    assert _told(moves=0.99, course=0.99, rival=Rival(0.97, 0.75)) is Relation.COPY, "it is halfway to all"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"moving": 0}, "too little moves"),
        ({"nearer": 0.1}, "but it fits moments around it nearly as well"),
        ({"moves": 0.45, "course": 0.45, "nearer": 0.25}, "movement only partly alike (0.45 of 1)"),
        ({"spread": 0.55}, "only a part of the picture"),
        ({"rival": Rival(0.9, 0.8)}, "as much agrees at another moment"),
        ({"rival": Rival(0.8), "support": MOVING}, "a map that moves would make as much of another moment"),
        ({"held": Rival(0.9, 0.8), "support": MOVING}, "one of its frames, held still and moved about, would fit as well"),
        ({"single": True, "moving": 0, "looks": 0.5}, "one frame, only partly alike"),
        (
            {"single": True, "moving": 0, "also": True},
            "one frame, and another moment of this original looks as much alike, or more",
        ),
        ({"moving": 7, "overlap": 0.55}, "too few frames or on too little"),
        ({"single": True, "moving": 0, "with_covers": 0.6}, "one frame, alike but for what covers one of the two"),
        ({"single": True, "moving": 0, "overlap": 0.55}, "one frame, and too little of either picture lies on the other"),
    ],
)
def test_what_is_undecided_says_why(changes: dict[str, object], why: str) -> None:
    alignment = replace(COPY, **changes)  # type: ignore[arg-type]
    verdict = decide(alignment)
    assert verdict is not None
    assert verdict[0] is Relation.UNDECIDED
    assert why in explain(Relation.UNDECIDED, Edit(), alignment, Shape((640, 360), (640, 360)))


def test_a_first_look_settles_nothing() -> None:
    verdict = decide(COPY, glanced=True)
    assert verdict is not None
    assert verdict[0] is Relation.UNDECIDED


def _with(inliers: int, votes: float) -> Support:
    return replace(COPY.support, inliers=inliers, votes=votes)


@pytest.mark.parametrize(
    "changes",
    [
        {"looks": 0.51},
        {"looks": 0.51, "support": _with(inliers=0, votes=0.6)},  # two of its few frames
        {"looks": 0.61, "support": _with(inliers=8, votes=0)},
        {"looks": 0.81, "support": _with(inliers=6, votes=0)},
    ],
)
def test_the_less_else_speaks_the_more_alike_a_first_look_must_find_them(changes: dict[str, object]) -> None:
    assert decide(replace(COPY, **changes), glanced=True) is not None  # type: ignore[arg-type]
    less = {**changes, "looks": float(str(changes["looks"])) - 0.02}
    assert decide(replace(COPY, **less), glanced=True) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"spread": 0.59},
        {"single": True, "also": True},  # the best moment is told, and of a first look that is all
        {"spread": 0.74, "support": _with(inliers=8, votes=0)},
        {"overlap": 0.59, "support": _with(inliers=8, votes=0)},
    ],
)
def test_a_first_look_tells_nothing_of_what_is_alike_in_a_part_or_elsewhere_too(changes: dict[str, object]) -> None:
    assert decide(replace(COPY, **changes), glanced=True) is None  # type: ignore[arg-type]


def test_scores_lie_between_nothing_and_one() -> None:
    for looks in (0.2, 0.6, 1.0):
        for moment in (-0.5, 0.45, 0.7, 1.0):
            verdict = decide(replace(COPY, looks=looks, moves=moment, course=moment))
            assert verdict is None or 0 <= verdict[1] <= 1


def test_a_copy_under_other_movement_says_what_fits() -> None:
    alignment = replace(COPY, moves=0.35, course=0.35, nearer=0.45)
    why = explain(Relation.COPY, Edit(), alignment, Shape((640, 360), (640, 360)))
    assert "what changes fits this moment and not those around it (0.45 of 1), though other things move over it" in why
