"""Which frames of which references share local features with a query (code_search says which codes are near).

A query's spot votes for each reference frame that has a spot whose code is within CLOSE_BITS. A spot that many references
have says less: its vote is weighted down, never dropped, since footage that spread is itself in many references.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint import local
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.by_definition import NearFrames, Stack
from indelible.match.frame_hashes import words
from indelible.match.references import References

_QUERY_FRAMES_MIN = 8
_QUERY_EVERY_MS = 4000  # of a long query: two or three frames of ten seconds within an hour
_INVERTED_SHARE = 3 / 8  # of the frames looked at
_VARIANTS = tuple(range(len(local.VARIANT_WORDS)))
_UPRIGHT = (local.PLAIN, local.MIRRORED)
_SPOTS_VOTING = 110  # of a frame's: the first turns over its grid
_PRIOR_REFERENCES = 10  # as if so many more were held, so that three copies among three references still count
_WEIGHT_MIN = 0.2
_VOTES_MIN = 3.0
_FRAMES_OF_ONE = 2  # frames of one reference that are looked at for each of the query's
_REFERENCES_MAX = 40  # looked at for each of the query's frames
_PLACE_BITS = 32


@dataclass(frozen=True)
class FramePair:
    """A local frame of the query and one of a reference that may show the same, by indices into their local frames.

    `variant`: how the query's codes were changed to have that many `votes`.
    """

    query: int
    reference: int
    variant: int
    votes: float = 0.0

    @property
    def mirrored(self) -> bool:
        """Whether the query's codes were mirrored."""
        return self.variant in (local.MIRRORED, local.MIRRORED_INVERTED)

    @property
    def inverted(self) -> bool:
        """Whether the query's codes were inverted."""
        return self.variant in (local.INVERTED, local.MIRRORED_INVERTED)


def spots_of(picture: PictureFingerprint, frame: int) -> slice:
    """Where the spots of a local frame stand."""
    return slice(int(picture.local_starts[frame]), int(picture.local_starts[frame + 1]))


def evenly(count: int, most: int) -> list[int]:
    """At most `most` of `count` indices, evenly."""
    if count <= most:
        return list(range(count))
    return sorted({round(i) for i in np.linspace(0, count - 1, most).tolist()})


def candidate_pairs(picture: PictureFingerprint, references: References) -> dict[int, list[FramePair]]:
    """For each of the references' pictures the frame pairs worth a look at their geometry."""
    found: dict[int, list[FramePair]] = defaultdict(list)
    if len(references.code_owner) == 0:
        return found
    frames = asked(picture)
    stacks = (frame.codes for frame in frames)
    for frame, near in zip(frames, references.code_search.near(stacks, len(references.code_owner)), strict=True):
        for variant, votes in zip(frame.variants, votes_of(frame, near, references), strict=True):
            for owner, reference_frame, worth in chosen(votes, references):
                found[owner].append(FramePair(frame.frame, reference_frame, variant, worth))
    return found


@dataclass(frozen=True)
class Asked:
    """What is asked of one local frame of the query: the codes of its voting spots, uint64[2, spots], in each variant in turn."""

    frame: int
    spots: int
    variants: tuple[int, ...]
    codes: Stack


def asked(picture: PictureFingerprint) -> list[Asked]:
    """The frames that are asked for."""
    looked = evenly(len(picture.local_frames), max(_QUERY_FRAMES_MIN, int(picture.times_ms[-1]) // _QUERY_EVERY_MS))
    inverted = {looked[i] for i in evenly(len(looked), math.ceil(_INVERTED_SHARE * len(looked)))}
    made = []
    for frame in looked:
        codes = picture.codes[spots_of(picture, frame)][:_SPOTS_VOTING]
        variants = _VARIANTS if frame in inverted else _UPRIGHT
        changed = words(np.concatenate([local.variant(codes, variant) for variant in variants]))
        made.append(Asked(frame, len(codes), variants, changed))
    return made


@dataclass(frozen=True)
class FrameVotes:
    """The local frames of references that any spot votes for, int64[k], ascending, and their votes, float64[k]."""

    frames: NDArray[np.int64]
    votes: NDArray[np.float64]


def votes_of(frame: Asked, near: NearFrames, references: References) -> Iterator[FrameVotes]:
    """The votes of each variant of a query's frame."""
    ends = np.searchsorted(near.codes, frame.spots * np.arange(len(frame.variants) + 1))
    for start, end in pairwise(ends):
        yield _votes(NearFrames(near.codes[start:end], near.frames[start:end]), references)


def _votes(near: NearFrames, references: References) -> FrameVotes:
    """The votes of one frame's codes; what they cost depends on what is near, not on how many frames are held."""
    owner = references.code_owner[near.frames]
    other = np.ones(len(owner), np.bool_)  # not the owner of the pair before: owners ascend within one code
    other[1:] = (near.codes[1:] != near.codes[:-1]) | (owner[1:] != owner[:-1])
    having = np.bincount(near.codes[other])[near.codes]
    total = len(references.pictured) + _PRIOR_REFERENCES
    weights = np.maximum(_WEIGHT_MIN, np.log(total / having) / np.log(total))
    by_frame = np.sort((near.frames << _PLACE_BITS) | np.arange(len(owner)))  # quicker than to sort and remember whence
    frames, places = by_frame >> _PLACE_BITS, by_frame & ((1 << _PLACE_BITS) - 1)
    first = np.ones(len(owner), np.bool_)
    first[1:] = frames[1:] != frames[:-1]
    votes = np.bincount(np.cumsum(first) - 1, weights[places])
    return FrameVotes(frames[first], votes.astype(np.float64))


def chosen(found: FrameVotes, references: References) -> list[tuple[int, int, float]]:
    """The references and local frames with the most votes, and these, at most two frames of one reference."""
    taken: dict[int, int] = defaultdict(int)
    made = []
    owners = references.code_owner[found.frames]
    enough = np.flatnonzero(found.votes >= max(_VOTES_MIN, _least_taken(found.votes, owners)))
    for at in enough[np.argsort(-found.votes[enough], kind="stable")]:
        if len(taken) > _REFERENCES_MAX:
            break
        owner = int(owners[at])
        if taken[owner] < _FRAMES_OF_ONE:
            taken[owner] += 1
            made.append((owner, int(references.code_frame[found.frames[at]]), float(found.votes[at])))
    return made


def _least_taken(votes: NDArray[np.float64], owners: NDArray[np.int64]) -> float:
    """The most votes for any frame of the last reference that is looked at: frames with fewer need not be put in order."""
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    if len(starts) <= _REFERENCES_MAX:
        return 0.0
    best = np.maximum.reduceat(votes, starts)
    return float(np.partition(best, -_REFERENCES_MAX - 1)[-_REFERENCES_MAX - 1])
