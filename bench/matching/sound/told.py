"""The figures of a run of sounds, as Markdown: recall by edit and by line of the goals, strangers, and where the stretches lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.matching.figures import Share, overlap, share
from bench.matching.report import shown
from bench.matching.sound.clips import Clip
from bench.matching.written import Query

from indelible.model.segment import Relation, SegmentMatch

HALVES = ((0, "tuning half"), (1, "other half"))
Lines = Mapping[str, Iterable[str]]


@dataclass(frozen=True)
class Heard:
    """A query with what was found for it."""

    query: Query
    half: int
    matches: tuple[SegmentMatch, ...]

    @property
    def right(self) -> SegmentMatch | None:
        """The best match by sound of the true source."""
        mine = (match for match in self.matches if match.reference == self.query.source)
        return next((match for match in mine if match.relation is Relation.SAME_SOUND), None)


def text(heard: Sequence[Heard], chosen: Sequence[Clip], lines: Lines, seconds: float) -> str:
    """Recall by edit, by line and as a whole, then strangers and the cost of a query."""
    rows = ["| edit | found, tuning half | found, other half |", "|---|---|---|"]
    rows += [_row(name, [each for each in heard if each.query.edit == name]) for name in _edits(heard)]
    rows += ["", "| line | found, tuning half | found, other half |", "|---|---|---|"]
    for line, edits in lines.items():
        within = set(edits)
        mine = [each for each in heard if each.query.edit in within]
        rows += [_row(line, mine)] if mine else []
    kinds = {clip.id: clip.kind for clip in chosen}
    rows += [_row(kind, [e for e in heard if kinds[e.query.source] == kind]) for kind in dict.fromkeys(kinds.values())]
    rows += [_row("**all**", heard), ""]
    rows += [f"- not found: {each.query.path}" for each in heard if each.right is None]
    wrong, pairs = strangers(heard, chosen)
    rows += [f"- STRANGER: {query.path} sounds like {match.reference}: {match.why}" for query, match in wrong]
    found = [(each.query, each.right) for each in heard if each.right is not None]
    mine_s = sum(overlap(match.query_span, query.shown) for query, match in found) / max(1, len(found))
    theirs = sum(overlap(match.reference_span, query.original) for query, match in found) / max(1, len(found))
    queried = {each.query.source for each in heard}
    rows.append(
        f"\n{len(heard):,} copies of {len(queried)} clips; {len(wrong)} matches of strangers in {pairs:,} pairs of strangers;"
        f" spans overlap the true ones by {mine_s:.2f} (query) and {theirs:.2f} (reference) where found; {seconds:.2f} s of CPU"
        f" a query to match against {len(chosen)} clips"
    )
    return "\n".join(rows)


def strangers(heard: Sequence[Heard], chosen: Sequence[Clip]) -> tuple[list[tuple[Query, SegmentMatch]], int]:
    """Matches with clips of groups that the copy holds nothing of, and how many such pairs were compared."""
    group = {clip.id: clip.group for clip in chosen}
    wrong, pairs = [], 0
    for each in heard:
        held = {group[each.query.source], *(group[other] for other in each.query.others)}
        pairs += sum(clip.group not in held for clip in chosen)
        wrong += [(each.query, match) for match in each.matches if group[match.reference] not in held]
    return wrong, pairs


def _edits(heard: Sequence[Heard]) -> list[str]:
    return list(dict.fromkeys(each.query.edit for each in heard))


def _row(name: str, mine: Sequence[Heard]) -> str:
    shares: list[Share] = [share(each.right is not None for each in mine if each.half == half) for half, _ in HALVES]
    return f"| {name} | {shown(shares[0])} | {shown(shares[1])} |"
