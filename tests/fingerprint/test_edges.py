"""A picture on a page, on a phone's screen or in a dark room, told from one frame by the plain ground around it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from indelible.fingerprint.boxes import boxed
from indelible.fingerprint.edges import edges_of
from indelible.fingerprint.frame_hash import hash_frames
from indelible.fingerprint.insets import insets
from world import footage

WIDE, HIGH = footage.WIDTH, footage.HEIGHT
PICTURE = (40, 70, 40 + 200, 70 + 112)


def _paged(frames: footage.Frames, ground: int, ink: int) -> footage.Frames:
    """Each frame small on a page with a headline."""
    x0, y0, x1, y1 = PICTURE
    pages = np.full((len(frames), 300, 280), ground, np.uint8)
    pages[:, y0:y1, x0:x1] = footage.resized(frames, x1 - x0, y1 - y0)
    for page in pages:
        cv2.putText(page, "PICTURE OF THE DAY", (30, 40), cv2.FONT_HERSHEY_DUPLEX, 0.6, ink, 2)
    return pages


def _told(frames: footage.Frames) -> list[tuple[int, ...]]:
    edges = edges_of(frames)
    assert edges is not None
    return [tuple(box) for box in insets(edges)]


def _is_found(boxes: list[tuple[int, ...]]) -> bool:
    return any(np.abs(np.subtract(box, PICTURE)).max() <= 2 for box in boxes)


@pytest.mark.parametrize(("ground", "ink"), [(245, 0), (24, 255), (128, 20)])
@pytest.mark.parametrize("seed", range(3))
def test_a_picture_on_a_page_is_found_in_one_frame(seed: int, ground: int, ink: int) -> None:
    page = _paged(footage.place(seed)[None], ground, ink)
    for frames in (page, footage.noisy(page, level=2)):
        assert _is_found(_told(frames))


def test_its_hash_is_that_of_the_picture() -> None:
    scene = footage.place(3)[None]
    _, hashes = boxed(_paged(scene, 245, 0))
    assert np.bitwise_count(hashes[:, 0] ^ hash_frames(scene)[0][:, 0]).sum(axis=1).min() <= 40


@pytest.mark.parametrize("seed", range(6))
def test_one_frame_of_a_place_has_no_picture_within(seed: int) -> None:
    assert _told(footage.noisy(footage.place(seed)[None])) == []


def test_letters_are_no_pictures() -> None:
    page = np.full((1, HIGH, WIDE), 240, np.uint8)
    cv2.putText(page[0], "HI", (30, 120), cv2.FONT_HERSHEY_SIMPLEX, 3.5, 0, 24)
    assert _told(page) == []


def test_an_edge_is_beside_plain_ground_in_all_of_a_few_frames() -> None:
    frames = _paged(footage.clip(5)[:3], 245, 0)
    assert _is_found(_told(frames))
    x0, y0, x1, _ = PICTURE
    frames[1, y0 - 20 : y0, x0:x1] = footage.place(9)[:20, :200]  # in one of them something stands above it
    assert not _is_found(_told(frames))


def test_whichever_side_is_plain_the_edge_is_the_same() -> None:
    page = _paged(footage.place(4)[None], 245, 0)
    edges, turned = edges_of(page), edges_of(np.ascontiguousarray(page[:, ::-1, ::-1]))
    assert edges is not None
    assert turned is not None
    assert (edges.upright == turned.upright[::-1, ::-1]).all()
    assert (edges.level == turned.level[::-1, ::-1]).all()
