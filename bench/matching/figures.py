"""The figures of a run: recall and its interval, what is called a copy and is none, and how well stretches are located."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.matching.sources import Source
from bench.matching.written import Query

from indelible.model.segment import Relation, SegmentMatch
from indelible.model.span import Span

_SECOND_MS = 1000
_MOMENT_MS_MAX = 2 * _SECOND_MS  # a longer stretch is one whose frames cannot be told apart
_TOLD = (Relation.COPY, Relation.UNDECIDED)
PICTURE = (Relation.COPY, Relation.UNDECIDED, Relation.SAME_SCENE)


@dataclass(frozen=True)
class Answered:
    """A query with what was found for it."""

    query: Query
    matches: tuple[SegmentMatch, ...]

    @property
    def right(self) -> SegmentMatch | None:
        """The best match by picture of the true source."""
        mine = [match for match in self.matches if match.reference == self.query.source and match.relation in PICTURE]
        return next((match for match in mine if match.relation is Relation.COPY), mine[0] if mine else None)

    @property
    def found(self) -> bool:
        """Whether it is told for a person to see: a copy, or undecided."""
        return self.right is not None and self.right.relation is not Relation.SAME_SCENE

    @property
    def called_copy(self) -> bool:
        """Whether nobody needs to look again."""
        return self.right is not None and self.right.relation is Relation.COPY


@dataclass(frozen=True)
class Share:
    """`hits` of `of`."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share, not a number where there is nothing."""
        return self.hits / self.of if self.of else math.nan

    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %."""
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.of, self.value
        middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def share(flags: Iterable[bool]) -> Share:
    listed = list(flags)
    return Share(sum(listed), len(listed))


def strangers(answered: Sequence[Answered], chosen: Sequence[Source]) -> tuple[list[tuple[Query, SegmentMatch]], int]:
    """Copies that are said to show unrelated footage, and how many unrelated pairs were compared."""
    group = {source.id: source.group for source in chosen}
    wrong, pairs = [], 0
    for each in answered:
        shown = {group[each.query.source], *(group[other] for other in each.query.others)}
        pairs += sum(source.group not in shown for source in chosen)
        wrong += [
            (each.query, match)
            for match in each.matches
            if match.relation is Relation.COPY and group[match.reference] not in shown
        ]
    return wrong, pairs


def scenes(answered: Sequence[Answered], chosen: Sequence[Source]) -> dict[str, int]:
    """What is said of pairs that show one place or person at different moments, by relation."""
    group = {source.id: source.group for source in chosen}
    told: dict[str, int] = {"copy": 0, "undecided": 0, "same scene": 0, "not reported": 0}
    for each in answered:
        said = {match.reference: str(match.relation) for match in reversed(each.matches) if match.relation in PICTURE}
        for source in chosen:
            if source.group == group[each.query.source] and source.id != each.query.source:
                told[said.get(source.id, "not reported")] += 1
    return told


def meant(answered: Sequence[Answered], chosen: Sequence[Source]) -> dict[str, dict[str, int]]:
    """Of the pairs of which each relation is told, how many are copies, other moments of one scene, and unrelated."""
    group = {source.id: source.group for source in chosen}
    told = {str(relation): {"copies": 0, "other moments": 0, "unrelated": 0} for relation in PICTURE}
    for each in answered:
        shown = {group[other] for other in each.query.others}
        said = {match.reference: str(match.relation) for match in reversed(each.matches) if match.relation in PICTURE}
        for reference, relation in said.items():
            if reference == each.query.source:
                told[relation]["copies"] += 1
            elif group[reference] not in shown:
                told[relation]["other moments" if group[reference] == group[each.query.source] else "unrelated"] += 1
    return told


def average_precision(answered: Sequence[Answered], chosen: Sequence[Source]) -> float:
    """VSC2022's uAP: the precision at each true pair, all pairs of a run ranked by score, averaged over all queries.

    A pair whose footage is in the query besides, or that shows its scene at another moment, is neither right nor wrong.
    """
    group = {source.id: source.group for source in chosen}
    told = []
    for each in answered:
        shown = {group[each.query.source], *(group[other] for other in each.query.others)}
        best = {
            match.reference: match.score for match in sorted(each.matches, key=lambda m: m.score) if match.relation in PICTURE
        }
        told += [
            (score, reference == each.query.source)
            for reference, score in best.items()
            if reference == each.query.source or group[reference] not in shown
        ]
    told.sort(key=lambda pair: (-pair[0], pair[1]))
    right, total = 0, 0.0
    for rank, (_, true) in enumerate(told, 1):
        right += true
        total += true * right / rank
    return total / max(1, len(answered))


def moments(answered: Sequence[Answered]) -> tuple[Share, Share]:
    """Of stills whose video is told: whether the moment is, and, where frames cannot be told apart, whether it is among them."""
    told = [(each, each.right.reference_span.length_ms) for each in answered if each.query.still and each.found and each.right]
    near = share(_at_its_moment(each) for each, length_ms in told if length_ms <= _MOMENT_MS_MAX)
    return near, share(_at_its_moment(each) for each, length_ms in told if length_ms > _MOMENT_MS_MAX)


def placed(answered: Sequence[Answered]) -> Share:
    """Of all stills, those whose video and moment are told."""
    return share(each.found and _at_its_moment(each) for each in answered if each.query.still)


def _at_its_moment(each: Answered) -> bool:
    """Whether a still is told within a second of its moment, or of a stretch of frames like it: the best, or one named beside it."""
    at_ms = each.query.original[0] * _SECOND_MS
    told = (match.reference_span for match in each.matches if match.reference == each.query.source and match.relation in _TOLD)
    return any(span.start_ms - _SECOND_MS <= at_ms <= span.end_ms + _SECOND_MS for span in told)


def overlap(span: Span, true_s: tuple[float, float]) -> float:
    """Intersection over union of a span with a stretch in seconds."""
    start, end = true_s[0] * 1000, true_s[1] * 1000
    both = min(span.end_ms, end) - max(span.start_ms, start)
    return max(0.0, both) / max(1.0, max(span.end_ms, end) - min(span.start_ms, start))


def overlaps(answered: Sequence[Answered]) -> tuple[float, float]:
    """The mean overlap on the query's and the reference's axis, over all that are found and move."""
    found = [(each.query, each.right) for each in answered if each.right is not None and each.found and not each.query.still]
    if not found:
        return math.nan, math.nan
    mine = sum(overlap(match.query_span, query.shown) for query, match in found)
    theirs = sum(overlap(match.reference_span, query.original) for query, match in found)
    return mine / len(found), theirs / len(found)
