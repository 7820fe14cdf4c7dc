"""The fingerprint of one medium: picture and sound, and the version of the methods that made them."""

from __future__ import annotations

from dataclasses import dataclass

from indelible.fingerprint.picture import PictureFingerprint
from indelible.fingerprint.sound import SoundFingerprint
from indelible.model.speed import Speed

VERSION = "6"  # changes whenever the same file would give other bytes


@dataclass(frozen=True)
class Fingerprint:
    """What is compared of one medium.

    `width`, `height`: of the picture as displayed, in pixels, 0 without one; edits' boxes are given in them. `kind`: as the
    decoder names it, "video", "still", "animation" or "audio". `picture`, `sound`: None where the medium has none.
    `speed`: how closely a film was looked at. A first pass holds no movement: it finds, and says nothing of one moment.
    """

    version: str
    width: int
    height: int
    duration_ms: int
    kind: str
    picture: PictureFingerprint | None
    sound: SoundFingerprint | None
    speed: Speed = Speed.DENSE
