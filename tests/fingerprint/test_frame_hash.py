from __future__ import annotations

import numpy as np
import pytest

from indelible.fingerprint import frame_hash
from world import footage


def _apart(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.bitwise_count(one ^ other).sum(dtype=np.int64))


@pytest.mark.parametrize("view", range(8))
def test_a_view_is_the_hash_of_the_edited_frame(view: int) -> None:
    # Sides that the filter divides evenly: elsewhere its window reaches further to one side, and a mirror shifts by half a pixel.
    frame = np.asarray(footage.resized(footage.clip(1, 0.5), 64, 64)[0])
    mirrored, turned = frame_hash.VIEWS[view]
    edited = np.rot90(frame[:, ::-1] if mirrored else frame, -turned // 90)
    hashes, _ = frame_hash.hash_frames(frame[None])
    wanted, _ = frame_hash.hash_frames(edited[None])
    assert _apart(hashes[0, view], wanted[0, 0]) <= 4


def test_half_of_a_detailed_frames_bits_are_set() -> None:
    hashes, _ = frame_hash.hash_frames(footage.clip(2, 0.5))
    assert np.bitwise_count(hashes[0, 0]).sum(dtype=np.int64) == 128


def test_frames_hash_alike_alone_and_together() -> None:
    frames = footage.clip(3, 2)
    together, _ = frame_hash.hash_frames(frames)
    for i, frame in enumerate(frames):
        alone, _ = frame_hash.hash_frames(frame[None])
        assert _apart(alone[0], together[i]) == 0


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (1, 384), (3, 7)])
def test_frames_of_any_size_have_a_hash(shape: tuple[int, int]) -> None:
    hashes, qualities = frame_hash.hash_frames(np.full((1, *shape), 90, np.uint8))
    assert hashes.shape == (1, 8, 32)
    assert qualities[0] == 0


def test_another_place_is_far_and_a_noisy_copy_near() -> None:
    one, _ = frame_hash.hash_frames(footage.clip(4, 0.5))
    noisy, _ = frame_hash.hash_frames(footage.noisy(footage.clip(4, 0.5)))
    other, _ = frame_hash.hash_frames(footage.clip(5, 0.5))
    assert _apart(one[0, 0], noisy[0, 0]) < 16
    assert _apart(one[0, 0], other[0, 0]) > 80
