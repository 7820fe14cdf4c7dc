"""What comes round again: another moment that fits as well as the one that was found tells neither."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from indelible.fingerprint.medium import Fingerprint
from indelible.match import hypotheses, rival
from indelible.match.alignment import Alignment
from indelible.match.candidate import Candidate, Found
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.model.segment import Relation
from world import footage

_EVERY_PX, _STEP_PX = 84, 14  # a thing each six frames


def _belt(first: int, frames: int = 32) -> footage.Frames:
    """A belt that carries much the same things past a camera, each a little different, from the `first` on."""
    ground, made = footage.place(3), []
    for t in range(frames):
        frame = ground.copy()
        for nth in range(first, first + 16):
            random = np.random.default_rng(nth)
            x = footage.WIDTH + (nth - first - 4) * _EVERY_PX - t * _STEP_PX + int(random.integers(-8, 8))
            grey, high = 200 + int(random.integers(-50, 50)), 26 + int(random.integers(-12, 12))
            cv2.rectangle(frame, (x, 90 - high), (x + 30, 90 + high), grey, -1)
        made.append(frame)
    return footage.noisy(np.stack(made).astype(np.uint8), seed=first)


def _relation(query: Fingerprint, reference: footage.Frames) -> tuple[Relation, str]:
    references = References.of([("original", footage.fingerprint(reference))])
    told = match_medium(query, references)
    assert told
    return told[0].relation, told[0].why


def test_the_next_turn_of_a_belt_is_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    reference, later = _belt(0), footage.fingerprint(_belt(40))
    relation, why = _relation(later, reference)
    assert relation is Relation.UNDECIDED
    assert "as much agrees at another moment of the same place" in why
    monkeypatch.setattr(hypotheses, "rivalled", lambda _candidate, _how, alignment: alignment)
    assert _relation(later, reference)[0] is Relation.COPY


def test_a_moment_in_which_little_moves_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = rival.measured

    def still(candidate: Candidate, how: Found) -> Alignment | None:
        other = measured(candidate, how)
        return other and replace(other, moving=15)

    reference, later = _belt(0), footage.fingerprint(_belt(40))
    monkeypatch.setattr(rival, "measured", still)
    assert _relation(later, reference)[0] is Relation.COPY


def test_the_same_turn_is_a_copy() -> None:
    frames = _belt(0)
    assert _relation(footage.fingerprint(footage.noisy(frames, seed=9)), frames)[0] is Relation.COPY


def test_a_loop_shows_no_other_moment() -> None:
    once = footage.clip(5, seconds=4)
    query = footage.fingerprint(footage.noisy(once, seed=9))
    assert _relation(query, np.concatenate([once, once, once]))[0] is Relation.COPY


def test_a_slow_pan_fits_the_moments_that_follow_by_and_by_and_stays_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = footage.panned(2, step=0.5)
    query = footage.fingerprint(footage.cropped(footage.noisy(frames, seed=9, level=24), 0.8))
    assert _relation(query, frames)[0] is Relation.COPY
    monkeypatch.setattr(rival, "_DIP", -1.0)
    assert _relation(query, frames)[0] is Relation.UNDECIDED
