"""How closely two exhibits are related, by the matches between them in either direction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from indelible.model.segment import Relation
from indelible.trace.seen import Link

Closeness = tuple[int, float, int]  # the same bytes, best score, matched ms


class Kinship:
    """The links between exhibits, by pair."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._links: dict[frozenset[str], list[Link]] = defaultdict(list)
        for link in links:
            self._links[frozenset((link.query, link.match.reference))].append(link)
        self._closeness: dict[tuple[str, str], Closeness] = {}

    def between(self, one: str, other: str) -> list[Link]:
        """The links of two exhibits, closest first, those that ask about `one` before those that ask about `other`."""
        found = self._links.get(frozenset((one, other)), [])
        return sorted(found, key=lambda link: (link.query != one, -link.match.score, link.match.query_span))

    def closeness(self, one: str, other: str) -> Closeness:
        """Comparable: the same bytes come first, then the better score of a copy or sound, then the longer stretch."""
        pair = (one, other)
        if pair not in self._closeness:
            self._closeness[pair] = self._measured(one, other)
        return self._closeness[pair]

    def _measured(self, one: str, other: str) -> Closeness:
        if one == other:
            return (1, 1.0, 0)
        told = [link.match for link in self.between(one, other) if link.match.relation in (Relation.COPY, Relation.SAME_SOUND)]
        if not told:
            return (0, 0.0, 0)
        best = max(told, key=lambda match: (match.score, match.query_span.length_ms))
        return (0, best.score, best.query_span.length_ms)
