from __future__ import annotations

import numpy as np
import pytest

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.frozen import held
from indelible.match.laying import Laying, overlaid
from indelible.match.transform import Map
from world import footage

FRAMES = footage.clip(11, 3)
SAME: Map = np.array([[1.0, 0, 0], [0, 1.0, 0]])


def _picture(frames: footage.Frames) -> PictureFingerprint:
    picture = footage.fingerprint(frames).picture
    assert picture is not None
    return picture


def _everything(picture: PictureFingerprint) -> np.ndarray:
    return np.arange(len(picture.times_ms))


def test_one_map_holds_at_all_times() -> None:
    laid = Laying.still(SAME, inverted=False)
    assert (laid.at(np.array([0, 5000])) == SAME).all()
    assert not laid.moves


def test_between_two_moments_a_map_goes_evenly_and_beyond_them_it_stays() -> None:
    moved = SAME + np.array([[0, 0, 0.4], [0, 0, 0]])
    laid = Laying(np.stack([SAME, moved]), np.array([1000, 3000]), inverted=False)
    across = laid.at(np.array([0, 1000, 2000, 3000, 9000]))[:, 0, 2]
    assert across.tolist() == pytest.approx([0, 0, 0.2, 0.4, 0.4])


def test_a_still_map_that_is_given_as_one_that_moves_lays_the_same() -> None:
    picture = _picture(FRAMES)
    run = (_everything(picture), _everything(picture))
    crop = np.array([[0.6, 0, 0.2], [0, 0.6, 0.1]])
    larger = np.linalg.inv(np.vstack([crop, [0, 0, 1]]))[:2]
    still = overlaid(picture, picture, Laying.still(larger, inverted=False), run)
    moving = overlaid(picture, picture, Laying(np.stack([larger, larger]), np.array([0, 1]), inverted=False), run)
    assert (still.mine == moving.mine).all()
    assert (still.covered == moving.covered).all()


def test_where_the_query_does_not_lie_nothing_is_covered() -> None:
    picture = _picture(FRAMES)
    half = np.array([[0.5, 0, 0.0], [0, 0.5, 0.0]])
    laid = Laying(np.stack([half, half + np.array([[0, 0, 0.5], [0, 0, 0]])]), np.array([0, 2750]), inverted=False)
    covered = overlaid(picture, picture, laid, (_everything(picture), _everything(picture))).covered
    assert covered[0, 2, 2]
    assert not covered[-1, 2, 2]
    assert not covered[:, -2].any()


def _under_a_logo(seed: int) -> PictureFingerprint:
    frames = np.stack([np.roll(footage.place(seed), 9 * i, axis=1) for i in range(16)])
    frames[:, 20:70, 40:140] = footage.place(77)[20:70, 40:140]
    return _picture(frames)


def test_an_overlay_that_stands_on_both_counts_for_neither() -> None:
    one, other = _under_a_logo(1), _under_a_logo(2)
    laid, run = Laying.still(SAME, inverted=False), (_everything(one), _everything(other))
    covered = overlaid(one, other, laid, run).covered[0]
    assert not covered[6:12, 10:26].any()
    assert covered[18:-2, 2:-2].all()
    bare = _picture(np.stack([np.roll(footage.place(2), 9 * i, axis=1) for i in range(16)]))
    assert overlaid(one, bare, laid, run).covered[0][6:12, 10:26].all(), "what stands on one alone is compared"


def test_a_film_that_holds_one_frame_is_that_frame() -> None:
    one = held(_picture(np.repeat(FRAMES[4:5], 12, axis=0)))
    assert one is not None
    assert len(one.times_ms) == len(one.hashes) == len(one.thumbs) == len(one.local_frames) == 1
    assert len(one.codes) == one.local_starts[-1] > 20


def test_a_film_in_which_something_small_moves_is_no_still() -> None:
    frames = np.repeat(FRAMES[4:5], 12, axis=0).copy()
    frames[6:, 80:96, 100:116] = 250
    assert held(_picture(frames)) is None


def test_one_frame_is_not_made_one_again() -> None:
    assert held(_picture(FRAMES[:1])) is None
