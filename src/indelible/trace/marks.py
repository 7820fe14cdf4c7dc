"""Marks: short stretches that strangers share, such as a channel's animated title. What rests on one alone joins nothing.

How a mark is learnt stands in `learning`; docs/decisions/0017-marks.md gives the reasons and the numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from indelible.model.segment import Relation, SegmentMatch
from indelible.model.span import Span
from indelible.trace.seen import Link
from indelible.trace.ties import same, tie_of
from indelible.trace.traced import Stretch

BESIDE_MS = 1000  # what of a match lies beside a mark and is no more than this is the match's own ragged end
PART_SHARE = 0.1  # of a match: where marks are less of it, what lies beside them speaks for itself
WHOLE_SHARE = 0.8  # an exhibit that is so much of a stretch is the clip itself, so the stretch is no mark


class MarkState(StrEnum):
    """Who says that a stretch is a mark."""

    LEARNT = "learnt"  # the archive, by the rule; nobody has looked
    CONFIRMED = "confirmed"  # a person
    REFUSED = "refused"  # a person says that it is footage


@dataclass(frozen=True)
class Mark:
    """A stretch that strangers share. `named_by` is the stretch that it is cited by, one of `stretches`, which are all of them.

    `strangers` counts exhibits that carry it at one of their ends and, pair by pair, share nothing else.
    """

    named_by: Stretch
    stretches: tuple[Stretch, ...]
    strangers: int
    state: MarkState

    @property
    def in_force(self) -> bool:
        """Whether what rests on it is set aside."""
        return self.state is not MarkState.REFUSED

    @property
    def exhibits(self) -> tuple[str, ...]:
        """The exhibits that show it, once each."""
        return tuple(dict.fromkeys(stretch.exhibit for stretch in self.stretches))


@dataclass(frozen=True)
class SetAside:
    """A match that rests on nothing but a mark."""

    mark: Mark
    link: Link


@dataclass(frozen=True)
class InPart:
    """A likeness that shows a mark and more: the mark that it shows most of, and the stretches of both sides that marks are."""

    mark: Mark
    query: tuple[Span, ...]
    reference: tuple[Span, ...]


class Marks:
    """The marks of an archive, and which matches rest on them."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self.all = tuple(marks)
        self._of: dict[str, list[tuple[Span, Mark]]] = defaultdict(list)
        for mark in self.all:
            for stretch in mark.stretches:
                self._of[stretch.exhibit].append((stretch.span, mark))

    def shown(self, exhibit: str, span: Span | None = None) -> list[Mark]:
        """The marks that an exhibit shows; with a span those of that stretch."""
        mine = [mark for part, mark in self._of.get(exhibit, ()) if span is None or same(part, span)]
        return list(dict.fromkeys(mine))

    def under(self, exhibit: str, span: Span) -> Mark | None:
        """The mark in force that a span of an exhibit shows and hardly anything beside; the one that it shows most of."""
        mine = [(part, mark) for part, mark in self._held(exhibit) if rests(span, [part])]
        return max(mine, key=lambda held: (held[0].overlap_ms(span), -held[0].length_ms))[1] if mine else None

    def is_the_query(self, match: SegmentMatch, length_ms: int) -> bool:
        """Whether a query of that length consists of what was learnt: held by the archive, it would be no mark."""
        mark = self.under(match.reference, match.reference_span)
        whole = length_ms > 0 and match.query_span.length_ms >= WHOLE_SHARE * length_ms
        return whole and mark is not None and mark.state is MarkState.LEARNT

    def of_link(self, link: Link) -> Mark | None:
        """The mark that a match rests on alone, on either side: what is under it on one side is the same on the other."""
        return self.under(link.query, link.match.query_span) or self.under(link.match.reference, link.match.reference_span)

    def in_part(self, link: Link) -> InPart | None:
        """What of the two sides of a match of pictures is marks, where that is a tenth of it at least; else None.

        What is a mark on one side is one on the other, at the place that the match gives it.
        """
        match = link.match
        if match.relation is Relation.SAME_SOUND or not match.query_span.length_ms or not match.reference_span.length_ms:
            return None
        there, back = tie_of(link), tie_of(link).turned(link.query)
        mine, theirs = self._held(link.query), self._held(match.reference)
        query = [*mine, *((span, mark) for part, mark in theirs if (span := back.beyond(part)))]
        reference = [*(span for span, _ in theirs), *(span for part, _ in mine if (span := there.beyond(part)))]
        shown = [(span.overlap_ms(match.query_span), mark) for span, mark in query]
        most, mark = max(shown, key=lambda each: each[0], default=(0, None))
        if mark is None or most < PART_SHARE * match.query_span.length_ms:
            return None
        return InPart(mark, tuple(span for span, _ in query), tuple(reference))

    def _held(self, exhibit: str) -> list[tuple[Span, Mark]]:
        return [(span, mark) for span, mark in self._of.get(exhibit, ()) if mark.in_force]


def rests(span: Span, parts: Sequence[Span]) -> bool:
    """Whether a span lies under one of these but for its ragged ends; half of it at least."""
    return any(
        span.length_ms - span.overlap_ms(part) <= min(BESIDE_MS, span.length_ms / 2) and _touch(span, part) for part in parts
    )


def _touch(one: Span, other: Span) -> bool:
    return one.start_ms <= other.end_ms and other.start_ms <= one.end_ms
