"""A query's picture against all references' pictures: candidates, then for each the map, the line in time, and the verdict.

Candidates come from whole frames (frame_votes) and from local features (local_votes, geometry). Neither decides: both only
say how one picture may lie on the other. The pixels under that map do (pixels), and so strangers that share a mark, a
caption or a test card are told apart from copies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indelible.fingerprint.medium import Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match import geometry, relation
from indelible.match.align import Line, best_line
from indelible.match.explain import explain
from indelible.match.frame_votes import FrameVote, frame_votes
from indelible.match.local_votes import candidate_pairs
from indelible.match.pixels import Agreement, Laying, agreement, refined
from indelible.match.references import References
from indelible.match.relation import Alignment
from indelible.match.transform import Shape, edit_of
from indelible.model.segment import Evidence, SegmentMatch

_LOOK_FREE = 0.2  # what unrelated pictures reach by chance; only more than this is worth anything
_MOVE_FREE = 0.1
_LIVELY = 6.0  # grey levels: change as large as this counts in full
_FITS_POOLED = 24
_SETTLED_LOOK = 0.5  # below it a map holds roughly: one copy of the corpus (0.29) seems turned by 12° and is not


@dataclass(frozen=True)
class _Candidate:
    """A reference that may show the same, and what speaks for it."""

    query: PictureFingerprint
    reference: PictureFingerprint
    fits: tuple[geometry.FrameFit, ...]
    vote: FrameVote | None


@dataclass(frozen=True)
class _Found:
    """How the query lies on a reference, how the two agree so, and the best line in time."""

    laid: Laying
    agreed: Agreement
    line: Line


def match_picture(query: Fingerprint, references: References) -> list[SegmentMatch]:
    """The stretches of references that the query's picture shows, best first; empty for a medium without a picture."""
    if query.picture is None:
        return []
    votes = frame_votes(query.picture, references)
    pairs = candidate_pairs(query.picture, references)
    found = []
    for owner in sorted(set(votes) | set(pairs)):
        at, reference = references.pictures[owner]
        fits = [fit for pair in pairs.get(owner, ()) if (fit := geometry.fit(query.picture, reference, pair)) is not None]
        candidate = _Candidate(query.picture, reference, tuple(fits), votes.get(owner))
        alignment = _aligned(candidate)
        if alignment is None:
            continue
        match = _matched(query, references.fingerprints[at], references.keys[at], alignment)
        if match is not None:
            found.append(match)
    return sorted(found, key=lambda match: -match.score)


def _hypotheses(candidate: _Candidate) -> list[Laying]:
    """The ways in which the query may lie on the reference."""
    made = []
    if candidate.fits:
        best = max(candidate.fits, key=lambda fit: fit.inliers)
        same = [fit for fit in candidate.fits if fit.pair.variant == best.pair.variant]
        same = sorted(same, key=lambda fit: -fit.inliers)[:_FITS_POOLED]
        maps = [best.fractional, *geometry.pooled(same, geometry.sizes(candidate.query, candidate.reference))]
        made += [Laying(fractional, best.inverted) for fractional in maps]
    if candidate.vote is not None:
        made.append(Laying(candidate.vote.fractional, candidate.vote.inverted))
    return made


def _aligned(candidate: _Candidate) -> Alignment | None:
    """The way of lying and the line in time with which the two agree most; None when they do nowhere."""
    query, reference = candidate.query, candidate.reference
    tried = [found for laid in _hypotheses(candidate) if (found := _found(query, reference, laid)) is not None]
    if not tried:
        return None
    best = max(tried, key=lambda found: found.line.total)
    finer = _refined(query, reference, best)
    if finer is not None and finer.line.total > best.line.total:
        best = finer
    return relation.measured(query, reference, best.agreed, best.line, _support(candidate, best.laid))


def _support(candidate: _Candidate, laid: Laying) -> relation.Support:
    return relation.Support(
        laid=laid,
        inliers=max((fit.inliers for fit in candidate.fits), default=0),
        frames=len({fit.pair.query for fit in candidate.fits}),
        votes=candidate.vote.votes if candidate.vote is not None else 0.0,
    )


def _found(query: PictureFingerprint, reference: PictureFingerprint, laid: Laying) -> _Found | None:
    """The line in time along which the two agree most when the query lies so."""
    agreed = agreement(query, reference, laid)
    if agreed is None:
        return None
    moving = np.minimum(agreed.query_energy[:, None], agreed.reference_energy[None, :])
    worth = np.maximum(0, agreed.looks - _LOOK_FREE) + np.minimum(moving / _LIVELY, 1) * (agreed.moves - _MOVE_FREE)
    line = best_line(worth, query.times_ms, reference.times_ms)
    return _Found(laid, agreed, line) if line is not None else None


def _refined(query: PictureFingerprint, reference: PictureFingerprint, found: _Found) -> _Found | None:
    """The same with the map moved to where the pair of frames that looks most alike agrees best."""
    rows = np.flatnonzero(found.line.frames >= 0)
    top = rows[found.agreed.looks[rows, found.line.frames[rows]].argmax()]
    laid = refined(query.thumbs[top], reference.thumbs[found.line.frames[top]], found.laid)
    return _found(query, reference, laid) if laid is not None else None


def _matched(query: Fingerprint, reference: Fingerprint, key: str, alignment: Alignment) -> SegmentMatch | None:
    """What is reported of an alignment; None when it is weak."""
    verdict = relation.decide(alignment)
    if verdict is None:
        return None
    what, score = verdict
    shape = Shape((query.width, query.height), (reference.width, reference.height))
    settled = alignment.looks >= _SETTLED_LOOK
    edit = edit_of(alignment.support.laid.fractional, shape, alignment.speed, settled=settled)
    detectors = ("frame hash",) * (alignment.support.votes > 0) + ("local features",) * (alignment.support.inliers > 0)
    return SegmentMatch(
        reference=key,
        relation=what,
        score=score,
        query_span=alignment.query_span,
        reference_span=alignment.reference_span,
        edit=edit,
        why=explain(what, edit, alignment, shape),
        evidence=Evidence(
            aligned_frames=alignment.frames,
            inliers=alignment.support.inliers,
            motion_correlation=round(alignment.moment, 4) if alignment.moving and not alignment.single else None,
            hash_votes=round(alignment.support.votes, 2),
            detectors=detectors,
        ),
    )
