"""One file being decoded, as the program sees it: batches of frames, then sound and outcome."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from indelible.media import wire
from indelible.media.forms import disagreement
from indelible.media.keeper import Worker, how_it_ended, receive
from indelible.media.outcome import FrameBatch, Outcome, Plan
from indelible.model.errors import FormatError


class Lender(Protocol):
    """Lends a worker for one file."""

    def lend(self, descriptor: int, plan: Plan) -> Worker:
        """A worker that has been handed the descriptor."""

    def settle(self, worker: Worker, *, in_order: bool) -> int:
        """Take the worker back, or end it when its answer did not end in good order; its wait status, 0 if it lives on."""


@dataclass(frozen=True)
class Gathered:
    """All of one file at once: times_ms int64[n], frames uint8[n,h,w], sound int16[m]."""

    times_ms: NDArray[np.int64]
    frames: NDArray[np.uint8]
    sound: NDArray[np.int16]
    outcome: Outcome


class Decoded:
    """Frames of one file as they come; when `batches` is exhausted, `sound` and `outcome` are there.

    Holds a worker while it is read. Use it in a `with`, or read it to the end; a half-read one gives its worker up.
    """

    def __init__(self, lender: Lender, descriptor: int, plan: Plan) -> None:
        self._plan = plan
        self._sound: list[NDArray[np.int16]] = []
        self._samples = 0
        self._frames = 0
        self._shape: tuple[int, ...] | None = None
        self._last_ms = -1
        self._outcome: Outcome | None = None
        self._messages = self._read(lender, descriptor)

    @property
    def batches(self) -> Iterator[FrameBatch]:
        """The frames, in order; can be gone through once. All frames of a file have one shape."""
        return self._messages

    @property
    def sound(self) -> NDArray[np.int16]:
        """Mono samples int16[m] at plan.sound_rate_hz; sample 0 is at the picture's time 0. Raises ValueError before the end."""
        if self._outcome is None:
            raise ValueError("read all batches first")
        return np.concatenate(self._sound) if self._sound else np.zeros(0, np.int16)

    @property
    def outcome(self) -> Outcome:
        """What became of the file. Raises ValueError before the end."""
        if self._outcome is None:
            raise ValueError("read all batches first")
        return self._outcome

    def gathered(self) -> Gathered:
        """All that is left, at once: small files only, an hour of video is more than a gigabyte."""
        batches = list(self.batches)
        times_ms = np.concatenate([batch.times_ms for batch in batches]) if batches else np.zeros(0, np.int64)
        frames = np.concatenate([batch.frames for batch in batches]) if batches else np.zeros((0, 0, 0), np.uint8)
        return Gathered(times_ms, frames, self.sound, self.outcome)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._messages.close()

    def _read(self, lender: Lender, descriptor: int) -> Generator[FrameBatch, None, None]:
        worker = lender.lend(descriptor, self._plan)
        done: wire.Done | None = None
        reason = ""
        try:
            done = yield from self._answer(worker)
        except TimeoutError:
            reason = f"the decoder passed the limit of {self._plan.seconds_max} s and was killed"
        except FormatError as error:
            reason = f"the decoder's answer is not to be believed: {error}"
        except (EOFError, OSError):
            reason = ""  # it died; how, its wait status tells
        finally:
            status = lender.settle(worker, in_order=done is not None and not done.retire)
        self._settle(done.outcome if done else self._broken_off(reason or how_it_ended(status)), worker)

    def _answer(self, worker: Worker) -> Generator[FrameBatch, None, wire.Done]:
        """Yield batches, keep sound; the end. Only waiting counts against the limit, not what the reader does between."""
        left_s = float(self._plan.seconds_max)
        while True:
            began = time.monotonic()
            kind, size = wire.unpack_header(bytes(receive(worker.channel, wire.HEADER.size, began + left_s)), self._plan)
            raw = receive(worker.channel, size, began + left_s)
            left_s -= time.monotonic() - began
            if kind == wire.DONE:
                return wire.unpack_done(bytes(raw))
            if kind == wire.FRAMES:
                yield self._checked_batch(wire.unpack_frames(raw, self._plan))
            elif kind == wire.SOUND:
                self._keep_sound(wire.unpack_sound(raw))
            else:
                raise FormatError(f"a message of kind {kind} in the middle of an answer")

    def _checked_batch(self, batch: FrameBatch) -> FrameBatch:
        shape = batch.frames.shape[1:]
        self._frames += len(batch.times_ms)
        if self._shape not in (None, shape):
            raise FormatError(f"frames of one file have one shape: {self._shape}, then {shape}")
        if batch.times_ms[0] <= self._last_ms or self._frames > self._plan.samples_max:
            raise FormatError("frames out of order, or more than were asked for")
        self._shape, self._last_ms = shape, int(batch.times_ms[-1])
        return batch

    def _keep_sound(self, samples: NDArray[np.int16]) -> None:
        self._samples += len(samples)
        if self._samples > self._plan.sound_ms_max * self._plan.sound_rate_hz // 1000:
            raise FormatError("more sound than was asked for")
        self._sound.append(samples)

    def _broken_off(self, reason: str) -> Outcome:
        """The outcome when the worker could not say one: what came until then is kept."""
        sound_ms = self._samples * 1000 // self._plan.sound_rate_hz
        if self._shape is None and not self._samples:
            return Outcome("undecodable", reason)
        kind = "audio" if self._shape is None else "video"
        height, width = self._shape or (0, 0)
        length_ms = max(sound_ms, self._last_ms + 1)
        return Outcome("partial", reason, kind, length_ms, width, height, has_sound=self._samples > 0)

    def _settle(self, outcome: Outcome, worker: Worker) -> None:
        """Keep the outcome, put right by what really came."""
        has_something = self._shape is not None or self._samples > 0
        state = outcome.state
        if has_something != (state in ("decoded", "partial")):
            state = "partial" if has_something else "undecodable"
        note = disagreement(self._plan.suffix, outcome.form)
        notes = (*outcome.notes, note) if note else outcome.notes
        self._outcome = replace(outcome, state=state, has_sound=self._samples > 0, notes=notes, sandbox=str(worker.level))
