"""Which frames of which references share local features with a query: every code against every code.

A query's spot votes for each reference frame that has a spot whose code is within CLOSE_BITS. A spot that many references
have says less: its vote is weighted down, never dropped, since footage that spread is itself in many references.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint import local
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.references import References, distances, words

CLOSE_BITS = 26  # of 128: an angle of 36° between descriptors; unrelated spots' nearest of 2,000 lies at 30
_QUERY_FRAMES_MAX = 8
_INVERTED_FRAMES_MAX = 3
_SPOTS_VOTING = 110  # of a frame's: the first turns over its grid
_PRIOR_REFERENCES = 10  # as if so many more were held, so that three copies among three references still count
_WEIGHT_MIN = 0.2
_VOTES_MIN = 3.0
_FRAMES_OF_ONE = 2  # frames of one reference that are looked at for each of the query's
_REFERENCES_MAX = 40  # looked at for each of the query's frames


@dataclass(frozen=True)
class FramePair:
    """A local frame of the query and one of a reference that may show the same, by indices into their local frames."""

    query: int
    reference: int
    variant: int


def spots_of(picture: PictureFingerprint, frame: int) -> slice:
    """Where the spots of a local frame stand."""
    return slice(int(picture.local_starts[frame]), int(picture.local_starts[frame + 1]))


def spread(count: int, most: int) -> list[int]:
    """At most `most` of `count` indices, evenly."""
    if count <= most:
        return list(range(count))
    return sorted({round(i) for i in np.linspace(0, count - 1, most).tolist()})


def candidate_pairs(picture: PictureFingerprint, references: References) -> dict[int, list[FramePair]]:
    """For each reference's index in `references.pictures`, the frame pairs worth a look at their geometry."""
    found: dict[int, list[FramePair]] = defaultdict(list)
    if references.codes.shape[1] == 0:
        return found
    looked = spread(len(picture.local_frames), _QUERY_FRAMES_MAX)
    inverted = {looked[i] for i in spread(len(looked), _INVERTED_FRAMES_MAX)}
    for frame in looked:
        codes = picture.codes[spots_of(picture, frame)][:_SPOTS_VOTING]
        for variant in range(len(local.VARIANT_WORDS)):
            if variant in (local.INVERTED, local.MIRRORED_INVERTED) and frame not in inverted:
                continue
            votes = _votes(local.variant(codes, variant), references)
            for owner, reference_frame in _chosen(votes, references):
                found[owner].append(FramePair(frame, reference_frame, variant))
    return found


def _votes(codes: NDArray[np.uint8], references: References) -> NDArray[np.float64]:
    """The votes of one frame's codes for every local frame of the references: float64[f]."""
    filled = np.flatnonzero(np.diff(references.code_starts))
    votes = np.zeros(len(references.code_owner))
    if not len(filled):
        return votes
    starts = references.code_starts[filled]
    owner = references.code_owner[filled]
    total = len(references.pictures) + _PRIOR_REFERENCES
    for code in words(codes).T:
        near = np.minimum.reduceat(distances(code, references.codes), starts) <= CLOSE_BITS
        if near.any():
            having = len(np.unique(owner[near]))
            votes[filled[near]] += max(_WEIGHT_MIN, np.log(total / having) / np.log(total))
    return votes


def _chosen(votes: NDArray[np.float64], references: References) -> list[tuple[int, int]]:
    """The (reference, local frame) pairs with the most votes, at most two frames of one reference."""
    taken: dict[int, int] = defaultdict(int)
    chosen = []
    for at in np.argsort(-votes, kind="stable"):
        if votes[at] < _VOTES_MIN or len(taken) > _REFERENCES_MAX:
            break
        owner = int(references.code_owner[at])
        if taken[owner] < _FRAMES_OF_ONE:
            taken[owner] += 1
            chosen.append((owner, int(references.code_frame[at])))
    return chosen
