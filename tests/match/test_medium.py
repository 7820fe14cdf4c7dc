from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest

from indelible.fingerprint import unread
from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.sound import fingerprint_sound
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.model.segment import Relation, SegmentMatch
from indelible.model.speed import Speed
from world import footage, sounds

ORIGINAL, OTHER = 11, 12
SECONDS = 10
FRAMES = footage.clip(ORIGINAL, SECONDS)


@pytest.fixture(scope="module")
def references() -> References:
    strangers = [(f"stranger {seed}", footage.fingerprint(footage.clip(seed, 6))) for seed in (OTHER, 13, 14)]
    return References.of([("original", footage.fingerprint(FRAMES)), *strangers])


def _matches(frames: footage.Frames, references: References) -> list[SegmentMatch]:
    return match_medium(footage.fingerprint(footage.noisy(frames)), references)


def _only_copy(frames: footage.Frames, references: References) -> SegmentMatch:
    found = _matches(frames, references)
    assert [(match.reference, match.relation) for match in found] == [("original", Relation.COPY)]
    return found[0]


def _cropped(frames: footage.Frames) -> footage.Frames:
    return footage.cropped(frames, 0.75)


def test_a_copy_is_found_whole(references: References) -> None:
    match = _only_copy(FRAMES, references)
    assert (match.query_span.start_ms, match.reference_span.start_ms) == (0, 0)
    assert match.query_span.end_ms == match.reference_span.end_ms == SECONDS * 1000
    assert not match.edit.mirrored
    assert match.edit.box is None
    assert match.score > 0.9


@pytest.fixture(scope="module")
def nights() -> References:
    seeds = (ORIGINAL, OTHER, 13, 14)
    return References.of([(str(seed), footage.fingerprint(footage.night(footage.clip(seed, 6)))) for seed in seeds])


@pytest.mark.parametrize(
    ("edit", "frames"),
    [
        (lambda f: f, slice(None)),
        (lambda f: f, slice(17, 18)),
        (footage.mirrored, slice(None)),
        (footage.mirrored, slice(17, 18)),
        (_cropped, slice(None)),
    ],
)
def test_a_night_is_recognised_as_a_day_is(nights: References, edit, frames: slice) -> None:
    found = match_medium(footage.fingerprint(edit(_other_night())[frames]), nights)
    assert found[0].relation is Relation.COPY
    assert {match.reference for match in found} == {str(ORIGINAL)}
    assert found[0].reference_span.start_ms <= (17 * 250 if frames.stop else 0) <= found[0].reference_span.end_ms


def test_a_captioned_frame_of_a_night_is_found_and_what_covers_it_said(nights: References) -> None:
    found = match_medium(footage.fingerprint(footage.captioned(_other_night())[17:18]), nights)
    assert {(match.reference, match.relation) for match in found} == {(str(ORIGINAL), Relation.UNDECIDED)}
    assert "what covers one of the two" in found[0].why


def test_a_night_out_of_focus_is_found_by_its_hash() -> None:
    soft = [np.stack([cv2.GaussianBlur(frame, (0, 0), 9) for frame in footage.clip(seed, 4)]) for seed in (ORIGINAL, OTHER, 13)]
    dark = [np.asarray(24 + (each - each.mean(dtype=np.float64)) / 4, np.float32) for each in soft]
    films = [(str(seed), footage.fingerprint(footage.noisy(each, 1, 1))) for seed, each in enumerate(dark)]
    query = footage.fingerprint(footage.noisy(dark[0][9:10], 2, 1))
    assert query.picture is not None
    assert query.picture.qualities[0] < 20
    found = match_medium(query, References.of(films))
    assert {match.reference for match in found} == {"0"}
    assert "frame hash" in found[0].evidence.detectors


def _other_night() -> footage.Frames:
    """The original's night as another encoder leaves it."""
    return footage.night(footage.clip(ORIGINAL, 6), noise=2)


def test_a_trim_is_found_in_its_place(references: References) -> None:
    match = _only_copy(FRAMES[13:29], references)
    assert match.reference_span.start_ms == pytest.approx(13 * 250, abs=130)
    assert match.reference_span.end_ms == pytest.approx(29 * 250, abs=130)


def test_a_mirrored_crop_says_both(references: References) -> None:
    match = _only_copy(footage.cropped(footage.mirrored(FRAMES), 0.7), references)
    assert match.edit.mirrored
    box = match.edit.box
    assert box is not None
    assert box.width == pytest.approx(0.7 * footage.WIDTH, abs=12)
    assert box.x == pytest.approx(0.15 * footage.WIDTH, abs=8)
    assert match.why.startswith("mirrored")


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turn_says_how_far(references: References, quarters: int) -> None:
    match = _only_copy(np.ascontiguousarray(np.rot90(FRAMES, -quarters, axes=(1, 2))), references)
    assert match.edit.rotated_deg == pytest.approx(90 * quarters, abs=1.5)
    assert not match.edit.mirrored


def test_inverted_colours_are_seen_through(references: References) -> None:
    assert "colours inverted" in _only_copy(255 - FRAMES, references).why


def test_a_squeeze_to_a_square_is_found(references: References) -> None:
    assert _only_copy(footage.resized(FRAMES, 180, 180), references).edit.box is None


def test_a_letterbox_is_found_and_its_place_said(references: References) -> None:
    box = _only_copy(footage.letterboxed(FRAMES, 60), references).edit.query_box
    assert box is not None
    assert box.y == pytest.approx(60, abs=5)
    assert box.height == pytest.approx(footage.HEIGHT, abs=9)


def test_twice_the_speed_is_said(references: References) -> None:
    match = _only_copy(FRAMES[::2], references)
    assert match.edit.speed_ratio == 2
    assert match.reference_span.length_ms == pytest.approx(SECONDS * 1000, abs=600)


def test_a_reversed_copy_has_ascending_spans_and_negative_speed(references: References) -> None:
    match = _only_copy(FRAMES[30:6:-1], references)
    assert match.edit.speed_ratio == -1
    assert match.reference_span.start_ms == pytest.approx(7 * 250, abs=130)
    assert match.reference_span.end_ms == pytest.approx(31 * 250, abs=130)


def test_a_picture_in_a_picture_is_found_with_what_is_around_it(references: References) -> None:
    found = _matches(footage.inside(FRAMES, footage.clip(99, SECONDS)), references)
    assert [(match.reference, match.relation) for match in found] == [("original", Relation.COPY)]
    assert found[0].edit.query_box is not None
    assert found[0].edit.query_box.width == pytest.approx(0.45 * footage.WIDTH, abs=12)


def test_a_quarter_of_the_width_in_a_corner_is_enough(references: References) -> None:
    ground = footage.panned(99, len(FRAMES))
    ground[:, 130:175, 230:310] = footage.resized(FRAMES, 80, 45)
    found = _matches(ground, references)
    assert [(match.reference, match.relation) for match in found] == [("original", Relation.COPY)]
    assert "frame hash" in found[0].evidence.detectors
    box = found[0].edit.query_box
    assert box is not None
    assert (box.x, box.y) == (pytest.approx(230, abs=6), pytest.approx(130, abs=6))


def _framed(frames: footage.Frames) -> footage.Frames:
    """A programme's frame around a picture: white, with a bar of its colour."""
    page = np.full_like(frames, 240)
    page[:, 150:170, 20:140] = 60
    page[:, 18:148, 40:271] = footage.resized(frames, 231, 130)
    return page


def test_one_frame_around_strangers_tells_nothing_and_a_copy_in_it_is_found() -> None:
    framed = [(f"in the frame {seed}", footage.fingerprint(_framed(footage.clip(seed, 6)))) for seed in (41, 42, 43)]
    assert _matches(_framed(footage.clip(44, 6)), References.of(framed)) == []
    found = _matches(_framed(footage.clip(42, 6)), References.of(framed))
    assert [(match.reference, match.relation) for match in found] == [("in the frame 42", Relation.COPY)]


def test_each_part_of_a_compilation_is_found_where_it_stands(references: References) -> None:
    montage = np.concatenate([footage.clip(98, 4), FRAMES[8:24], footage.clip(OTHER, 6)])
    found = {match.reference: match for match in _matches(montage, references)}
    assert set(found) == {"original", f"stranger {OTHER}"}
    assert found["original"].query_span.start_ms == pytest.approx(4000, abs=260)
    assert found["original"].query_span.end_ms == pytest.approx(8000, abs=260)
    assert found["original"].reference_span.start_ms == pytest.approx(2000, abs=260)


def test_another_moment_of_one_place_is_no_copy(references: References) -> None:
    found = _matches(footage.clip(ORIGINAL, 8, moment=1), references)
    assert [match.reference for match in found] == ["original"]
    assert found[0].relation is Relation.SAME_SCENE
    assert "same place" in found[0].why


def test_a_place_where_nothing_moves_is_undecided() -> None:
    empty = footage.fingerprint(footage.clip(21, 5, walkers=0))
    found = match_medium(footage.fingerprint(footage.noisy(footage.clip(21, 5, walkers=0))), References.of([("empty", empty)]))
    assert [match.relation for match in found] == [Relation.UNDECIDED]


def test_a_mark_that_strangers_share_joins_nothing() -> None:
    clips = [footage.marked(footage.clip(seed, 5)) for seed in range(30, 36)]
    references = References.of([(str(i), footage.fingerprint(frames)) for i, frames in enumerate(clips[1:])])
    assert match_medium(footage.fingerprint(clips[0]), references) == []


def test_a_copy_under_a_mark_is_still_found(references: References) -> None:
    _only_copy(footage.marked(FRAMES), references)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_flat_frames_match_nothing_and_not_each_other(references: References, grey: int) -> None:
    flat = footage.fingerprint(np.full((8, 90, 160), grey, np.uint8))
    assert match_medium(flat, references) == []
    assert match_medium(flat, References.of([("flat", flat)])) == []


def test_frames_of_two_pixels_match_nothing(references: References) -> None:
    assert match_medium(footage.fingerprint(np.full((3, 2, 2), 50, np.uint8)), references) == []


def test_a_still_finds_its_moment(references: References) -> None:
    match = _only_copy(FRAMES[20:21], references)
    assert match.reference_span.start_ms == match.reference_span.end_ms
    assert match.reference_span.start_ms == pytest.approx(5000, abs=260)
    assert match.query_span.length_ms == 0


def test_a_clip_finds_its_still() -> None:
    still = References.of([("still", footage.fingerprint(FRAMES[20:21]))])
    match = match_medium(footage.fingerprint(footage.noisy(FRAMES)), still)[0]
    assert match.relation is Relation.COPY
    assert match.reference_span.length_ms == 0
    assert match.query_span.start_ms <= 5000 <= match.query_span.end_ms


def test_a_stranger_matches_nothing(references: References) -> None:
    assert _matches(footage.clip(77, 8), references) == []


def test_without_references_nothing_is_found() -> None:
    assert match_medium(footage.fingerprint(FRAMES), References.of([])) == []


def _with_sound(frames: footage.Frames, seed: int) -> Fingerprint:
    return dataclasses.replace(footage.fingerprint(frames), sound=fingerprint_sound(sounds.melody(seed, SECONDS)))


def test_sound_under_another_picture_is_same_sound_and_never_copy() -> None:
    references = References.of([("talk", _with_sound(FRAMES, 5))])
    found = match_medium(_with_sound(footage.clip(OTHER, SECONDS), 5), references)
    assert [match.relation for match in found] == [Relation.SAME_SOUND]


def test_the_sound_of_a_copy_is_added_to_it() -> None:
    references = References.of([("talk", _with_sound(FRAMES, 5))])
    found = match_medium(_with_sound(footage.noisy(FRAMES), 5), references)
    assert [match.relation for match in found] == [Relation.COPY]
    assert found[0].evidence.sound_landmarks
    assert "sound" in found[0].evidence.detectors


def test_a_medium_with_sound_alone_has_no_picture_to_match() -> None:
    heard = Fingerprint(VERSION, 0, 0, SECONDS * 1000, "audio", None, fingerprint_sound(sounds.melody(5, SECONDS)))
    found = match_medium(heard, References.of([("talk", _with_sound(FRAMES, 5)), ("silent", footage.fingerprint(FRAMES))]))
    assert [(match.reference, match.relation) for match in found] == [("talk", Relation.SAME_SOUND)]


def test_what_could_not_be_decoded_is_not_compared(references: References) -> None:
    broken = footage.noisy(FRAMES)
    broken[:, int(0.5 * footage.HEIGHT) :] = unread.LEVEL
    (match,) = match_medium(footage.fingerprint(broken), references)
    assert (match.reference, match.relation) == ("original", Relation.COPY)
    assert match.evidence.motion_correlation is not None
    assert match.evidence.motion_correlation > 0.9


def test_another_moment_of_which_half_was_decoded_is_no_copy(references: References) -> None:
    broken = footage.noisy(footage.clip(ORIGINAL, SECONDS, moment=1))
    broken[:, int(0.5 * footage.HEIGHT) :] = unread.LEVEL
    assert Relation.COPY not in {match.relation for match in match_medium(footage.fingerprint(broken), references)}


@pytest.mark.parametrize("every", [4, 16, 40])
def test_a_first_pass_finds_the_original_and_calls_nothing_a_copy(references: References, every: int) -> None:
    glance = dataclasses.replace(footage.fingerprint(footage.noisy(FRAMES), every), kind="video", speed=Speed.FIRST)
    found = match_medium(glance, references)
    assert [(match.reference, match.relation) for match in found] == [("original", Relation.UNDECIDED)]
    assert "keyframes alone cannot tell this moment from another" in found[0].why


def test_a_first_pass_among_the_references_settles_nothing_either() -> None:
    glance = dataclasses.replace(footage.fingerprint(FRAMES, 16), speed=Speed.FIRST)
    found = match_medium(footage.fingerprint(footage.noisy(FRAMES)), References.of([("original", glance)]))
    assert [match.relation for match in found] == [Relation.UNDECIDED]


def _followed(frames: footage.Frames, share: float = 0.6, *, up: bool = False) -> footage.Frames:
    """A crop that goes from the upper left to the lower right, or from the lower left up."""
    wide, high = int(footage.WIDTH * share), int(footage.HEIGHT * share)
    ways = np.linspace(0, 1, len(frames))
    cut = [
        frame[
            (y := int((1 - way if up else way) * (footage.HEIGHT - high))) : y + high,
            (x := int(way * (footage.WIDTH - wide))) : x + wide,
        ]
        for frame, way in zip(frames, ways, strict=True)
    ]
    return np.stack(cut)


def test_a_crop_that_follows_somebody_is_followed(references: References) -> None:
    (match,) = _matches(_followed(FRAMES), references)
    assert (match.reference, match.relation) == ("original", Relation.COPY)
    assert match.query_span.length_ms >= 0.9 * SECONDS * 1000


def test_following_does_not_make_another_moment_a_copy(references: References) -> None:
    other = _followed(footage.clip(ORIGINAL, SECONDS, moment=1))
    assert Relation.COPY not in {match.relation for match in _matches(other, references)}


def test_a_moving_crop_of_a_place_where_nothing_moves_tells_no_moment() -> None:
    empty = np.repeat(footage.place(ORIGINAL)[None], 40, axis=0)
    seen = References.of([("original", footage.fingerprint(_followed(empty)))])
    (match,) = _matches(_followed(empty, 0.7, up=True), seen)
    assert match.relation is Relation.UNDECIDED
    assert "another moment of the same place" in match.why


def test_one_moment_held_for_seconds_is_found_where_it_was(references: References) -> None:
    (match,) = _matches(np.repeat(FRAMES[20:21], 16, axis=0), references)
    assert (match.reference, match.relation) == ("original", Relation.COPY)
    assert abs(match.reference_span.start_ms - 5000) <= 1000
    assert match.query_span.length_ms == 4000
    assert " of the original" in match.why


def test_a_held_frame_that_shows_nothing_but_a_lasting_place_tells_no_moment() -> None:
    empty = np.repeat(footage.place(ORIGINAL)[None], 40, axis=0)
    empty[30:, 60:110, 40:90] = 250
    held = References.of([("street", footage.fingerprint(empty))])
    (match,) = _matches(np.repeat(empty[:1], 16, axis=0), held)
    assert match.relation is Relation.UNDECIDED
    assert "cannot be told apart" in match.why


def test_a_film_that_quotes_another_twice_is_told_twice(references: References) -> None:
    frames = np.concatenate([FRAMES[:14], footage.clip(77, 6), FRAMES[22:38]])
    found = [match for match in _matches(frames, references) if match.relation is Relation.COPY]
    assert [match.reference for match in found] == ["original", "original"]
    starts = sorted((match.query_span.start_ms, match.reference_span.start_ms) for match in found)
    assert starts[0] == (pytest.approx(0, abs=250), pytest.approx(0, abs=250))
    assert starts[1] == (pytest.approx(9500, abs=250), pytest.approx(5500, abs=250))


def test_ten_seconds_within_ten_minutes_are_found_in_their_place(references: References) -> None:
    before = np.concatenate([footage.clip(seed, 20) for seed in range(40, 55)])
    (match,) = [m for m in _matches(np.concatenate([before, FRAMES, before]), references) if m.relation is Relation.COPY]
    assert match.reference == "original"
    assert match.query_span.start_ms == pytest.approx(300_000, abs=300)
    assert match.query_span.length_ms == pytest.approx(SECONDS * 1000, abs=500)


def test_some_seconds_of_a_still_cameras_long_film_are_found_at_their_moment() -> None:
    film = footage.clip(ORIGINAL, 200)
    held = References.of([("camera", footage.fingerprint(film))])
    for start in (100, 400, 700):
        (match,) = _matches(film[start : start + 40], held)
        assert match.relation is Relation.COPY
        assert match.reference_span.start_ms == pytest.approx(250 * start, abs=300)


def _with_ticker(frames: footage.Frames) -> footage.Frames:
    """A lively band of text that runs along the lower edge, at one speed and from one start."""
    text = footage.marked(np.zeros((1, footage.HEIGHT, footage.WIDTH), np.uint8), "STORM WARNING", 1.0)[:, 76:108]
    band = np.concatenate([footage.resized(text, footage.WIDTH, 48)[0]] * 2, axis=1)
    made = frames.copy()
    for i, frame in enumerate(made):
        start = 20 * i % footage.WIDTH
        frame[-48:] = band[:, start : start + footage.WIDTH]
    return made


def test_a_ticker_that_strangers_share_joins_nothing() -> None:
    """The pixels under it move alike, and nowhere else."""
    clips = [_with_ticker(footage.clip(seed, 8, walkers=1)) for seed in (31, 32, 33, 34)]
    others = References.of([(str(seed), footage.fingerprint(frames)) for seed, frames in enumerate(clips[:3])])
    assert not {match.relation for match in _matches(clips[3], others)} & {Relation.COPY, Relation.UNDECIDED}


def test_a_copy_under_a_ticker_is_still_found(references: References) -> None:
    """Its movement is lively and foreign."""
    assert _only_copy(_with_ticker(FRAMES), references).score > 0.6
