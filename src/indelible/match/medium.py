"""One medium against many: picture and sound together.

`match_medium(query, References.of([(key, fingerprint), …]))` gives SegmentMatch values, best first. Prepare the references
once and ask often: preparing copies every reference's hashes and codes.
"""

from __future__ import annotations

from dataclasses import replace

from indelible.fingerprint.medium import Fingerprint
from indelible.match.picture import match_picture
from indelible.match.references import References
from indelible.match.sound import match_sound
from indelible.model.segment import Relation, SegmentMatch

_TOGETHER_MS = 1000  # how far apart picture and sound of one copy may say that it starts
_SOUND_BONUS = 0.5  # of what a copy's score lacks


def match_medium(query: Fingerprint, references: References) -> list[SegmentMatch]:
    """The stretches of references that the query shows or sounds like, best first.

    Sound alone is never a copy: it is `same sound`. Where the picture is a copy of the same stretch of the same reference,
    its sound is added to that match as evidence.
    """
    seen = match_picture(query, references)
    heard = match_sound(query.sound, references.sounds) if query.sound is not None else []
    apart = []
    for sound in heard:
        beside = [i for i, picture in enumerate(seen) if _together(picture, sound)]
        for i in beside:
            seen[i] = _with_sound(seen[i], sound)
        if not beside:
            apart.append(sound)
    return sorted([*seen, *apart], key=lambda match: -match.score)


def _together(picture: SegmentMatch, sound: SegmentMatch) -> bool:
    """Whether a sound belongs to a copy: of the same reference, over the same stretch of both."""
    if picture.reference != sound.reference or picture.relation is not Relation.COPY:
        return False
    if not picture.query_span.overlap_ms(sound.query_span) or not picture.reference_span.overlap_ms(sound.reference_span):
        return False
    at_ms = max(picture.query_span.start_ms, sound.query_span.start_ms)
    return abs(_beside_ms(picture, at_ms) - _beside_ms(sound, at_ms)) <= _TOGETHER_MS


def _beside_ms(match: SegmentMatch, at_ms: int) -> float:
    """Where in the reference a match says that the query's `at_ms` comes from."""
    share = (at_ms - match.query_span.start_ms) / max(1, match.query_span.length_ms)
    if match.edit.speed_ratio < 0:
        share = 1 - share
    return match.reference_span.start_ms + share * match.reference_span.length_ms


def _with_sound(picture: SegmentMatch, sound: SegmentMatch) -> SegmentMatch:
    evidence = replace(
        picture.evidence,
        sound_landmarks=picture.evidence.sound_landmarks + sound.evidence.sound_landmarks,
        detectors=(*picture.evidence.detectors, *(d for d in sound.evidence.detectors if d not in picture.evidence.detectors)),
    )
    why = picture.why if picture.evidence.sound_landmarks else f"{picture.why}, and the same sound"
    return replace(picture, score=picture.score + _SOUND_BONUS * (1 - picture.score), why=why, evidence=evidence)
