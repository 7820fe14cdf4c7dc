"""What edits of sound are made of. An edit takes a sound and Scissors, and gives an Edited: the copy, and what of it is what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from bench.matching.sound.clips import RATE_HZ, Form, Sound, filtered

AAC_LOW = Form(bit_rate=24_000)
OPUS_LOW = Form(".ogg", "libopus", 12_000, 48_000)
MP3_LOW = Form(".mp3", "libmp3lame", 32_000)
TELEPHONE = Form(".3gp", "libopencore_amrnb", 12_200, 8_000)
_PEAK = 0.9
_LOUD_SHARE = 0.5


@dataclass(frozen=True)
class Edited:
    """A copy. `shown`: where in it, in seconds, the original is heard; `original`: which of the original's seconds those are.

    `passes` are the forms that it goes through before the last, `form`. `picture`: it is muxed with other footage.
    """

    sound: Sound
    shown: tuple[float, float]
    original: tuple[float, float]
    form: Form = field(default_factory=Form)
    passes: tuple[Form, ...] = ()
    picture: bool = False


@dataclass(frozen=True)
class Scissors:
    """What an edit may draw from: chance, and a sound of another group and a given kind, as long as asked for."""

    random: np.random.Generator
    other: Callable[[str, int], Sound]

    def between(self, low: float, high: float) -> float:
        """A number by chance."""
        return float(self.random.uniform(low, high))


Edit = Callable[[Sound, Scissors], Edited]


def seconds(samples: Sound) -> float:
    return len(samples) / RATE_HZ


def whole(before: Sound, samples: Sound, form: Form | None = None, passes: tuple[Form, ...] = ()) -> Edited:
    """The original from start to end in another sound."""
    return Edited(samples, (0, seconds(samples)), (0, seconds(before)), form or Form(), passes)


def rms(samples: Sound) -> float:
    return float(np.sqrt((samples.astype(np.float64) ** 2).mean()))


def bounded(samples: Sound) -> Sound:
    """No louder than full scale."""
    return (samples * min(1.0, _PEAK / max(1e-6, float(np.abs(samples).max())))).astype(np.float32)


def filtering(filters: Sequence[tuple[str, str]], form: Form | None = None) -> Edit:
    return lambda original, _: whole(original, filtered(original, filters), form)


def tempo(length: float) -> list[tuple[str, str]]:
    """Filters that play it so many times as fast at its pitch."""
    steps = [length] if 0.5 <= length <= 2 else [length**0.5] * 2
    return [("atempo", f"{step:.6f}") for step in steps]


def tape(speed: float) -> list[tuple[str, str]]:
    """Filters that play it so many times as fast, its pitch with it."""
    return [("asetrate", str(round(RATE_HZ * speed))), ("aresample", str(RATE_HZ))]


def pitch(semitones: float) -> list[tuple[str, str]]:
    """Filters that raise it at its length."""
    ratio = 2 ** (semitones / 12)
    return [*tape(ratio), *tempo(1 / ratio)]


def noisy(decibels: float) -> Edit:
    """Under white noise that lies so far below it."""

    def edit(original: Sound, cut_in: Scissors) -> Edited:
        noise = cut_in.random.normal(0, rms(original) / 10 ** (decibels / 20), len(original))
        return whole(original, bounded((original + noise).astype(np.float32)))

    return edit


def under(kind: str, decibels: float = 0) -> Edit:
    """With another sound laid over it, so much louder."""

    def edit(original: Sound, cut_in: Scissors) -> Edited:
        other = cut_in.other(kind, len(original))
        gain = rms(original) / max(1e-6, rms(other)) * 10 ** (decibels / 20)
        return whole(original, bounded((original + gain * other).astype(np.float32)))

    return edit


def room(samples: Sound, cut_in: Scissors, fades_s: float, direct: float) -> Sound:
    """As heard in a room: `fades_s` until an echo is 60 dB down, `direct` the share of energy that comes straight."""
    times = np.arange(round(fades_s * RATE_HZ)) / RATE_HZ
    tail = cut_in.random.normal(0, 1, len(times)) * 10 ** (-3 * times / fades_s)
    tail[: round(0.005 * RATE_HZ)] = 0
    tail *= np.sqrt((1 - direct) / (tail**2).sum())
    tail[0] = np.sqrt(direct)
    size = len(samples) + len(tail)
    heard = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)
    return bounded(heard[: len(samples)].astype(np.float32))


def reverberant(fades_s: float, direct: float) -> Edit:
    return lambda original, cut_in: whole(original, room(original, cut_in, fades_s, direct))


def telephoned(samples: Sound) -> Sound:
    """The band of a telephone."""
    return filtered(samples, [("highpass", "f=300:p=2"), ("lowpass", "f=3400:p=2"), ("lowpass", "f=3400:p=2")])


def part(length_s: float, form: Form | None = None) -> Edit:
    """A few seconds, of those that are not much quieter than the whole."""

    def edit(original: Sound, cut_in: Scissors) -> Edited:
        length = round(length_s * RATE_HZ)
        starts = np.arange(0, max(1, len(original) - length), RATE_HZ // 20)
        loud = [start for start in starts if rms(original[start : start + length]) >= _LOUD_SHARE * rms(original)]
        start = int(cut_in.random.choice(loud or starts))
        piece = original[start : start + length]
        return Edited(piece, (0, seconds(piece)), (start / RATE_HZ, start / RATE_HZ + seconds(piece)), form or Form())

    return edit
