"""What tracing finds: footage with its sightings, edges and flags, and what was not collected."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indelible.model.ids import PostId
from indelible.model.moment import Moment
from indelible.model.segment import Relation
from indelible.model.span import Span
from indelible.trace.seen import PostSeen


class EdgeKind(StrEnum):
    """Who says that one sighting came from another."""

    FORWARDED = "forwarded"  # the later post
    INFERRED = "inferred"  # content and time


OLD_AS_NEW = "old as new"


@dataclass(frozen=True, order=True)
class Stretch:
    """A span of one exhibit's picture."""

    exhibit: str
    span: Span


@dataclass(frozen=True)
class Edge:
    """From the sighting that holds it to the earlier post `to`."""

    to: PostId
    kind: EdgeKind
    because: str


@dataclass(frozen=True)
class Sighting:
    """Footage seen in a post: its picture (`copy`), or its sound under another picture (`same sound`)."""

    post: PostSeen
    exhibit: str
    relation: Relation
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True)
class Flag:
    """Something for a person to look at; `because` quotes what it rests on."""

    kind: str
    post: PostSeen
    because: str


@dataclass(frozen=True)
class Candidate:
    """A resemblance that does not join: undecided, or the same scene."""

    post: PostSeen
    exhibit: str
    relation: Relation
    score: float


@dataclass(frozen=True)
class StatedEarlier:
    """`named_by` states that the footage was out at `at`, before the earliest sighting, where we do not hold it."""

    name: str
    peer: int | None
    at: Moment
    named_by: PostId


@dataclass(frozen=True)
class NotCollected:
    """A place that a post names as its source and where the original is not held."""

    name: str
    peer: int | None
    named_by: PostId
    at: Moment | None
    reason: str


@dataclass(frozen=True)
class Footage:
    """A stretch of picture wherever it was seen. `sightings` stand in time order, `earliest` is one of picture."""

    stretches: tuple[Stretch, ...]
    sightings: tuple[Sighting, ...]
    earliest: Sighting
    may_be_earlier: tuple[PostId, ...]
    flags: tuple[Flag, ...]
    candidates: tuple[Candidate, ...]
    stated_earlier: tuple[StatedEarlier, ...]

    @property
    def exhibits(self) -> tuple[str, ...]:
        """The exhibits that show it, once each."""
        return tuple(sorted({stretch.exhibit for stretch in self.stretches}))


@dataclass(frozen=True)
class Traced:
    """All footage in order of its earliest sighting, and what was not collected."""

    footage: tuple[Footage, ...]
    not_collected: tuple[NotCollected, ...]

    def about(self, *, post: PostId | None = None, exhibit: str | None = None) -> Traced:
        """Only the footage that this post, or this exhibit, shows or sounds like."""
        footage = tuple(f for f in self.footage if any(s.post.id == post or s.exhibit == exhibit for s in f.sightings))
        posts = {s.post.id for f in footage for s in f.sightings}
        return Traced(footage, tuple(n for n in self.not_collected if n.named_by in posts))
