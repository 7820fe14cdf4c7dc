"""Families of edits by which nothing is chosen: they say how well what was tuned does on what nobody thought of."""

from __future__ import annotations

import numpy as np
from bench.matching.sound.clips import RATE_HZ, Form, Sound, filtered
from bench.matching.sound.edits import (
    AAC_LOW,
    MP3_LOW,
    OPUS_LOW,
    TELEPHONE,
    Edit,
    Edited,
    Scissors,
    bounded,
    filtering,
    pitch,
    rms,
    room,
    seconds,
    tape,
    tempo,
    under,
    whole,
)


def _filmed(original: Sound, cut_in: Scissors) -> Edited:
    """A loudspeaker across a room, recorded by a phone, with the room's own noise."""
    played = filtered(
        original, [("highpass", "f=350:p=2"), ("lowpass", "f=7000:p=1"), ("acompressor", "threshold=0.1:ratio=4")]
    )
    heard = room(played, cut_in, 0.4, 0.5)
    around = cut_in.other("surroundings", len(original))
    mixed = heard + around * (0.2 * rms(heard) / max(1e-6, rms(around)))
    return whole(original, bounded(mixed.astype(np.float32)), AAC_LOW)


def _cut_short(original: Sound, _: Scissors) -> Edited:
    """Three tenths of a second are missing every two seconds, as when a speaker's pauses are cut out."""
    step, gap = round(2 * RATE_HZ), round(0.3 * RATE_HZ)
    pieces = [original[start : start + step - gap] for start in range(0, len(original), step)]
    return whole(original, np.concatenate(pieces))


def _between(original: Sound, cut_in: Scissors) -> Edited:
    """Five seconds between two other sounds."""
    length = round(5 * RATE_HZ)
    start = int(cut_in.random.integers(0, max(1, len(original) - length)))
    piece = original[start : start + length]
    others = [cut_in.other(kind, 3 * RATE_HZ) for kind in ("music", "speech")]
    at = seconds(others[0])
    shown, true = (at, at + seconds(piece)), (start / RATE_HZ, start / RATE_HZ + seconds(piece))
    return Edited(np.concatenate([others[0], piece, others[1]]), shown, true)


def _in_a_crowd(original: Sound, cut_in: Scissors) -> Edited:
    """Four voices 6 dB below it."""
    crowd = np.mean([cut_in.other("speech", len(original)) for _ in range(4)], axis=0)
    gain = 0.5 * rms(original) / max(1e-6, rms(crowd))
    return whole(original, bounded((original + gain * crowd).astype(np.float32)))


def _passed_on(original: Sound, _: Scissors) -> Edited:
    return whole(original, original, MP3_LOW, (TELEPHONE, OPUS_LOW, Form(bit_rate=32_000)))


HELD_OUT: dict[str, Edit] = {
    "filmed off a loudspeaker": _filmed,
    "pauses cut out": _cut_short,
    "five seconds between others": _between,
    "in a crowd": _in_a_crowd,
    "passed on four times": _passed_on,
    "flanger": filtering([("flanger", "depth=4:speed=0.6:regen=20")]),
    "echo": filtering([("aecho", "0.8:0.8:180|320:0.5|0.35")]),
    "trembling tape": filtering([("vibrato", "f=4:d=0.15")]),
    "squashed, bass raised": filtering([("bass", "g=12"), ("acompressor", "threshold=0.05:ratio=8:makeup=4")]),
    "disguised": filtering([*pitch(-2.4), *tempo(1.13)], OPUS_LOW),
    "sped up as a tape, 1.23": filtering(tape(1.23)),
    "surroundings over it": under("surroundings"),
}
