"""Single frames with their contrast made even, by what has contrast and what covers one side alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from indelible.match.contrast import evened, uncovered
from indelible.match.laying import Overlaid
from indelible.match.pixels import looks
from world import footage

WHOLE = np.ones((1, 36, 64), np.bool_)
PLACE = footage.resized(footage.place(4)[None], 64, 36)


def _night(frames: footage.Frames, share: float = 0.08) -> footage.Frames:
    """The same with so much of its contrast, in the dark, each pixel rounded to a whole level."""
    return np.asarray(np.rint(20 + (frames.astype(np.float32) - frames.mean()) * share), np.uint8)


def _covered(frames: footage.Frames, rows: slice) -> footage.Frames:
    """The same behind rows of strong stripes."""
    made = frames.copy()
    made[:, rows] = np.where(np.arange(64) % 4 < 2, 255, 0)
    return made


def _alike(one: footage.Frames, other: footage.Frames) -> float:
    table = looks(evened(uncovered(Overlaid(one, other, WHOLE))))
    assert table is not None
    return float(table.max())


def test_a_night_looks_like_its_day_and_like_no_other_night() -> None:
    assert _alike(_night(PLACE), PLACE) >= 0.85
    nights = [_night(footage.resized(footage.place(seed)[None], 64, 36)) for seed in range(10)]
    assert max(_alike(one, other) for i, one in enumerate(nights) for other in nights[:i]) <= 0.4


def test_a_night_is_raised_to_the_contrast_of_its_day() -> None:
    night, day = (evened(Overlaid(each, each, WHOLE)).mine.std() for each in (_night(PLACE), PLACE))
    assert night >= 0.75 * day


def test_nothing_is_made_of_the_noise_of_black_frames() -> None:
    dark = [np.random.default_rng(seed).integers(16, 18, (1, 36, 64)).astype(np.uint8) for seed in range(6)]
    assert max(_alike(one, other) for i, one in enumerate(dark) for other in dark[:i]) <= 0.3


@pytest.mark.parametrize("hidden", ["query", "reference"])
def test_what_covers_one_side_is_not_compared(hidden: str) -> None:
    night, covered = _night(PLACE), _covered(_night(PLACE), slice(26, 36))
    both = Overlaid(covered, night, WHOLE) if hidden == "query" else Overlaid(night, covered, WHOLE)
    bare = uncovered(both).covered[0]
    assert not bare[27:].any()
    assert bare[:23].mean() > 0.9
    assert _alike(both.mine, both.theirs) >= 0.9


def test_a_cover_of_most_of_the_picture_is_what_it_shows() -> None:
    most = Overlaid(_covered(_night(PLACE), slice(0, 30)), _night(PLACE), WHOLE)
    assert uncovered(most).covered.mean() >= 0.5
    assert _alike(most.mine, most.theirs) <= 0.5


def test_what_covers_both_sides_is_compared() -> None:
    """Whether it is a mark that strangers share is asked elsewhere."""
    both = Overlaid(_covered(PLACE, slice(26, 36)), _covered(_night(PLACE, 0.5), slice(26, 36)), WHOLE)
    assert uncovered(both).covered[0, 27:35].mean() > 0.9


def test_of_several_frames_it_is_what_mostly_covers_them() -> None:
    several = np.repeat(_night(PLACE), 5, axis=0)
    several[0] = _covered(several[:1], slice(26, 36))[0]
    assert uncovered(Overlaid(_night(PLACE), several, WHOLE)).covered.mean() > 0.95
    several = _covered(several, slice(26, 36))
    assert not uncovered(Overlaid(_night(PLACE), several, WHOLE)).covered[0, 27:].any()


def test_light_that_falls_off_is_no_detail() -> None:
    lit = np.clip(PLACE * np.linspace(0.5, 1.2, 64)[None, None], 0, 255).astype(np.uint8)
    assert _alike(lit, PLACE) >= 0.9
    ramp = np.broadcast_to(np.linspace(0, 60, 64).astype(np.uint8), (1, 36, 64))
    assert _alike(cv2.GaussianBlur(ramp[0], (0, 0), 2)[None], PLACE) <= 0.3
