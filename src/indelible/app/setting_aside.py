"""What rests on marks alone is set aside; a match that shows a mark and more stands where what lies beside matches as well.

A match reaches over a title's end where a channel's logo stands on both clips, and the title's movement speaks for all of it.
What was compared again is kept, under a digest of what was asked: the marks change as the archive grows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence

from indelible.app.opening import Desk
from indelible.fingerprint.medium import Fingerprint
from indelible.match.beside import Part, match_beside
from indelible.model.segment import Relation, SegmentMatch
from indelible.trace.marks import InPart, Marks, SetAside
from indelible.trace.seen import Link

A_FILE = ""  # what is no exhibit shows no mark by itself
Parted = tuple[list[Link], list[SetAside]]
Find = Callable[[str], Fingerprint | None]
Beside = Callable[[Link, InPart], Sequence[SegmentMatch] | None]  # None where a fingerprint is lost: then the copy stands


def between_exhibits(desk: Desk, find: Find, marks: Marks, links: Iterable[Link]) -> Parted:
    """The matches between exhibits that stand, and those that rest on marks alone. `find` gives fingerprints by SHA-256."""
    known = desk.derived.beside()

    def beside(link: Link, in_part: InPart) -> Sequence[SegmentMatch] | None:
        asked = _digest(link, in_part)
        if asked not in known:
            query, reference = find(link.query), find(link.match.reference)
            if query is None or reference is None:
                return None
            known[asked] = compared_beside(query, reference, link, in_part)
            desk.derived.keep_beside(asked, known[asked])
        return known[asked]

    return parted(marks, links, beside)


def of_file(
    query: Fingerprint, fingerprint: Callable[[str], Fingerprint], marks: Marks, matches: Iterable[SegmentMatch]
) -> tuple[list[SegmentMatch], list[SetAside]]:
    """The matches of a file with exhibits that stand, best first, and those that rest on marks alone; nothing is kept."""

    def beside(link: Link, in_part: InPart) -> Sequence[SegmentMatch]:
        return compared_beside(query, fingerprint(link.match.reference), link, in_part)

    stand: list[SegmentMatch] = []
    aside: list[SetAside] = []
    for match in matches:
        if marks.is_the_query(match, query.duration_ms):
            stand.append(match)
        else:
            left, apart = parted(marks, [Link(A_FILE, match)], beside)
            stand += [link.match for link in left]
            aside += apart
    return sorted(stand, key=lambda match: -match.score), aside


def parted(marks: Marks, links: Iterable[Link], beside: Beside) -> Parted:
    """The matches that stand, and those that rest on marks alone. `beside` gives what both sides share without the marks."""
    left: list[Link] = []
    aside: list[SetAside] = []
    told: set[Link] = set()  # two matches of one pair may come to the same
    for link in links:
        mark, in_part = marks.of_link(link), marks.in_part(link)
        if mark is not None:
            aside.append(SetAside(mark, link))
            continue
        found = beside(link, in_part) if in_part is not None else None
        if in_part is None or found is None or any(_is_as_much(match, link.match) for match in found):
            left.append(link)
        else:
            aside.append(SetAside(in_part.mark, link))
            instead = [Link(link.query, match) for match in found if match.relation is not Relation.COPY]
            left += [each for each in instead if each not in told]
            told.update(instead)
    return left, aside


def compared_beside(query: Fingerprint, reference: Fingerprint, link: Link, in_part: InPart) -> list[SegmentMatch]:
    """What both sides of a match share beside the marks that it shows."""
    key = link.match.reference
    return match_beside(Part(link.query, query, in_part.query), Part(key, reference, in_part.reference))


def _is_as_much(found: SegmentMatch, match: SegmentMatch) -> bool:
    """Whether what was found beside the marks says as much, of the same place, as the match that shows them."""
    same_place = found.query_span.overlap_ms(match.query_span) and found.reference_span.overlap_ms(match.reference_span)
    return found.relation in (Relation.COPY, match.relation) and bool(same_place)


def _digest(link: Link, in_part: InPart) -> str:
    spans = [[(span.start_ms, span.end_ms) for span in sorted(side)] for side in (in_part.query, in_part.reference)]
    return hashlib.sha256(json.dumps([link.query, link.match.reference, *spans]).encode()).hexdigest()
