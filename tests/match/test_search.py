"""A place sought by small copies alone: where spots agree on no map."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest

from indelible.fingerprint import local
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.local_votes import FramePair
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.match.search import ALIKE_MIN, Sought, sought
from indelible.match.transform import applied
from indelible.model.segment import Relation
from world import footage

CLIP = footage.clip(11, 8)
CORNERS = np.array([[0.0, 0.0], [1.0, 1.0]])


def _picture(frames: footage.Frames) -> PictureFingerprint:
    picture = footage.fingerprint(frames).picture
    assert picture is not None
    return picture


def _cut(frames: footage.Frames, x0: int, y0: int, share: float) -> footage.Frames:
    part = frames[:, y0 : y0 + round(share * footage.HEIGHT), x0 : x0 + round(share * footage.WIDTH)]
    return footage.resized(np.ascontiguousarray(part), footage.WIDTH, footage.HEIGHT)


def _sought(frames: footage.Frames, variant: int = local.PLAIN, other: footage.Frames = CLIP) -> Sought | None:
    return sought(_picture(frames), _picture(other), [FramePair(0, 0, variant, 1.0)])


@pytest.mark.parametrize("share", [0.45, 0.6, 0.8, 1.0])
def test_a_crop_is_found_where_it_was_taken(share: float) -> None:
    x0, y0 = round(0.7 * (1 - share) * footage.WIDTH), round(0.3 * (1 - share) * footage.HEIGHT)
    found = _sought(_cut(CLIP, x0, y0, share))
    assert found is not None
    assert found.alike >= 0.8
    wanted = np.array([[x0 / footage.WIDTH, y0 / footage.HEIGHT]]) + share * CORNERS
    assert applied(found.fractional, CORNERS) == pytest.approx(wanted, abs=0.03)
    assert not found.inverted


@pytest.mark.parametrize(
    ("variant", "changed"),
    [
        (local.MIRRORED, footage.mirrored),
        (local.INVERTED, lambda frames: 255 - frames),
        (local.MIRRORED_INVERTED, lambda frames: 255 - footage.mirrored(frames)),
    ],
)
def test_as_the_spots_say_it_is_mirrored_and_inverted(variant: int, changed: object) -> None:
    cut = changed(_cut(CLIP, 60, 40, 0.6))  # type: ignore[operator]
    found = _sought(cut, variant)
    assert found is not None
    ends = applied(found.fractional, CORNERS)
    left, right = ends[:, 0] if variant == local.INVERTED else ends[::-1, 0]
    assert (left, right) == pytest.approx((60 / footage.WIDTH, 60 / footage.WIDTH + 0.6), abs=0.03)
    assert found.inverted == (variant != local.MIRRORED)
    assert _sought(cut) is None


def test_between_bars_only_the_picture_is_sought() -> None:
    found = _sought(footage.letterboxed(_cut(CLIP, 60, 40, 0.6), 60))
    assert found is not None
    high = footage.HEIGHT + 120
    lies = applied(found.fractional, np.array([[0.0, 60 / high], [1.0, 1 - 60 / high]]))
    assert lies == pytest.approx(np.array([[60 / 320, 40 / 180], [60 / 320 + 0.6, 40 / 180 + 0.6]]), abs=0.04)


def test_the_pair_with_most_votes_is_looked_at() -> None:
    other = np.concatenate([footage.clip(77, 4), CLIP])
    pairs = [FramePair(0, 0, local.PLAIN, 5.0), FramePair(0, len(_picture(other).local_frames) - 1, local.PLAIN, 4.0)]
    assert sought(_picture(CLIP), _picture(other), pairs) is None
    assert sought(_picture(CLIP), _picture(other), [pairs[0], dataclasses.replace(pairs[1], votes=6.0)]) is not None
    assert sought(_picture(CLIP), _picture(other), []) is None


def test_strangers_and_flat_pictures_look_like_no_part() -> None:
    flat = np.full_like(CLIP, 90)
    flat[:, 60:120, 100:220] = 91
    strangers = [footage.clip(seed, 2) for seed in range(40, 52)]
    alike = [found.alike for frames in strangers if (found := _sought(frames)) is not None]
    assert alike == []
    assert 0.5 < ALIKE_MIN < 0.8
    picture = dataclasses.replace(_picture(CLIP), thumbs=footage.resized(flat, 64, 36))
    pair = [FramePair(0, 0, local.PLAIN, 1.0)]
    assert sought(picture, _picture(CLIP), pair) is None
    assert sought(_picture(CLIP), picture, pair) is None


def test_a_frame_that_strangers_share_makes_none_alike() -> None:
    clips = [footage.clip(seed, 2) for seed in (41, 42)]
    for frames in clips:
        frames[:, :24], frames[:, -24:], frames[:, :, :30], frames[:, :, -30:] = 240, 20, 240, 20
    assert _sought(clips[0], other=clips[1]) is None
    assert _sought(clips[0], other=clips[0]) is not None


def test_a_crop_whose_spots_agree_on_nothing_is_a_copy_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    references = References.of([("original", footage.fingerprint(CLIP)), ("other", footage.fingerprint(footage.clip(12, 8)))])
    monkeypatch.setattr("indelible.match.geometry.fit", lambda *_, **__: None)
    (match,) = match_medium(footage.fingerprint(footage.noisy(_cut(CLIP, 60, 40, 0.6))), references)
    assert (match.reference, match.relation) == ("original", Relation.COPY)
    assert match.evidence.detectors == ("small copies",)
    assert "its small picture fits into the original's (0.9" in match.why
    assert match.edit.box is not None
    assert match.edit.box.x == pytest.approx(60, abs=6)


def test_a_still_part_of_a_still_place_is_left_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    walked = np.repeat(footage.place(5)[None], 24, axis=0)
    for frame in walked[10:11]:
        cv2.circle(frame, (200, 90), 14, 255, -1)
    monkeypatch.setattr("indelible.match.geometry.fit", lambda *_, **__: None)
    cut = _cut(walked, 96, 60, 0.6)
    (match,) = match_medium(
        footage.fingerprint(footage.noisy(cut, level=2)), References.of([("place", footage.fingerprint(walked))])
    )
    assert match.relation is Relation.UNDECIDED


def test_a_still_is_sought_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No movement could refute a lucky place."""
    monkeypatch.setattr("indelible.match.picture.sought", None)
    references = References.of([("original", footage.fingerprint(CLIP)), ("other", footage.fingerprint(footage.clip(12, 8)))])
    found = match_medium(footage.fingerprint(_cut(CLIP, 60, 40, 0.6)[5:6]), references)
    assert {match.reference for match in found} == {"original"}
