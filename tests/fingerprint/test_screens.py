"""A screen filmed at an angle: its corners, and what it shows drawn straight."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from indelible.fingerprint.edges import edges_of
from indelible.fingerprint.frame_hash import hash_frames
from indelible.fingerprint.picture import PictureBuilder
from indelible.fingerprint.screens import Corners, screen, straightened, upright_box
from world import footage

WIDE, HIGH = footage.WIDTH, footage.HEIGHT
SLANTED = np.array([(50, 24), (270, 36), (290, 150), (36, 160)], np.float64)
TILTED = np.array([(60, 30), (262, 20), (270, 150), (66, 160)], np.float64)


def _filmed(frames: footage.Frames, corners: Corners) -> footage.Frames:
    """The frames on a screen with these corners in a dark room."""
    whole = np.array([(0, 0), (WIDE, 0), (WIDE, HIGH), (0, HIGH)], np.float32)
    matrix = cv2.getPerspectiveTransform(whole, corners.astype(np.float32))
    shown = [cv2.warpPerspective(frame, matrix, (WIDE, HIGH), borderValue=20.0) for frame in frames]
    return footage.noisy(np.stack(shown).astype(np.uint8))


def _corners(frames: footage.Frames) -> Corners | None:
    edges = edges_of(frames)
    assert edges is not None
    return screen(edges)


@pytest.mark.parametrize("corners", [SLANTED, TILTED])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_corners_of_a_screen_are_found_to_a_few_pixels(corners: Corners, seed: int) -> None:
    found = _corners(_filmed(footage.panned(seed), corners))
    assert found is not None
    assert np.abs(found - corners).max() <= 4


def test_what_it_shows_is_drawn_straight() -> None:
    frames = footage.panned(1)
    filmed = _filmed(frames, SLANTED)
    found = _corners(filmed)
    assert found is not None
    drawn, _ = hash_frames(straightened(filmed, found))
    true, _ = hash_frames(frames)
    slanted, _ = hash_frames(filmed)
    assert np.median(np.bitwise_count(drawn[:, 0] ^ true[:, 0]).sum(axis=1)) <= 40
    assert np.median(np.bitwise_count(slanted[:, 0] ^ true[:, 0]).sum(axis=1)) >= 80


def test_a_fingerprint_holds_it_as_a_box() -> None:
    frames = footage.panned(1)
    filmed = _filmed(frames, SLANTED)
    builder = PictureBuilder()
    builder.add(filmed, footage.times(filmed))
    picture = builder.finish()
    assert picture is not None
    true, _ = hash_frames(frames)
    near = np.bitwise_count(picture.box_hashes[:, 0] ^ true[picture.box_frames, 0]).sum(axis=1) <= 50
    assert np.unique(picture.box_frames[near]).size >= 0.9 * len(frames)
    assert np.abs(picture.boxes[near] - np.array(upright_box(SLANTED))).max() <= 4


@pytest.mark.parametrize("seed", range(4))
def test_a_camera_that_passes_over_a_place_films_no_screen(seed: int) -> None:
    assert _corners(footage.noisy(footage.panned(seed))) is None


def test_an_upright_picture_within_the_picture_is_no_leaning_screen() -> None:
    upright = np.array([(60, 30), (260, 30), (260, 150), (60, 150)], np.float64)
    assert _corners(_filmed(footage.panned(1), upright)) is None


def test_a_screen_of_which_half_a_side_is_hidden_is_none() -> None:
    frames = _filmed(footage.panned(1), SLANTED)
    frames[:, 60:130, 20:80] = 90
    assert _corners(frames) is None
