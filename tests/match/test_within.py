from __future__ import annotations

import numpy as np

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match import alignment
from indelible.match import within as within_module
from indelible.match.align import Line
from indelible.match.alignment import Support
from indelible.match.laying import Laying, Run, overlaid
from indelible.match.pixels import agreement, alike_parts
from indelible.match.relation import SPREAD_MIN
from indelible.match.within import within
from world import footage

SAME = Laying.still(np.array([[1.0, 0, 0], [0, 1.0, 0]]), inverted=False)
EVERY = np.arange(24)


def _framed(seed: int) -> PictureFingerprint:
    """A clip in a wide frame full of detail, which stands."""
    page = np.repeat(footage.place(500)[None], len(EVERY), axis=0)
    page[:, 31:148, 56:264] = footage.resized(footage.clip(seed, len(EVERY) / 4), 208, 117)
    picture = footage.fingerprint(page).picture
    assert picture is not None
    return picture


def _shares(one: PictureFingerprint, other: PictureFingerprint) -> tuple[float, list[float]]:
    run: Run = (EVERY, EVERY)
    both = overlaid(one, other, SAME, run)
    return float(alike_parts(both).mean()), [float(alike_parts(each).mean()) for each in within(one, other, SAME, run, both)]


def _spread(one: PictureFingerprint, other: PictureFingerprint) -> float:
    agreed = agreement(one, other, SAME)
    assert agreed is not None
    measured = alignment.measured(one, other, agreed, Line(1.0, 0.0, 1.0, EVERY), Support(SAME, 40, 8, 5.0))
    assert measured is not None
    return measured.spread


def test_strangers_in_one_frame_are_alike_all_over_but_not_within() -> None:
    one, other = _framed(61), _framed(62)
    whole, inner = _shares(one, other)
    assert whole >= SPREAD_MIN
    assert inner
    assert min(inner) < SPREAD_MIN
    assert _spread(one, other) == min(inner)


def test_a_copy_in_the_same_frame_is_alike_within() -> None:
    _, inner = _shares(_framed(61), _framed(61))
    assert inner
    assert min(inner) > 0.95


def test_pictures_without_a_rectangle_in_common_have_nothing_within() -> None:
    one, other = _framed(61), footage.fingerprint(footage.panned(62, len(EVERY))).picture
    assert other is not None
    assert _shares(one, other)[1] == []


def test_a_rectangle_that_reaches_beyond_the_picture_is_compared_where_it_lies_in_it() -> None:
    one = _framed(61)
    both = overlaid(one, one, SAME, (EVERY, EVERY))
    whole = within_module._only(both, np.array([-0.2, -0.3, 1.1, 1.4]))
    assert whole.covered[:, 1:-2, 1:-2].sum() == both.covered[:, 1:-2, 1:-2].sum()
    assert not within_module._only(both, np.array([-0.9, -0.9, -0.1, -0.1])).covered.any()
