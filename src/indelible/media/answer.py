"""What a worker has to say about one file, gathered as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indelible.media import wire
from indelible.media.outcome import BATCH_FRAMES_MAX, Outcome, Plan

Send = Callable[[bytes], None]

_BATCH_BYTES = 8 << 20
_SOUND_SAMPLES = 1 << 17
_SEND_S = 0.05  # what handing a message over may take while the reader waits for it


class LimitError(Exception):
    """The file asks for more than the plan allows; says which limit."""


@dataclass
class Answer:
    """The answer under way: frames and sound go out as they come, facts are kept for the end."""

    plan: Plan
    send: Send
    form: str = ""
    media_kind: str = "none"
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    damage: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_medium: bool = True
    frames_sent: int = 0
    samples: int = 0
    _times_ms: list[int] = field(default_factory=list)
    _frames: list[NDArray[np.uint8]] = field(default_factory=list)
    _sound: list[NDArray[np.int16]] = field(default_factory=list)
    _sound_waiting: int = 0
    _started: float = field(default_factory=time.monotonic)

    def add_frame(self, time_ms: int, frame: NDArray[np.uint8]) -> None:
        """Send one sampled frame uint8[h,w], with others; raises LimitError at the plan's end."""
        if self.frames_sent + len(self._frames) >= self.plan.samples_max:
            raise LimitError(f"stopped after {self.plan.samples_max} sampled frames")
        self._times_ms.append(time_ms)
        self._frames.append(frame)
        if len(self._frames) == BATCH_FRAMES_MAX or len(self._frames) * frame.size >= _BATCH_BYTES:
            self.flush()

    def add_sound(self, samples: NDArray[np.int16]) -> None:
        """Send samples int16[m], with others."""
        self._sound.append(samples)
        self._sound_waiting += len(samples)
        self.samples += len(samples)
        if self._sound_waiting >= _SOUND_SAMPLES:
            self._flush_sound()

    def flush(self) -> None:
        """Send the frames and the sound that wait."""
        self._flush_sound()
        if self._frames:
            self._say(wire.pack_frames(np.array(self._times_ms, np.int64), np.stack(self._frames)))
            self.frames_sent += len(self._frames)
            self._times_ms, self._frames = [], []

    def _flush_sound(self) -> None:
        waiting = np.concatenate(self._sound) if self._sound else np.zeros(0, np.int16)
        for start in range(0, len(waiting), wire.SOUND_BYTES_MAX // 2):
            self._say(wire.pack_sound(waiting[start : start + wire.SOUND_BYTES_MAX // 2]))
        self._sound, self._sound_waiting = [], 0

    def _say(self, message: bytes) -> None:
        """Send, without counting the wait for a busy reader against this file.

        A reader that waits counts what the handing over takes; were it not counted here too, the reader would kill before
        `check_time` stops, most of all on a loaded machine.
        """
        began = time.monotonic()
        self.send(message)
        self._started += max(0.0, time.monotonic() - began - _SEND_S)

    def check_time(self) -> None:
        """Raise LimitError shortly before the keeper would kill, so that what is there is kept in good order."""
        if time.monotonic() - self._started > self.plan.seconds_max * 0.9:
            raise LimitError(f"stopped near the limit of {self.plan.seconds_max} s")

    def outcome(self) -> Outcome:
        """The outcome so far; call flush first."""
        has_something = bool(self.frames_sent or self.samples)
        if not self.is_medium:
            state = "not media"
        elif not has_something:
            state = "undecodable"
        else:
            state = "partial" if self.damage else "decoded"
        reason = "; ".join(self.damage) or ("" if has_something or not self.is_medium else "it holds no picture and no sound")
        return Outcome(
            state,
            reason,
            self.media_kind if has_something else "none",
            self.duration_ms,
            self.width,
            self.height,
            has_sound=self.samples > 0,
            form=self.form,
            notes=tuple(self.notes),
        )
