"""A pool of confined decoders for the room's tests, and footage whose every frame is known."""

import os
from contextlib import contextmanager

import numpy as np
import pytest

from indelible.media.encode import write_video
from indelible.media.outcome import Plan
from indelible.media.pool import Pool
from indelible.settings import Settings


@pytest.fixture(scope="session")
def pool():
    with Pool.start(Settings(decoders=2)) as pool:
        yield pool


@contextmanager
def opened(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@pytest.fixture
def decode(pool):
    """Decodes a file whole; keywords change the plan."""

    def decode(path, **changes):
        with opened(path) as descriptor:
            return pool.decode_all(descriptor, Plan(**changes))

    return decode


def ramp(number, height=48, width=64):
    """A frame whose brightness tells its number: (number * 4) in grey."""
    return np.full((height, width, 3), number * 4 % 256, np.uint8)


def ramps(count, **size):
    return (ramp(number, **size) for number in range(count))


@pytest.fixture
def clip(tmp_path):
    """Two seconds, 25 frames a second, with a tone."""
    path = tmp_path / "clip.mp4"
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(88_200) / 44_100)).astype(np.int16)
    write_video(path, ramps(50), 25, tone, 44_100)
    return path
