"""Whether a medium holds anything by which it could be found again, and if not, why."""

from __future__ import annotations

from indelible.fingerprint.medium import Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.fingerprint.sound import SoundFingerprint
from indelible.match.frame_hashes import HASH_QUALITY_MIN, SIDE_PX_MIN
from indelible.match.sound import VOTES_MIN, match_sound

_LOOP_MS_MAX = 60_000  # what runs longer is not asked whether it finds itself: that would take seconds an hour


def nothing_to_compare(medium: Fingerprint) -> str:
    """Why no comparison with this medium can find anything, in words; "" when one can."""
    unseen = _unseen(medium.picture)
    unheard = _unheard(medium.sound) if unseen else ""
    return f"nothing in it can be compared: {unseen} and {unheard}" if unheard else ""


def _unseen(picture: PictureFingerprint | None) -> str:
    if picture is None:
        return "it has no picture"
    small = min(picture.width, picture.height) < SIDE_PX_MIN
    if len(picture.codes) or (not small and (picture.qualities >= HASH_QUALITY_MIN).any()):
        return ""
    return (
        f"its picture of {picture.width}×{picture.height} pixels is too small"
        if small
        else "its picture is black or flat throughout"
    )


def _unheard(sound: SoundFingerprint | None) -> str:
    if sound is None:
        return "it has no sound"
    if not len(sound.audible_ms):
        return "its sound is silence"
    if len(sound.hops) < VOTES_MIN:
        return "its sound is too short or too even"
    alone = sound.duration_ms > _LOOP_MS_MAX or match_sound(sound, [("itself", sound)])
    return "" if alone else "its sound is too short, or repeats itself so closely that no moment stands out"
