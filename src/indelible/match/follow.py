"""A query that moves over its reference, as a crop does that follows somebody: a map for each moment.

It is sought first from the spots of each moment's frames, then from one that moves evenly on all spots, and settled on the pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from indelible.match.align import along
from indelible.match.alignment import Alignment, Rival
from indelible.match.candidate import Candidate, Found, found, measured
from indelible.match.geometry import FrameFit, sizes
from indelible.match.held import held
from indelible.match.laying import Laying
from indelible.match.path import even_path
from indelible.match.pixels import agreement
from indelible.match.relation import is_copy
from indelible.match.settle import following

FOLLOWED_INLIERS = 10
_FOLLOWS = 1.15  # a map that moves can fit more by chance, so it must explain more
_FOLLOWED_FRAMES = 3
_SHIFTS_MS = (-1500, 1500)


def followed(candidate: Candidate, one: Found) -> Alignment | None:
    """The alignment by a map for each moment; None when that does not explain much more than `one` map.

    A map that moves can turn one moment of a still place into another: so the same is tried a little earlier and later, and
    with one frame that is held; where that does as well, the moment is not told.
    """
    made = [one]
    for start in (*_starts(candidate, one), one):
        finer = _settled(candidate, start)
        made += [each for each in (start, finer) if each is not None]
    best = max(made, key=lambda each: each.line.total)
    if not best.laid.moves or best.line.total < _FOLLOWS * one.line.total:
        return None
    alignment = measured(candidate, best)
    if alignment is None:
        return None
    shifted = (_shifted(candidate, best, shift_ms) for shift_ms in _SHIFTS_MS)
    others = [other for each in shifted if each is not None and (other := measured(candidate, each)) is not None]
    alignment = replace(alignment, rival=Rival.best(others))
    return replace(alignment, held=held(candidate, best)) if is_copy(alignment) else alignment


def _starts(candidate: Candidate, one: Found) -> Iterator[Found]:
    """The moving maps that spots propose, each with its best line in time."""
    inverted = one.laid.inverted
    fits = [fit for fit in candidate.fits if fit.inverted == inverted]
    shape = sizes(candidate.query, candidate.reference)
    for laid in (_by_moments(fits, inverted=inverted), even_path(fits, shape, inverted=inverted)):
        start = found(candidate, laid) if laid is not None else None
        if start is not None:
            yield start


def _by_moments(fits: list[FrameFit], *, inverted: bool) -> Laying | None:
    """The laying on which the spots of each of the query's frames agree; None when those of fewer than three do."""
    strongest: dict[int, FrameFit] = {}
    for fit in fits:
        held = strongest.get(fit.query_ms)
        if fit.inliers >= FOLLOWED_INLIERS and (held is None or fit.inliers > held.inliers):
            strongest[fit.query_ms] = fit
    if len(strongest) < _FOLLOWED_FRAMES:
        return None
    times = sorted(strongest)
    return Laying(np.stack([strongest[at_ms].fractional for at_ms in times]), np.array(times, np.int64), inverted)


def _settled(candidate: Candidate, start: Found) -> Found | None:
    """The same line with a map for each of its moments."""
    rows = np.flatnonzero(start.line.frames >= 0)
    laid = following(candidate.query, candidate.reference, start.laid, (rows, start.line.frames[rows]))
    return found(candidate, laid) if laid is not None else None


def _shifted(candidate: Candidate, how: Found, shift_ms: int) -> Found | None:
    """The same stretch laid, as well as it can be, on the reference `shift_ms` later."""
    query, reference, line = candidate.query, candidate.reference, how.line
    offset_ms = line.offset_ms + shift_ms
    frames = along(query.times_ms, reference.times_ms, line.speed, np.array([offset_ms]))[0]
    frames = np.where(line.frames >= 0, frames, -1)
    rows = np.flatnonzero(frames >= 0)
    laid = following(query, reference, how.laid, (rows, frames[rows])) if len(rows) else None
    agreed = agreement(query, reference, laid) if laid is not None else None
    return Found(laid, agreed, replace(line, offset_ms=offset_ms, frames=frames)) if laid and agreed else None
