"""Which references' frames look like a query's as wholes, in order: hashes in eight views and inverted, and a vote over time.

Frames of unrelated clips differ in 94 bits at least (125,000 pairs, mean 128), so a frame that lies within VOTE_BITS votes
for the offset and speed at which it would belong, the more the nearer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.frame_hash import BITS, VIEWS
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.align import best_line
from indelible.match.local_votes import spread
from indelible.match.references import FrameHashes, References, distances, frame_hashes
from indelible.match.transform import Map, of_view

VOTE_BITS = 90
_QUERY_FRAMES_MAX = 60
VOTES_MIN = 0.6  # of a line: two frames at 63 bits, or one at 36


@dataclass(frozen=True)
class FrameVote:
    """A reference whose whole frames look like the query's in one view: the map that this means, and its votes."""

    fractional: Map
    inverted: bool
    votes: float


def frame_votes(picture: PictureFingerprint, references: References) -> dict[int, FrameVote]:
    """For each reference's index in `references.pictures` that gathers VOTES_MIN, its best view."""
    best: dict[int, FrameVote] = {}
    if references.hashes.shape[1] == 0:
        return best
    for view in range(len(VIEWS)):
        mine = frame_hashes(picture, view)
        chosen = np.array(spread(len(mine.frames), _QUERY_FRAMES_MAX), np.int64)
        if not len(chosen):
            return best
        apart = np.array([distances(mine.bits[:, i], references.hashes) for i in chosen])
        for inverted, table in ((False, apart), (True, BITS - apart)):
            for owner in _near(table, references):
                vote = _vote(picture, references, owner, (view, inverted, mine, chosen, table))
                if vote.votes >= VOTES_MIN and vote.votes > best.get(owner, _NONE).votes:
                    best[owner] = vote
    return best


_NONE = FrameVote(np.zeros((2, 3)), inverted=False, votes=0.0)

_View = tuple[int, bool, FrameHashes, NDArray[np.int64], NDArray[np.uint16]]


def _near(table: NDArray[np.uint16], references: References) -> list[int]:
    """The references with a hash within VOTE_BITS of any of the query's."""
    columns = (table < VOTE_BITS).any(axis=0)
    at = np.searchsorted(references.hash_starts, np.flatnonzero(columns), side="right") - 1
    return sorted(set(at.tolist()))


def _vote(picture: PictureFingerprint, references: References, owner: int, view: _View) -> FrameVote:
    """The votes of one view for one reference, for whole frame or box on either side, whichever has more."""
    which, inverted, mine, chosen, table = view
    theirs, reference = references.each_hashes[owner], references.pictures[owner][1]
    start, end = references.hash_starts[owner : owner + 2]
    weights = np.clip((VOTE_BITS - table[:, start:end].astype(np.float32)) / VOTE_BITS, 0, None)
    best = _NONE
    for boxed in (False, True):
        for other in (False, True):
            rows, columns = np.flatnonzero(mine.boxed[chosen] == boxed), np.flatnonzero(theirs.boxed == other)
            if not len(rows) or not len(columns) or not (part := weights[np.ix_(rows, columns)]).any():
                continue
            mine_at, theirs_at = mine.frames[chosen[rows]], theirs.frames[columns]
            line = best_line(part, picture.times_ms[mine_at], reference.times_ms[theirs_at])
            if line is not None and line.total > best.votes:
                top = np.unravel_index(part.argmax(), part.shape)
                fractional = of_view(
                    which,
                    _box(picture, int(mine_at[top[0]]), boxed=boxed),
                    _box(reference, int(theirs_at[top[1]]), boxed=other),
                )
                best = FrameVote(fractional, inverted, float(line.total))
    return best


def _box(picture: PictureFingerprint, frame: int, *, boxed: bool) -> tuple[float, ...]:
    """The box of a frame in fractions of it."""
    if not boxed:
        return (0.0, 0.0, 1.0, 1.0)
    row = picture.boxes[np.searchsorted(picture.box_frames, frame)]
    return tuple(float(v) / s for v, s in zip(row, (picture.width, picture.height) * 2, strict=True))
