"""Cuts are found where the picture becomes another."""

from __future__ import annotations

import numpy as np

from indelible.fingerprint.takes import takes
from indelible.model.span import Span

RANDOM = np.random.default_rng(7)


def _scene(frames: int, noise_bits: int = 12) -> np.ndarray:
    base = RANDOM.integers(0, 2, 256, dtype=np.uint8)
    bits = np.repeat(base[None], frames, axis=0)
    for row in bits:
        row[RANDOM.choice(256, noise_bits, replace=False)] ^= 1
    return np.packbits(bits, axis=1)


def _times(frames: int) -> np.ndarray:
    return np.arange(frames, dtype=np.int64) * 250


def test_one_scene_is_one_take() -> None:
    assert takes(_scene(40), _times(40), 10_000) == (Span(0, 10_000),)


def test_a_hard_cut_parts_two_takes_where_it_is() -> None:
    hashes = np.concatenate([_scene(20), _scene(20)])
    assert takes(hashes, _times(40), 10_000) == (Span(0, 5000), Span(5000, 10_000))


def test_a_fade_shorter_than_a_second_is_one_cut() -> None:
    one, other = _scene(20, 0), _scene(20, 0)
    bits_one, bits_other = np.unpackbits(one[:1], axis=1), np.unpackbits(other[:1], axis=1)
    fade = np.concatenate([np.where(np.arange(256) < share * 256, bits_other, bits_one) for share in (0.25, 0.5, 0.75)])
    hashes = np.concatenate([one, np.packbits(fade, axis=1), other])
    found = takes(hashes, _times(43), 10_750)
    assert len(found) == 2
    assert 5000 <= found[0].end_ms <= 5750


def test_no_frames_give_no_take_and_a_still_gives_none_with_length() -> None:
    assert takes(np.zeros((0, 32), np.uint8), _times(0), 0) == ()
    assert takes(_scene(1), _times(1), 0) == ()
