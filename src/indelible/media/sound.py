"""Decoded sound to one channel of int16 at the wanted rate, in step with the picture's clock."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from indelible.media.answer import Answer

_SLACK_MS = 15  # stamps are rounded by less; one lost packet of AAC, 21 ms, is a gap that silence fills
_GAP_MS_MAX = 10 * 60_000  # longer gaps are damage to the clock, not silence


class SoundTrack:
    """Feeds sound into the answer so that its first sample is the picture's time 0.

    Sound from before the first picture is dropped; silence stands for what begins later and for gaps.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._rate_hz = answer.plan.sound_rate_hz
        self._resampler = AudioResampler(format="s16", layout="mono", rate=self._rate_hz)
        self._shape: tuple[str, str, int] | None = None
        self._origin_s: Fraction | None = None
        self._is_placed = False
        self._skip = 0
        self.is_full = False

    def begin_at(self, seconds: Fraction) -> None:
        """Set time 0, in the container's clock."""
        self._origin_s = seconds

    def add(self, frame: AudioFrame) -> None:
        """Take one decoded frame."""
        if self.is_full:
            return
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._shape not in (None, shape):
            self.finish()
            self._resampler = AudioResampler(format="s16", layout="mono", rate=self._rate_hz)
            self._answer.notes.append("the sound's format changes midway")
        self._shape = shape
        self._place(frame)
        # Placed by us: swresample would otherwise stretch and pad by its own rule.
        frame.pts = None
        self._send(frame)

    def finish(self) -> None:
        """Send what the resampler still holds."""
        if self._shape is not None:
            self._send(None)

    @property
    def end_ms(self) -> int:
        """Where the sound sent so far ends."""
        return self._answer.samples * 1000 // self._rate_hz

    def _place(self, frame: AudioFrame) -> None:
        if frame.pts is None or frame.time_base is None:
            self._is_placed = True
            return
        starts_s = frame.pts * frame.time_base
        if self._origin_s is None:
            self._origin_s = starts_s
        due = round((starts_s - self._origin_s) * self._rate_hz)
        ahead = due - (self._answer.samples - self._skip)
        if not self._is_placed and ahead < 0:
            self._skip = -ahead if -ahead <= self._samples(_GAP_MS_MAX) else 0
        elif ahead > self._samples(_SLACK_MS):
            self._fill(ahead)
        self._is_placed = True

    def _fill(self, missing: int) -> None:
        if missing > self._samples(_GAP_MS_MAX):
            self._answer.notes.append("the sound's clock jumps; the jump is not filled")
            self._origin_s = None
            return
        self._keep(np.zeros(missing, np.int16))

    def _send(self, frame: AudioFrame | None) -> None:
        for part in self._resampler.resample(frame):
            samples = part.to_ndarray().reshape(-1).astype(np.int16, copy=False)
            dropped = min(self._skip, len(samples))
            self._skip -= dropped
            self._keep(samples[dropped:])

    def _keep(self, samples: NDArray[np.int16]) -> None:
        room = self._samples(self._answer.plan.sound_ms_max) - self._answer.samples
        if len(samples) > room:
            self.is_full = True
            self._answer.damage.append(f"sound after {self._answer.plan.sound_ms_max // 60_000} minutes is left out")
        if room > 0 and len(samples):
            self._answer.add_sound(samples[:room])

    def _samples(self, ms: int) -> int:
        return ms * self._rate_hz // 1000
