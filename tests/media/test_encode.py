"""The writer of our own footage."""

import hashlib

import av
import numpy as np
import pytest
from PIL import Image

from indelible.media.encode import write_gif, write_sound, write_still, write_video


def footage(count=20, height=48, width=64):
    rows, columns = np.mgrid[0:height, 0:width]
    for number in range(count):
        yield np.stack([rows * 4 % 256, columns * 3 % 256, np.full_like(rows, number * 10)], axis=-1).astype(np.uint8)


def tone(rate_hz=44_100, seconds=0.8):
    return (8000 * np.sin(2 * np.pi * 440 * np.arange(int(rate_hz * seconds)) / rate_hz)).astype(np.int16)


def test_a_video_has_the_frames_and_the_sound_that_were_given(tmp_path):
    write_video(tmp_path / "a.mp4", footage(), 25, tone(), 44_100)
    with av.open(str(tmp_path / "a.mp4")) as read:
        frames = [frame.to_ndarray(format="rgb24") for frame in read.decode(video=0)]
        read.seek(0)
        samples = sum(frame.samples for frame in read.decode(audio=0))
    assert len(frames) == 20
    assert np.abs(frames[7].astype(int) - list(footage())[7]).mean() < 12
    assert samples / 44_100 == pytest.approx(0.8, abs=0.05)


def test_the_same_footage_gives_the_same_bytes(tmp_path):
    digests = set()
    for name in ("a.mp4", "b.mp4"):
        write_video(tmp_path / name, footage(), 25, tone(), 44_100)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_odd_sides_are_kept(tmp_path):
    write_video(tmp_path / "odd.mp4", footage(3, 31, 43))
    with av.open(str(tmp_path / "odd.mp4")) as read:
        assert (read.streams.video[0].width, read.streams.video[0].height) == (43, 31)


def test_a_video_without_a_frame_is_refused(tmp_path):
    with pytest.raises(ValueError, match="needs a frame"):
        write_video(tmp_path / "none.mp4", [])


def test_frames_of_two_shapes_are_refused(tmp_path):
    frames = [np.zeros((32, 32, 3), np.uint8), np.zeros((32, 34, 3), np.uint8)]
    with pytest.raises(ValueError, match="one shape"):
        write_video(tmp_path / "two.mp4", frames)


def test_a_still_and_a_gif_are_read_back(tmp_path):
    write_still(tmp_path / "a.png", next(footage()))
    write_gif(tmp_path / "a.gif", footage(5), fps=10)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), next(footage()))
    with Image.open(tmp_path / "a.gif") as gif:
        assert (gif.n_frames, gif.info["duration"]) == (5, 100)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.m4a", "a.mp3", "a.ogg"])
def test_sound_alone_is_read_back(tmp_path, name):
    rate_hz = 48_000
    write_sound(tmp_path / name, tone(rate_hz), rate_hz)
    with av.open(str(tmp_path / name)) as read:
        assert sum(frame.samples for frame in read.decode(audio=0)) / rate_hz == pytest.approx(0.8, abs=0.06)
