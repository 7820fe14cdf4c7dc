"""Of a film whose keyframe breaks off, what was read goes out, and what the decoder painted does not."""

from __future__ import annotations

import av
import numpy as np
import pytest

from indelible.fingerprint import unread
from media import muxing

FRAMES, EVERY = 48, 16
STEP_MS = 40
HEIGHT, WIDTH = 192, 320


def noise(count):
    """Frames of coarse noise that drifts: no part of one is made up easily from another."""
    random = np.random.default_rng(4)
    ground = np.kron(random.integers(0, 255, (HEIGHT // 8, WIDTH // 8), np.uint8), np.ones((8, 8), np.uint8))
    return [np.repeat(np.roll(ground, 4 * number, axis=1)[:, :, None], 3, axis=2) for number in range(count)]


@pytest.fixture
def film(tmp_path):
    """A film with a keyframe every EVERY frames."""
    path = tmp_path / "film.mp4"
    stamps = range(0, FRAMES * STEP_MS, STEP_MS)
    muxing.write(path, noise(FRAMES), stamps, g=str(EVERY), sc_threshold="0", bf="0", slices="1")
    return path


def bent(film, keyframe, share):
    """A copy of the film whose keyframe is overwritten from `share` of it on."""
    with av.open(str(film)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.is_keyframe]
    start, size = packets[keyframe].pos, packets[keyframe].size
    raw = bytearray(film.read_bytes())
    raw[start + int(size * share) : start + size] = b"\xff" * (size - int(size * share))
    path = film.with_name("bent.mp4")
    path.write_bytes(raw)
    return path


def unread_rows(frame):
    return int((frame == unread.LEVEL).all(axis=1).sum())


def test_rows_below_the_break_are_marked_until_the_next_keyframe(decode, film):
    whole, broken = decode(film, sample_ms=STEP_MS), decode(bent(film, 1, 0.5), sample_ms=STEP_MS)
    assert broken.times_ms.tolist() == whole.times_ms.tolist()
    marked = [unread_rows(frame) for frame in broken.frames]
    assert marked[:EVERY] == [0] * EVERY
    assert 0.3 * HEIGHT < min(marked[EVERY : 2 * EVERY]) == max(marked[EVERY : 2 * EVERY]) < 0.7 * HEIGHT
    assert marked[2 * EVERY :] == [0] * EVERY


def test_rows_above_the_break_are_as_they_were(decode, film):
    whole, broken = decode(film, sample_ms=STEP_MS), decode(bent(film, 1, 0.5), sample_ms=STEP_MS)
    read = HEIGHT - unread_rows(broken.frames[EVERY]) - 16  # the last row of blocks may be hurt before the break is noticed
    assert np.abs(broken.frames[EVERY, :read].astype(int) - whole.frames[EVERY, :read]).mean() < 1


def test_frames_of_which_next_to_nothing_was_read_are_left_out_and_counted(decode, film):
    answer = decode(bent(film, 1, 0.02), sample_ms=STEP_MS)
    assert len(answer.frames) == FRAMES - EVERY
    assert answer.outcome.state == "partial"
    assert f"{EVERY} sampled frames show next to nothing and are left out" in answer.outcome.reason


def test_marks_turn_with_the_picture(decode, film, tmp_path):
    turned = tmp_path / "turned.mp4"
    muxing.rotated(bent(film, 1, 0.5), turned, (0, 1, -1, 0))
    frame = decode(turned, sample_ms=STEP_MS).frames[EVERY]
    assert frame.shape == (WIDTH, HEIGHT)
    assert 0.3 * HEIGHT < (frame == unread.LEVEL).all(axis=0).sum() < 0.7 * HEIGHT
