"""A query's picture against all references' pictures: candidates, then for each the map, the line in time, and the verdict.

Candidates come from whole frames (frame_votes) and from local features (local_votes, geometry). Neither decides: both only
say how one picture may lie on the other. The pixels under that map do (pixels), and so strangers that share a mark, a
caption or a test card are told apart from copies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from indelible.fingerprint.medium import Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match import geometry
from indelible.match.alignment import Alignment, span_of
from indelible.match.candidate import Candidate
from indelible.match.explain import explain
from indelible.match.frame_votes import frame_votes
from indelible.match.frozen import held
from indelible.match.local_frames import LocalFrames
from indelible.match.local_votes import FramePair, candidate_pairs
from indelible.match.references import References
from indelible.match.relation import decide
from indelible.match.search import sought
from indelible.match.transform import Shape, edit_of
from indelible.match.windows import alignments
from indelible.model.segment import Evidence, SegmentMatch
from indelible.model.speed import Speed

_SEARCHED_MAX = 10  # references that are sought by their small copies where spots agree on no map
_SETTLED_LOOK = 0.5  # below it a map holds roughly: one copy of the corpus (0.29) seems turned by 12° and is not


def match_picture(query: Fingerprint, references: References) -> list[SegmentMatch]:
    """The stretches of references that the query's picture shows, best first; empty for a medium without a picture."""
    if query.picture is None:
        return []
    one = held(query.picture)
    found = []
    for owner, candidate in _candidates(one or query.picture, references):
        at = int(references.pictured[owner])
        for alignment in alignments(candidate):
            told = _unfrozen(alignment, query.picture, one)
            match = _matched(query, references.fingerprint(at), references.keys[at], told)
            if match is not None:
                found.append(match)
    return sorted(found, key=lambda match: -match.score)


def _candidates(picture: PictureFingerprint, references: References) -> Iterator[tuple[int, Candidate]]:
    """The references' pictures for which anything says how the query's may lie on them, by their numbers."""
    votes, pairs = frame_votes(picture, references), candidate_pairs(picture, references)
    mine, searched = LocalFrames.of(picture), _searched(pairs)
    for owner in sorted(set(votes) | set(pairs)):
        theirs = references.local_frames(owner) if owner in pairs else None
        single = picture.single or references.hashes[owner].single
        tried = (geometry.fit(mine, theirs, pair, single=single) for pair in pairs.get(owner, ()) if theirs)
        fits = tuple(fit for fit in tried if fit is not None)
        if not fits and owner not in votes and (single or owner not in searched):
            continue  # the fingerprint need not be loaded
        reference = references.picture(owner)
        place = None if single else sought(picture, reference, pairs.get(owner, ()))
        if fits or owner in votes or place is not None:
            yield owner, Candidate(picture, reference, fits, votes.get(owner), place)


def _searched(pairs: dict[int, list[FramePair]]) -> set[int]:
    """The references that share the most spots with the query, whether or not these agree on a map."""
    shared = {owner: sum(pair.votes for pair in each) for owner, each in pairs.items()}
    return set(sorted(shared, key=lambda owner: -shared[owner])[:_SEARCHED_MAX])


def _unfrozen(alignment: Alignment, picture: PictureFingerprint, one: PictureFingerprint | None) -> Alignment:
    """An alignment of a query's one frame as one of the film that holds it."""
    return alignment if one is None else replace(alignment, query_span=span_of(picture.times_ms, picture), frozen=True)


def _matched(query: Fingerprint, reference: Fingerprint, key: str, alignment: Alignment) -> SegmentMatch | None:
    """What is reported of an alignment; None when it is weak."""
    glanced = Speed.FIRST in (query.speed, reference.speed)
    verdict = decide(alignment, glanced=glanced)
    if verdict is None:
        return None
    what, score = verdict
    shape = Shape((query.width, query.height), (reference.width, reference.height))
    support = alignment.support
    settled, moves = alignment.looks >= _SETTLED_LOOK, alignment.moving > 0 and not alignment.single
    edit = edit_of(support.laid.middle, shape, alignment.speed, settled=settled)
    spoke = {"frame hash": support.votes > 0, "local features": support.inliers > 0, "small copies": support.sought > 0}
    return SegmentMatch(
        reference=key,
        relation=what,
        score=score,
        query_span=alignment.query_span,
        reference_span=alignment.reference_span,
        edit=edit,
        why=explain(what, edit, alignment, shape, glanced=glanced),
        evidence=Evidence(
            aligned_frames=alignment.frames,
            inliers=support.inliers,
            motion_correlation=round(alignment.moment, 4) if moves else None,
            nearer_moment=round(alignment.nearer, 4) if moves else None,
            hash_votes=round(support.votes, 2),
            detectors=tuple(detector for detector, has_spoken in spoke.items() if has_spoken),
        ),
    )
