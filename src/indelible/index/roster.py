"""Who is in a library: a row for each medium, with what is asked of all of them, so that no fingerprint need be opened for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from indelible.fingerprint.medium import Fingerprint
from indelible.model.speed import Speed


@dataclass(frozen=True)
class About:
    """What is asked of every medium, without its fingerprint. `sound_ms`: how long its sound lasts, None where it has none."""

    duration_ms: int
    speed: Speed
    pictured: bool
    sound_ms: int | None

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> About:
        """From the whole."""
        sound_ms = fingerprint.sound.duration_ms if fingerprint.sound is not None else None
        return cls(fingerprint.duration_ms, fingerprint.speed, fingerprint.picture is not None, sound_ms)


@dataclass(frozen=True)
class Row:
    """A medium: its SHA-256, the stamp of the files that its fingerprint was read from (store.stamp), and what they say of it.

    `about` is None where they did not read; such a row stands for no medium, and keeps them from being read again and again.
    """

    sha256: str
    stamp: str
    about: About | None

    @property
    def named(self) -> tuple[str, str]:
        """What tells it from the row of another medium, or of another fingerprint of this one."""
        return self.sha256, self.stamp


def to_bytes(rows: Iterable[Row]) -> bytes:
    """Rows as they lie on the disk: JSON."""
    return json.dumps([asdict(row) for row in rows], separators=(",", ":")).encode()


def from_bytes(data: bytes) -> tuple[Row, ...]:
    """Raises ValueError, KeyError or TypeError when these are no rows."""
    return tuple(_row(**held) for held in json.loads(data))


def _row(sha256: str, stamp: str, about: dict[str, object] | None) -> Row:
    return Row(sha256, stamp, About(**about | {"speed": Speed(about["speed"])}) if about else None)  # type: ignore[arg-type]
