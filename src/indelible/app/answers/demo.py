"""`indelible/demo/1`: the whole story of the demonstration, answer by answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from indelible.app.answers.audit import AuditAnswer
from indelible.app.answers.collect import CollectAnswer
from indelible.app.answers.match import MatchAnswer
from indelible.app.answers.plain import Answer
from indelible.app.answers.trace import TraceAnswer


@dataclass(frozen=True)
class DemoAnswer(Answer):
    """What `demo` answers. `edits` says what was done to each clip, so that a reader can judge the rest."""

    schema: ClassVar[str] = "indelible/demo/1"

    folder: str
    archive: str
    edits: tuple[str, ...]
    collect: CollectAnswer
    match: tuple[MatchAnswer, ...]
    trace: TraceAnswer
    audit: AuditAnswer
    again: CollectAnswer | None = None
    seconds: float = 0.0

    @property
    def amiss(self) -> bool:
        """True when the audit found a fault: what is amiss in the made-up channels is the story."""
        return self.audit.amiss
