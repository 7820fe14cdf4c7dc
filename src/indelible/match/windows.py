"""Where in long queries, and how often, a candidate is looked at: around what speaks for it, and again beside what was found.

The pixels of every frame of one side are compared with every frame of the other, so two hours at once would be too much; and
a film may quote another twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match import still
from indelible.match.alignment import Alignment
from indelible.match.candidate import Candidate
from indelible.match.hypotheses import aligned
from indelible.match.relation import is_copy
from indelible.model.span import Span

_AROUND_MS = 60_000  # before and after the pair of frames that speaks most for a candidate
_PAIRS_MAX = 8_000_000  # of frames compared at once: two minutes with an hour and more
_LOOKS_MAX = 8
_AGAIN_INLIERS = 12
_BESIDE_MS = 1000
_FRAMES_BESIDE = 8  # two seconds: less beside a copy is its own ragged end
_FRAMES_MIN = 4  # fewer would be taken for a still


def alignments(candidate: Candidate) -> Iterator[Alignment]:
    """The stretches of the query in which it runs alongside the reference, the one that most speaks for first.

    What is found beside the first is given where it is a copy: a film that shows one place all along shows it only once. Of a
    query of one frame other moments of the reference follow that look nearly as much alike.
    """
    left = candidate
    for look in range(_LOOKS_MAX):
        looked = _window(left)
        found = [*_found(looked)]
        if found and (look == 0 or (is_copy(found[0]) and found[0].frames >= _FRAMES_BESIDE)):
            yield from found
        left = _beside(left, found[0].query_span if found else _span(looked.query))
        speaks = any(fit.inliers >= _AGAIN_INLIERS for fit in left.fits)
        if not speaks or len(left.query.times_ms) < _FRAMES_MIN:
            return


def _found(candidate: Candidate) -> Iterator[Alignment]:
    """The best alignment, and of a query of one frame others at moments that look nearly as much alike."""
    if candidate.single:
        yield from islice(still.aligned(candidate), None if candidate.query.single else 1)
    elif (best := aligned(candidate)) is not None:
        yield best


def _window(candidate: Candidate) -> Candidate:
    """The candidate cut to the query's minute around the pair of frames that speaks most for it.

    The reference stays whole as long as that can be compared: where a camera stands still, spots fit at any time of it.
    """
    pair = max(candidate.fits, key=lambda fit: fit.inliers, default=None) or candidate.vote or candidate.sought
    if pair is None:
        return candidate
    near = np.abs(candidate.query.times_ms - pair.query_ms) <= _AROUND_MS
    room = _PAIRS_MAX // max(1, int(near.sum()))
    closest = np.argsort(np.abs(candidate.reference.times_ms - pair.reference_ms), kind="stable")[:room]
    return replace(
        candidate,
        query=candidate.query.only(near),
        reference=candidate.reference.only(np.isin(np.arange(len(candidate.reference.times_ms)), closest)),
        fits=tuple(fit for fit in candidate.fits if abs(fit.query_ms - pair.query_ms) <= _AROUND_MS),
    )


def _beside(candidate: Candidate, span: Span) -> Candidate:
    """What speaks for a candidate outside a stretch of the query, whose frames are left out too."""
    query = candidate.query
    outside = (query.times_ms < span.start_ms) | (query.times_ms >= max(span.end_ms, span.start_ms + 1))
    fits = tuple(fit for fit in candidate.fits if not span.start_ms - _BESIDE_MS <= fit.query_ms <= span.end_ms + _BESIDE_MS)
    return replace(candidate, query=query.only(outside), fits=fits, vote=None, sought=None)


def _span(picture: PictureFingerprint) -> Span:
    return Span(int(picture.times_ms[0]), int(picture.times_ms[-1]))
