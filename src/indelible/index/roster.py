"""Who is in a library: a row for each medium, with what is asked of all of them, so that no fingerprint need be opened for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise

from indelible.fingerprint.medium import Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.fingerprint.takes import takes
from indelible.model.span import Span
from indelible.model.speed import Speed

_WHOLE_FRAME = 0  # the view of a frame hash as it stands
_FRAMES_MIN = 2  # one frame has no cut


@dataclass(frozen=True)
class About:
    """What is asked of every medium, without its fingerprint.

    `sound_ms`: how long its sound lasts, None where it has none. `edges_ms`: where its takes begin and the last one ends,
    ascending; none where fewer than two frames were seen, which have no cut.
    """

    duration_ms: int
    speed: Speed
    pictured: bool
    sound_ms: int | None
    edges_ms: tuple[int, ...] = ()

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> About:
        """From the whole."""
        sound_ms = fingerprint.sound.duration_ms if fingerprint.sound is not None else None
        edges_ms = _edges_ms(fingerprint.picture, fingerprint.duration_ms) if fingerprint.picture is not None else ()
        return cls(fingerprint.duration_ms, fingerprint.speed, fingerprint.picture is not None, sound_ms, edges_ms)

    @property
    def takes(self) -> tuple[Span, ...]:
        """Its spans without a cut, ascending; none where nobody could look for cuts."""
        return tuple(Span(start, end) for start, end in pairwise(self.edges_ms))


def _edges_ms(picture: PictureFingerprint, duration_ms: int) -> tuple[int, ...]:
    if len(picture.times_ms) < _FRAMES_MIN:
        return ()
    found = takes(picture.hashes[:, _WHOLE_FRAME], picture.times_ms, duration_ms)
    return (*(take.start_ms for take in found), found[-1].end_ms)


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
    if not about:
        return Row(sha256, stamp, None)
    changed = {"speed": Speed(about["speed"]), "edges_ms": tuple(about["edges_ms"])}  # type: ignore[arg-type]
    return Row(sha256, stamp, About(**about | changed))  # type: ignore[arg-type]
