"""Posts, exhibits and matches as the catalog and the matcher give them, in one line each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise

from indelible.model.ids import PostId
from indelible.model.moment import Moment, Voucher
from indelible.model.segment import Edit, Relation, SegmentMatch
from indelible.model.span import Span
from indelible.trace.seen import Forward, Link, Medium, PostSeen, Seen

START = datetime(2021, 6, 2, 9, 14, tzinfo=UTC)
CHANNELS = {1: "Harbour", 2: "Берег", 3: "Міст", 4: "قناة"}
SECOND_MS = 1000


def name(exhibit: str) -> str:
    """The SHA-256 that stands for an exhibit in these tests."""
    return sha256(exhibit.encode()).hexdigest()


def stated(days: float) -> Moment:
    """An instant some days after the start, as an export states it."""
    return Moment(START + timedelta(days=days), Voucher.STATED)


def post(channel: int, message: int, exhibits: str, days: float | None = 0.0, text: str = "", **more: object) -> PostSeen:
    """A post that shows exhibits, named by words."""
    return PostSeen(
        id=PostId(channel, message),
        channel=CHANNELS[channel],
        exhibits=tuple(name(exhibit) for exhibit in exhibits.split()),
        posted=None if days is None else stated(days),
        text=text,
        **more,
    )


def forward(channel: int, days: float | None = None, *, by_name: bool = False) -> Forward:
    """A forward from a channel, with the original's date when days are given."""
    return Forward(CHANNELS[channel], None if by_name else channel, None if days is None else stated(days))


@dataclass(frozen=True)
class At:
    """A stretch of an exhibit in seconds."""

    exhibit: str
    start_s: float
    end_s: float

    @property
    def span(self) -> Span:
        return Span(round(self.start_s * SECOND_MS), round(self.end_s * SECOND_MS))


def link(query: At, reference: At, relation: Relation = Relation.COPY, score: float = 0.9, edit: Edit | None = None) -> Link:
    """A segment match between two stretches."""
    match = SegmentMatch(name(reference.exhibit), relation, score, query.span, reference.span, edit or Edit(), "matched")
    return Link(name(query.exhibit), match)


def media(**takes_s: list[float]) -> dict[str, Medium]:
    """Measures by exhibit: the seconds at which a take starts, and the end last."""
    found = {}
    for exhibit, edges in takes_s.items():
        spans = tuple(Span(round(a * SECOND_MS), round(b * SECOND_MS)) for a, b in pairwise(edges))
        found[name(exhibit)] = Medium(round(edges[-1] * SECOND_MS), spans)
    return found


def seen(posts: list[PostSeen], links: list[Link] | None = None, **more: object) -> Seen:
    """All of it together."""
    return Seen(posts, links or [], **more)
