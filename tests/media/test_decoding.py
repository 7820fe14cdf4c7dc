"""What comes out of a file is what a viewer would see and hear, and when."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from indelible.media import wire
from indelible.media.answer import Answer
from indelible.media.encode import write_gif, write_sound, write_still, write_video
from indelible.media.frames import EXIF_TURNS, Turn, displayed, fitted
from indelible.media.outcome import Plan
from indelible.media.pictures import PictureTrack
from media import muxing
from media.conftest import ramp, ramps

RATE_HZ = 44_100


def level(frame):
    return int(np.median(frame))


def numbers(frames):
    """Which frames of `ramps` these are."""
    return [round(level(frame) / 4) for frame in frames]


def corner(height=40, width=64):
    """A frame with one bright corner, top left, and a dim left edge: no two turns of it look alike."""
    frame = np.full((height, width, 3), 20, np.uint8)
    frame[:, : width // 4] = 90
    frame[: height // 2, : width // 4] = 220
    return frame


def click_at(ms, length_ms=2000):
    sound = np.zeros(RATE_HZ * length_ms // 1000, np.int16)
    start = RATE_HZ * ms // 1000
    sound[start : start + RATE_HZ // 50] = 20_000 * (np.arange(RATE_HZ // 50) % 40 < 20) - 10_000
    return sound


def loudest_ms(sound, rate_hz=11_025):
    power = np.convolve(sound.astype(float) ** 2, np.ones(rate_hz // 50), "valid")
    return 1000 * int(power.argmax()) / rate_hz


class TestTheClock:
    def test_takes_the_first_frame_at_or_after_each_grid_point_with_its_own_time(self, decode, clip):
        answer = decode(clip, sample_ms=250)
        assert answer.times_ms.tolist() == [0, 280, 520, 760, 1000, 1280, 1520, 1760]
        assert numbers(answer.frames) == [0, 7, 13, 19, 25, 32, 38, 44]

    def test_takes_every_frame_on_a_fine_grid(self, decode, clip):
        answer = decode(clip, sample_ms=1)
        assert answer.times_ms.tolist() == list(range(0, 2000, 40))
        assert numbers(answer.frames) == list(range(50))

    def test_goes_by_the_stamps_when_the_frame_rate_varies(self, decode, tmp_path):
        stamps = [0, 10, 500, 510, 1700, 1740, 1750, 3000]
        muxing.write(tmp_path / "vfr.mkv", ramps(8), stamps)
        answer = decode(tmp_path / "vfr.mkv", sample_ms=250)
        assert answer.times_ms.tolist() == [0, 500, 1700, 1750, 3000]
        assert numbers(answer.frames) == [0, 2, 4, 6, 7]

    @pytest.mark.parametrize(("name", "first"), [("late.mkv", 7000), ("late.ts", 7000)])
    def test_starts_at_the_streams_own_start(self, decode, tmp_path, name, first):
        stamps = range(first, first + 500, 100)
        muxing.write(tmp_path / name, ramps(5), stamps, container={"avoid_negative_ts": "disabled"}, bf="0")
        assert decode(tmp_path / name, sample_ms=100).times_ms.tolist() == [0, 100, 200, 300, 400]

    @pytest.mark.parametrize(
        ("stamps_ms", "expected_ms"),
        [
            ([-80, -40, 0, 40], [0, 40, 80, 120]),
            ([None, None, None], [0, 40, 80]),
            ([0, None, 80, None], [0, 40, 80, 120]),
            ([0, 40, 40, 30, 80], [0, 40, 41, 42, 80]),
            ([5000, 5040, 0, 40], [5000, 5040, 5080, 5120]),
        ],
    )
    def test_is_mended_where_stamps_are_negative_missing_or_repeated(self, clip, stamps_ms, expected_ms):
        sent = []
        answer = Answer(Plan(sample_ms=1), sent.append)
        with av.open(str(clip)) as container:
            track = PictureTrack(container.streams.video[0], answer)
            for stamp_ms in stamps_ms:
                frame = av.VideoFrame.from_ndarray(ramp(1), format="rgb24")
                frame.pts, frame.time_base = stamp_ms, Fraction(1, 1000)
                track.add(frame)
        answer.flush()
        assert wire.unpack_frames(sent[0][wire.HEADER.size :], Plan()).times_ms.tolist() == expected_ms

    def test_shows_frames_in_order_though_they_are_stored_out_of_it(self, decode, tmp_path):
        muxing.write(tmp_path / "b.mp4", ramps(50), range(0, 2000, 40), bf="3", g="50")
        answer = decode(tmp_path / "b.mp4", sample_ms=1)
        assert numbers(answer.frames) == list(range(50))
        assert (np.diff(answer.times_ms) == 40).all()

    def test_goes_on_where_two_recordings_were_joined_and_the_clock_starts_anew(self, decode, tmp_path):
        for name, part in (("a.ts", range(50)), ("b.ts", range(50, 60))):
            muxing.write(tmp_path / name, map(ramp, part), range(0, 40 * len(part), 40), bf="0", g="5")
        (tmp_path / "joined.ts").write_bytes((tmp_path / "a.ts").read_bytes() + (tmp_path / "b.ts").read_bytes())
        answer = decode(tmp_path / "joined.ts", sample_ms=1)
        assert numbers(answer.frames)[-3:] == [57, 58, 59]
        assert (np.diff(answer.times_ms) > 0).all()
        assert answer.times_ms[-1] == pytest.approx(59 * 40, abs=100)

    def test_says_how_long_the_picture_is(self, decode, clip):
        assert decode(clip).outcome.duration_ms == pytest.approx(2000, abs=30)


class TestThePicture:
    @pytest.mark.parametrize(
        ("codec", "pixels", "suffix"),
        [
            ("libx264", "yuv420p", ".mp4"),
            ("libx264", "yuv444p", ".mp4"),
            ("libx264", "yuv422p10le", ".mkv"),
            ("libx265", "yuv420p10le", ".mp4"),
            ("libx265", "yuv420p12le", ".mkv"),
            ("libx264rgb", "rgb24", ".mkv"),
            ("libvpx-vp9", "yuv420p", ".webm"),
            ("libvpx", "yuv420p", ".webm"),
            ("libsvtav1", "yuv420p10le", ".mp4"),
            ("mpeg4", "yuv420p", ".avi"),
            ("mjpeg", "yuvj420p", ".avi"),
            ("ffv1", "bgr0", ".mkv"),
            ("rawvideo", "rgb24", ".nut"),
            ("mpeg2video", "yuv420p", ".mpg"),
            ("wmv2", "yuv420p", ".wmv"),
            ("flv", "yuv420p", ".flv"),
        ],
    )
    def test_has_the_brightness_that_was_filmed(self, decode, tmp_path, codec, pixels, suffix):
        path = tmp_path / f"a{suffix}"
        pixels = "rgb24" if codec == "libx264rgb" else pixels
        options = {"x265-params": "log-level=none:pools=1"} if codec == "libx265" else {}
        base = Fraction(1, 25) if codec in ("mpeg4", "mpeg2video", "wmv2", "flv", "mjpeg") else Fraction(1, 1000)
        stamps = range(5) if base == Fraction(1, 25) else range(0, 200, 40)
        frames = [np.full((64, 64, 3), grey, np.uint8) for grey in (0, 64, 128, 192, 255)]
        muxing.write(path, frames, stamps, codec=codec, pixels=pixels, base=base, **options)
        answer = decode(path, sample_ms=1)
        assert answer.outcome.state == "decoded"
        assert [level(frame) for frame in answer.frames] == pytest.approx([0, 64, 128, 192, 255], abs=6)

    def test_is_scaled_to_the_long_side_by_area_and_never_up(self, decode, tmp_path):
        stripes = np.zeros((200, 400, 3), np.uint8)
        stripes[:, ::2] = 200
        write_video(tmp_path / "stripes.mp4", [stripes] * 2, quality=1)
        answer = decode(tmp_path / "stripes.mp4", side_px_max=100)
        assert answer.frames.shape[1:] == (50, 100)
        assert np.abs(answer.frames[0].astype(int) - 100).max() < 12
        assert decode(tmp_path / "stripes.mp4", side_px_max=1000).frames.shape[1:] == (200, 400)
        assert (answer.outcome.width, answer.outcome.height) == (400, 200)

    @pytest.mark.parametrize(
        ("matrix", "expected"),
        [
            ((1, 0, 0, 1), Turn()),
            ((0, 1, -1, 0), Turn(quarters=3)),
            ((-1, 0, 0, -1), Turn(quarters=2)),
            ((0, -1, 1, 0), Turn(quarters=1)),
            ((-1, 0, 0, 1), Turn(mirrored=True)),
            ((1, 0, 0, -1), Turn(mirrored=True, quarters=2)),
        ],
    )
    def test_is_turned_and_mirrored_as_the_file_says(self, decode, tmp_path, matrix, expected):
        write_video(tmp_path / "stored.mp4", [corner()] * 3, quality=1)
        muxing.rotated(tmp_path / "stored.mp4", tmp_path / "turned.mp4", matrix)
        answer = decode(tmp_path / "turned.mp4")
        upright = expected.upright(corner()[..., 0])
        assert answer.frames[0].shape == upright.shape
        assert np.abs(answer.frames[0].astype(int) - upright).mean() < 6
        assert (answer.outcome.height, answer.outcome.width) == upright.shape

    @pytest.mark.parametrize(
        ("aspect", "size"), [(Fraction(2), (128, 40)), (Fraction(1, 2), (64, 80)), (Fraction(1), (64, 40))]
    )
    def test_has_square_pixels(self, decode, tmp_path, aspect, size):
        muxing.write(tmp_path / "sar.mp4", [corner()] * 3, range(0, 120, 40), aspect=aspect)
        answer = decode(tmp_path / "sar.mp4")
        assert (answer.outcome.width, answer.outcome.height) == size
        assert answer.frames[0].shape == size[::-1]

    def test_lies_on_white_where_it_is_transparent(self, decode, tmp_path):
        pixels = np.zeros((32, 32, 4), np.uint8)
        pixels[:, 16:, 3] = 255
        pixels[:8, :, 3] = 128
        Image.fromarray(pixels, "RGBA").save(tmp_path / "a.png")
        frame = decode(tmp_path / "a.png").frames[0]
        assert [int(frame[20, 4]), int(frame[20, 28]), int(frame[2, 4])] == pytest.approx([255, 0, 127], abs=1)

    @pytest.mark.parametrize("size", [(2, 2), (1, 1), (3, 500)])
    def test_may_be_tiny(self, decode, tmp_path, size):
        write_video(tmp_path / "tiny.mp4", [np.full((*size, 3), 100, np.uint8)])
        answer = decode(tmp_path / "tiny.mp4")
        assert (answer.outcome.state, answer.outcome.media_kind, len(answer.frames)) == ("decoded", "video", 1)

    def test_above_the_limit_of_pixels_is_refused_by_name(self, decode, tmp_path, clip):
        write_still(tmp_path / "a.png", np.zeros((100, 100, 3), np.uint8))
        still, video = decode(tmp_path / "a.png", pixels_max=2000), decode(clip, pixels_max=2000)
        assert still.outcome.state == "undecodable"
        assert "10000 pixels" in still.outcome.reason
        assert (len(video.frames), video.outcome.state) == (0, "partial")
        assert video.outcome.reason


class TestAStill:
    @pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.bmp", "a.tiff", "a.avif", "a.gif"])
    def test_is_one_frame_at_time_zero(self, decode, tmp_path, name):
        write_still(tmp_path / name, corner())
        answer = decode(tmp_path / name)
        assert (answer.outcome.state, answer.outcome.media_kind, answer.outcome.duration_ms) == ("decoded", "still", 0)
        assert answer.times_ms.tolist() == [0]
        assert np.abs(answer.frames[0].astype(int) - corner()[..., 0]).mean() < 6

    @pytest.mark.parametrize("orientation", EXIF_TURNS)
    def test_is_turned_as_its_exif_says(self, decode, tmp_path, orientation):
        stored = Image.fromarray(corner(), "RGB")
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored.save(tmp_path / "a.jpg", exif=exif, quality=95)
        with Image.open(tmp_path / "a.jpg") as read:
            expected = np.asarray(ImageOps.exif_transpose(read).convert("L"))
        frame = decode(tmp_path / "a.jpg").frames[0]
        assert frame.shape == expected.shape
        assert np.abs(frame.astype(int) - expected).mean() < 3

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I", "F", "CMYK"])
    def test_keeps_its_brightness_in_every_mode(self, decode, tmp_path, mode):
        grey = corner()[..., 0]
        if mode == "I;16":
            picture = Image.fromarray(grey.astype(np.uint16) * 257)
        elif mode in ("I", "F"):
            picture = Image.fromarray(grey.astype(np.int32) * 257 if mode == "I" else grey.astype(np.float32) / 255)
        else:
            picture = Image.fromarray(grey, "L").convert("RGB").convert(mode)
        picture.save(tmp_path / "a.tiff")
        frame = decode(tmp_path / "a.tiff").frames[0]
        assert frame[:20, :16].mean() > frame[20:, :16].mean() > frame[:, 16:].mean()

    def test_cut_short_is_partial(self, decode, tmp_path):
        noise = np.random.default_rng(3).integers(0, 256, (200, 200, 3), np.uint8)
        write_still(tmp_path / "a.jpg", noise)
        raw = (tmp_path / "a.jpg").read_bytes()
        (tmp_path / "half.jpg").write_bytes(raw[: len(raw) // 2])
        outcome = decode(tmp_path / "half.jpg").outcome
        assert (outcome.state, outcome.media_kind) == ("partial", "still")
        assert "damaged" in outcome.reason

    def test_of_many_pixels_costs_little(self, decode, tmp_path):
        noise = np.random.default_rng(3).integers(0, 256, (3000, 4000), np.uint8)
        Image.fromarray(noise).save(tmp_path / "large.jpg", quality=20)
        outcome = decode(tmp_path / "large.jpg").outcome
        assert (outcome.state, outcome.width, outcome.height) == ("decoded", 4000, 3000)


class TestAnAnimation:
    @pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
    def test_keeps_the_time_of_each_frame(self, decode, tmp_path, form):
        pictures = [Image.fromarray(ramp(number * 12), "RGB") for number in range(5)]
        durations = [100, 400, 50, 300, 200]
        options = {"lossless": True} if form == "WEBP" else {}
        pictures[0].save(tmp_path / "a", form, save_all=True, append_images=pictures[1:], duration=durations, **options)
        answer = decode(tmp_path / "a", sample_ms=50)
        assert (answer.outcome.media_kind, answer.outcome.duration_ms) == ("animation", 1050)
        assert answer.times_ms.tolist() == [0, 100, 500, 550, 850]
        assert [level(frame) for frame in answer.frames] == pytest.approx([0, 48, 96, 144, 192], abs=3)

    def test_is_sampled_on_the_grid(self, decode, tmp_path):
        write_gif(tmp_path / "a.gif", ramps(30), fps=20)
        assert decode(tmp_path / "a.gif", sample_ms=250).times_ms.tolist() == [0, 250, 500, 750, 1000, 1250]

    def test_cut_short_is_partial(self, decode, tmp_path):
        noise = np.random.default_rng(3).integers(0, 256, (6, 80, 80, 3), np.uint8)
        write_gif(tmp_path / "a.gif", noise, fps=10)
        raw = (tmp_path / "a.gif").read_bytes()
        (tmp_path / "half.gif").write_bytes(raw[: len(raw) // 2])
        outcome = decode(tmp_path / "half.gif", sample_ms=100).outcome
        assert outcome.state == "partial"


class TestTheSound:
    def test_is_in_step_with_the_picture(self, decode, tmp_path):
        write_video(tmp_path / "a.mp4", ramps(50), 25, click_at(700))
        answer = decode(tmp_path / "a.mp4")
        assert answer.outcome.has_sound
        assert loudest_ms(answer.sound) == pytest.approx(700, abs=8)
        assert len(answer.sound) / 11_025 == pytest.approx(2, abs=0.06)

    @pytest.mark.parametrize("offset_ms", [600, -300])
    @pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
    def test_that_begins_late_or_early_stays_in_step(self, decode, tmp_path, offset_ms, suffix):
        path = tmp_path / f"a{suffix}"
        first = 1000 + offset_ms
        sound = (first * RATE_HZ // 1000, click_at(700), RATE_HZ)
        muxing.write(path, ramps(50), range(1000, 3000, 40), sound=sound, bf="0")
        assert loudest_ms(decode(path).sound) == pytest.approx(700 + offset_ms, abs=15)

    @pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.m4a", "a.mp3", "a.ogg"])
    def test_alone_is_audio(self, decode, tmp_path, name):
        write_sound(tmp_path / name, click_at(700, 1500), 48_000 if name.endswith("ogg") else RATE_HZ)
        answer = decode(tmp_path / name)
        outcome = answer.outcome
        assert (outcome.state, outcome.media_kind, outcome.has_sound, len(answer.frames)) == ("decoded", "audio", True, 0)

    def test_beside_a_cover_picture_is_audio(self, decode, tmp_path):
        cover = io.BytesIO()
        Image.fromarray(corner(), "RGB").save(cover, "JPEG")
        picture = b"\0image/jpeg\0\3\0" + cover.getvalue()
        frame = b"APIC" + len(picture).to_bytes(4, "big") + b"\0\0" + picture
        size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
        write_sound(tmp_path / "plain.mp3", click_at(300, 1000))
        with (tmp_path / "plain.mp3").open("rb") as plain:
            raw = plain.read()
        body = raw[raw.index(b"\xff\xfb") :]
        (tmp_path / "cover.mp3").write_bytes(b"ID3\3\0\0" + size + frame + body)
        answer = decode(tmp_path / "cover.mp3")
        assert (answer.outcome.media_kind, len(answer.frames)) == ("audio", 0)
        assert "cover picture" in " ".join(answer.outcome.notes)

    def test_is_mono_at_the_wanted_rate(self, decode, clip):
        assert len(decode(clip, sound_rate_hz=8000).sound) == pytest.approx(16_000, abs=500)

    def test_beyond_the_limit_is_left_out_and_said(self, decode, clip):
        answer = decode(clip, sound_ms_max=500)
        assert len(answer.sound) == 11_025 // 2
        assert answer.outcome.state == "partial"
        assert "left out" in answer.outcome.reason


class TestADamagedFile:
    @pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".ts"])
    def test_cut_in_half_is_partial_and_says_how_much_is_there(self, decode, tmp_path, suffix):
        noise = np.random.default_rng(2).integers(0, 256, (100, 64, 64, 3), np.uint8)
        path = tmp_path / f"a{suffix}"
        muxing.write(path, noise, range(0, 4000, 40), container={"movflags": "faststart"} if suffix == ".mp4" else {}, g="10")
        raw = path.read_bytes()
        path.write_bytes(raw[: len(raw) // 2])
        answer = decode(path)
        assert 4 <= len(answer.frames) <= 12
        if suffix != ".ts":  # a transport stream states no length: nothing tells that more was there
            assert answer.outcome.state == "partial"
            assert "of the 4.0 s stated" in answer.outcome.reason

    def test_with_flipped_bits_gives_what_can_be_had(self, decode, tmp_path, clip):
        raw = bytearray(clip.read_bytes())
        dice = np.random.default_rng(8)
        start = raw.index(b"mdat") + 100
        for place in dice.integers(start, len(raw), 40):
            raw[place] ^= 1 << int(dice.integers(8))
        (tmp_path / "bent.mp4").write_bytes(raw)
        assert decode(tmp_path / "bent.mp4").outcome.state in ("partial", "decoded")

    def test_with_garbage_behind_it_decodes(self, decode, tmp_path, clip):
        (tmp_path / "more.mp4").write_bytes(clip.read_bytes() + b"\xa5" * 100_000)
        answer = decode(tmp_path / "more.mp4")
        assert len(answer.frames) == 8

    @pytest.mark.parametrize(
        ("raw", "reason"),
        [
            (b"", "the file is empty"),
            (b"\0" * 1000, "its form is not known"),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "the png cannot be read"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "the mp4 cannot be read"),
        ],
    )
    def test_with_nothing_in_it_is_undecodable_and_says_why(self, decode, tmp_path, raw, reason):
        (tmp_path / "a.mp4").write_bytes(raw)
        outcome = decode(tmp_path / "a.mp4").outcome
        assert outcome.state == "undecodable"
        assert reason in outcome.reason


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (b"Good morning from the harbour.\n", "text"),
        ("Доброго ранку".encode(), "text"),
        ("صباح الخير".encode("utf-16"), "text"),
        (b'{"name": "Harbour", "messages": []}', "json"),
        (b"<!DOCTYPE html><html></html>", "html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
        (b"%PDF-1.7\n", "pdf"),
        (b"PK\x03\x04" + b"\0" * 40, "zip"),
        (b"\x1f\x8b\x08" + b"\0" * 40, "gzip"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n", "text"),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n", "text"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "text"),
    ],
)
def test_what_is_no_medium_is_called_by_its_form(decode, tmp_path, raw, form):
    (tmp_path / "a.mp4").write_bytes(raw)
    outcome = decode(tmp_path / "a.mp4", suffix=".mp4").outcome
    assert (outcome.state, outcome.form, outcome.media_kind) == ("not media", form, "none")
    assert outcome.notes == (f"named .mp4, but the content is {form}",)


def test_a_name_that_agrees_is_not_noted(decode, clip):
    assert decode(clip, suffix=".MP4").outcome.notes == ()


def test_a_picture_under_a_videos_name_is_a_picture_and_noted(decode, tmp_path):
    write_still(tmp_path / "a.jpg", corner())
    outcome = decode(tmp_path / "a.jpg", suffix=".mp4").outcome
    assert (outcome.media_kind, outcome.form, outcome.notes) == ("still", "jpeg", ("named .mp4, but the content is jpeg",))


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 4096))
def test_a_fitted_size_keeps_the_long_side_and_never_grows(width, height, side):
    small = fitted(width, height, side)
    assert min(small) >= 1
    assert max(small) == min(side, max(width, height))
    assert all(new <= old for new, old in zip(small, (width, height), strict=True))


@pytest.mark.parametrize("aspect", [None, Fraction(0), Fraction(-1), Fraction(1, 1000), Fraction(1000)])
def test_an_aspect_ratio_out_of_reason_is_ignored(aspect):
    assert displayed(64, 48, aspect) == (64, 48)


def test_streams_left_aside_are_noted(decode, tmp_path):
    with av.open(str(tmp_path / "two.mkv"), "w") as out:
        streams = [out.add_stream("mpeg4", rate=25) for _ in range(2)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for stream in streams:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(ramp(5, 32, 32), format="rgb24")))
            out.mux(stream.encode(None))
    assert decode(tmp_path / "two.mkv").outcome.notes == ("1 further streams of pictures are left aside",)
