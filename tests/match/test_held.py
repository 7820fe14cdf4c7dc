"""A map that moves makes what a figure does over plain ground, wherever it is drawn again: that is no evidence of a moment."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from indelible.fingerprint.medium import Fingerprint
from indelible.match import follow, held
from indelible.match.alignment import Rival
from indelible.match.candidate import Candidate, Found
from indelible.match.laying import Laying
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.match.settle import holding
from indelible.model.segment import Relation, SegmentMatch
from world import footage

_FRAMES = 32

_Way = tuple[float, float, float, float]
_Size = tuple[float, float]
_Film = tuple[_Way, _Size]


def _drawn(way: _Way, size: _Size) -> footage.Frames:
    """A figure that goes from one place to another over plain ground, and changes its size."""
    figure = cv2.resize(footage.place(7)[40:140, 60:160], (96, 96))
    made = []
    for share in np.linspace(0, 1, _FRAMES):
        x, y = (way[at] + (way[at + 2] - way[at]) * share for at in (0, 1))
        scale = size[0] + (size[1] - size[0]) * share
        at = np.array([[scale, 0, x - 48 * scale], [0, scale, y - 48 * scale]])
        made.append(cv2.warpAffine(figure, at, (footage.WIDTH, footage.HEIGHT), borderValue=120))
    return footage.noisy(np.stack(made).astype(np.uint8), seed=int(way[0]))


def _told(query: Fingerprint, reference: footage.Frames) -> list[SegmentMatch]:
    return match_medium(query, References.of([("original", footage.fingerprint(reference))]))


@pytest.mark.parametrize(
    ("query", "reference"),
    [
        (((40, 60, 260, 120), (1, 1.4)), ((60, 120, 240, 50), (1.5, 1))),
        (((160, 170, 160, 90), (0.8, 1.5)), ((300, 90, 100, 90), (1.1, 1.3))),
    ],
)
def test_a_figure_that_is_drawn_again_is_no_copy(query: _Film, reference: _Film, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, theirs = footage.fingerprint(_drawn(*query)), _drawn(*reference)
    told = _told(mine, theirs)
    assert all(match.relation is Relation.UNDECIDED for match in told)
    assert "one of its frames, held still and moved about, would fit as well" in told[0].why
    monkeypatch.setattr(follow, "held", lambda _candidate, _how: None)
    assert _told(mine, theirs)[0].relation is Relation.COPY


def test_a_crop_that_follows_is_a_copy_where_more_moves_than_it_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Rival | None] = []

    def noted(candidate: Candidate, how: Found) -> Rival | None:
        seen.append(held.held(candidate, how))
        return seen[-1]

    monkeypatch.setattr(follow, "held", noted)
    frames = footage.clip(11, 8)
    told = _told(footage.fingerprint(_following(frames)), frames)
    assert told[0].relation is Relation.COPY
    assert "a part that moves about" in told[0].why
    made, own = seen[-1], told[0].evidence.motion_correlation
    assert made is not None
    assert own is not None
    assert 0 < made.moment < own - 0.2


def test_a_held_frame_is_followed_over_moments_that_a_run_leaves_out() -> None:
    picture = footage.fingerprint(_drawn((40, 60, 260, 120), (1, 1.4))).picture
    assert picture is not None
    met = np.r_[0:4, 14:20]
    laid = holding(picture, picture, Laying.still(np.eye(2, 3), inverted=False), (met, met), 0)
    assert laid is not None
    assert laid.times_ms.tolist() == picture.times_ms[met].tolist()


def _following(frames: footage.Frames) -> footage.Frames:
    """Half of the picture, from its upper left to its lower right."""
    wide, high = footage.WIDTH // 2, footage.HEIGHT // 2
    made = []
    for frame, share in zip(frames, np.linspace(0, 1, len(frames)), strict=True):
        x, y = round(share * (footage.WIDTH - wide)), round(share * (footage.HEIGHT - high))
        made.append(frame[y : y + high, x : x + wide])
    return footage.resized(np.stack(made), footage.WIDTH, footage.HEIGHT)
