"""Which stretches of picture are one footage: union-find over overlapping spans that copies join.

The rules, in the order in which they are applied:

1. A `copy` joins its two spans. Nothing else joins two exhibits; the same bytes are one exhibit.
2. Two spans of one exhibit are one stretch when they overlap by 2 s or by half of the shorter (`_meet`). A match may
   reach a little over a cut, so spans that only touch stay apart: a compilation that quotes two incidents belongs to
   two footages and never merges them.
3. A copy that runs over a cut is split there first (the whole compilation posted twice must not bridge its parts), and
   a take, being continuous, joins all stretches inside it. Only where cuts are known: see `takes`.
4. Neighbouring parts of one pair of exhibits (divided by a cut, or by a gap between two matches) are told as one footage
   when one's exhibits are all among the other's: that adds no exhibit to either, so it can merge no two incidents.

docs/decisions/0013-footage-and-flags.md gives the reasons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from indelible.model.segment import Relation, SegmentMatch
from indelible.model.span import Span
from indelible.trace.seen import Link, Medium, Seen
from indelible.trace.traced import Stretch

OVERLAP_MS = 2000  # an overlap of this length always joins
MARGIN_MS = 1000  # a still this near to a span's end does not join it (a quarter of a span under 4 s)
PIECE_MS_MIN = 1000  # what a cut leaves of a copy and is shorter than this is a match's overrun

Part = frozenset[Stretch]


def footage_stretches(seen: Seen) -> list[Part]:
    """The footages as sets of stretches; every exhibit of a post is in at least one. Order has no meaning."""
    sets = _Union()
    shown = {exhibit for post in seen.posts for exhibit in post.exhibits}
    for exhibit in shown:
        for take in seen.medium(exhibit).takes:
            sets.add(Stretch(exhibit, take))
    pairs: dict[tuple[str, str], set[Stretch]] = defaultdict(set)
    for link in seen.links:
        if link.match.relation is Relation.COPY and link.query != link.match.reference:
            for sides in _pieces(link, seen):
                one, other = sorted(sides)
                sets.join(one, other)
                pairs[one.exhibit, other.exhibit].add(one)
    for exhibit in shown - {stretch.exhibit for stretch in sets.stretches()}:
        sets.add(Stretch(exhibit, Span(0, max(0, seen.medium(exhibit).duration_ms))))
    _join_overlapping(sets, seen)
    return _told_as_one(sets, (bridge for part in pairs.values() for bridge in pairwise(sorted(part))))


class _Union:
    """Disjoint sets of stretches."""

    def __init__(self) -> None:
        self._parent: dict[Stretch, Stretch] = {}

    def add(self, stretch: Stretch) -> None:
        self._parent.setdefault(stretch, stretch)

    def find(self, stretch: Stretch) -> Stretch:
        root = stretch
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[stretch] != root:
            self._parent[stretch], stretch = root, self._parent[stretch]
        return root

    def join(self, one: Stretch, other: Stretch) -> None:
        self.add(one)
        self.add(other)
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first

    def stretches(self) -> list[Stretch]:
        return sorted(self._parent)

    def parts(self) -> list[Part]:
        members: dict[Stretch, set[Stretch]] = defaultdict(set)
        for stretch in self._parent:
            members[self.find(stretch)].add(stretch)
        return [frozenset(part) for part in members.values()]


def _pieces(link: Link, seen: Seen) -> list[tuple[Stretch, Stretch]]:
    """The copy split at the cuts of both sides, ascending in the query."""
    match = link.match
    query, reference = match.query_span, match.reference_span
    if not query.length_ms or not reference.length_ms:
        return [(Stretch(link.query, query), Stretch(match.reference, reference))]
    cuts = {cut for cut in _cuts(seen.medium(link.query)) if query.start_ms < cut < query.end_ms}
    for cut in _cuts(seen.medium(match.reference)):
        if reference.start_ms < cut < reference.end_ms:
            cuts.add(_mapped(cut, reference, query, backwards=match.edit.speed_ratio < 0))
    edges = [query.start_ms, *sorted(cuts), query.end_ms]
    return [
        (Stretch(link.query, piece), Stretch(match.reference, _reference_piece(piece, match))) for piece in _long_enough(edges)
    ]


def _cuts(medium: Medium) -> Iterator[int]:
    return (take.start_ms for take in medium.takes[1:])


def _long_enough(edges: list[int]) -> Iterator[Span]:
    least = min(PIECE_MS_MIN, (edges[-1] - edges[0]) / (2 * (len(edges) - 1)))
    for start, end in pairwise(edges):
        if end - start >= least:
            yield Span(start, end)


def _reference_piece(piece: Span, match: SegmentMatch) -> Span:
    backwards = match.edit.speed_ratio < 0
    ends = [_mapped(at, match.query_span, match.reference_span, backwards=backwards) for at in (piece.start_ms, piece.end_ms)]
    return Span(min(ends), max(ends))


def _mapped(at: int, source: Span, target: Span, *, backwards: bool) -> int:
    share = (at - source.start_ms) / source.length_ms
    return round(target.end_ms - share * target.length_ms if backwards else target.start_ms + share * target.length_ms)


def _join_overlapping(sets: _Union, seen: Seen) -> None:
    of_exhibit: dict[str, list[Stretch]] = defaultdict(list)
    for stretch in sets.stretches():
        of_exhibit[stretch.exhibit].append(stretch)
    for exhibit, stretches in of_exhibit.items():
        takes = frozenset(seen.medium(exhibit).takes)
        for index, one in enumerate(stretches):
            for other in stretches[index + 1 :]:
                if other.span.start_ms > one.span.end_ms:
                    break  # they ascend by start
                if _meet(one.span, other.span, takes):
                    sets.join(one, other)


def _meet(one: Span, other: Span, takes: frozenset[Span]) -> bool:
    shorter, longer = sorted((one, other), key=lambda span: (span.length_ms, span))
    if not shorter.length_ms:
        return _inside(shorter.start_ms, longer, 0 if longer in takes else min(MARGIN_MS, longer.length_ms / 4))
    return one.overlap_ms(other) >= min(OVERLAP_MS, shorter.length_ms / 2)


def _inside(at: int, span: Span, margin_ms: float) -> bool:
    """Whether an instant lies well inside: with the margin of a match's span, in no two spans that do not meet themselves."""
    return span.start_ms + margin_ms <= at <= span.end_ms - margin_ms


def _told_as_one(sets: _Union, bridges: Iterable[tuple[Stretch, Stretch]]) -> list[Part]:
    """Parts without a fellow dropped where their exhibit has one elsewhere, parts that a cut divided put together."""
    parts = sorted(sets.parts(), key=sorted)
    shared = {exhibit for part in parts if len(_exhibits(part)) > 1 for exhibit in _exhibits(part)}
    several = [part for part in parts if len(_exhibits(part)) > 1]
    alone: dict[str, set[Stretch]] = defaultdict(set)
    for stretch in (stretch for part in parts for stretch in part if stretch.exhibit not in shared):
        alone[stretch.exhibit].add(stretch)
    return [*_bridged(several, bridges), *(frozenset(part) for part in alone.values())]


def _bridged(parts: list[Part], bridges: Iterable[tuple[Stretch, Stretch]]) -> list[Part]:
    """Larger parts first, each takes in the neighbours whose exhibits it holds all."""
    part_of = {stretch: number for number, part in enumerate(parts) for stretch in part}
    neighbours: dict[int, set[int]] = defaultdict(set)
    for one, other in bridges:
        neighbours[part_of[one]].add(part_of[other])
        neighbours[part_of[other]].add(part_of[one])
    order = sorted(range(len(parts)), key=lambda n: (-len(_exhibits(parts[n])), sorted(parts[n])))
    taken: set[int] = set()
    groups = [_reach(number, parts, neighbours, taken) for number in order]
    return [frozenset().union(*(parts[n] for n in group)) for group in groups if group]


def _reach(start: int, parts: list[Part], neighbours: dict[int, set[int]], taken: set[int]) -> list[int]:
    """The numbers of the parts told as one with `start`, which are taken then; none when it is taken already."""
    if start in taken:
        return []
    mine = _exhibits(parts[start])
    reached, frontier = [start], [start]
    taken.add(start)
    while frontier:
        for near in sorted(neighbours[frontier.pop()] - taken):
            if _exhibits(parts[near]) <= mine:
                taken.add(near)
                reached.append(near)
                frontier.append(near)
    return reached


def _exhibits(part: Part) -> set[str]:
    return {stretch.exhibit for stretch in part}
