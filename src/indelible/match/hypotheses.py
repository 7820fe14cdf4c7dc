"""How a query may lie on one reference, and the way on which the two agree most.

Spots and votes only propose maps. Each is tried on the pixels, settled where they agree best, and, where one map does not
explain what the spots saw, followed from moment to moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match import geometry, relation
from indelible.match.align import Line, along, best_line
from indelible.match.frame_votes import FrameVote
from indelible.match.laying import Laying
from indelible.match.pixels import Agreement, agreement
from indelible.match.relation import Alignment, is_copy
from indelible.match.settle import following, settled

_LOOK_FREE = 0.2  # what unrelated pictures reach by chance; only more than this is worth anything
_MOVE_FREE = 0.1
_LIVELY = 6.0  # grey levels: change as large as this counts in full
_FITS_POOLED = 24
_FOLLOWS = 1.15  # a map that moves can fit more by chance, so it must explain more
_FOLLOWED_INLIERS = 10
_FOLLOWED_FRAMES = 3
_OUTSIDE_MS = 1000
_SHIFTS_MS = (-1500, 1500)


@dataclass(frozen=True)
class Candidate:
    """A reference that may show the same, and what speaks for it."""

    query: PictureFingerprint
    reference: PictureFingerprint
    fits: tuple[geometry.FrameFit, ...]
    vote: FrameVote | None

    @property
    def single(self) -> bool:
        """Whether one of the two is a single frame, and so nothing can be told by what moves."""
        return self.query.single or self.reference.single


@dataclass(frozen=True)
class _Found:
    """How the query lies on a reference, how the two agree so, and the best line in time."""

    laid: Laying
    agreed: Agreement
    line: Line


def _hypotheses(candidate: Candidate) -> list[Laying]:
    """The ways in which the query may lie on the reference."""
    made = []
    if candidate.fits:
        best = max(candidate.fits, key=lambda fit: fit.inliers)
        same = [fit for fit in candidate.fits if fit.pair.variant == best.pair.variant]
        same = sorted(same, key=lambda fit: -fit.inliers)[:_FITS_POOLED]
        maps = [best.fractional, *geometry.pooled(same, geometry.sizes(candidate.query, candidate.reference))]
        made += [Laying.still(fractional, inverted=best.inverted) for fractional in maps]
    if candidate.vote is not None:
        made.append(Laying.still(candidate.vote.fractional, inverted=candidate.vote.inverted))
    return made


def aligned(candidate: Candidate) -> Alignment | None:
    """The way of lying and the line in time with which the two agree most; None when they do nowhere."""
    query, reference = candidate.query, candidate.reference
    tried = [tried for laid in _hypotheses(candidate) if (tried := _found(query, reference, laid)) is not None]
    if not tried:
        return None
    best = max(tried, key=lambda found: found.line.total)
    finer = _settled(query, reference, best)
    if finer is not None and finer.line.total > best.line.total:
        best = finer
    alignment = _measured(candidate, best)
    copy = is_copy(alignment)
    if alignment is not None and copy and not _fits_outside(candidate, alignment):
        return alignment
    further = _following(candidate, best)
    return alignment if further is None or (copy and not is_copy(further)) else further


def _measured(candidate: Candidate, found: _Found) -> Alignment | None:
    return relation.measured(candidate.query, candidate.reference, found.agreed, found.line, support(candidate, found.laid))


def _fits_outside(candidate: Candidate, found: Alignment) -> bool:
    """Whether spots agree well at times that an alignment does not reach: then its map may hold for a while only."""
    span = found.query_span
    return any(
        not span.start_ms - _OUTSIDE_MS <= fit.query_ms <= span.end_ms + _OUTSIDE_MS
        for fit in candidate.fits
        if fit.inliers >= _FOLLOWED_INLIERS
    )


def support(candidate: Candidate, laid: Laying) -> relation.Support:
    """What speaks for a candidate, laid so."""
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


def _settled(query: PictureFingerprint, reference: PictureFingerprint, found: _Found) -> _Found | None:
    """The same with the map moved to where the pair of frames that looks most alike agrees best."""
    rows = np.flatnonzero(found.line.frames >= 0)
    top = int(rows[found.agreed.looks[rows, found.line.frames[rows]].argmax()])
    laid = settled(query, reference, found.laid, (top, int(found.line.frames[top])))
    return _found(query, reference, laid) if laid is not None else None


def _following(candidate: Candidate, found: _Found) -> Alignment | None:
    """The alignment by a map for each moment, first from the spots of each moment's frames, then from the pixels.

    None when it does not explain much more than one map. A map that moves can turn one moment of a still place into another:
    so the same is tried a little earlier and later, and where that does as well, the moment is not told.
    """
    query, reference = candidate.query, candidate.reference
    made = [found]
    for laid in filter(None, (_by_spots(candidate, found), found.laid)):
        start = (_found(query, reference, laid) if laid.moves else found) or found
        finer = _followed(candidate, start)
        made += [each for each in (start, finer) if each is not None]
    best = max(made, key=lambda each: each.line.total)
    if not best.laid.moves or best.line.total < _FOLLOWS * found.line.total:
        return None
    alignment = _measured(candidate, best)
    if alignment is None:
        return None
    others = [
        _measured(candidate, other) for shift_ms in _SHIFTS_MS if (other := _shifted(candidate, best, shift_ms)) is not None
    ]
    rival = max((other.moment for other in others if other is not None), default=0.0)
    return replace(alignment, rival=rival)


def _followed(candidate: Candidate, start: _Found) -> _Found | None:
    """The same line with a map for each of its moments."""
    rows = np.flatnonzero(start.line.frames >= 0)
    laid = following(candidate.query, candidate.reference, start.laid, (rows, start.line.frames[rows]))
    return _found(candidate.query, candidate.reference, laid) if laid is not None else None


def _shifted(candidate: Candidate, found: _Found, shift_ms: int) -> _Found | None:
    """The same stretch laid, as well as it can be, on the reference `shift_ms` later."""
    query, reference, line = candidate.query, candidate.reference, found.line
    offset_ms = line.offset_ms + shift_ms
    frames = along(query.times_ms, reference.times_ms, line.speed, np.array([offset_ms]))[0]
    frames = np.where(line.frames >= 0, frames, -1)
    rows = np.flatnonzero(frames >= 0)
    laid = following(query, reference, found.laid, (rows, frames[rows])) if len(rows) else None
    agreed = agreement(query, reference, laid) if laid is not None else None
    return _Found(laid, agreed, replace(line, offset_ms=offset_ms, frames=frames)) if laid and agreed else None


def _by_spots(candidate: Candidate, found: _Found) -> Laying | None:
    """The laying on which the spots of each of the query's frames agree; None when those of fewer than three do."""
    strongest: dict[int, geometry.FrameFit] = {}
    for fit in candidate.fits:
        if fit.inliers >= _FOLLOWED_INLIERS and fit.inverted == found.laid.inverted:
            held = strongest.get(fit.query_ms)
            if held is None or fit.inliers > held.inliers:
                strongest[fit.query_ms] = fit
    if len(strongest) < _FOLLOWED_FRAMES:
        return None
    times = sorted(strongest)
    return Laying(np.stack([strongest[at_ms].fractional for at_ms in times]), np.array(times, np.int64), found.laid.inverted)
