"""Which sounds are found to be the same, where, and which are not."""

import time

import numpy as np
import pytest

from indelible.fingerprint.sound import fingerprint_sound
from indelible.match import sound as sound_matching
from indelible.match.sound import SoundReferences, match_sound
from indelible.model.segment import Relation
from world.sounds import RATE_HZ, as_tape, louder, melody, noise, stretched, telephone, tone, transposed, with_noise

SILENCE = np.zeros(10 * RATE_HZ, np.int16)


@pytest.fixture(scope="module")
def library():
    """Twenty melodies of one instrument, scale and beat."""
    return SoundReferences.of([(str(seed), fingerprint_sound(melody(seed))) for seed in range(20)])


EDITS = {
    "as it is": lambda sound: sound,
    "quieter": lambda sound: louder(sound, 0.1),
    "so loud that it is cut off": lambda sound: louder(sound, 8),
    "through a telephone": telephone,
    "under noise 10 dB below it": lambda sound: with_noise(sound, 10),
    "as a tape, 6 % faster": lambda sound: as_tape(sound, 1.06),
    "as a tape, a fifth slower": lambda sound: as_tape(sound, 0.8),
    "a quarter faster at its pitch": lambda sound: stretched(sound, 1.25),
    "a fifth slower at its pitch": lambda sound: stretched(sound, 0.8),
    "a semitone and a third higher": lambda sound: transposed(sound, 4 / 3),
    "three semitones lower": lambda sound: transposed(sound, -3),
    "half a semitone lower": lambda sound: transposed(sound, -0.5),
    "two semitones higher and a tenth slower": lambda sound: stretched(transposed(sound, 2), 0.9),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_copy_is_found_and_nothing_else(library, edit):
    found = match_sound(fingerprint_sound(EDITS[edit](melody(7))), library)
    assert {match.reference for match in found} == {"7"}


@pytest.mark.parametrize(("speed", "edit"), [(1.25, stretched), (0.8, stretched), (1.06, as_tape)])
def test_the_speed_is_told(library, speed, edit):
    found = match_sound(fingerprint_sound(edit(melody(3), speed)), library)
    assert found[0].edit.speed_ratio == pytest.approx(speed, abs=0.02)


@pytest.mark.parametrize(("semitones", "told"), [(2, "its pitch raised"), (-2, "its pitch lowered")])
def test_a_change_of_pitch_is_told(library, semitones, told):
    (match,) = match_sound(fingerprint_sound(transposed(melody(3), semitones)), library)
    assert told in match.why


def test_of_an_unchanged_sound_no_change_is_told(library):
    (match,) = match_sound(fingerprint_sound(with_noise(melody(3), 10)), library)
    assert "pitch" not in match.why
    assert "speed" not in match.why


@pytest.mark.parametrize(
    ("agreeing", "share", "chance", "enough"),
    [
        (16, 0.1, 0.0, True),
        (15, 1.0, 0.0, False),
        (16, 0.59, 0.1, False),
        (19, 0.59, 1.0, True),
        (16, 0.6, 3.0, True),
        (16, 0.6, 3.1, False),
    ],
)
def test_where_most_moments_agree_less_over_chance_is_enough(agreeing, share, chance, enough):
    assert sound_matching._is_enough(agreeing, share, chance) is enough


def test_a_speed_within_the_error_of_the_fit_is_told_as_one(library):
    (match,) = match_sound(fingerprint_sound(stretched(melody(3), 1.01)), library)
    assert match.edit.speed_ratio == 1


def test_all_of_a_sound_is_found_in_a_copy_of_it(library):
    (match,) = match_sound(fingerprint_sound(melody(4)), library)
    assert match.query_span == match.reference_span
    assert match.query_span.length_ms > 9_000


def test_three_and_a_half_seconds_are_found_where_they_stand(library):
    (match,) = match_sound(fingerprint_sound(melody(5)[3 * RATE_HZ : int(6.5 * RATE_HZ)]), library)
    assert match.reference == "5"
    assert match.reference_span.start_ms == pytest.approx(3_000, abs=500)
    assert match.reference_span.end_ms == pytest.approx(6_500, abs=500)
    assert match.query_span.length_ms == pytest.approx(match.reference_span.length_ms, abs=60)


def test_a_shared_jingle_gives_its_own_span_and_not_the_whole():
    jingle = melody(50, 5)
    one = np.concatenate([noise(1), jingle, noise(2)])
    other = np.concatenate([melody(53, 5), jingle, melody(54, 5)])
    (match,) = match_sound(fingerprint_sound(one), [("other", fingerprint_sound(other))])
    assert (match.query_span.start_ms, match.query_span.end_ms) == pytest.approx((10_000, 15_000), abs=700)
    assert (match.reference_span.start_ms, match.reference_span.end_ms) == pytest.approx((5_000, 10_000), abs=700)


def test_two_stretches_in_another_order_are_two_segments():
    first, second = melody(60, 8), melody(61, 8)
    found = match_sound(
        fingerprint_sound(np.concatenate([second, first])), [("r", fingerprint_sound(np.concatenate([first, second])))]
    )
    assert [(round(m.query_span.start_ms, -4), round(m.reference_span.start_ms, -4)) for m in found] == [
        (0, 10_000),
        (10_000, 0),
    ]


def test_a_long_sound_is_one_segment():
    sound = fingerprint_sound(melody(70, 60))
    (match,) = match_sound(sound, [("r", sound)])
    assert match.query_span.length_ms > 57_000


SAMENESS = {
    "two silences": (SILENCE, SILENCE),
    "two hums of the mains": (tone(50), tone(50, phase=1)),
    "two steady tones": (tone(440), tone(440, phase=2)),
    "two noises": (noise(1), noise(2)),
    "two hums under noise": (tone(400) + noise(1, level=30), tone(400) + noise(2, level=30)),
    "melody and noise": (melody(1), noise(1)),
    "melody and silence": (melody(1), SILENCE),
    "one tone that beats like a clock, and another": (
        np.tile(np.concatenate([tone(1_000, 1)[:2_000], SILENCE[: RATE_HZ - 2_000]]), 10),
        np.tile(np.concatenate([tone(1_000, 1)[:2_000], SILENCE[: RATE_HZ - 2_000]]), 12),
    ),
    "nothing at all": (SILENCE[:0], SILENCE[:0]),
}


@pytest.mark.parametrize("pair", SAMENESS)
def test_sounds_with_nothing_to_tell_them_by_never_match(pair):
    one, other = SAMENESS[pair]
    assert match_sound(fingerprint_sound(one), [("other", fingerprint_sound(other))]) == []


def test_melodies_of_one_instrument_scale_and_beat_are_told_apart(library):
    wrong = [
        (seed, match.reference) for seed in range(20, 40) for match in match_sound(fingerprint_sound(melody(seed)), library)
    ]
    assert wrong == []


def test_sound_alone_never_says_copy(library):
    found = match_sound(fingerprint_sound(melody(6)), library)
    assert {match.relation for match in found} == {Relation.SAME_SOUND}


def test_a_match_says_why_in_words(library):
    (match,) = match_sound(fingerprint_sound(stretched(melody(6), 1.25)), library)
    assert match.why.startswith(f"{match.evidence.sound_landmarks} moments of the sound agree over ")
    assert "played at 1.25 times the speed" in match.why
    assert match.evidence.detectors == ("sound",)


def test_more_agreement_gives_a_higher_score(library):
    whole, part = (match_sound(fingerprint_sound(sound), library)[0].score for sound in (melody(8), melody(8)[: 4 * RATE_HZ]))
    assert 0.5 <= part < whole < 1


def test_an_empty_library_matches_nothing():
    assert match_sound(fingerprint_sound(melody(1)), []) == []


def test_a_library_given_plainly_answers_as_one_made_ready(library):
    query = fingerprint_sound(melody(9))
    plain = [(str(seed), fingerprint_sound(melody(seed))) for seed in range(20)]
    assert match_sound(query, plain) == match_sound(query, library)


def test_ten_seconds_against_a_hundred_clips_take_less_than_a_second():
    library = SoundReferences.of([(str(seed), fingerprint_sound(melody(seed))) for seed in range(100)])
    query = fingerprint_sound(melody(1))
    start = time.process_time()
    match_sound(query, library)
    assert time.process_time() - start < 1.0  # measured 0.1 to 0.3 s; bounded far above, the machine may be busy
