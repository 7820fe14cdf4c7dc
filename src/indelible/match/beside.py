"""Two media compared by what lies beside given stretches alone: whether more than a shared title speaks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from indelible.fingerprint.medium import Fingerprint
from indelible.match.picture import match_picture
from indelible.match.references import References
from indelible.model.segment import SegmentMatch
from indelible.model.span import Span

_FRAMES_MIN = 4  # fewer would be taken for stills


@dataclass(frozen=True)
class Part:
    """A medium, under its key, without some stretches of its picture."""

    key: str
    fingerprint: Fingerprint
    without: tuple[Span, ...]


def match_beside(query: Part, reference: Part) -> list[SegmentMatch]:
    """The stretches of the reference's rest that the query's rest shows, best first; none where hardly anything is left."""
    mine, theirs = rest(query.fingerprint, query.without), rest(reference.fingerprint, reference.without)
    if mine is None or theirs is None:
        return []
    return match_picture(mine, References.of([(reference.key, theirs)]))


def rest(fingerprint: Fingerprint, without: Sequence[Span]) -> Fingerprint | None:
    """A fingerprint without the frames, and without the sound, of some stretches; None when hardly a frame is left."""
    picture = fingerprint.picture
    if picture is None:
        return None
    times_ms = picture.times_ms
    kept = np.ones(len(times_ms), bool)
    for span in without:
        kept &= (times_ms < span.start_ms) | (times_ms > span.end_ms)
    if kept.sum() < _FRAMES_MIN:
        return None
    return replace(fingerprint, picture=picture.only(kept), sound=None)
