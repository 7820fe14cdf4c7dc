"""What people decide of marks: stretches that strangers share, such as a channel's title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indelible.model.span import Span
from indelible.preserve.records.keeping import Act
from indelible.preserve.records.prepare import Prepared, Preparing

CONFIRMED, REFUSED = "confirmed", "refused"
MARK_DECISIONS = (CONFIRMED, REFUSED)


@dataclass(frozen=True)
class MarkDecided:
    """A decision about a stretch of an exhibit. `seen` is everywhere that copies carried it then, by SHA-256; `rule` its numbers."""

    exhibit: str
    span: Span
    decision: str
    reason: str
    seen: Sequence[tuple[str, Span]]
    rule: Mapping[str, object]

    def __post_init__(self) -> None:
        if self.decision not in MARK_DECISIONS:
            raise ValueError(f"a mark is one of {MARK_DECISIONS}, not {self.decision!r}")


def mark_record(act: Act, decided: MarkDecided) -> Prepared:
    """A `mark/1`: from now on the stretch is a mark, or footage, wherever copies carry it."""
    return (
        Preparing("mark/1")
        .put("at", act.at)
        .put("by", act.by.value())
        .put("exhibit", decided.exhibit)
        .put("span_ms", _ends(decided.span))
        .put("decision", decided.decision)
        .put("reason", decided.reason)
        .put("seen", [{"exhibit": sha256, "span_ms": _ends(span)} for sha256, span in decided.seen])
        .put("rule", dict(decided.rule))
        .done()
    )


def _ends(span: Span) -> list[int]:
    return [span.start_ms, span.end_ms]
