"""From what tracing finds to what `trace` answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from indelible.app.answers.marked import set_aside_rows
from indelible.app.answers.trace import (
    CandidateRow,
    EarliestRow,
    EdgeRow,
    FlagRow,
    FootageRow,
    NotCollectedRow,
    SightingRow,
    StatedEarlierRow,
    StretchRow,
    TraceAnswer,
)
from indelible.trace.marks import SetAside
from indelible.trace.traced import Footage, NotCollected, Sighting, Traced

Cite = Callable[[str], str]


def trace_answer(traced: Traced, cite: Cite, *, not_searchable: int = 0, set_aside: Iterable[SetAside] = ()) -> TraceAnswer:
    """The answer; `cite` gives an exhibit's citation (`origin#number`) by its SHA-256."""
    return TraceAnswer(
        footage=tuple(_footage(told, cite) for told in traced.footage),
        not_collected=tuple(_not_collected(row) for row in traced.not_collected),
        not_searchable=not_searchable,
        set_aside=set_aside_rows(set_aside, cite),
    )


def _footage(told: Footage, cite: Cite) -> FootageRow:
    return FootageRow(
        exhibits=tuple(cite(exhibit) for exhibit in told.exhibits),
        earliest=_earliest(told),
        sightings=tuple(_sighting(sighting, cite) for sighting in told.sightings),
        flags=tuple(FlagRow(f.kind, str(f.post.id), f.post.channel, f.post.id.message, f.because) for f in told.flags),
        stretches=tuple(StretchRow(cite(s.exhibit), s.span) for s in told.stretches),
        candidates=tuple(
            CandidateRow(str(c.post.id), cite(c.exhibit), c.relation.value, round(c.score, 4)) for c in told.candidates
        ),
        stated_earlier=tuple(
            StatedEarlierRow(s.name, s.peer, s.at.at, s.at.voucher.value, str(s.named_by)) for s in told.stated_earlier
        ),
    )


def _earliest(told: Footage) -> EarliestRow:
    post = told.earliest.post
    return EarliestRow(
        post=str(post.id),
        channel=post.channel,
        channel_id=post.channel_id,
        message_id=post.id.message,
        at=post.at,
        voucher=post.posted.voucher.value if post.posted else None,
        bounds=post.bounds,
        may_be_earlier=tuple(str(rival) for rival in told.may_be_earlier),
    )


def _sighting(sighting: Sighting, cite: Cite) -> SightingRow:
    post = sighting.post
    return SightingRow(
        post=str(post.id),
        channel=post.channel,
        channel_id=post.channel_id,
        message_id=post.id.message,
        at=post.at,
        voucher=post.posted.voucher.value if post.posted else None,
        exhibit=cite(sighting.exhibit),
        relation=sighting.relation.value,
        edges=tuple(EdgeRow(str(edge.to), edge.kind.value, edge.because) for edge in sighting.edges),
        bounds=post.bounds,
        text=post.text,
    )


def _not_collected(row: NotCollected) -> NotCollectedRow:
    return NotCollectedRow(row.name, row.peer, str(row.named_by), row.at.at if row.at else None, row.reason)
