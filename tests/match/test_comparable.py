"""What is said of sounds that nothing could find again."""

import numpy as np
import pytest

from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.sound import fingerprint_sound
from indelible.match.comparable import nothing_to_compare
from world.sounds import RATE_HZ, melody


def heard(samples):
    sound = fingerprint_sound(samples)
    return nothing_to_compare(Fingerprint(VERSION, 0, 0, sound.duration_ms, "audio", None, sound))


@pytest.mark.parametrize("bar_s", [1, 2])
def test_a_loop_that_repeats_exactly_says_that_no_moment_stands_out(bar_s):
    assert "repeats itself so closely that no moment stands out" in heard(np.tile(melody(1, bar_s), 12 // bar_s))


def test_a_second_of_sound_says_that_it_is_too_short():
    assert "it has no picture and its sound is too short" in heard(melody(1, 1))


@pytest.mark.parametrize("seconds", [3, 10])
def test_a_sound_that_can_be_found_again_lacks_nothing(seconds):
    assert heard(melody(1)[: seconds * RATE_HZ]) == ""


def test_a_loop_longer_than_a_minute_is_not_asked_whether_it_finds_itself():
    assert heard(np.tile(melody(1, 1), 62)) == ""
