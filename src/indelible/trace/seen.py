"""What tracing starts from: posts with their exhibits, and what the matcher found between exhibits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from indelible.model.ids import PostId
from indelible.model.moment import Moment
from indelible.model.segment import SegmentMatch
from indelible.model.span import Span


@dataclass(frozen=True)
class Forward:
    """Where a post says that it took its message from; the original's date when the export gives it."""

    name: str | None
    peer: int | None = None
    at: Moment | None = None


@dataclass(frozen=True)
class PostSeen:
    """A collected post with media. `exhibits` are SHA-256 names of the originals that it shows."""

    id: PostId
    channel: str
    exhibits: tuple[str, ...]
    posted: Moment | None = None
    edited: Moment | None = None
    forward: Forward | None = None
    reply_to: PostId | None = None
    text: str = ""

    @property
    def channel_id(self) -> int:
        """The source's own number of the channel."""
        return self.id.peer

    @property
    def at(self) -> datetime | None:
        """When it was posted, as far as one instant can say."""
        return self.posted.at if self.posted else None

    @property
    def bounds(self) -> tuple[datetime, datetime] | None:
        """The earliest and the latest that its media can have been put there: an edit can exchange a medium."""
        if self.posted is None:
            return None
        earliest, latest = self.posted.bounds
        return (earliest, max(latest, self.edited.bounds[1]) if self.edited else latest)


@dataclass(frozen=True)
class Medium:
    """An exhibit's measures. `takes` are its spans without a cut, ascending; empty when nobody looked for cuts."""

    duration_ms: int = 0
    takes: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Link:
    """A segment match with the exhibit that was asked about."""

    query: str
    match: SegmentMatch


@dataclass(frozen=True)
class Seen:
    """All that tracing looks at. `held` maps the number of every channel held to its name, also of those without media."""

    posts: Sequence[PostSeen]
    links: Sequence[Link] = ()
    media: Mapping[str, Medium] = field(default_factory=dict)
    held: Mapping[int, str] = field(default_factory=dict)

    def medium(self, exhibit: str) -> Medium:
        """Its measures, or those of something of which nothing is known."""
        return self.media.get(exhibit, Medium())
