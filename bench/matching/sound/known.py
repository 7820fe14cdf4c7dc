"""The edits of sound that thresholds may be chosen by, in the lines that the goals name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from bench.matching.sound.clips import Form, Sound, filtered
from bench.matching.sound.edits import (
    AAC_LOW,
    MP3_LOW,
    OPUS_LOW,
    TELEPHONE,
    Edit,
    Edited,
    Scissors,
    filtering,
    noisy,
    part,
    pitch,
    reverberant,
    room,
    tape,
    telephoned,
    tempo,
    under,
    whole,
)


def _written(form: Form) -> Edit:
    return lambda original, _: whole(original, original, form)


def _shown(form: Form | None = None) -> Edit:
    """Under another picture, after another codec if one is given."""
    return lambda o, _: replace(whole(o, o, passes=(form,) if form else ()), picture=True)


def _telephoned(original: Sound, _: Scissors) -> Edited:
    return whole(original, telephoned(original), TELEPHONE)


def _telephoned_on(original: Sound, _: Scissors) -> Edited:
    """Through a telephone, and posted as a voice note."""
    return whole(original, telephoned(original), OPUS_LOW, (TELEPHONE,))


def _room_telephoned(original: Sound, cut_in: Scissors) -> Edited:
    return whole(original, telephoned(room(original, cut_in, 0.5, 0.5)), TELEPHONE)


def _louder(times: float) -> Edit:
    return lambda original, _: whole(original, (original * np.float32(times)).astype(np.float32))


LINES: dict[str, dict[str, Edit]] = {
    "re-encoded": {"AAC 24k": _written(AAC_LOW), "Opus 12k": _written(OPUS_LOW), "MP3 32k": _written(MP3_LOW)},
    "under another picture": {"other picture": _shown(), "Opus 12k, other picture": _shown(OPUS_LOW)},
    "pitch": {f"pitch {n:+g}": filtering(pitch(n)) for n in (-3, -2, -1.3, -1, -0.5, 0.7, 1, 1.3, 2, 3)},
    "tempo": {f"tempo {n:g}": filtering(tempo(n)) for n in (0.75, 0.83, 0.9, 0.94, 0.97, 1.03, 1.06, 1.1, 1.17, 1.25)},
    "tape": {f"tape {n:g}": filtering(tape(n)) for n in (0.85, 0.93, 1.02, 1.04, 1.07, 1.15)},
    "telephone, reverberation": {
        "telephone": _telephoned,
        "telephone, voice note": _telephoned_on,
        "room": reverberant(0.5, 0.5),
        "hall": reverberant(1.5, 0.3),
        "room, telephone": _room_telephoned,
    },
    "three seconds": {"three seconds": part(3), "three seconds, AAC 24k": part(3, AAC_LOW)},
    "noise": {f"noise {n} dB below": noisy(n) for n in (20, 10, 5)},
    "laid over": {"a voice over it": under("speech"), "music over it": under("music")},
    "volume": {"a tenth": _louder(0.1), "eight times, cut off": _louder(8)},
    "pitch and tempo": {
        "pitch +1.5, tempo 1.08": filtering([*pitch(1.5), *tempo(1.08)]),
        "pitch -1, tempo 0.95, Opus": lambda o, _: whole(o, filtered(o, [*pitch(-1), *tempo(0.95)]), OPUS_LOW),
    },
}
KNOWN: dict[str, Edit] = {name: edit for edits in LINES.values() for name, edit in edits.items()}
