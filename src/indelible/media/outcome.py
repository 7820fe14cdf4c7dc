"""What is asked of a decoder, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indelible.model.speed import Speed
from indelible.settings import Settings

STATES = ("decoded", "partial", "undecodable", "not media")
KINDS = ("none", "still", "animation", "video", "audio")

BATCH_FRAMES_MAX = 64
SIDE_PX_LIMIT = 4096
FIRST_SIDE_PX = 320


@dataclass(frozen=True)
class Plan:
    """How to sample a file, and where to stop."""

    sample_ms: int = 250
    side_px_max: int = 384
    sound_rate_hz: int = 11_025
    pixels_max: int = 40_000_000
    samples_max: int = 400_000  # frames sent back: 27 hours at 250 ms
    frames_max: int = 10_000_000  # frames decoded
    packets_max: int = 40_000_000
    streams_max: int = 64
    sound_ms_max: int = 6 * 3_600_000
    seconds_max: int = 600
    speed: Speed = Speed.DENSE  # a first pass gives a film's keyframes; stills, animations and sound are the same at either
    suffix: str = ""  # of the name it came under, as ".mp4"; only to note where name and content disagree

    def __post_init__(self) -> None:
        if not 1 <= self.side_px_max <= SIDE_PX_LIMIT:
            raise ValueError(f"side_px_max is 1 to {SIDE_PX_LIMIT}, found {self.side_px_max}")
        for name in (
            "sample_ms",
            "sound_rate_hz",
            "pixels_max",
            "samples_max",
            "frames_max",
            "packets_max",
            "streams_max",
            "seconds_max",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is above zero, found {getattr(self, name)}")

    @classmethod
    def from_settings(cls, settings: Settings) -> Plan:
        """The plan that an archive's settings ask for."""
        return cls(
            sample_ms=settings.sample_ms,
            side_px_max=settings.side_px_max,
            sound_rate_hz=settings.sound_rate_hz,
            pixels_max=settings.pixels_max,
            seconds_max=settings.decode_seconds_max,
        )

    def first_look(self) -> Plan:
        """The same plan for a first pass: smaller pictures too, since finding spots costs more than decoding keyframes."""
        return replace(self, speed=Speed.FIRST, side_px_max=min(self.side_px_max, FIRST_SIDE_PX))

    def of_name(self, suffix: str) -> Plan:
        """The same plan for a file whose name ends in `suffix`."""
        return replace(self, suffix=suffix)


@dataclass(frozen=True)
class FrameBatch:
    """Up to 64 sampled frames: times_ms int64[n] ascending, frames uint8[n,h,w] luma, upright, pixels square."""

    times_ms: NDArray[np.int64]
    frames: NDArray[np.uint8]


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    `state` is one of STATES and `media_kind` one of KINDS. `reason` says what is missing or wrong, "" when nothing is.
    `width` and `height` are as displayed (upright, pixels square) before scaling; `duration_ms` is what was decoded.
    `form` is what the content is, whatever the name says ("mp4", "jpeg", "text"). `sandbox` is the level that held.
    """

    state: str
    reason: str = ""
    media_kind: str = "none"
    duration_ms: int = 0
    width: int = 0
    height: int = 0
    has_sound: bool = False
    form: str = ""
    notes: tuple[str, ...] = ()
    sandbox: str = ""
