"""Maps bent to where the pixels agree: wide lenses and slanted screens."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.bend import bent
from indelible.match.laying import TERMS, Laying, overlaid
from indelible.match.medium import match_medium
from indelible.match.pixels import looks
from indelible.match.references import References
from indelible.match.transform import Map
from indelible.model.segment import Relation
from world import footage

FRAMES = footage.clip(11, 8)
SAME: Map = np.array([[1.0, 0, 0], [0, 1.0, 0]])
STRAIGHT = Laying.still(SAME, inverted=False)


def _lens(frames: footage.Frames, strength: float = 0.2) -> footage.Frames:
    """As a wide lens shows it: the middle larger than the edges."""
    y, x = np.mgrid[0 : footage.HEIGHT, 0 : footage.WIDTH].astype(np.float32)
    u, v = 2 * x / footage.WIDTH - 1, 2 * y / footage.HEIGHT - 1
    grown = 1 - strength / 2 + strength * (u * u + v * v)
    to = ((u * grown + 1) * footage.WIDTH / 2).astype(np.float32), ((v * grown + 1) * footage.HEIGHT / 2).astype(np.float32)
    return np.stack([cv2.remap(frame, *to, cv2.INTER_LINEAR) for frame in frames]).astype(np.uint8)


def _slanted(frames: footage.Frames) -> footage.Frames:
    start = np.array([(0, 0), (320, 0), (320, 180), (0, 180)], np.float32)
    end = np.array([(30, 5), (310, 30), (300, 160), (10, 178)], np.float32)
    matrix = cv2.getPerspectiveTransform(start, end)
    return np.stack([cv2.warpPerspective(frame, matrix, (320, 180), borderValue=20) for frame in frames]).astype(np.uint8)


def _picture(frames: footage.Frames) -> PictureFingerprint:
    picture = footage.fingerprint(frames).picture
    assert picture is not None
    return picture


def _alike(query: PictureFingerprint, laid: Laying) -> float:
    every = np.arange(len(FRAMES))
    table = looks(overlaid(query, _picture(FRAMES), laid, (every, every)))
    assert table is not None
    return float(np.median(table.diagonal()))


def _bent(query: PictureFingerprint) -> Laying:
    every = np.arange(len(FRAMES))
    laid = bent(query, _picture(FRAMES), STRAIGHT, (every, every))
    assert laid is not None
    return laid


def test_a_bend_of_nothing_lays_as_the_map_does() -> None:
    query, run = _picture(FRAMES), (np.arange(4), np.arange(4))
    crop = np.array([[0.8, 0, 0.1], [0, 0.8, 0.05]])
    laid = Laying(np.linalg.inv(np.vstack([crop, [0, 0, 1]]))[None, :2], np.zeros(1, np.int64), inverted=False)
    straight = overlaid(query, query, laid, run)
    curved = overlaid(query, query, Laying(laid.maps, laid.times_ms, laid.inverted, np.zeros((2, TERMS))), run)
    assert np.abs(straight.mine.astype(int) - curved.mine).max() <= 1
    assert (straight.covered == curved.covered).mean() >= 0.99
    assert curved.on_reference
    assert laid.bow == 0


@pytest.mark.parametrize("changed", [_lens, _slanted])
def test_what_no_straight_map_lays_is_laid(changed: object) -> None:
    query = _picture(changed(FRAMES))  # type: ignore[operator]
    laid = _bent(query)
    assert _alike(query, STRAIGHT) < 0.65
    assert _alike(query, laid) > 0.8
    assert 0.02 < laid.bow < 0.2


def test_what_is_affine_of_a_bend_is_in_the_map() -> None:
    query = _picture(footage.cropped(FRAMES, 0.94))
    laid = _bent(query)
    assert laid.middle == pytest.approx(np.array([[0.94, 0, 0.03], [0, 0.94, 0.03]]), abs=0.01)
    assert laid.bend is not None
    assert (laid.bend[:, :3] == 0).all()
    assert laid.bow < 0.01


def test_flat_pictures_stay_straight() -> None:
    flat = _picture(np.full_like(FRAMES, 90))
    every = np.arange(len(FRAMES))
    laid = bent(flat, _picture(FRAMES), STRAIGHT, (every, every))
    assert laid is None or laid.bow < 0.01


def test_where_hardly_anything_meets_nothing_is_bent() -> None:
    corner = Laying.still(np.array([[1.0, 0, 0.8], [0, 1.0, 0.7]]), inverted=False)
    every = np.arange(len(FRAMES))
    assert bent(_picture(FRAMES), _picture(FRAMES), corner, (every, every)) is None


def test_a_copy_through_a_wide_lens_is_told_and_so_is_the_lens() -> None:
    references = References.of([("original", footage.fingerprint(FRAMES)), ("other", footage.fingerprint(footage.clip(12, 8)))])
    (match,) = match_medium(footage.fingerprint(footage.noisy(_lens(FRAMES, 0.5))), references)
    assert (match.reference, match.relation) == ("original", Relation.COPY)
    assert "bent, as by a lens or off a slanted screen" in match.why


def test_another_moment_bends_to_no_copy() -> None:
    moments = [footage.fingerprint(footage.clip(11, 8, moment=moment)) for moment in (1, 2, 3)]
    references = References.of([(str(number), each) for number, each in enumerate(moments)])
    found = match_medium(footage.fingerprint(footage.noisy(_lens(FRAMES, 0.3))), references)
    assert {match.relation for match in found} <= {Relation.SAME_SCENE, Relation.UNDECIDED}
    assert found
