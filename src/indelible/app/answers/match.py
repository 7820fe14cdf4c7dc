"""`indelible/match/1`: one line for each file that was asked about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from indelible.app.answers.marks import SetAsideRow
from indelible.app.answers.plain import Answer
from indelible.model.segment import Box, Edit, Evidence, SegmentMatch
from indelible.model.span import Span
from indelible.model.speed import Speed

QUERY_STATES = ("decoded", "partial", "undecodable")
_SCORE_DIGITS = 4
_RATIO_DIGITS = 4


@dataclass(frozen=True)
class EditRow:
    """What was done to the exhibit's picture to give the query's; boxes in pixels as [x, y, width, height]."""

    mirrored: bool
    rotated_deg: int
    speed_ratio: float
    box: Box | None
    query_box: Box | None = None

    @classmethod
    def of(cls, edit: Edit) -> EditRow:
        """From the matcher's noun."""
        return cls(edit.mirrored, edit.rotated_deg, round(edit.speed_ratio, _RATIO_DIGITS), edit.box, edit.query_box)


@dataclass(frozen=True)
class MatchRow:
    """A stretch of the query and a stretch of an exhibit that belong together."""

    exhibit: str
    names: tuple[str, ...]
    relation: str
    score: float
    query_span_ms: Span
    reference_span_ms: Span
    edit: EditRow
    why: str
    sha256: str = ""
    evidence: Evidence = field(default_factory=Evidence)

    @classmethod
    def of(cls, match: SegmentMatch, exhibit: str, names: tuple[str, ...]) -> MatchRow:
        """From the matcher's noun, with the exhibit's citation and names."""
        return cls(
            exhibit=exhibit,
            names=names,
            relation=match.relation.value,
            score=round(match.score, _SCORE_DIGITS),
            query_span_ms=match.query_span,
            reference_span_ms=match.reference_span,
            edit=EditRow.of(match.edit),
            why=match.why,
            sha256=match.reference,
            evidence=match.evidence,
        )


@dataclass(frozen=True)
class MatchAnswer(Answer):
    """What `match` answers for one file.

    `query` is its path as given; `complete` says that all of the archive was searched; `speed` how closely it was looked at.
    `compared`: with how many exhibits, `glanced` of them looked at in a first pass alone; `wrong_copies_max`: how many of so many
    would be called copies at most, on average, had none to do with the query. `set_aside`: what would be matches if they did not
    rest on a mark alone.
    """

    schema: ClassVar[str] = "indelible/match/1"

    query: str
    state: str
    complete: bool
    not_searchable: int
    matches: tuple[MatchRow, ...] = ()
    reason: str = ""
    speed: Speed = Speed.DENSE
    compared: int = 0
    glanced: int = 0
    wrong_copies_max: float = 0.0
    cohort: str = ""
    fingerprint_version: str = ""
    matcher_version: str = ""
    set_aside: tuple[SetAsideRow, ...] = ()

    def __post_init__(self) -> None:
        if self.state not in QUERY_STATES:
            raise ValueError(f"a query's state is one of {QUERY_STATES}: {self.state}")
        if self.state == "undecodable" and (self.matches or self.set_aside):
            raise ValueError("what cannot be decoded cannot have been compared")

    @property
    def amiss(self) -> bool:
        """True when the query or a part of the archive could not be compared: no match then means less."""
        return self.state != "decoded" or bool(self.reason) or not self.complete
