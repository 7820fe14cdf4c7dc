"""How a query may lie on one reference, and the way on which the two agree most.

Spots, votes and places that look alike only propose maps. Each is tried on the pixels, settled where they agree best, bent where
no straight map does, and, where one map does not explain what the spots saw, followed from moment to moment.
"""

from __future__ import annotations

import numpy as np

from indelible.match import geometry
from indelible.match.alignment import Alignment, run_of
from indelible.match.bend import bent
from indelible.match.candidate import LOOK_FREE, Candidate, Found, found, measured, support
from indelible.match.follow import FOLLOWED_INLIERS, followed
from indelible.match.laying import Laying
from indelible.match.relation import is_copy, is_strong
from indelible.match.rival import rivalled
from indelible.match.settle import settled

_FITS_POOLED = 24
_OUTSIDE_MS = 1000
_STRAIGHT_LOOK = 0.9  # frames that look more alike need no bending
_BENT = 1.05  # a map that is bent can fit more by chance too


def _hypotheses(candidate: Candidate) -> list[Laying]:
    """The ways in which the query may lie on the reference."""
    made = []
    if candidate.fits:
        best = max(candidate.fits, key=lambda fit: fit.inliers)
        same = [fit for fit in candidate.fits if fit.pair.variant == best.pair.variant]
        same = sorted(same, key=lambda fit: -fit.inliers)[:_FITS_POOLED]
        maps = [best.fractional, *geometry.pooled(same, geometry.sizes(candidate.query, candidate.reference))]
        made += [Laying.still(fractional, inverted=best.inverted) for fractional in maps]
    others = [each for each in (candidate.vote, candidate.sought) if each is not None]
    return made + [Laying.still(each.fractional, inverted=each.inverted) for each in others]


def aligned(candidate: Candidate) -> Alignment | None:
    """The way of lying and the line in time with which the two agree most; None when they do nowhere."""
    tried = [tried for laid in _hypotheses(candidate) if (tried := found(candidate, laid)) is not None]
    if not tried:
        return None
    best = max(tried, key=lambda each: each.line.total)
    finer = _settled(candidate, best)
    if finer is not None and finer.line.total > best.line.total:
        best = finer
    alignment = measured(candidate, best)
    if not is_copy(alignment) and (curved := _bent(candidate, best)) is not None:
        best, alignment = curved, measured(candidate, curved)
    copy = is_copy(alignment)
    if alignment is not None and copy:
        alignment = rivalled(candidate, best, alignment)
        if not _fits_outside(candidate, alignment):
            return alignment
    further = followed(candidate, best)
    return alignment if further is None or (copy and not is_copy(further)) else further


def _settled(candidate: Candidate, how: Found) -> Found | None:
    """The same with the map moved to where the pair of frames that looks most alike agrees best."""
    rows = np.flatnonzero(how.line.frames >= 0)
    top = int(rows[how.agreed.looks[rows, how.line.frames[rows]].argmax()])
    laid = settled(candidate.query, candidate.reference, how.laid, (top, int(how.line.frames[top])))
    return found(candidate, laid) if laid is not None else None


def _bent(candidate: Candidate, how: Found) -> Found | None:
    """The same with the map bent to where the frames of its line agree best; None where that explains little more.

    Only what much speaks for is tried: it takes longer than all else that is done with a candidate.
    """
    run = run_of(how.agreed, how.line)
    if run is None or not is_strong(support(candidate, how.laid), single=False):
        return None
    if not LOOK_FREE <= np.median(how.agreed.looks[run]) <= _STRAIGHT_LOOK:
        return None
    laid = bent(candidate.query, candidate.reference, how.laid, run)
    curved = found(candidate, laid) if laid is not None else None
    return curved if curved is not None and curved.line.total > _BENT * how.line.total else None


def _fits_outside(candidate: Candidate, alignment: Alignment) -> bool:
    """Whether spots agree well at times that an alignment does not reach: then its map may hold for a while only."""
    span = alignment.query_span
    return any(
        not span.start_ms - _OUTSIDE_MS <= fit.query_ms <= span.end_ms + _OUTSIDE_MS
        for fit in candidate.fits
        if fit.inliers >= FOLLOWED_INLIERS
    )
