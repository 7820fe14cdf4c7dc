"""The one language that a worker speaks to its keeper: fixed layouts, every length bounded, nothing executed.

The keeper takes each byte for hostile: a worker may have been taken over by the file that it decodes. A message is a
header `<magic u16> <kind u16> <payload bytes u32>`, little-endian, then the payload:

- HELLO: the layers that hold, a u8 of bits, then UTF-8 lines of what is missing;
- FRAMES: u16 n, h, w, a zero u16; n times int64 in ms; n·h·w luma bytes;
- SOUND: samples int16;
- DONE: u8 state, kind, has_sound, retire; u32 width, height; u64 duration_ms; then UTF-8 lines: form, reason, notes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from indelible.media.confine import LAYERS, Level, level_of
from indelible.media.outcome import BATCH_FRAMES_MAX, KINDS, STATES, FrameBatch, Outcome, Plan
from indelible.model.errors import FormatError
from indelible.model.speed import Speed

MAGIC = 0x4D49
HELLO, FRAMES, SOUND, DONE = 1, 2, 3, 4

HEADER = struct.Struct("<HHI")
_FRAMES_HEAD = struct.Struct("<HHHH")
_DONE_HEAD = struct.Struct("<BBBBIIQ")
_SPEEDS = tuple(Speed)
_PLAN_NUMBERS = tuple(field.name for field in fields(Plan) if field.name not in ("suffix", "speed"))
_REQUEST = struct.Struct(f"<{2 + len(_PLAN_NUMBERS)}Q")
REQUEST_BYTES = _REQUEST.size

TEXT_BYTES_MAX = 8192
SOUND_BYTES_MAX = 1 << 20
TIME_MS_MAX = 1 << 40
_SIDE_MAX = 1 << 31
_NOTES_MAX = 24
_LINE_CHARS_MAX = 300


@dataclass(frozen=True)
class Done:
    """The end of a worker's answer: the outcome, and whether the worker wishes to be replaced."""

    outcome: Outcome
    retire: bool


def pack_request(size: int, plan: Plan) -> bytes:
    """What goes beside a descriptor: the file's length, the plan's speed and numbers. Its name stays with the keeper."""
    return _REQUEST.pack(size, _SPEEDS.index(plan.speed), *(getattr(plan, name) for name in _PLAN_NUMBERS))


def unpack_request(raw: bytes) -> tuple[int, Plan]:
    """The file's length and the plan; raises struct.error, ValueError or IndexError."""
    size, speed, *numbers = _REQUEST.unpack(raw)
    return size, Plan(speed=_SPEEDS[speed], **dict(zip(_PLAN_NUMBERS, numbers, strict=True)))


def pack(kind: int, *parts: bytes) -> bytes:
    """One message."""
    return b"".join((HEADER.pack(MAGIC, kind, sum(map(len, parts))), *parts))


def pack_hello(level: Level) -> bytes:
    """The message with the level that a worker reached."""
    bits = sum(1 << place for place, layer in enumerate(LAYERS) if layer in level.layers)
    return pack(HELLO, bytes([bits]), "\n".join(level.missing).encode()[:TEXT_BYTES_MAX])


def pack_frames(times_ms: NDArray[np.int64], frames: NDArray[np.uint8]) -> bytes:
    """The message with times int64[n] and frames uint8[n,h,w]."""
    return pack(FRAMES, _FRAMES_HEAD.pack(*frames.shape, 0), times_ms.astype("<i8").tobytes(), frames.tobytes())


def pack_sound(samples: NDArray[np.int16]) -> bytes:
    """The message with samples int16[m]."""
    return pack(SOUND, samples.astype("<i2").tobytes())


def pack_done(done: Done) -> bytes:
    """The message that ends an answer."""
    outcome = done.outcome
    head = _DONE_HEAD.pack(
        STATES.index(outcome.state),
        KINDS.index(outcome.media_kind),
        outcome.has_sound,
        done.retire,
        min(outcome.width, _SIDE_MAX),
        min(outcome.height, _SIDE_MAX),
        min(max(outcome.duration_ms, 0), TIME_MS_MAX),
    )
    lines = [_one_line(line) for line in (outcome.form, outcome.reason, *outcome.notes[:_NOTES_MAX])]
    return pack(DONE, head, "\n".join(lines).encode("utf-8", "replace")[:TEXT_BYTES_MAX])


def payload_bytes_max(kind: int, plan: Plan) -> int:
    """The longest payload that a message of this kind may have; raises FormatError on an unknown kind."""
    frames = _FRAMES_HEAD.size + BATCH_FRAMES_MAX * (8 + plan.side_px_max**2)
    bounds = {HELLO: 1 + TEXT_BYTES_MAX, FRAMES: frames, SOUND: SOUND_BYTES_MAX, DONE: _DONE_HEAD.size + TEXT_BYTES_MAX}
    if kind not in bounds:
        raise FormatError(f"a worker sends messages of kinds 1 to 4, found {kind}")
    return bounds[kind]


def unpack_header(raw: bytes, plan: Plan) -> tuple[int, int]:
    """Kind and payload length of a message; raises FormatError on a wrong mark, kind or length."""
    magic, kind, size = HEADER.unpack(raw)
    if magic != MAGIC:
        raise FormatError(f"expected a worker's message, found {raw.hex()}")
    if size > payload_bytes_max(kind, plan):
        raise FormatError(f"a message of kind {kind} claims {size} bytes")
    return kind, size


def unpack_hello(raw: bytes) -> Level:
    """The level in a worker's first message; raises FormatError."""
    if not raw or raw[0] >= 1 << len(LAYERS):
        raise FormatError("a worker's first message names the layers")
    layers = [layer for place, layer in enumerate(LAYERS) if raw[0] >> place & 1]
    return level_of(layers, [line for line in _lines(raw[1:]) if line])


def unpack_frames(raw: bytes | bytearray | memoryview, plan: Plan) -> FrameBatch:
    """The frames in a message, a view of it; raises FormatError when counts, sides, times or length are not as the plan says."""
    if len(raw) < _FRAMES_HEAD.size:
        raise FormatError("a batch of frames is cut short")
    count, height, width, zero = _FRAMES_HEAD.unpack_from(raw)
    if not (1 <= count <= BATCH_FRAMES_MAX and 1 <= height <= plan.side_px_max and 1 <= width <= plan.side_px_max) or zero:
        raise FormatError(f"a batch claims {count} frames of {width}×{height}")
    if len(raw) != _FRAMES_HEAD.size + count * (8 + height * width):
        raise FormatError(f"a batch of {count} frames of {width}×{height} has {len(raw)} bytes")
    times_ms = np.frombuffer(raw, "<i8", count, _FRAMES_HEAD.size).astype(np.int64)
    if times_ms[0] < 0 or times_ms[-1] > TIME_MS_MAX or (np.diff(times_ms) <= 0).any():
        raise FormatError("times of frames ascend from zero")
    frames = np.frombuffer(raw, np.uint8, count * height * width, _FRAMES_HEAD.size + 8 * count)
    return FrameBatch(times_ms, frames.reshape(count, height, width))


def unpack_sound(raw: bytes | bytearray | memoryview) -> NDArray[np.int16]:
    """The samples int16[m] in a message, copied; raises FormatError on half a sample or none."""
    if len(raw) % 2 or not raw:
        raise FormatError(f"sound comes in samples of two bytes, found {len(raw)} bytes")
    return np.frombuffer(raw, "<i2").astype(np.int16)


def unpack_done(raw: bytes) -> Done:
    """The end of an answer; raises FormatError when a field is out of its range."""
    if len(raw) < _DONE_HEAD.size:
        raise FormatError("an outcome is cut short")
    state, kind, has_sound, retire, width, height, duration_ms = _DONE_HEAD.unpack_from(raw)
    in_range = state < len(STATES) and kind < len(KINDS) and has_sound <= 1 and retire <= 1
    if not in_range or max(width, height) > _SIDE_MAX or duration_ms > TIME_MS_MAX:
        raise FormatError("an outcome is out of range")
    form, reason, *notes = [*_lines(raw[_DONE_HEAD.size :]), "", ""][: 2 + _NOTES_MAX]
    outcome = Outcome(
        STATES[state],
        reason,
        KINDS[kind],
        duration_ms,
        width,
        height,
        has_sound=bool(has_sound),
        form=form,
        notes=tuple(note for note in notes if note),
    )
    return Done(outcome, bool(retire))


def _lines(raw: bytes | bytearray | memoryview) -> list[str]:
    return [_one_line(line) for line in bytes(raw).decode("utf-8", "replace").split("\n")]


def _one_line(text: str) -> str:
    """The text cut to a line, without a control or a direction mark: a worker's words are shown to people."""
    return "".join(one if one.isprintable() else "�" for one in text[:_LINE_CHARS_MAX])
