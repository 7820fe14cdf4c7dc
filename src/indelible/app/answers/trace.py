"""`indelible/trace/1`: where footage was seen, in time order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from indelible.app.answers.marks import SetAsideRow
from indelible.app.answers.plain import Answer
from indelible.model.span import Span


@dataclass(frozen=True)
class EarliestRow:
    """The earliest sighting known to this archive. `may_be_earlier` are posts whose bounds reach before it is certain."""

    post: str
    channel: str
    channel_id: int
    message_id: int
    at: datetime | None
    voucher: str | None
    bounds: tuple[datetime, datetime] | None
    may_be_earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class EdgeRow:
    """From the sighting that holds it to an earlier one: stated by the post, or inferred from content and time."""

    to: str
    kind: str
    because: str = ""


@dataclass(frozen=True)
class SightingRow:
    """Footage seen in a post. `relation` is copy, or same sound for another picture with its sound."""

    post: str
    channel: str
    channel_id: int
    message_id: int
    at: datetime | None
    voucher: str | None
    exhibit: str
    relation: str
    edges: tuple[EdgeRow, ...] = ()
    bounds: tuple[datetime, datetime] | None = None
    text: str = ""


@dataclass(frozen=True)
class FlagRow:
    """Something for a person to look at, with what it rests on."""

    kind: str
    post: str
    channel: str
    message_id: int
    because: str


@dataclass(frozen=True)
class StretchRow:
    """A stretch of an exhibit's picture that belongs to the footage."""

    exhibit: str
    span_ms: Span


@dataclass(frozen=True)
class CandidateRow:
    """A resemblance that was not strong enough to join: for a person to decide."""

    post: str
    exhibit: str
    relation: str
    score: float


@dataclass(frozen=True)
class StatedEarlierRow:
    """A post states that the footage was already out then, in a channel that this archive does not hold."""

    channel: str
    channel_id: int | None
    at: datetime
    voucher: str
    named_by: str


@dataclass(frozen=True)
class FootageRow:
    """A stretch of picture wherever it was seen."""

    exhibits: tuple[str, ...]
    earliest: EarliestRow
    sightings: tuple[SightingRow, ...]
    flags: tuple[FlagRow, ...] = ()
    stretches: tuple[StretchRow, ...] = ()
    candidates: tuple[CandidateRow, ...] = ()
    stated_earlier: tuple[StatedEarlierRow, ...] = ()

    def __post_init__(self) -> None:
        if self.earliest.post in {flag.post for flag in self.flags}:
            raise ValueError("the earliest sighting is never flagged")


@dataclass(frozen=True)
class NotCollectedRow:
    """A place that a post names as where it took the footage from, and that this archive does not hold."""

    channel: str
    channel_id: int | None
    named_by: str
    at: datetime | None
    reason: str


@dataclass(frozen=True)
class TraceAnswer(Answer):
    """What `trace` answers."""

    schema: ClassVar[str] = "indelible/trace/1"

    footage: tuple[FootageRow, ...]
    not_collected: tuple[NotCollectedRow, ...] = ()
    not_searchable: int = 0
    set_aside: tuple[SetAsideRow, ...] = ()

    @property
    def amiss(self) -> bool:
        """True when old footage returned as new, a named source was not collected, or a part was not searched."""
        return bool(self.not_collected or self.not_searchable or any(row.flags for row in self.footage))
