from __future__ import annotations

import cv2
import numpy as np
import pytest

from indelible.fingerprint import local
from world import footage


def _matched(spots: local.Spots, other: local.Spots, variant: int) -> float:
    """The share of spots whose nearest code among the other's lies within 8 bits."""
    codes = local.variant(spots.codes, variant)
    apart = np.bitwise_count(codes[:, None] ^ other.codes[None]).sum(axis=2, dtype=np.int64)
    return float((apart.min(axis=1) <= 8).mean())


@pytest.mark.parametrize(
    ("edit", "variant"),
    [
        (lambda f: f, local.PLAIN),
        (lambda f: f[:, ::-1], local.MIRRORED),
        (lambda f: 255 - f, local.INVERTED),
        (lambda f: 255 - f[:, ::-1], local.MIRRORED_INVERTED),
    ],
)
def test_reordered_words_are_the_codes_of_the_edited_frame(edit, variant: int) -> None:
    finder, frame = local.SpotFinder(), footage.place(1)
    plain, edited = finder.find(frame), finder.find(np.ascontiguousarray(edit(frame)))
    assert _matched(plain, edited, variant) > 0.65  # not all: a detector finds a mirrored spot half a pixel off
    assert all(_matched(plain, edited, other) < 0.3 for other in range(4) if other != variant)


def test_spots_are_spread_over_the_frame() -> None:
    spots = local.SpotFinder().find(footage.place(2))
    x, y = (spots.points.astype(int) * 6 // (local.POINT_UNITS + 1)).T
    assert len(set(zip(x.tolist(), y.tolist(), strict=True))) >= 30


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("blur_px", [0.0, 3.0, 12.0])
def test_codes_are_those_that_describing_every_spot_gives(seed: int, blur_px: float) -> None:
    frame = footage.place(seed)
    frame = cv2.GaussianBlur(frame, (0, 0), blur_px).astype(np.uint8) if blur_px else frame
    finder = local.SpotFinder()
    found, descriptors = finder._sift.detectAndCompute(frame, None)
    table = np.array([(*spot.pt, spot.size, spot.angle, spot.response) for spot in found], np.float32)
    every = local.encode(descriptors[local._spread(table, footage.WIDTH, footage.HEIGHT)])
    assert np.array_equal(finder.find(frame).codes, every)


def test_a_flat_frame_has_no_spots() -> None:
    assert len(local.SpotFinder().find(np.full((90, 160), 128, np.uint8)).codes) == 0


def test_no_spot_stands_under_the_mask() -> None:
    mask = np.full((footage.HEIGHT, footage.WIDTH), 255, np.uint8)
    mask[:, : footage.WIDTH // 2] = 0
    spots = local.SpotFinder().find(footage.place(3), mask)
    assert len(spots.points)
    assert spots.points[:, 0].min() > 0.45 * local.POINT_UNITS


def test_twice_mirrored_is_as_it_was() -> None:
    codes = np.random.default_rng(0).integers(0, 256, (50, 16), np.uint8)
    for which in range(4):
        assert np.array_equal(local.variant(local.variant(codes, which), which), codes)
