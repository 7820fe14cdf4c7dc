"""Real sound: copies under other pictures are found, strangers and silence are not."""

import json
import os
from functools import cache

import pytest

from indelible.fingerprint.sound import fingerprint_sound
from indelible.match.sound import SoundReferences, match_sound
from indelible.media.outcome import Plan
from indelible.media.pool import Pool
from indelible.settings import Settings

HEAR_ONLY = Plan(sample_ms=60_000, side_px_max=32)

SOURCES = (
    "clips/mdn-store/crystal.mp4",
    "clips/mdn-store/elf.mp4",
    "clips/mdn-store/frog.mp4",
    "clips/mdn/flower.mp4",
    "clips/mdn/friday.mp4",
    "clips/intel/car-detection.mp4",
    "clips/imageio/cockatoo.mp4",
    "clips/moviepy/chaplin.mp4",
    "audio/countdown.mp3",
    "audio/guitar.mp3",
    "speech/english.wav",
    "speech/jfk.flac",
    "tmk/sample-videos/chair-orig-22-sd-bar.mp4",
)
SILENT = {"clips/mdn/flower.mp4", "clips/intel/car-detection.mp4", "clips/imageio/cockatoo.mp4"}


@pytest.fixture(scope="module")
def heard(corpus):
    """Fingerprints of a file's sound, by its place in the corpus."""
    with Pool.start(Settings()) as pool:

        @cache
        def fingerprint(name):
            descriptor = os.open(corpus / name, os.O_RDONLY)
            try:
                return fingerprint_sound(pool.decode_all(descriptor, HEAR_ONLY).sound)
            finally:
                os.close(descriptor)

        yield fingerprint


@pytest.fixture(scope="module")
def library(heard):
    return SoundReferences.of([(name, heard(name)) for name in SOURCES])


@pytest.fixture(scope="module")
def edited(corpus):
    """Of the edited copies those that carry their source's sound: one of each source and edit that bears on it."""
    wanted = ("sound-only", "speed", "slow", "trim", "reencode", "caption")
    rows = json.loads((corpus / "match" / "truth.json").read_text())
    return [row for row in rows if row["has_audio"] and row["edit"].startswith(wanted)]


def test_the_sound_of_edited_copies_is_found_in_its_source_alone(heard, library, edited):
    found = {row["query"]: {m.reference for m in match_sound(heard(row["query"]), library)} for row in edited}
    assert found == {row["query"]: {row["source"]} - SILENT for row in edited}


def test_where_the_sound_of_edited_copies_stands_is_told_within_half_a_second(heard, library, edited):
    off = []
    for row in edited:
        for match in match_sound(heard(row["query"]), library):
            spans = (
                match.query_span.start_ms,
                match.query_span.end_ms,
                match.reference_span.start_ms,
                match.reference_span.end_ms,
            )
            truth = (row["copy_start"], row["copy_end"], row["src_start"], row["src_end"])
            off += [(row["query"], spans) for span, true in zip(spans, truth, strict=True) if abs(span - 1000 * true) > 500]
    assert off == []


@pytest.mark.parametrize("name", ["audio/guitar.ogg", "demo/bereh/video_files/talk_audio_only.mp4"])
def test_a_copy_in_another_form_is_found(heard, library, name):
    source = {"audio/guitar.ogg": "audio/guitar.mp3"}.get(name, "clips/mdn/friday.mp4")
    (match,) = match_sound(heard(name), library)
    assert match.reference == source
    assert match.query_span.length_ms >= 5_500


def test_in_the_demo_only_one_pair_of_posts_shares_its_sound(corpus, heard):
    names = sorted(
        str(path.relative_to(corpus)) for path in (corpus / "demo").glob("*/video_files/*") if path.suffix in {".mp4", ".MP4"}
    )
    prints = {name: heard(name) for name in names}
    found = {
        frozenset({name, match.reference})
        for name in names
        for match in match_sound(prints[name], [(other, prints[other]) for other in names if other != name])
    }
    assert found == {frozenset({"demo/bereh/video_files/talk_audio_only.mp4", "demo/mist/video_files/talk.mp4"})}


def test_strangers_never_share_a_sound(corpus, heard, library):
    spoken = [str(path.relative_to(corpus)) for path in sorted((corpus / "speech").rglob("*.ogg"))]
    voices = [(name, heard(name)) for name in spoken]
    others = SoundReferences.of(voices)
    wrong = [(name, match.reference) for name, sound in voices for match in match_sound(sound, library)]
    wrong += [
        (name, match.reference) for name, sound in voices for match in match_sound(sound, others) if match.reference != name
    ]
    sources = [(name, {m.reference for m in match_sound(heard(name), library)} - {name}) for name in SOURCES]
    assert wrong == []
    assert [row for row in sources if row[1]] == []
