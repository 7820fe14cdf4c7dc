from __future__ import annotations

import numpy as np
import pytest

from indelible.match.laying import Laying, Overlaid, Run, overlaid
from indelible.match.medium import match_medium
from indelible.match.moment import nearer
from indelible.match.references import References
from indelible.model.segment import Relation, SegmentMatch
from world import footage

SEED = 71
SCENE = footage.clip(SEED)
OTHER_MOMENT = footage.clip(SEED, moment=1)
EVERY = np.arange(len(SCENE))
SAME = Laying.still(np.eye(2, 3), inverted=False)


def _under(frames: footage.Frames) -> footage.Frames:
    """Under another film in a corner, as a reaction is recorded."""
    made = frames.copy()
    made[:, 90:, 180:] = footage.resized(footage.clip(SEED + 1, walkers=9), 140, 90)
    return made


def _beside(one: footage.Frames, other: footage.Frames) -> Overlaid:
    pictures = [footage.fingerprint(frames).picture for frames in (one, other)]
    assert pictures[0] is not None
    assert pictures[1] is not None
    run: Run = (EVERY, EVERY)
    return overlaid(pictures[0], pictures[1], SAME, run)


def _nearer(one: footage.Frames, other: footage.Frames = SCENE) -> float:
    return nearer(_beside(one, other), footage.times(other))


def test_a_copy_is_nearer_to_its_moment_and_another_moment_to_none() -> None:
    assert _nearer(footage.noisy(SCENE)) > 0.9
    assert abs(_nearer(footage.noisy(OTHER_MOMENT))) < 0.2


@pytest.mark.parametrize(("gain", "lift"), [(0.5, 60), (1.25, -20)])
def test_light_makes_no_difference(gain: float, lift: float) -> None:
    lit = np.clip(SCENE * gain + lift, 0, 255).astype(np.uint8)
    assert _nearer(footage.noisy(lit)) > 0.8


def test_what_moves_over_one_side_takes_away_no_more_than_its_share() -> None:
    assert _nearer(footage.noisy(_under(SCENE))) > 0.6
    assert _nearer(_under(SCENE), footage.noisy(SCENE)) > 0.6
    assert abs(_nearer(footage.noisy(_under(OTHER_MOMENT)))) < 0.2


def test_it_is_the_same_whichever_side_carries_it() -> None:
    clean, under = footage.noisy(SCENE), _under(SCENE)
    assert _nearer(under, clean) == pytest.approx(_nearer(clean, under), abs=0.05)


def test_where_nothing_changes_no_moment_is_nearer() -> None:
    still = np.repeat(SCENE[:1], len(SCENE), axis=0)
    assert _nearer(footage.noisy(still), still) == 0.0


def test_a_stretch_too_short_for_the_long_times_is_told_by_the_short() -> None:
    both = _beside(footage.noisy(SCENE), SCENE)
    some = Overlaid(both.mine[:5], both.theirs[:5], both.covered)
    assert nearer(some, footage.times(SCENE)[:5]) > 0.8


def test_what_does_not_lie_on_both_is_not_asked() -> None:
    both = _beside(footage.noisy(SCENE), SCENE)
    half = both.covered.copy()
    half[:, :, : half.shape[2] // 2] = False
    spoilt = both.mine.copy()
    spoilt[:, :, : half.shape[2] // 2] = np.random.default_rng(5).integers(0, 255, spoilt[:, :, : half.shape[2] // 2].shape)
    moving = Overlaid(spoilt, both.theirs, np.repeat(half, len(SCENE), axis=0))
    moving.covered[0] = True  # a map that moves: in the first frame all of it lies
    assert nearer(moving, footage.times(SCENE)) > 0.7


def test_an_event_that_the_query_lacks_weighs_as_much_as_its_absence_before() -> None:
    quiet = np.repeat(footage.place(SEED)[None], len(SCENE), axis=0)
    eventful = quiet.copy()
    eventful[-1, 60:100, 140:190] = 250
    assert abs(_nearer(footage.noisy(quiet, level=1), eventful)) < 0.1


def _blinking(seed: int) -> footage.Frames:
    coarse = np.random.default_rng(seed).normal(0, 14, (len(SCENE), 9, 16))
    made = footage.place(SEED) + np.repeat(np.repeat(coarse, 20, axis=1), 20, axis=2)
    made[EVERY % 4 < 2, 80:110, 140:190] = 255
    return np.clip(made, 0, 255).astype(np.uint8)


def test_one_lively_thing_that_strangers_share_is_not_all_that_counts() -> None:
    """A small light that blinks on both, and faint movement everywhere, of each its own."""
    assert _nearer(*(_blinking(seed) for seed in (1, 2))) < 0.15


def test_frames_ten_seconds_apart_are_no_moments_beside_each_other() -> None:
    assert nearer(_beside(footage.noisy(SCENE), SCENE), EVERY * 10_000) == 0.0


def _found(frames: footage.Frames) -> SegmentMatch:
    references = References.of([("original", footage.fingerprint(SCENE))])
    (match,) = match_medium(footage.fingerprint(footage.noisy(frames)), references)
    return match


def test_a_copy_under_a_reaction_is_a_copy_and_why_says_what_fits() -> None:
    match = _found(_under(SCENE))
    assert match.relation is Relation.COPY
    assert match.evidence.nearer_moment is not None
    assert match.evidence.nearer_moment > 0.6


def test_another_moment_under_a_reaction_is_the_same_scene() -> None:
    assert _found(_under(OTHER_MOMENT)).relation is Relation.SAME_SCENE
