"""The copies between exhibits, seen from either side: from here, through each, to there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indelible.model.segment import Relation
from indelible.model.span import Span
from indelible.trace.seen import Link
from indelible.trace.traced import Stretch


@dataclass(frozen=True, order=True)
class Tie:
    """A copy as one of its exhibits sees it: `here` shows what `there` shows."""

    here: Span
    there: Stretch
    backwards: bool

    def beyond(self, span: Span) -> Span | None:
        """What of the other exhibit a span of this one is; None when the copy does not reach it."""
        start, end = max(span.start_ms, self.here.start_ms), min(span.end_ms, self.here.end_ms)
        if end <= start:
            return None
        ends = sorted((self._at(start), self._at(end)))
        return Span(ends[0], ends[1])

    def turned(self, exhibit: str) -> Tie:
        """The same as the other side sees it; `exhibit` is this one."""
        return Tie(self.there.span, Stretch(exhibit, self.here), self.backwards)

    def _at(self, at_ms: int) -> int:
        share = (at_ms - self.here.start_ms) / self.here.length_ms
        there = self.there.span
        return round(there.end_ms - share * there.length_ms if self.backwards else there.start_ms + share * there.length_ms)


def tie_of(link: Link) -> Tie:
    """A match as the exhibit that was asked about sees it."""
    match = link.match
    return Tie(match.query_span, Stretch(match.reference, match.reference_span), match.edit.speed_ratio < 0)


def same(one: Span, other: Span) -> bool:
    """Whether two spans of an exhibit are one stretch of it: each overlaps by half with the other."""
    return 2 * one.overlap_ms(other) >= max(one.length_ms, other.length_ms) > 0


class Ties:
    """All copies of moving picture. The order of the matches has no effect."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._of: dict[str, list[Tie]] = defaultdict(list)
        for link in links:
            tie = tie_of(link)
            moving = tie.here.length_ms and tie.there.span.length_ms
            if link.match.relation is Relation.COPY and moving and link.query != tie.there.exhibit:
                self._of[link.query].append(tie)
                self._of[tie.there.exhibit].append(tie.turned(link.query))
        for ties in self._of.values():
            ties.sort()

    def of(self, exhibit: str) -> Sequence[Tie]:
        """The copies of which an exhibit is one side, in order."""
        return self._of.get(exhibit, ())

    def carried(self, seed: Stretch) -> tuple[Stretch, ...]:
        """Everywhere that a stretch, or half of it at least, is seen, from copy to copy; the stretch itself first."""
        found: dict[str, list[Span]] = defaultdict(list, {seed.exhibit: [seed.span]})
        reached = [seed]
        for stretch in reached:  # grows while it is walked
            for tie in self.of(stretch.exhibit):
                span = tie.beyond(stretch.span)
                covered = tie.here.overlap_ms(stretch.span)
                if span is None or 2 * covered < stretch.span.length_ms or 2 * span.length_ms < seed.span.length_ms:
                    continue
                if not any(same(span, known) for known in found[tie.there.exhibit]):
                    found[tie.there.exhibit].append(span)
                    reached.append(Stretch(tie.there.exhibit, span))
        return tuple(reached)
