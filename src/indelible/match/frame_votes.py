"""Which references' frames look like a query's as wholes, in order: hashes in eight views and inverted, and a vote over time.

Frames of unrelated clips differ in 94 bits at least (125,000 pairs, mean 128), so a frame that lies within VOTE_BITS votes
for the offset and speed at which it would belong, the more the nearer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.frame_hash import BITS, VIEWS
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.align import best_line
from indelible.match.by_definition import NearHashes
from indelible.match.frame_hashes import FrameHashes, frame_hashes
from indelible.match.local_votes import evenly
from indelible.match.references import References
from indelible.match.transform import Map, of_view

VOTE_BITS = 90
_QUERY_FRAMES_MAX = 60  # of a minute; of a longer query one for each second
_QUERY_EVERY_MS = 1000
_ROUNDING = 0.01  # more than what adding in another order can change
VOTES_MIN = 0.6  # of a line: two frames at 63 bits, or one at 36
VOTES_STILL_MIN = 0.05  # where one side is a single frame: 85 bits


@dataclass(frozen=True)
class FrameVote:
    """A reference whose whole frames look like the query's in one view: the map that this means, and its votes.

    `query_ms`, `reference_ms`: the pair of frames that look most alike.
    """

    fractional: Map
    inverted: bool
    votes: float
    query_ms: int = 0
    reference_ms: int = 0


@dataclass(frozen=True)
class _View:
    """A query's frames in one view, upright or inverted, and where its hashes lie within VOTE_BITS of one reference's.

    Their rows are those of `chosen`; `theirs` counts from the reference's first hash.
    """

    which: int
    inverted: bool
    mine: FrameHashes
    chosen: NDArray[np.int64]
    near: NearHashes


def frame_votes(picture: PictureFingerprint, references: References) -> dict[int, FrameVote]:
    """For each of the references' pictures that gathers enough votes, its best view."""
    best: dict[int, FrameVote] = {}
    for which in range(len(VIEWS)):
        mine = frame_hashes(picture, which)
        most = max(_QUERY_FRAMES_MAX, int(picture.times_ms[-1]) // _QUERY_EVERY_MS)
        chosen = _evenly(mine.parts, most)
        near = references.hashes.near(mine.bits[:, chosen], VOTE_BITS)
        complement = near.apart > VOTE_BITS
        for inverted in (False, True):
            apart = BITS - near.apart if inverted else near.apart
            these = NearHashes(near.mine, near.theirs, apart).where(complement == inverted)
            for owner, part in _by_owner(picture, these, references):
                vote = _vote(picture, references, owner, _View(which, inverted, mine, chosen, part))
                if vote.votes > best.get(owner, _NONE).votes:
                    best[owner] = vote
    return best


_NONE = FrameVote(np.zeros((2, 3)), inverted=False, votes=0.0)


def _evenly(parts: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most `most` indices of each part, evenly, ascending."""
    each = [np.flatnonzero(parts == part) for part in np.unique(parts)]
    return np.sort(np.concatenate([np.zeros(0, np.int64), *(of[evenly(len(of), most)] for of in each)]))


def _worth(apart: NDArray[np.int64]) -> NDArray[np.float32]:
    """What distances below VOTE_BITS are worth."""
    return ((VOTE_BITS - apart.astype(np.float32)) / VOTE_BITS).astype(np.float32)


def _least(picture: PictureFingerprint, theirs: FrameHashes) -> float:
    """How many votes are worth a look at a reference's pixels."""
    return VOTES_STILL_MIN if picture.single or theirs.single else VOTES_MIN


def _by_owner(picture: PictureFingerprint, near: NearHashes, references: References) -> Iterator[tuple[int, NearHashes]]:
    """The references that can gather enough votes, each with what lies near its own hashes.

    No line is worth more than all that is near: so the few that lie near by chance cost no look for one.
    """
    at = np.searchsorted(references.hashes.starts, near.theirs, side="right") - 1
    totals = np.bincount(at, _worth(near.apart))
    order = np.argsort(at, kind="stable")
    ends = np.cumsum(np.bincount(at))
    for owner in np.flatnonzero(totals >= VOTES_STILL_MIN - _ROUNDING).tolist():
        if totals[owner] < _least(picture, references.hashes[owner]) - _ROUNDING:
            continue
        part = near.where(order[ends[owner - 1] if owner else 0 : ends[owner]])
        yield owner, NearHashes(part.mine, part.theirs - references.hashes.starts[owner], part.apart)


def _vote(picture: PictureFingerprint, references: References, owner: int, view: _View) -> FrameVote:
    """The votes of one view for one reference, for whole frames or one box of each on either side, whichever has more.

    _NONE where none has enough.
    """
    mine, chosen = view.mine, view.chosen
    theirs = references.hashes[owner]
    least = _least(picture, theirs)
    weights = np.zeros((len(chosen), len(theirs.frames)), np.float32)
    weights[view.near.mine, view.near.theirs] = _worth(view.near.apart)
    best = _NONE
    for box in np.unique(mine.parts[chosen[view.near.mine]]).tolist():
        for other in np.unique(theirs.parts[view.near.theirs]).tolist():
            rows, columns = np.flatnonzero(mine.parts[chosen] == box), np.flatnonzero(theirs.parts == other)
            rows = rows[weights[np.ix_(rows, columns)].any(axis=1)]  # the rest adds to no line
            if not len(rows):
                continue
            part = weights[np.ix_(rows, columns)]
            line = best_line(part, mine.times_ms[chosen[rows]], theirs.times_ms[columns])
            if line is not None and line.total >= least and line.total > best.votes:
                top = np.unravel_index(part.argmax(), part.shape)
                one, another = int(chosen[rows[top[0]]]), int(columns[top[1]])
                reference = references.picture(owner)
                boxes = _box(picture, int(mine.frames[one]), box), _box(reference, int(theirs.frames[another]), other)
                at = int(mine.times_ms[one]), int(theirs.times_ms[another])
                best = FrameVote(of_view(view.which, *boxes), view.inverted, float(line.total), *at)
    return best


def _box(picture: PictureFingerprint, frame: int, part: int) -> tuple[float, ...]:
    """The part-th box of a frame in fractions of it; 0 is all of it."""
    if not part:
        return (0.0, 0.0, 1.0, 1.0)
    row = picture.boxes[np.searchsorted(picture.box_frames, frame) + part - 1]
    return tuple(float(v) / s for v, s in zip(row, (picture.width, picture.height) * 2, strict=True))
