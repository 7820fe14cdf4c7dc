"""The marks of an archive: those that a person judged, and those learnt from what strangers share.

A stretch is learnt as a mark when all of this holds; docs/decisions/0017-marks.md gives reasons, and what it gets wrong:

1. It lasts half a second to ten seconds.
2. No exhibit consists of it: everywhere it is less than four fifths of the exhibit. A clip that others quote is mostly held too.
3. It stands within a second of one end, always the same one, of four fifths of the exhibits that show it.
4. Five of these, of each of which it is half at most, are strangers: pair by pair they share nothing but short stretches at
   that same place of theirs. So a channel that has both a title before its clips and one behind them has two marks.

A judgement is about a stretch and holds wherever copies carry that stretch; of several about one stretch the last holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indelible.model.span import Span
from indelible.trace.marks import WHOLE_SHARE, Mark, MarkState, rests
from indelible.trace.seen import Link
from indelible.trace.ties import Tie, Ties, same
from indelible.trace.traced import Stretch

MARK_MS_MIN = 500
MARK_MS_MAX = 10_000
STRANGERS_MIN = 5
EDGE_MS = 1000
EDGE_SHARE = 0.8  # of the exhibits that show it: a compilation may hold a clip together with its title
CARRIER_SHARE = 0.5  # of an exhibit: where it is more, a title is hard to tell from a clip
RULE: Mapping[str, int | str] = {
    "mark_ms_min": MARK_MS_MIN,
    "mark_ms_max": MARK_MS_MAX,
    "strangers_min": STRANGERS_MIN,
    "edge_ms": EDGE_MS,
    "edge_share": str(EDGE_SHARE),
    "carrier_share": str(CARRIER_SHARE),
    "whole_share": str(WHOLE_SHARE),
}


@dataclass(frozen=True)
class Judgement:
    """What a person decided of a stretch: that it is a mark, or that it is footage."""

    stretch: Stretch
    is_mark: bool


def marks_of(links: Iterable[Link], lengths_ms: Mapping[str, int], judgements: Sequence[Judgement] = ()) -> list[Mark]:
    """The marks, judged ones first. `lengths_ms` names the exhibits in the order recorded, `judgements` stand in theirs."""
    rule = _Rule(Ties(links), lengths_ms)
    found, tried = _Known(), _Known()
    for judgement in reversed(judgements):
        if judgement.stretch not in found:
            found.add(rule.mark(judgement.stretch, MarkState.CONFIRMED if judgement.is_mark else MarkState.REFUSED))
    for exhibit in lengths_ms:
        for span in rule.shared(exhibit):
            seed = Stretch(exhibit, span)
            if seed not in found and seed not in tried:
                mark = rule.mark(seed, MarkState.LEARNT)
                tried.add(mark)
                if rule.learns(mark) and not any(stretch in found for stretch in mark.stretches):
                    found.add(mark)
    return found.marks


class _Known:
    """Marks, and which stretches are theirs."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self._spans: dict[str, list[Span]] = defaultdict(list)

    def add(self, mark: Mark) -> None:
        self.marks.append(mark)
        for stretch in mark.stretches:
            self._spans[stretch.exhibit].append(stretch.span)

    def __contains__(self, stretch: Stretch) -> bool:
        return any(same(span, stretch.span) for span in self._spans.get(stretch.exhibit, ()))


class _Rule:
    """The rule, over the copies of one archive."""

    def __init__(self, ties: Ties, lengths_ms: Mapping[str, int]) -> None:
        self._ties = ties
        self._lengths_ms = lengths_ms

    def mark(self, seed: Stretch, state: MarkState) -> Mark:
        """The mark that a stretch would be: wherever it is seen, and how many strangers carry it."""
        stretches = self._ties.carried(seed)
        carriers = max((self._carriers(stretches, at_end=at_end) for at_end in (False, True)), key=len)
        return Mark(seed, stretches, len(self._strangers(carriers, stretches)), state)

    def learns(self, mark: Mark) -> bool:
        """Whether it is a mark by the rule."""
        lasts = MARK_MS_MIN <= mark.named_by.span.length_ms <= MARK_MS_MAX
        if not lasts or mark.strangers < STRANGERS_MIN or any(self._share(s) >= WHOLE_SHARE for s in mark.stretches):
            return False
        standing = max(len({s.exhibit for s in mark.stretches if self._stands(s, at_end=at_end)}) for at_end in (False, True))
        return standing >= EDGE_SHARE * len(mark.exhibits)

    def shared(self, exhibit: str) -> Iterator[Span]:
        """The stretches of an exhibit that at least four others share briefly, each as far as half of its sharers do."""
        ties = [tie for tie in self._ties.of(exhibit) if self._is_brief(exhibit, tie)]
        run: list[tuple[Span, int]] = []
        for span, sharers in [*depths(ties), (Span(0, 0), 0)]:
            if sharers >= STRANGERS_MIN - 1:
                run.append((span, sharers))
            elif run:
                most = max(sharers for _, sharers in run)
                core = [span for span, sharers in run if 2 * sharers >= most]
                yield Span(core[0].start_ms, core[-1].end_ms)
                run = []

    def _carriers(self, stretches: Sequence[Stretch], *, at_end: bool) -> list[str]:
        """The exhibits that carry it at their beginning, or end, and are half something else."""
        mine = (s.exhibit for s in stretches if self._stands(s, at_end=at_end) and self._share(s) <= CARRIER_SHARE)
        return list(dict.fromkeys(mine))

    def _strangers(self, carriers: Sequence[str], stretches: Sequence[Stretch]) -> list[str]:
        """Of the carriers as many, first come first chosen, as share nothing else pair by pair."""
        spans: dict[str, list[Span]] = defaultdict(list)
        for stretch in stretches:
            spans[stretch.exhibit].append(stretch.span)
        chosen: list[str] = []
        kin: set[str] = set()
        for exhibit in carriers:
            if exhibit not in kin:
                chosen.append(exhibit)
                ties = (tie for tie in self._ties.of(exhibit) if not self._is_marklike(exhibit, tie))
                kin.update(tie.there.exhibit for tie in ties if not rests(tie.here, spans[exhibit]))
        return chosen

    def _is_brief(self, exhibit: str, tie: Tie) -> bool:
        """Whether a copy may be a mark by its length: short, and on neither side a whole clip."""
        sides = (Stretch(exhibit, tie.here), tie.there)
        return all(side.span.length_ms <= MARK_MS_MAX and self._share(side) < WHOLE_SHARE for side in sides)

    def _is_marklike(self, exhibit: str, tie: Tie) -> bool:
        """Whether a copy may be a mark by its length and place: brief, at one and the same end of both."""
        sides = (Stretch(exhibit, tie.here), tie.there)
        at_one_end = any(all(self._stands(side, at_end=at_end) for side in sides) for at_end in (False, True))
        return at_one_end and self._is_brief(exhibit, tie)

    def _share(self, stretch: Stretch) -> float:
        return stretch.span.length_ms / max(1, self._lengths_ms.get(stretch.exhibit, 0))

    def _stands(self, stretch: Stretch, *, at_end: bool) -> bool:
        """Whether a stretch stands at its exhibit's beginning, or end."""
        length_ms = self._lengths_ms.get(stretch.exhibit, 0)
        return stretch.span.end_ms >= length_ms - EDGE_MS if at_end else stretch.span.start_ms <= EDGE_MS


def depths(ties: Sequence[Tie]) -> Iterator[tuple[Span, int]]:
    """Between one edge of a copy and the next: how many exhibits share that much."""
    edges: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for tie in ties:
        edges[tie.here.start_ms].append((tie.there.exhibit, 1))
        edges[tie.here.end_ms].append((tie.there.exhibit, -1))
    sharing: dict[str, int] = defaultdict(int)
    for at, after in pairwise(sorted(edges)):
        for other, change in edges[at]:
            sharing[other] += change
            if not sharing[other]:
                del sharing[other]
        yield Span(at, after), len(sharing)
