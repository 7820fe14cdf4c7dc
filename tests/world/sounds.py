"""Sounds that a seed makes, and what copies go through: mono int16 at 11,025 Hz."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 11_025
Samples = NDArray[np.int16]


def _note(hertz: float, seconds: float) -> NDArray[np.float64]:
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    swell = np.exp(-3 * time / seconds) * np.minimum(1, time / 0.01)
    return sum((np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 6)), np.zeros(len(time))) * swell


def melody(seed: int, seconds: int = 10, beats_per_minute: int = 220) -> Samples:
    """Notes of one instrument, scale and beat: only their order tells two of them apart."""
    random = np.random.default_rng(seed)
    sound = np.zeros((seconds + 2) * RATE_HZ)
    at = 0.0
    while at < seconds:
        length = 60 / beats_per_minute * float(random.choice([0.5, 0.5, 1, 1]))
        note = _note(261.6 * 2 ** ((random.choice([0, 2, 4, 7, 9]) + 12 * random.integers(0, 2)) / 12), length)
        sound[int(at * RATE_HZ) :][: len(note)] += note
        at += length
    return (sound[: seconds * RATE_HZ] * 4_000).astype(np.int16)


def noise(seed: int, seconds: int = 10, level: float = 2_000) -> Samples:
    return np.random.default_rng(seed).normal(0, level, seconds * RATE_HZ).astype(np.int16)


def tone(hertz: float, seconds: int = 10, level: float = 4_000, phase: float = 0.0) -> Samples:
    return (level * np.sin(2 * np.pi * hertz * np.arange(seconds * RATE_HZ) / RATE_HZ + phase)).astype(np.int16)


def louder(sound: Samples, times: float) -> Samples:
    return np.clip(sound * times, -32_768, 32_767).astype(np.int16)


def with_noise(sound: Samples, decibels: float, seed: int = 9) -> Samples:
    """Noise that lies so far below the sound."""
    level = float(np.sqrt((sound.astype(np.float64) ** 2).mean())) / 10 ** (decibels / 20)
    return np.clip(sound + np.random.default_rng(seed).normal(0, level, len(sound)), -32_768, 32_767).astype(np.int16)


def telephone(sound: Samples) -> Samples:
    """300 to 3,400 Hz and nothing else."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    spectrum[(hertz < 300) | (hertz > 3_400)] = 0
    return np.fft.irfft(spectrum, len(sound)).astype(np.int16)


def as_tape(sound: Samples, speed: float) -> Samples:
    """Played at another speed: length and pitch change together."""
    wanted = np.arange(0, len(sound) - 1, speed)
    return np.interp(wanted, np.arange(len(sound)), sound).astype(np.int16)


def stretched(sound: Samples, speed: float) -> Samples:
    """Played at another tempo at the same pitch, by overlapping grains."""
    grain, step = 1_024, 256
    length = int(len(sound) / speed)
    made = np.zeros(length + grain)
    weight = np.full(length + grain, 1e-3)
    window = np.hanning(grain)
    last = np.zeros(grain)
    for at in range(0, length - grain, step):
        place = int(at * speed)
        best = _in_phase(sound, place, last, grain)
        piece = sound[best : best + grain]
        if len(piece) < grain:
            break
        made[at : at + grain] += piece * window
        weight[at : at + grain] += window
        last = sound[best + step : best + step + grain]
    return (made[:length] / weight[:length]).astype(np.int16)


def _in_phase(sound: Samples, place: int, wanted: NDArray[np.float64] | Samples, grain: int) -> int:
    """Where near a place the sound carries on best from the grain before."""
    if len(wanted) < grain or not np.any(wanted):
        return place
    low = max(0, place - 120)
    near = sound[low : place + 120 + grain].astype(np.float64)
    if len(near) < grain:
        return place
    return low + int(np.argmax(np.correlate(near, np.asarray(wanted, np.float64), mode="valid")))


def transposed(sound: Samples, semitones: float) -> Samples:
    """Raised or lowered at its length."""
    ratio = 2 ** (semitones / 12)
    return stretched(as_tape(sound, ratio), 1 / ratio)
