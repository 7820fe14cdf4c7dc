from __future__ import annotations

import numpy as np
import pytest

from indelible.match.light import Pictures, levelled, lit_as
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.model.segment import Relation
from world import footage

PLACES = 2000
EVERYWHERE = np.ones(PLACES, np.bool_)
SEEN = np.random.default_rng(3).uniform(20, 200, (4, PLACES)).astype(np.float32)


def _apart(earlier: Pictures, later: Pictures, where: np.ndarray = EVERYWHERE) -> Pictures:
    """How far two pictures differ beside their light."""
    made = levelled(earlier, later, where)
    assert made is not None
    return np.abs(made[0] - made[1])


def _with_something(pictures: Pictures, places: slice, level: float) -> Pictures:
    changed = pictures.copy()
    changed[:, places] += level
    return changed


@pytest.mark.parametrize(("gain", "offset"), [(0.6, 0), (1.3, 10), (0.5, 80)])
def test_a_change_of_light_is_no_change(gain: float, offset: float) -> None:
    assert _apart(SEEN, gain * SEEN + offset).max() < 0.01
    assert _apart(gain * SEEN + offset, SEEN).max() < 0.01


def test_what_moves_while_the_light_changes_is_what_moved() -> None:
    later = 0.6 * _with_something(SEEN, slice(0, 400), 50) + 10
    found = _apart(SEEN, later)
    assert found[:, :400] == pytest.approx(np.full((4, 400), 30), abs=0.5)
    assert found[:, 400:].max() < 0.5
    assert _apart(later, SEEN) == pytest.approx(found, abs=0.01)


def test_light_is_told_where_the_picture_lies() -> None:
    lies = np.arange(PLACES) < 1000
    earlier, later = np.where(lies, SEEN, 0), np.where(lies, 0.5 * SEEN + 40, 0)
    assert _apart(earlier.astype(np.float32), later.astype(np.float32), lies)[:, lies].max() < 0.01


def test_pictures_whose_light_does_not_change_stay_as_they_are_beside_others() -> None:
    later = _with_something(SEEN + np.random.default_rng(5).normal(0, 1, SEEN.shape).astype(np.float32), slice(0, 400), 60)
    assert levelled(SEEN, later, EVERYWHERE) is None
    later[1] = 0.5 * SEEN[1]
    found = _apart(SEEN, later)
    assert np.array_equal(found[[0, 2, 3]], np.abs(SEEN - later)[[0, 2, 3]])
    assert found[1].max() < 0.01


def test_what_is_not_alike_has_no_light_in_common() -> None:
    other = 0.5 * np.random.default_rng(4).uniform(20, 200, (4, PLACES)).astype(np.float32)
    assert levelled(SEEN, other, EVERYWHERE) is None


def test_a_flash_shows_nothing_to_level() -> None:
    assert levelled(SEEN, np.full_like(SEEN, 255), EVERYWHERE) is None


def test_a_copy_whose_light_comes_and_goes_is_a_copy() -> None:
    frames = footage.clip(11, 8)
    light = 1 + 0.4 * np.sin(np.arange(len(frames)) * 1.9)
    flickering = np.clip(frames * light[:, None, None], 0, 255).astype(np.uint8)
    found = match_medium(footage.fingerprint(flickering), References.of([("original", footage.fingerprint(frames))]))
    assert [match.relation for match in found] == [Relation.COPY]


def test_others_are_brought_into_the_light_of_what_lies_on_both() -> None:
    others = 0.5 * SEEN + 40
    lies = np.ones(SEEN.shape, np.bool_)
    lies[:2, : PLACES // 2] = False
    others[~lies] = 255
    lit = lit_as(SEEN, others, lies)
    assert np.abs(lit - SEEN)[lies].max() < 0.01
