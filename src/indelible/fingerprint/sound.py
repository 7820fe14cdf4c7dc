"""Sound to a constellation of spectral peaks: where, in time and pitch, it stands out from what is around it.

A peak survives what copies go through (another codec, another volume, a telephone's band, moderate noise) because it is a
place and not a level. Whatever does not change stands out from nothing: silence, a hum and a steady tone have no peaks.
Peaks are kept rather than pairs of them, so that a query can be stretched or transposed when it is compared (match/sound).

Source: A. Wang, "An industrial-strength audio search algorithm", ISMIR 2003; measured in docs/decisions/0012-sound.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 11_025  # what the decoder gives; copies through a telephone keep nothing above 3,400 Hz anyway
RATE_HZ_MIN = 8_000
HOP_SAMPLES = 256
WINDOW_SAMPLES = 1_024
HOP_MS = HOP_SAMPLES * 1000 / RATE_HZ  # 23.2 ms
WINDOW_MS = WINDOW_SAMPLES * 1000 / RATE_HZ  # 92.9 ms
BIN_PARTS = 8  # a peak's pitch is kept in eighths of a bin of RATE_HZ / WINDOW_SAMPLES = 10.8 Hz

_BIN_LOW, _BIN_HIGH = 10, 400  # 108 to 4,307 Hz: below lie mains hum and rumble, above little that every codec keeps
_AUDIBLE_RMS = 6.0  # of 32,768, so −75 dBFS: the quietest speech of the corpus has 60, dither has 1
_FLOOR = 3e-4  # the spectrum of the rounding to 16 bits (0.29 / 32,768 × √Σw² = 1.7e-4): what lies below is not sound
_AROUND = (61, 31)  # bins × hops over which a peak must stand out: 660 Hz, 0.7 s
_AROUND_IN_TIME = (1, 87)  # and over 2 s of its own pitch, which is what a hum or a held tone cannot do
_APART = (15, 9)  # bins × hops in which a peak is the only one
_STANDS_OUT = 0.9  # natural logarithm of magnitude, so 7.8 dB
_PEAKS_PER_BLOCK_MAX = 24
_BLOCK_HOPS = 22  # half a second
_CHUNK_HOPS = 4_096  # 95 s: bounds memory to about 30 MB however long the sound is
_HALO_HOPS = 64  # more than half of every neighbourhood above
_JOIN_MS = 500  # pauses shorter than this do not cut an audible span


@dataclass(frozen=True)
class SoundFingerprint:
    """The peaks of one medium's sound, in order of time and then pitch.

    `hops`: uint32[n], times in steps of HOP_MS. `pitches`: uint16[n], in steps of a BIN_PARTS-th of a bin.
    `audible_ms`: int64[k, 2], the stretches that are not silent.
    """

    hops: NDArray[np.uint32]
    pitches: NDArray[np.uint16]
    audible_ms: NDArray[np.int64]
    duration_ms: int

    def __post_init__(self) -> None:
        if self.hops.shape != self.pitches.shape or self.hops.ndim != 1:
            raise ValueError(f"one time for each pitch: {self.hops.shape} and {self.pitches.shape}")
        if self.audible_ms.shape[1:] != (2,):
            raise ValueError(f"audible stretches are pairs: {self.audible_ms.shape}")


def fingerprint_sound(samples: NDArray[np.int16], rate_hz: int = RATE_HZ) -> SoundFingerprint:
    """The peaks of mono `samples`: int16[m] at `rate_hz`. Raises ValueError for a rate below 8,000 Hz."""
    if samples.ndim != 1 or samples.dtype != np.int16:
        raise ValueError(f"mono sound of 16 bits is expected, not {samples.dtype}{list(samples.shape)}")
    duration_ms = len(samples) * 1000 // rate_hz if rate_hz > 0 else 0
    resampled = _at_rate(samples, rate_hz)
    hops: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    pitches: list[NDArray[np.float32]] = [np.zeros(0, np.float32)]
    loud: list[NDArray[np.bool_]] = [np.zeros(0, np.bool_)]
    for first, chunk, inner in _chunks(resampled):
        spectrum, audible = _spectrum(chunk)
        at_hop, at_bin = _peaks(spectrum, audible)
        keep = (at_hop >= inner.start) & (at_hop < inner.stop)
        hops.append(at_hop[keep] + first)
        pitches.append(at_bin[keep])
        loud.append(audible[inner])
    return SoundFingerprint(
        np.concatenate(hops).astype(np.uint32),
        np.round(np.concatenate(pitches) * BIN_PARTS).astype(np.uint16),
        _audible_spans(np.concatenate(loud), duration_ms),
        duration_ms,
    )


def _at_rate(samples: NDArray[np.int16], rate_hz: int) -> NDArray[np.int16]:
    """The samples at RATE_HZ: the mean of what a step covers, then linear."""
    if rate_hz == RATE_HZ:
        return samples
    if rate_hz < RATE_HZ_MIN:
        raise ValueError(f"sound at {rate_hz} Hz holds too little to compare; {RATE_HZ_MIN:,} Hz or more is expected")
    covered = max(1, round(rate_hz / RATE_HZ))
    smooth = np.convolve(samples.astype(np.float32), np.full(covered, 1 / covered, np.float32), mode="same")
    wanted = np.arange(0, len(samples), rate_hz / RATE_HZ)
    between: NDArray[np.float64] = np.interp(wanted, np.arange(len(samples)), smooth)
    return between.round().astype(np.int16)


def _chunks(samples: NDArray[np.int16]) -> Iterator[tuple[int, NDArray[np.int16], slice]]:
    """Stretches of samples with the hop at which each starts, and which of its hops are its own and not halo."""
    total = max(0, (len(samples) - WINDOW_SAMPLES) // HOP_SAMPLES + 1)
    for start in range(0, total, _CHUNK_HOPS):
        end = min(total, start + _CHUNK_HOPS)
        first, last = max(0, start - _HALO_HOPS), min(total, end + _HALO_HOPS)
        part = samples[first * HOP_SAMPLES : (last - 1) * HOP_SAMPLES + WINDOW_SAMPLES]
        yield first, part, slice(start - first, end - first)


def _spectrum(samples: NDArray[np.int16]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Log magnitudes float32[hops, bins] from _BIN_LOW on, and bool[hops]: which windows are audible."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW_SAMPLES)[::HOP_SAMPLES]
    scaled = windows.astype(np.float32)
    scaled -= scaled.mean(axis=1, keepdims=True)  # a constant offset is no sound
    audible = np.sqrt((scaled * scaled).mean(axis=1)) >= _AUDIBLE_RMS
    scaled *= np.hanning(WINDOW_SAMPLES).astype(np.float32) / np.float32(32_768)
    magnitudes = np.abs(np.fft.rfft(scaled, axis=1)[:, _BIN_LOW:_BIN_HIGH]).astype(np.float32)
    return np.log(magnitudes + np.float32(_FLOOR)), audible


def _peaks(spectrum: NDArray[np.float32], audible: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Hops int64[n] and pitches float32[n] in bins, where the spectrum stands out from what is around it."""
    around = np.maximum(cv2.blur(spectrum, _AROUND), cv2.blur(spectrum, _AROUND_IN_TIME))
    prominence = spectrum - around
    highest = cv2.dilate(prominence, np.ones(_APART[::-1], np.uint8))
    found = (prominence >= highest) & (prominence > _STANDS_OUT) & audible[:, np.newaxis]
    found[:, [0, -1]] = False  # at the edge one neighbour is missing
    hops, bins = np.nonzero(found)
    kept = _strongest(hops, prominence[hops, bins])
    hops, bins = hops[kept], bins[kept]
    below, here, above = (spectrum[hops, bins + step] for step in (-1, 0, 1))
    bend = np.minimum(below - 2 * here + above, np.float32(-1e-6))
    between = np.clip((below - above) / (2 * bend), -0.5, 0.5)  # the top of the parabola through three bins
    return hops, (bins + _BIN_LOW + between).astype(np.float32)


def _strongest(hops: NDArray[np.int64], prominence: NDArray[np.float32]) -> NDArray[np.int64]:
    """Which peaks to keep, in their order: the most prominent of each half second."""
    blocks = hops // _BLOCK_HOPS
    order = np.lexsort((-prominence, blocks))
    starts = np.searchsorted(blocks[order], blocks[order], side="left")
    return np.sort(order[np.arange(len(order)) - starts < _PEAKS_PER_BLOCK_MAX])


def _audible_spans(audible: NDArray[np.bool_], duration_ms: int) -> NDArray[np.int64]:
    """Stretches int64[k, 2] in ms that are not silent, short pauses bridged."""
    hops = np.nonzero(audible)[0]
    if not len(hops):
        return np.zeros((0, 2), np.int64)
    cuts = np.nonzero(np.diff(hops) * HOP_MS > _JOIN_MS)[0]
    starts = hops[np.r_[0, cuts + 1]] * HOP_MS
    ends = hops[np.r_[cuts, len(hops) - 1]] * HOP_MS + WINDOW_MS
    return np.minimum(np.stack([starts, ends], axis=1).round().astype(np.int64), duration_ms)
