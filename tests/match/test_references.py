from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.sound import fingerprint_sound
from indelible.match import sound as sound_matching
from indelible.match.medium import match_medium
from indelible.match.references import References
from world import footage, sounds

Media = list[tuple[str, Fingerprint]]


@pytest.fixture(scope="module")
def media() -> Media:
    """Pictures with and without sound, sounds without a picture, copies, and a medium with neither hash nor spot."""
    clip, flat = footage.clip(41, 3), np.full((8, 180, 320), 90, np.uint8)
    heard = [fingerprint_sound(sounds.melody(seed)) for seed in (1, 2, 1)]
    pictures = [footage.fingerprint(frames) for frames in (clip, flat, footage.mirrored(clip), footage.clip(42, 3), clip[4:])]
    alone = [Fingerprint(VERSION, 0, 0, sound.duration_ms, "sound", None, sound) for sound in heard]
    made = [
        alone[0],
        pictures[0],
        pictures[1],
        dataclasses.replace(pictures[2], sound=heard[1]),
        alone[2],
        pictures[3],
        dataclasses.replace(pictures[4], sound=heard[0]),
    ]
    return [(str(i), each) for i, each in enumerate(made)]


def _arrays(references: References) -> dict[str, Any]:
    (stack,) = references.hashes.stacks
    held = vars(references) | vars(references.hashes) | vars(stack)
    return {name: value for name, value in held.items() if isinstance(value, np.ndarray)}


def test_the_first_references_are_as_if_there_were_no_others(media: Media) -> None:
    everything, queries = References.of(media), [media[3][1], media[6][1]]
    for count in range(len(media) + 1):
        some, alone = everything.before(count), References.of(media[:count])
        assert some.keys == alone.keys
        assert [some.fingerprint(i) for i in range(count)] == [alone.fingerprint(i) for i in range(count)]
        for name, value in _arrays(alone).items():
            assert np.array_equal(_arrays(some)[name], value), name
        for query in queries:
            assert match_medium(query, some) == match_medium(query, alone)


def test_the_first_references_are_no_copy(media: Media) -> None:
    everything = References.of(media)
    some = everything.before(4)
    for name, value in _arrays(some).items():
        assert value.size == 0 or np.shares_memory(value, _arrays(everything)[name]), name


def test_a_landmark_is_common_by_what_the_first_references_hold(media: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = [(key, each.sound) for key, each in media if each.sound is not None]
    monkeypatch.setattr(sound_matching, "_COMMON_MAX", 1)
    everything = sound_matching.SoundReferences.of(heard)
    for count in range(len(heard) + 1):
        alone = sound_matching.SoundReferences.of(heard[:count])
        for _, query in heard:
            found = sound_matching.match_sound(query, everything.before(count))
            assert found == sound_matching.match_sound(query, alone)
    assert sound_matching.match_sound(heard[1][1], everything)
    assert sound_matching.match_sound(heard[0][1], everything.before(1))
    assert not sound_matching.match_sound(heard[0][1], everything)
