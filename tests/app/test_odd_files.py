"""Files of odd make are matched, or it is said why they cannot be: never a crash, never a silent "no match"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.footage import FPS, clip
from indelible.app.answers.match import MatchAnswer, MatchRow
from indelible.app.collecting import Scope, collect
from indelible.app.init import init
from indelible.app.intake.closing import Statement
from indelible.app.matching import match_files
from indelible.app.opening import Context
from indelible.cli.words.match import match_words
from indelible.media.encode import write_gif, write_sound, write_still, write_video
from media import muxing
from world import sounds

SECONDS = 8
SAMPLE_MS = 250
SHAPE = (192, 320, 3)
DENSE_THEN_SPARSE_MS = (*range(0, 800, 25), *range(900, 6000, 900))
SCENE, VARYING, STRANGER = (clip(seed, SECONDS) for seed in (41, 42, 43))
SPEECH = sounds.melody(5, SECONDS)

Frames = Sequence[NDArray[np.uint8]]


@dataclass(frozen=True)
class Asked:
    """An archive of a constant and a varying film and a stranger, and the folder of the files that it is asked about."""

    context: Context
    folder: Path

    def about(self, name: str) -> MatchAnswer:
        (answer,) = match_files(self.context, [self.folder / name], lambda _: None)
        return answer

    def only(self, name: str) -> MatchRow:
        (row,) = self.about(name).matches
        return row


def _shown(frames: Frames, stamps_ms: Sequence[int], start_ms: int = 0) -> list[NDArray[np.uint8]]:
    """What a film of FPS frames a second shows at those moments."""
    return [frames[min(len(frames) - 1, (start_ms + at) * FPS // 1000)] for at in stamps_ms]


def _steady(path: Path, frames: Frames, **options: object) -> None:
    muxing.write(path, frames, [1000 * i // FPS for i in range(len(frames))], g=str(FPS), **options)


def _first_half(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _archived(folder: Path) -> None:
    folder.mkdir()
    write_video(folder / "scene.mp4", SCENE, FPS, SPEECH, sounds.RATE_HZ)
    muxing.write(folder / "varying.mkv", _shown(VARYING, DENSE_THEN_SPARSE_MS), DENSE_THEN_SPARSE_MS)
    write_video(folder / "stranger.mp4", STRANGER, FPS)


def _odd(folder: Path) -> None:
    folder.mkdir()
    black = [np.zeros(SHAPE, np.uint8)] * len(SCENE)
    specks = np.random.default_rng(1).integers(0, 255, (SECONDS * FPS, 2, 2, 3), np.uint8)
    muxing.write(folder / "varying.mp4", _shown(SCENE, DENSE_THEN_SPARSE_MS, 1000), DENSE_THEN_SPARSE_MS)
    write_video(folder / "of-varying.mp4", VARYING, FPS)
    write_video(folder / "one-frame.mp4", SCENE[20:21], FPS)
    write_video(folder / "black.mp4", black, FPS)
    write_video(folder / "black-with-sound.mp4", black, FPS, SPEECH, sounds.RATE_HZ)
    write_video(folder / "black-and-silent.mp4", black, FPS, np.zeros(len(SPEECH), np.int16), sounds.RATE_HZ)
    write_still(folder / "white.png", np.full(SHAPE, 255, np.uint8))
    _steady(folder / "2x2.mkv", specks, codec="ffv1", pixels="yuv444p")
    write_sound(folder / "sound.m4a", SPEECH, sounds.RATE_HZ)
    write_sound(folder / "tone.wav", sounds.tone(440), sounds.RATE_HZ)
    write_sound(folder / "short.wav", SPEECH[: sounds.RATE_HZ // 4], sounds.RATE_HZ)
    write_gif(folder / "scene.gif", SCENE, FPS)
    _steady(folder / "index-behind.mp4", SCENE)
    _steady(folder / "index-before.mp4", SCENE, container={"movflags": "+faststart"})
    _steady(folder / "fragments.mp4", SCENE, container={"movflags": "frag_keyframe+empty_moov"})
    _steady(folder / "half.mkv", SCENE)
    _steady(folder / "half.webm", SCENE, codec="libvpx-vp9")
    for name in ("index-behind.mp4", "index-before.mp4", "fragments.mp4", "half.mkv", "half.webm"):
        _first_half(folder / name)
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "text.mp4").write_text("only words\n" * 50)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    place = tmp_path_factory.mktemp("odd")
    _archived(place / "collected")
    _odd(place / "files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(place / "state"))
        init(place / "archive", "anna")
        context = Context(place / "archive")
        collect(context, [place / "collected"], Statement(), Scope(), lambda _: None)
        yield Asked(context, place / "files")


def _near(one_ms: int, other_ms: int) -> bool:
    return abs(one_ms - other_ms) <= SAMPLE_MS


@pytest.mark.parametrize(
    ("name", "exhibit", "starts_ms", "length_ms"),
    [("varying.mp4", "scene.mp4", 1000, 5400), ("of-varying.mp4", "varying.mkv", 0, 5400)],
)
def test_times_are_right_where_the_frame_rate_varies(
    asked: Asked, name: str, exhibit: str, starts_ms: int, length_ms: int
) -> None:
    row = asked.only(name)
    assert (row.names, row.relation, row.edit.speed_ratio) == ((exhibit,), "copy", 1)
    assert _near(row.query_span_ms.start_ms, 0)
    assert _near(row.query_span_ms.end_ms, length_ms)
    assert _near(row.reference_span_ms.start_ms, starts_ms)
    assert _near(row.reference_span_ms.end_ms, starts_ms + length_ms)


def test_a_film_of_one_frame_is_found_at_its_moment(asked: Asked) -> None:
    row = asked.only("one-frame.mp4")
    assert (row.names, row.relation) == (("scene.mp4",), "copy")
    assert _near(row.reference_span_ms.start_ms, 20 * 1000 // FPS)


def test_a_gif_is_a_copy_of_its_film(asked: Asked) -> None:
    row = asked.only("scene.gif")
    assert (row.names, row.relation) == (("scene.mp4",), "copy")


@pytest.mark.parametrize("name", ["sound.m4a", "black-with-sound.mp4"])
def test_a_sound_without_a_picture_is_the_same_sound(asked: Asked, name: str) -> None:
    answer = asked.about(name)
    assert [(row.names, row.relation) for row in answer.matches] == [(("scene.mp4",), "same sound")]
    assert (answer.state, answer.reason, answer.amiss) == ("decoded", "", False)


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("black.mp4", "its picture is black or flat throughout and it has no sound"),
        ("black-and-silent.mp4", "its picture is black or flat throughout and its sound is silence"),
        ("white.png", "its picture is black or flat throughout and it has no sound"),
        ("2x2.mkv", "its picture of 2×2 pixels is too small and it has no sound"),
        ("tone.wav", "it has no picture and its sound is too short or too even"),
        ("short.wav", "it has no picture and its sound is too short or too even"),
    ],
)
def test_what_has_nothing_to_compare_says_so(asked: Asked, name: str, because: str) -> None:
    answer = asked.about(name)
    assert (answer.state, answer.matches) == ("decoded", ())
    assert answer.reason == f"nothing in it can be compared: {because}"
    assert answer.amiss
    assert answer.reason in " ".join(" ".join(match_words(answer)).split())


@pytest.mark.parametrize("name", ["index-before.mp4", "fragments.mp4", "half.mkv", "half.webm"])
def test_what_came_of_half_a_download_is_found_and_called_partial(asked: Asked, name: str) -> None:
    answer = asked.about(name)
    (row,) = answer.matches
    assert (row.names, row.relation) == (("scene.mp4",), "copy")
    assert (row.query_span_ms.start_ms, row.reference_span_ms.start_ms) == (0, 0)
    assert 1000 <= row.query_span_ms.end_ms < 1000 * SECONDS - SAMPLE_MS
    assert answer.state == "partial"
    assert "could" in answer.reason


@pytest.mark.parametrize("name", ["index-behind.mp4", "empty.mp4", "text.mp4", "no such file.mp4"])
def test_what_cannot_be_decoded_says_why(asked: Asked, name: str) -> None:
    answer = asked.about(name)
    assert (answer.state, answer.matches, answer.amiss) == ("undecodable", (), True)
    assert answer.reason


def test_an_exhibit_that_no_query_can_find_is_told_when_it_is_collected(asked: Asked) -> None:
    told = collect(asked.context, [asked.folder / "black.mp4"], Statement(), Scope(), lambda _: None)
    assert [(row.state, row.reason.partition(":")[0]) for row in told.exhibits] == [
        ("decoded", "nothing in it can be compared")
    ]
