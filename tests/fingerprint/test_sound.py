"""What a sound's fingerprint holds, and what it does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.fingerprint.sound import HOP_MS, SoundFingerprint, fingerprint_sound
from world.sounds import RATE_HZ, louder, melody, noise, tone

SILENCE = np.zeros(10 * RATE_HZ, np.int16)


def places(sound):
    return set(zip(sound.hops.tolist(), (sound.pitches // 8).tolist(), strict=True))


@pytest.mark.parametrize(
    ("name", "samples"),
    [
        ("silence", SILENCE),
        ("a constant offset", SILENCE + np.int16(900)),
        ("dither", noise(1, level=1)),
        ("mains hum", tone(50)),
        ("a steady tone", tone(440)),
        (
            "a hum with its overtones",
            sum(tone(50 * k, level=3_000 / k).astype(np.int32) for k in range(1, 30)).astype(np.int16),
        ),
    ],
)
def test_what_does_not_change_has_no_peaks(name, samples):
    assert len(fingerprint_sound(samples).hops) == 0, name


def test_silence_is_not_audible():
    assert fingerprint_sound(SILENCE).audible_ms.tolist() == []


def test_audible_stretches_are_told():
    heard = fingerprint_sound(np.concatenate([SILENCE, melody(1), SILENCE])).audible_ms
    assert heard.shape == (1, 2)
    assert heard[0] == pytest.approx([10_000, 20_000], abs=120)


def test_peaks_lie_where_the_notes_begin():
    quiet = np.concatenate([SILENCE[:RATE_HZ], tone(1_000, 1), SILENCE[:RATE_HZ]])
    sound = fingerprint_sound(quiet)
    nearest = np.abs(sound.pitches / 8 * RATE_HZ / 1_024 - 1_000).min()
    assert nearest < 3
    assert (sound.hops * HOP_MS).min() >= 1_000 - 93


def test_a_copy_at_half_the_volume_has_nearly_the_same_peaks():
    loud, soft = places(fingerprint_sound(melody(2))), places(fingerprint_sound(louder(melody(2), 0.5)))
    assert len(loud & soft) >= 0.75 * len(loud)


def test_long_sound_gives_the_same_peaks_as_its_parts_apart_from_the_seam():
    part = melody(3, 60)
    whole = fingerprint_sound(np.concatenate([part, part, part]))
    alone = places(fingerprint_sound(part))
    inner = {place for place in alone if 200 < place[0] < 2_300}
    assert len(inner & places(whole)) >= 0.97 * len(inner)


def test_the_same_samples_give_the_same_bytes():
    one, other = fingerprint_sound(melody(4)), fingerprint_sound(melody(4))
    assert one.hops.tobytes() + one.pitches.tobytes() == other.hops.tobytes() + other.pitches.tobytes()


def test_peaks_stand_in_order_of_time():
    hops = fingerprint_sound(noise(5)).hops.astype(int)
    assert (np.diff(hops) >= 0).all()


def test_dense_sound_is_bounded_to_48_peaks_a_second():
    assert len(fingerprint_sound(noise(6)).hops) <= 49 * 10


def test_another_rate_gives_nearly_the_same_peaks():
    at_double = np.repeat(melody(7), 2)
    one, other = places(fingerprint_sound(melody(7))), places(fingerprint_sound(at_double, 2 * RATE_HZ))
    near = {(hop, pitch + step) for hop, pitch in other for step in (-1, 0, 1)}
    assert len(one & near) >= 0.7 * len(one)


def test_a_rate_that_holds_too_little_is_refused():
    with pytest.raises(ValueError, match="4000 Hz holds too little"):
        fingerprint_sound(melody(8), 4_000)


@pytest.mark.parametrize("samples", [np.zeros((2, 100), np.int16), np.zeros(100, np.float32)])
def test_what_is_not_mono_sound_of_16_bits_is_refused(samples):
    with pytest.raises(ValueError, match="mono sound of 16 bits"):
        fingerprint_sound(samples)


def test_a_fingerprint_without_a_time_for_each_pitch_is_refused():
    with pytest.raises(ValueError, match="one time for each pitch"):
        SoundFingerprint(np.zeros(2, np.uint32), np.zeros(3, np.uint16), np.zeros((0, 2), np.int64), 0)


def test_audible_stretches_that_are_not_pairs_are_refused():
    with pytest.raises(ValueError, match="pairs"):
        SoundFingerprint(np.zeros(0, np.uint32), np.zeros(0, np.uint16), np.zeros((1, 3), np.int64), 0)


@given(st.integers(0, 3_000))
def test_sound_of_any_length_has_a_fingerprint(length):
    sound = fingerprint_sound(noise(1, 1)[:length])
    assert sound.duration_ms == length * 1000 // RATE_HZ
