"""`indelible/marks/1`: what strangers share, for a person to confirm or refuse; and what was set aside for it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from indelible.app.answers.plain import Answer
from indelible.model.span import Span

MARK_STATES = ("learnt", "confirmed", "refused")


@dataclass(frozen=True)
class MarkStretchRow:
    """A stretch of an exhibit that shows a mark."""

    exhibit: str
    span_ms: Span
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class MarkRow:
    """A mark, cited as `origin#number@from-to`; who judged it, when and why, if somebody did."""

    mark: str
    state: str
    strangers: int
    set_aside: int
    why: str
    stretches: tuple[MarkStretchRow, ...]
    by: str = ""
    at: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.state not in MARK_STATES:
            raise ValueError(f"a mark's state is one of {MARK_STATES}: {self.state}")


@dataclass(frozen=True)
class MarksAnswer(Answer):
    """What `marks` answers. `recorded` is the index of the record of a judgement that was just made."""

    schema: ClassVar[str] = "indelible/marks/1"

    marks: tuple[MarkRow, ...]
    recorded: int | None = None
    not_searchable: int = 0


@dataclass(frozen=True)
class SetAsideRow:
    """Matches that rest on nothing but a mark, and so are no evidence."""

    mark: str
    state: str
    matches: int
    exhibits: tuple[str, ...]
    why: str
