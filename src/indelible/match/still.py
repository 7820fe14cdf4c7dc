"""How one frame lies on a film, or a film on one frame.

There is no time over which evidence could gather. So the map of each pair of frames is tried by itself, even where few spots
agree on it, and settled on the pixels. From the moment that looks most alike the map is followed to the moments beside it:
where a camera pans, one map lays a frame rightly on one moment only. A frame around a programme cannot be told from it by what
stands still, so the middle of the picture must look as much alike as the whole. What covers one of the two is left out
at last, when the moment is told: it may be somebody who was there then, and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.alignment import Alignment, span_of, spread_of
from indelible.match.candidate import Candidate, support
from indelible.match.contrast import evened, uncovered
from indelible.match.frame_votes import FrameVote
from indelible.match.geometry import FrameFit, sizes
from indelible.match.laying import Laying, Overlaid, Run, overlaid
from indelible.match.pixels import looks
from indelible.match.relation import OVERLAP_MIN
from indelible.match.settle import settled
from indelible.match.transform import applied, in_pixels, shares
from indelible.match.within import middle, within

_NEAR_MS = 1000  # local features are a second apart
_AROUND_MS = 30_000  # how far to either side a map is followed
_SETTLED_MAX = 3
_SETTLED_LOOK = 0.15  # maps under which the frames look less alike settle on nothing
_FOLLOWED_LOOK = 0.3
_LOST = 0.15  # of worth: a map that is worth so much less has lost what it followed
_SAME_MAP = 0.1  # of the reference's longer side: spots that lie so near where a map says speak for it; a camera moves
_TOLD_APART = 0.04  # of worth: moments that are nearer to the best than this cannot be told from it
_NEARLY = 0.08  # of worth: so near to the best moment comes the true one, where the best is another
_UNSETTLED = 0.15  # of worth: what settling a map adds to a moment
_OTHERS_MAX = 3
_OVERLAP_WEIGHS = 1.5  # as much as looks and half as much again


@dataclass(frozen=True)
class _Moment:
    """One frame of the query, pair[0], laid on one of the reference, pair[1]."""

    pair: tuple[int, int]
    laid: Laying
    looks: float
    overlap: float

    @property
    def worth(self) -> float:
        """How much speaks for this moment: of two that look alike, the one that shows more of the picture.

        A caption laid outside of the picture would otherwise make up for what of the picture then lies outside.
        """
        return self.looks * math.pow(self.overlap, _OVERLAP_WEIGHS)


@dataclass(frozen=True)
class _Stretch:
    """Moments side by side of a candidate that cannot be told from each other, the best of them first."""

    candidate: Candidate
    moments: list[_Moment]

    @property
    def best(self) -> _Moment:
        return self.moments[0]

    def alignment(self) -> Alignment:
        """What the one measures that looks most alike, over the stretch of all."""
        return _alignment(self.candidate, max(self.moments, key=lambda moment: moment.looks), self.moments)

    def holds(self, at_ms: tuple[int, int]) -> bool:
        """Whether a moment of the query and of the reference lies within a second of the stretch on both sides."""
        times = np.array([self.candidate.times_ms(moment.pair) for moment in self.moments])
        return bool((times.min(axis=0) - _NEAR_MS <= at_ms).all() and (at_ms <= times.max(axis=0) + _NEAR_MS).all())


def aligned(candidate: Candidate) -> Iterator[Alignment]:
    """The moment at which a single frame and the other side look most alike, with all beside it that look as much so.

    After it others, each marked as such, that lie apart from it and look nearly as much alike.
    """
    tried = sorted(_moments(candidate), key=_worth, reverse=True)
    if not tried:
        return
    told = [_best_stretch(candidate, tried[0])]
    yield told[0].alignment()
    beside = [(candidate, moment) for moment in tried[1:]] + [(told[0].candidate, moment) for moment in _elsewhere(told[0])]
    for where, moment in sorted(beside, key=lambda each: each[1].worth, reverse=True):
        found = _other(where, moment, told) if len(told) <= _OTHERS_MAX else None
        if found is not None:
            told.append(found)
            yield replace(found.alignment(), also=True)


def _elsewhere(stretch: _Stretch) -> Iterator[_Moment]:
    """The moments of the reference around a stretch that look more alike than those beside them, under the same map."""
    best, reference = stretch.best, stretch.candidate.reference
    run = np.array(best.pair[:1]), np.arange(len(reference.times_ms))
    alike = looks(evened(overlaid(stretch.candidate.query, reference, best.laid, run)))
    if alike is None:
        return
    edged = np.concatenate([[-1], alike[0], [-1]])
    for column in np.flatnonzero((edged[1:-1] >= edged[:-2]) & (edged[1:-1] >= edged[2:])).tolist():
        yield replace(best, pair=(best.pair[0], column), looks=float(alike[0, column]))


def _other(candidate: Candidate, moment: _Moment, told: list[_Stretch]) -> _Stretch | None:
    """The stretch of a moment that looks nearly as much alike as the best one told, and lies apart from all told; else None."""
    enough = told[0].best.worth - _NEARLY
    if moment.worth < enough - _UNSETTLED or any(one.holds(candidate.times_ms(moment.pair)) for one in told):
        return None
    finer = max(filter(None, (moment, _settled(candidate, moment, moment.pair))), key=_worth)
    return _stretch(candidate, finer) if finer.worth >= enough else None


def _best_stretch(candidate: Candidate, moment: _Moment) -> _Stretch:
    """The best of a moment and those to which its map can be followed, with all around that cannot be told from it."""
    near, moments, _ = _along(candidate, moment)
    return _Stretch(near, _alike(moments, max(range(len(moments)), key=lambda at: moments[at].worth)))


def _stretch(candidate: Candidate, moment: _Moment) -> _Stretch:
    """A moment with all around that cannot be told from it."""
    near, moments, at = _along(candidate, moment)
    return _Stretch(near, _alike(moments, at))


def _along(candidate: Candidate, moment: _Moment) -> tuple[Candidate, list[_Moment], int]:
    """The moments to which a moment's map can be followed, in order, and which of them it is; of a candidate cut to them."""
    if moment.looks < _FOLLOWED_LOOK:
        return candidate, [moment], 0
    near, moment = _around(candidate, moment)
    before, after = (list(_followed(near, moment, step)) for step in (-1, 1))
    return near, [*reversed(before), moment, *after], len(before)


def _worth(moment: _Moment) -> float:
    return moment.worth


def _moments(candidate: Candidate) -> Iterator[_Moment]:
    """The best moment under each map that speaks for the candidate, and under the best of these maps settled."""
    speak: list[FrameFit | FrameVote] = [*candidate.fits, *([candidate.vote] if candidate.vote is not None else [])]
    tried = [found for each in speak if (found := _proposed(candidate, each)) is not None]
    yield from tried
    for each in sorted(tried, key=_worth, reverse=True)[:_SETTLED_MAX]:
        if each.looks >= _SETTLED_LOOK and (finer := _settled(candidate, each, each.pair)) is not None:
            yield finer


def _proposed(candidate: Candidate, speaks: FrameFit | FrameVote) -> _Moment | None:
    """The moment within a second of a pair of frames that looks most alike under the map that the pair proposes."""
    run = _near(candidate.query, speaks.query_ms), _near(candidate.reference, speaks.reference_ms)
    return _best(candidate, Laying.still(speaks.fractional, inverted=speaks.inverted), run)


def _near(picture: PictureFingerprint, at_ms: int) -> NDArray[np.int64]:
    """The frames within a second of a time."""
    return np.flatnonzero(np.abs(picture.times_ms - at_ms) <= _NEAR_MS)


def _best(candidate: Candidate, laid: Laying, run: Run) -> _Moment | None:
    """Of all frames of run[0] and of run[1] the pair that looks most alike; None where the two pictures hardly meet."""
    overlap = max(shares(laid.middle))
    if overlap < OVERLAP_MIN:
        return None
    alike = looks(evened(overlaid(candidate.query, candidate.reference, laid, run)))
    if alike is None:
        return None
    row, column = np.unravel_index(alike.argmax(), alike.shape)
    return _Moment((int(run[0][row]), int(run[1][column])), laid, float(alike[row, column]), overlap)


def _settled(candidate: Candidate, moment: _Moment, pair: tuple[int, int]) -> _Moment | None:
    """A pair of frames under a moment's map, settled on them."""
    laid = settled(candidate.query, candidate.reference, moment.laid, pair)
    return _best(candidate, laid, _run([pair])) if laid is not None else None


def _run(pairs: list[tuple[int, int]]) -> Run:
    rows, columns = np.array(pairs, np.int64).T
    return rows, columns


def _around(candidate: Candidate, moment: _Moment) -> tuple[Candidate, _Moment]:
    """The candidate cut to half a minute before and after a moment, and the moment in it."""
    kept = [
        np.abs(picture.times_ms - picture.times_ms[at]) <= _AROUND_MS
        for picture, at in zip((candidate.query, candidate.reference), moment.pair, strict=True)
    ]
    cut = replace(candidate, query=candidate.query.only(kept[0]), reference=candidate.reference.only(kept[1]))
    row, column = (at - int(keep.argmax()) for at, keep in zip(moment.pair, kept, strict=True))
    return cut, replace(moment, pair=(row, column))


def _followed(candidate: Candidate, moment: _Moment, step: int) -> Iterator[_Moment]:
    """The moments before (step −1) or after (1) one, each by the map of the one beside it, as it is or settled."""
    last, ends = moment, (len(candidate.query.times_ms), len(candidate.reference.times_ms))
    while last.worth >= moment.worth - _LOST:
        row, column = (at + step * (end > 1) for at, end in zip(last.pair, ends, strict=True))
        if (row, column) == last.pair or not (0 <= row < ends[0] and 0 <= column < ends[1]):
            return
        tried = _best(candidate, last.laid, _run([(row, column)])), _settled(candidate, last, (row, column))
        found = [each for each in tried if each is not None]
        if not found:
            return
        last = max(found, key=_worth)
        yield last


def _alike(moments: list[_Moment], at: int) -> list[_Moment]:
    """Of moments in order one, first, and all beside it that cannot be told from it; one alone that can is passed over."""
    apart = np.abs(np.array([moment.worth for moment in moments]) - moments[at].worth) > _TOLD_APART
    apart &= np.append(apart[1:], True) | np.append(True, apart[:-1])  # one alone has only failed to settle
    start = int(np.append(np.flatnonzero(apart[:at]), -1).max()) + 1
    end = int(np.append(np.flatnonzero(apart[at:]) + at, len(moments)).min())
    return [moments[at], *moments[start:at], *moments[at + 1 : end]]


def _spots(candidate: Candidate, laid: Laying) -> int:
    """How many spots of one pair of frames agree on nearly this map."""
    shape = sizes(candidate.query, candidate.reference)
    onto = in_pixels(laid.middle, shape)
    near_px = _SAME_MAP * max(shape.reference)
    near = (fit for fit in candidate.fits if np.median(np.abs(applied(onto, fit.mine) - fit.theirs)) <= near_px)
    return max((fit.inliers for fit in near if fit.inverted == laid.inverted), default=0)


def _alignment(candidate: Candidate, moment: _Moment, stretch: list[_Moment]) -> Alignment:
    """What one moment measures, over the stretch of all of them."""
    laid, (rows, columns) = moment.laid, _run([each.pair for each in stretch])
    query, reference, run = candidate.query, candidate.reference, _run([moment.pair])
    both = overlaid(query, reference, laid, run)
    parts = [both, middle(both), *within(query, reference, laid, run, both)]
    even, bare = ([evened(part) for part in each] for each in (parts, [uncovered(part) for part in parts]))
    with_covers = min(_most_alike(even), default=0.0)
    return Alignment(
        support=replace(support(candidate, laid), inliers=_spots(candidate, laid)),
        query_span=span_of(query.times_ms[rows], query),
        reference_span=span_of(reference.times_ms[columns], reference),
        speed=1.0,
        frames=len(stretch),
        looks=max(with_covers, min(_most_alike(bare), default=0.0)),
        moves=0.0,
        moving=0,
        course=0.0,
        single=True,
        spread=max(spread_of(each[0], each[2:]) for each in (even, bare)),
        overlap=moment.overlap,
        with_covers=with_covers,
    )


def _most_alike(each: list[Overlaid]) -> list[float]:
    """How alike the most alike frames of each are, where they have enough in common to tell."""
    return [float(table.max()) for part in each if (table := looks(part)) is not None]
