"""Bent files of every form: an outcome for each, none past its limit, and a pool that goes on."""

import io
import os
import random
import time

import numpy as np
import pytest
from PIL import Image

from indelible.media.encode import write_gif, write_sound, write_still, write_video
from indelible.media.outcome import STATES, Plan
from indelible.model.speed import Speed
from media.conftest import opened, ramps

SECONDS_MAX = 10
MAGIC = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\1", b"\xff\xff\xff\x7f")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    noise = np.random.default_rng(4).integers(0, 256, (24, 32, 3), np.uint8)
    tone = (np.arange(11_025) % 100 * 200).astype(np.int16)
    write_video(folder / "a.mp4", ramps(12), 25, tone, 11_025)
    write_gif(folder / "a.gif", ramps(6), 10)
    for name in ("a.jpg", "a.png", "a.webp", "a.tiff", "a.bmp", "a.avif"):
        write_still(folder / name, noise)
    for name in ("a.wav", "a.flac", "a.mp3", "a.m4a"):
        write_sound(folder / name, tone, 44_100)
    frames = [Image.fromarray(frame) for frame in ramps(4)]
    for form in ("PNG", "WEBP"):
        out = io.BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=80)
        (folder / f"moving.{form}").write_bytes(out.getvalue())
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def bent(raw, dice):
    """The bytes with one to eight of: flipped bits, a bent head, a cut, a doubled or lost piece, a telling number, zeros."""
    raw = bytearray(raw)
    for _ in range(dice.choice((1, 2, 4, 8))):
        place = dice.randrange(len(raw))
        piece = slice(place, place + dice.randrange(1, 64))
        match dice.randrange(7):
            case 0:
                raw[place] ^= 1 << dice.randrange(8)
            case 1:
                raw[dice.randrange(min(len(raw), 64))] = dice.randrange(256)
            case 2:
                del raw[max(place, 16) :]
            case 3:
                raw[place:place] = raw[piece]
            case 4:
                del raw[piece]
            case 5:
                raw[place : place + 4] = dice.choice(MAGIC)
            case _:
                raw[piece] = bytes(len(raw[piece]))
        raw = raw or bytearray(b"\0")
    return bytes(raw)


def survive(pool, seeds, path, count):
    dice = random.Random(14)
    for number in range(count):
        path.write_bytes(bent(dice.choice(seeds), dice))
        began = time.monotonic()
        with opened(path) as descriptor:
            outcome = pool.decode_all(descriptor, Plan(seconds_max=SECONDS_MAX, speed=dice.choice(tuple(Speed)))).outcome
        assert outcome.state in STATES, number
        assert time.monotonic() - began < SECONDS_MAX + 2, (number, outcome)
        assert bool(outcome.reason) == (outcome.state != "decoded"), (number, outcome)
        assert not any(word in outcome.reason for word in ("SIGSYS", "believed")), (number, outcome)


def test_a_hundred_bent_files_stop_nothing(pool, seeds, tmp_path):
    survive(pool, seeds, tmp_path / "bent", 100)


@pytest.mark.long
def test_two_thousand_bent_files_stop_nothing(pool, seeds, tmp_path):
    survive(pool, seeds, tmp_path / "bent", int(os.environ.get("INDELIBLE_FUZZ", "2000")))
