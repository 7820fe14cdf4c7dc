from __future__ import annotations

from dataclasses import fields

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indelible.fingerprint import bars
from indelible.fingerprint.picture import PictureBuilder, PictureFingerprint
from world import footage


def _made(frames: footage.Frames, cuts: list[int]) -> PictureFingerprint | None:
    builder, times = PictureBuilder(), footage.times(frames)
    for part, when in zip(np.split(frames, cuts), np.split(times, cuts), strict=True):
        builder.add(part, when)
    return builder.finish()


LONG = footage.resized(footage.clip(1, 40), 96, 54)
WHOLE = _made(LONG, [])


@settings(max_examples=10)
@given(st.lists(st.integers(0, len(LONG)), max_size=4).map(sorted))
def test_the_same_frames_give_the_same_bytes_however_handed_over(cuts: list[int]) -> None:
    made = _made(LONG, cuts)
    for field in fields(PictureFingerprint):
        one, other = getattr(made, field.name), getattr(WHOLE, field.name)
        assert np.array_equal(one, other), field.name


@settings(max_examples=20)
@given(st.lists(st.booleans(), min_size=24, max_size=24))
def test_some_of_the_frames_keep_what_was_made_of_each(chosen: list[bool]) -> None:
    boxed = _made(footage.letterboxed(footage.clip(6, 6), 40), [])
    kept = np.array(chosen)
    part = boxed.only(kept)
    assert part.times_ms.tolist() == boxed.times_ms[kept].tolist()
    for at, frame in enumerate(np.flatnonzero(kept).tolist()):
        assert (part.hashes[at] == boxed.hashes[frame]).all()
        assert (part.box_hashes[part.box_frames == at] == boxed.box_hashes[boxed.box_frames == frame]).all()
        assert _codes(part, at) == _codes(boxed, frame)


def _codes(picture: PictureFingerprint, frame: int) -> bytes:
    """The codes of a frame's spots, none where it has none."""
    found = np.flatnonzero(picture.local_frames == frame)
    return b"".join(picture.codes[slice(*picture.local_starts[i : i + 2])].tobytes() for i in found)


def test_no_frames_have_no_fingerprint() -> None:
    assert PictureBuilder().finish() is None


def test_one_frame_has_hash_and_features() -> None:
    picture = _made(footage.clip(2, 0.25), [])
    assert len(picture.times_ms) == len(picture.local_frames) == 1
    assert len(picture.codes) > 50


def test_two_pixels_square_make_a_fingerprint_of_no_quality() -> None:
    picture = _made(np.zeros((3, 2, 2), np.uint8), [])
    assert picture.qualities.max() == 0
    assert len(picture.codes) == 0


def test_a_second_has_one_frame_of_features_and_a_cut_one_more() -> None:
    calm = footage.clip(3, 6, walkers=0)
    cut = np.concatenate([calm[:10], footage.clip(4, 6, walkers=0)[:14]])
    assert len(_made(calm, []).local_frames) == 6
    assert 10 in _made(cut, []).local_frames.tolist()


def test_an_hour_stays_within_sixty_megabytes() -> None:
    arrays = (getattr(WHOLE, field.name) for field in fields(PictureFingerprint))
    size = sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))
    assert size / (len(LONG) * 0.25) * 3600 < 60e6


def test_frames_that_change_their_size_are_refused() -> None:
    builder = PictureBuilder()
    builder.add(np.zeros((1, 20, 20), np.uint8), np.array([0]))
    with pytest.raises(ValueError, match="frames of"):
        builder.add(np.zeros((1, 20, 30), np.uint8), np.array([250]))


def test_times_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(ValueError, match="ascend"):
        PictureBuilder().add(np.zeros((2, 20, 20), np.uint8), np.array([250, 250]))


def test_black_bars_are_found_to_the_pixel() -> None:
    assert bars.content_box(footage.letterboxed(footage.clip(5, 3), 40)) == (0, 40, footage.WIDTH, 40 + footage.HEIGHT)


def test_blurred_bars_are_found() -> None:
    frames = footage.noisy(footage.clip(6, 3), level=1)
    wide = np.stack([cv2.GaussianBlur(cv2.resize(f, (640, 360)), (0, 0), 12) for f in frames]).astype(np.uint8)
    wide[:, 90:270, 160:480] = frames
    box = bars.content_box(wide[:, 90:270])
    assert box is not None
    assert np.abs(np.array(box) - (160, 0, 480, 180)).max() <= 6


def test_a_picture_without_bars_has_no_box() -> None:
    assert bars.content_box(footage.clip(7, 3)) is None


def test_a_logo_that_stands_still_on_moving_footage_is_masked() -> None:
    frames = np.stack([np.roll(footage.place(8), 9 * i, axis=1) for i in range(12)])
    frames[:, 10:40, 20:80] = 200
    mask = bars.moving_mask(frames)
    assert mask[15:35, 30:70].max() == 0
    assert (mask[60:] > 0).mean() > 0.95


def test_a_static_background_is_no_overlay() -> None:
    assert bars.moving_mask(footage.clip(9, 4)) is None
