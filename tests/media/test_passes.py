"""A first pass sees keyframes and no stretch of four seconds unseen; a dense one leaves out what changes nothing."""

import itertools

import av
import numpy as np
import pytest

from indelible.media.encode import write_gif, write_still
from indelible.media.first_pass import EACH_MS, GAP_MS_MAX
from indelible.model.speed import Speed
from media import muxing
from media.conftest import ramp, ramps

STEP_MS = 40


def film(path, seconds, **options):
    """25 ramps a second whose frames are known by their brightness, every 64th alike."""
    count = 25 * seconds
    muxing.write(path, ramps(count), range(0, STEP_MS * count, STEP_MS), **{"sc_threshold": "0", **options})
    return path


def shows_what_stands_there(answer):
    """Whether each frame is the one that the film has at that time."""
    seen = np.round(np.median(answer.frames, axis=(1, 2)) / 4).astype(int)
    return seen.tolist() == (answer.times_ms // STEP_MS % 64).tolist()


def sampled_as_of_every(decode, path):
    """Whether the frames at 250 ms and their times are the very ones among all frames."""
    every, some = decode(path, sample_ms=1), decode(path)
    at = np.unique(np.searchsorted(every.times_ms, np.arange(0, every.times_ms[-1] + 1, 250)))
    return np.array_equal(every.times_ms[at], some.times_ms) and np.array_equal(every.frames[at], some.frames)


def packets_between(path, after_ms, before_ms):
    """Where a film's packets shown between two times lie in its file, and their bytes."""
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            if packet.pts is not None and after_ms < 1000 * packet.pts * packet.time_base < before_ms:
                yield packet.pos, packet.size


class TestAFirstPass:
    def test_gives_keyframes_at_their_own_times(self, decode, tmp_path):
        answer = decode(film(tmp_path / "a.mp4", 10, g="50", bf="3"), speed=Speed.FIRST)
        assert answer.times_ms.tolist() == [0, 2000, 4000, 6000, 8000]
        assert shows_what_stands_there(answer)
        assert (answer.outcome.state, answer.outcome.duration_ms) == ("decoded", 10_000)

    def test_gives_no_more_than_one_a_second_where_every_frame_is_a_keyframe(self, decode, tmp_path):
        answer = decode(film(tmp_path / "a.mp4", 6, g="1"), speed=Speed.FIRST)
        assert answer.times_ms.tolist() == [0, 1000, 2000, 3000, 4000, 5000]
        assert shows_what_stands_there(answer)

    @pytest.mark.parametrize("codec", ["libx264", "libx265", "libvpx-vp9", "libsvtav1"])
    def test_leaves_no_four_seconds_unseen_where_keyframes_are_far_apart(self, decode, tmp_path, codec):
        options = {"x265-params": "log-level=none:pools=1:keyint=600:min-keyint=600:scenecut=0"} if codec == "libx265" else {}
        path = film(tmp_path / "a.mkv", 19, codec=codec, g="600", **options)
        answer = decode(path, speed=Speed.FIRST)
        gaps = np.diff([*answer.times_ms, 19_000])
        assert gaps.max() <= GAP_MS_MAX
        assert len(answer.times_ms) <= 19_000 // EACH_MS
        assert shows_what_stands_there(answer)

    def test_sees_a_cut_that_follows_soon_upon_a_keyframe(self, decode, tmp_path):
        answer = decode(film(tmp_path / "cuts.mp4", 4, g="250", keys=(15, 75)), speed=Speed.FIRST)
        assert answer.times_ms.tolist() == [0, 600, 3000]

    def test_of_one_frame_gives_it(self, decode, tmp_path):
        muxing.write(tmp_path / "one.mp4", [ramp(20)], [0])
        assert decode(tmp_path / "one.mp4", speed=Speed.FIRST).times_ms.tolist() == [0]

    def test_goes_on_where_the_clock_starts_anew(self, decode, tmp_path):
        for name in ("a.ts", "b.ts"):
            film(tmp_path / name, 6, g="50", bf="0")
        (tmp_path / "joined.ts").write_bytes((tmp_path / "a.ts").read_bytes() + (tmp_path / "b.ts").read_bytes())
        times_ms = decode(tmp_path / "joined.ts", speed=Speed.FIRST).times_ms
        assert times_ms.tolist() == pytest.approx([0, 2000, 4000, 6000, 8000, 10_000], abs=100)

    def test_of_a_film_cut_short_is_partial(self, decode, tmp_path):
        whole = film(tmp_path / "whole.mkv", 10, g="50").read_bytes()
        (tmp_path / "half.mkv").write_bytes(whole[: len(whole) // 2])
        answer = decode(tmp_path / "half.mkv", speed=Speed.FIRST)
        assert answer.outcome.state == "partial"
        assert len(answer.times_ms) >= 2

    def test_of_stills_animations_and_sound_is_as_any_other(self, decode, tmp_path, clip):
        write_still(tmp_path / "a.jpg", ramp(9))
        write_gif(tmp_path / "a.gif", list(itertools.islice(ramps(20), 20)))
        for path in (tmp_path / "a.jpg", tmp_path / "a.gif"):
            assert np.array_equal(decode(path, speed=Speed.FIRST).frames, decode(path).frames)
        assert np.array_equal(decode(clip, speed=Speed.FIRST).sound, decode(clip).sound)


class TestADensePass:
    @pytest.mark.parametrize("b_frames", ["0", "2", "3", "5"])
    def test_gives_what_decoding_every_frame_gives(self, decode, tmp_path, b_frames):
        assert sampled_as_of_every(decode, film(tmp_path / "a.mp4", 8, g="250", bf=b_frames))

    @pytest.mark.parametrize("options", [{}, {"intra-refresh": "1"}, {"x264-params": "open-gop=1"}], ids=str)
    @pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
    def test_gives_the_same_between_keyframes_at_any_place(self, decode, tmp_path, ending, options):
        keys = () if options else (0, 31, 44, 45, 61, 100, 130, 131, 160)
        path = film(tmp_path / f"a.{ending}", 8, g="250" if keys else "17", bf="3", keys=keys, **options)
        assert sampled_as_of_every(decode, path)

    def test_gives_the_same_behind_a_clock_that_starts_anew(self, decode, tmp_path):
        for name, keys in (("a.ts", ()), ("b.ts", (20, 47, 72))):
            film(tmp_path / name, 3, g="250", bf="2", keys=keys)
        (tmp_path / "joined.ts").write_bytes((tmp_path / "a.ts").read_bytes() + (tmp_path / "b.ts").read_bytes())
        assert sampled_as_of_every(decode, tmp_path / "joined.ts")

    def test_gives_the_same_of_stamps_in_whole_milliseconds(self, decode, tmp_path):
        stamps = [round(1000 * number / 30) for number in range(240)]
        muxing.write(tmp_path / "a.mkv", ramps(240), stamps, bf="3", g="50", sc_threshold="0")
        assert sampled_as_of_every(decode, tmp_path / "a.mkv")

    def test_gives_the_same_of_uneven_stamps(self, decode, tmp_path):
        stamps = np.cumsum(np.random.default_rng(7).integers(20, 60, 240)).tolist()
        muxing.write(tmp_path / "a.mp4", ramps(240), stamps, bf="3", g="50", sc_threshold="0")
        assert sampled_as_of_every(decode, tmp_path / "a.mp4")

    def test_leaves_out_what_stands_between_the_last_sample_and_a_keyframe(self, decode, tmp_path):
        path = film(tmp_path / "a.mp4", 4, g="250", bf="0", keys=(24, 49, 74))  # at 960, 1960 and 2960 ms
        raw = bytearray(path.read_bytes())
        for place, size in packets_between(path, 760, 960):
            raw[place + 8 : place + size] = bytes(size - 8)
        path.write_bytes(raw)
        assert decode(path).outcome.state == "decoded"
        assert decode(path, sample_ms=40).outcome.state == "partial"

    @pytest.mark.parametrize("b_frames", ["0", "1", "3", "7", "16"])
    def test_comes_often_enough_however_many_b_frames_there_are(self, decode, tmp_path, b_frames):
        path = film(tmp_path / "a.mp4", 8, g="250", bf=b_frames, b_strategy="0", **{"b-pyramid": "none"})
        answer = decode(path)
        assert np.diff(answer.times_ms).max() < 500
        assert len(answer.times_ms) >= 28
        assert shows_what_stands_there(answer)

    def test_takes_every_frame_on_a_fine_grid(self, decode, tmp_path):
        answer = decode(film(tmp_path / "a.mp4", 4, bf="3"), sample_ms=STEP_MS)
        assert answer.times_ms.tolist() == list(range(0, 4000, STEP_MS))
