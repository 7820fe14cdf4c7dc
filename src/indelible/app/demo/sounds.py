"""What is heard in each scene: mono int16 at RATE_HZ, from a seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 22_050

Wave = NDArray[np.float64]


def harbour(seed: int, seconds: float) -> NDArray[np.int16]:
    """Surf, gulls and a horn."""
    random = np.random.default_rng([seed, 11])
    surf = _wind(random, seconds, 24) * (1 + 0.6 * np.sin(2 * np.pi * 0.21 * _time(seconds)))
    sound = 0.5 * surf
    for _ in range(int(seconds * 2.2)):
        _add(
            sound,
            _glide(random.uniform(1_500, 2_600), random.uniform(0.6, 0.85), random.uniform(0.12, 0.3)),
            random.uniform(0, seconds),
            0.5,
        )
    for start in (1.1, 5.2):
        _add(sound, _note(random.uniform(180, 230), 1.6, 8), start, 0.6)
    return _rounded(sound)


def market(seed: int, seconds: float) -> NDArray[np.int16]:
    """An accordion among voices."""
    random = np.random.default_rng([seed, 12])
    sound = 0.3 * _voices(random, seconds, 9)
    _play(sound, random, (0, 2, 3, 5, 7, 8, 10), 220.0, (0.16, 0.42))
    return _rounded(sound)


def fair(seed: int, seconds: float) -> NDArray[np.int16]:
    """A fast barrel organ, laughter, bells."""
    random = np.random.default_rng([seed, 13])
    sound = 0.2 * _voices(random, seconds, 5)
    _play(sound, random, (0, 2, 4, 5, 7, 9, 11), 392.0, (0.11, 0.24))
    for _ in range(int(seconds * 1.5)):
        _add(sound, _note(random.uniform(1_600, 3_100), 0.5, 3), random.uniform(0, seconds), 0.4)
    return _rounded(sound)


def train(seed: int, seconds: float) -> NDArray[np.int16]:
    """Wheels over joints, never quite even, steam and a whistle."""
    random = np.random.default_rng([seed, 14])
    sound = 0.4 * _wind(random, seconds, 60)
    at = 0.1
    while at < seconds:
        _add(sound, _knock(random, random.uniform(300, 1_400)), at, 0.9)
        at += random.uniform(0.09, 0.34)
    for start in (random.uniform(0.5, 2), random.uniform(4, 6)):
        for hertz in (random.uniform(700, 800), random.uniform(900, 1_050)):
            _add(sound, _note(hertz, random.uniform(0.5, 1.1), 4), start, 0.5)
    return _rounded(sound)


def meadow(seed: int, seconds: float) -> NDArray[np.int16]:
    """Wind, larks and a flute."""
    random = np.random.default_rng([seed, 15])
    sound = 0.5 * _wind(random, seconds, 40)
    for _ in range(int(seconds * 4)):
        _add(
            sound,
            _glide(random.uniform(2_000, 3_600), random.uniform(0.8, 1.25), random.uniform(0.05, 0.14)),
            random.uniform(0, seconds),
            0.4,
        )
    _play(sound, random, (0, 2, 4, 7, 9), 523.0, (0.22, 0.6), overtones=2)
    return _rounded(sound)


def lake(seed: int, seconds: float) -> NDArray[np.int16]:
    """Water lapping, oars, a burner's roar."""
    random = np.random.default_rng([seed, 16])
    sound = 0.4 * _wind(random, seconds, 90)
    at = 0.2
    while at < seconds:
        _add(sound, _glide(random.uniform(350, 900), random.uniform(0.5, 1.6), random.uniform(0.06, 0.2)), at, 0.7)
        at += random.uniform(0.05, 0.3)
    return _rounded(sound)


def speech(seed: int, seconds: float) -> NDArray[np.int16]:
    """Somebody who says nothing: syllables without words."""
    return _rounded(_voices(np.random.default_rng([seed, 17]), seconds, 1))


def _time(seconds: float) -> Wave:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def _add(sound: Wave, piece: Wave, at: float, gain: float) -> None:
    """Adds a piece that starts at a second; what goes over the end is cut off."""
    start = round(at * RATE_HZ)
    piece = piece[: max(0, len(sound) - start)]
    sound[start : start + len(piece)] += gain * piece


def _note(hertz: float, seconds: float, overtones: int) -> Wave:
    time = _time(seconds)
    tone = np.sum([np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, overtones + 1)], axis=0)
    return np.asarray(tone * np.minimum(1, time / 0.015) * np.exp(-2.4 * time / seconds))


def _glide(hertz: float, ratio: float, seconds: float) -> Wave:
    """A tone that slides to `ratio` times its pitch."""
    time = _time(seconds)
    turns = hertz * (time + (ratio - 1) * time * time / (2 * seconds))
    return np.asarray(np.sin(2 * np.pi * turns) * np.sin(np.pi * time / seconds))


def _knock(random: np.random.Generator, hertz: float) -> Wave:
    time = _time(0.09)
    return np.asarray((np.sin(2 * np.pi * hertz * time) + 0.7 * random.normal(0, 1, len(time))) * np.exp(-55 * time))


def _wind(random: np.random.Generator, seconds: float, smooth: int) -> Wave:
    noise = np.convolve(random.normal(0, 1, round(seconds * RATE_HZ)), np.full(smooth, 1 / smooth), mode="same")
    return np.asarray(0.3 * noise * np.sqrt(smooth))


def _voices(random: np.random.Generator, seconds: float, people: int) -> Wave:
    """Syllables with two formants each; many people are a murmur."""
    sound = np.zeros(round(seconds * RATE_HZ))
    for _ in range(people):
        at, pitch = random.uniform(0, 0.4), random.uniform(95, 210)
        while at < seconds:
            length = random.uniform(0.09, 0.26)
            time = _time(length)
            low, high = random.uniform(280, 800), random.uniform(900, 2_400)
            bend = pitch * (1 + 0.12 * np.sin(2 * np.pi * random.uniform(1, 4) * time))
            turns = np.cumsum(bend) / RATE_HZ
            parts = range(1, 20)
            loud = [np.exp(-(((k * pitch - low) / 160) ** 2)) + 0.6 * np.exp(-(((k * pitch - high) / 260) ** 2)) for k in parts]
            tone = np.sum([gain * np.sin(2 * np.pi * k * turns) for k, gain in zip(parts, loud, strict=True)], axis=0)
            _add(sound, np.asarray(tone * np.sin(np.pi * time / length)), at, 1.0)
            at += length + random.choice([0.02, 0.05, 0.3])
            pitch *= random.uniform(0.95, 1.05)
    return sound


def _play(
    sound: Wave,
    random: np.random.Generator,
    scale: tuple[int, ...],
    hertz: float,
    lengths: tuple[float, float],
    overtones: int = 6,
) -> None:  # one tune
    """Plays a tune of the scale's notes until the sound is over."""
    at = 0.0
    while at < len(sound) / RATE_HZ:
        length = random.uniform(*lengths)
        semitones = scale[int(random.integers(0, len(scale)))] + 12 * int(random.integers(0, 2))
        _add(sound, _note(hertz * 2 ** (semitones / 12), length * 1.3, overtones), at, 0.8)
        at += length


def _rounded(sound: Wave) -> NDArray[np.int16]:
    return np.asarray(sound / max(1e-9, np.abs(sound).max()) * 14_000).astype(np.int16)
