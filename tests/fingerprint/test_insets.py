from __future__ import annotations

import cv2
import numpy as np
import pytest

from indelible.fingerprint.edges import Box, edges_of
from indelible.fingerprint.frame_hash import hash_frames
from indelible.fingerprint.insets import INSETS_MAX, insets
from indelible.fingerprint.picture import PictureBuilder, PictureFingerprint
from world import footage

WIDE, HIGH = footage.WIDTH, footage.HEIGHT


def _near(found: tuple[int, ...], true: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(found, true, strict=True)) <= 2


def _within(frames: footage.Frames) -> list[Box]:
    edges = edges_of(frames)
    assert edges is not None
    return insets(edges)


def _made(frames: footage.Frames) -> PictureFingerprint:
    builder = PictureBuilder()
    builder.add(frames, footage.times(frames))
    picture = builder.finish()
    assert picture is not None
    return picture


@pytest.mark.parametrize("share", [0.25, 0.4])
@pytest.mark.parametrize("corner", [(8, 6), (220, 100)])
def test_a_film_in_a_corner_of_another_is_found_to_a_few_pixels(share: float, corner: tuple[int, int]) -> None:
    frames, (x, y) = footage.panned(1), corner
    small = footage.resized(footage.panned(2, step=-5), int(WIDE * share), int(HIGH * share))
    high, wide = min(small.shape[1], HIGH - y), min(small.shape[2], WIDE - x)
    frames[:, y : y + high, x : x + wide] = small[:, :high, :wide]
    box = (x, y, x + wide, y + high)
    assert any(_near(found, box) for found in _within(footage.noisy(frames)))


def test_two_films_side_by_side_are_two_pictures() -> None:
    frames = np.concatenate([footage.panned(1)[:, :, : WIDE // 2], footage.panned(2, step=-5)[:, :, : WIDE // 2]], axis=2)
    found = _within(footage.noisy(frames))
    for half in ((0, 0, WIDE // 2, HIGH), (WIDE // 2, 0, WIDE, HIGH)):
        assert any(_near(box, half) for box in found)


@pytest.mark.parametrize("seed", range(4))
def test_a_camera_that_moves_over_one_place_shows_no_picture_within(seed: int) -> None:
    assert _within(footage.noisy(footage.panned(seed))) == []


@pytest.mark.parametrize("seed", range(4))
def test_a_few_frames_of_such_a_camera_show_none_either(seed: int) -> None:
    assert _within(footage.noisy(footage.panned(seed)[:5])) == []


def test_what_is_too_small_has_none() -> None:
    assert edges_of(np.zeros((10, 20, 300), np.uint8)) is None


def test_pictures_within_lie_inside_and_are_few() -> None:
    random = np.random.default_rng(4)
    for _ in range(8):
        frames = footage.panned(int(random.integers(99)))
        for _ in range(6):
            x0, y0 = int(random.integers(0, WIDE - 40)), int(random.integers(0, HIGH - 40))
            cv2.rectangle(still := frames[0].copy(), (x0, y0), (x0 + 39, y0 + 39), 255, -1)
            frames[:, still == 255] = int(random.integers(0, 255))
        found = _within(frames)
        assert len(found) <= INSETS_MAX
        assert all(0 <= x0 < x1 <= WIDE and 0 <= y0 < y1 <= HIGH for x0, y0, x1, y1 in found)


def test_each_box_of_a_frame_has_its_hash_and_black_has_none() -> None:
    frames = np.zeros((32, HIGH, WIDE), np.uint8)
    frames[:, 40:140, 20:180] = footage.resized(footage.panned(1), 160, 100)
    frames[:, 60:120, 200:300] = footage.resized(footage.panned(2, step=-5), 100, 60)
    picture = _made(frames)
    assert picture.box_frames.tolist() == sorted(picture.box_frames.tolist())
    each = len(picture.box_frames) // 32
    assert each >= 2
    for nth in range(each):
        x0, y0, x1, y1 = picture.boxes[nth].tolist()
        hashes, qualities = hash_frames(frames[:, y0:y1, x0:x1])
        assert (picture.box_hashes[nth::each] == hashes).all()
        assert np.median(qualities) >= 20
