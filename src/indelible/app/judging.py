"""`marks --confirm` and `--refuse`: a person decides whether a stretch is a mark or footage, and it is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from indelible.app.answers.marks import MarksAnswer
from indelible.app.clock import now
from indelible.app.comparing import compare_pending
from indelible.app.intake.run import CONFLICTS_MAX, new_operator
from indelible.app.marking import mark_rows, marked
from indelible.app.method import COMPARED_BY
from indelible.app.naming import named_mark, named_stretch
from indelible.app.opening import Context, Desk, writing
from indelible.app.searching import not_compared, searchable
from indelible.index.library import Library
from indelible.model.errors import ConflictError, UsageError
from indelible.preserve.records.marks import CONFIRMED, MarkDecided, mark_record
from indelible.trace.learning import RULE, Judgement
from indelible.trace.marks import Mark
from indelible.trace.traced import Stretch

STRETCH_MS_MAX = 30_000  # of a mark that a person names: longer titles are rare, and a clip is hidden by mistake in no time


@dataclass(frozen=True)
class Decision:
    """What a person decides of the stretch called `asked`, and why."""

    asked: str
    decision: str  # confirmed or refused
    reason: str


def judge(context: Context, decision: Decision) -> MarksAnswer:
    """Records the decision; answers the mark as it stands then.

    Raises UsageError when no stretch is called so, none is there to refuse, or no reason is given.
    """
    if not decision.reason.strip():
        raise UsageError("a decision about a mark needs a reason", do="say what was looked at, and what it shows.")
    with writing(context) as desk:
        compare_pending(desk, lambda _: None)
        library = searchable(desk)
        recorded = _recorded(desk, library, decision)
        found = marked(desk, library)
        with desk.catalog.reader() as reader:
            rows = mark_rows(desk, reader, found, found.marks.all[:1])
        return MarksAnswer(rows, recorded, not_compared(desk, library))


def _recorded(desk: Desk, library: Library, decision: Decision) -> int:
    """The index of the record that was made; decided again when another process has written meanwhile."""
    ledger = desk.archive.ledger
    for _ in range(CONFLICTS_MAX):
        desk.catch_up()
        size = ledger.size
        stretch = _stretch(desk, library, decision)
        mark = marked(desk, library, Judgement(stretch, decision.decision == CONFIRMED)).marks.all[0]
        act = desk.act()
        with desk.catalog.reader() as reader:
            prepared = [*new_operator(reader, act), mark_record(act, _decided(mark, decision))]
        desk.archive.blobs.put_bytes([overflow for each in prepared for overflow in each.overflow])
        try:
            ledger.append([each.record for each in prepared], size, at=now())
        except ConflictError:
            continue
        desk.catch_up()
        return size + len(prepared) - 1
    raise ConflictError("other processes kept writing first", where=str(desk.archive.root), do="run it again.")


def _stretch(desk: Desk, library: Library, decision: Decision) -> Stretch:
    """The stretch that a decision is about: as given, or the one that names the mark of the exhibit given."""
    marks = marked(desk, library).marks
    with desk.catalog.reader() as reader:
        exhibit, span = named_stretch(desk, reader, decision.asked)
        if span is None:
            return named_mark(desk, reader, marks, decision.asked).named_by
    length_ms = library.media[exhibit].duration_ms if exhibit in library.media else 0
    if span.end_ms > length_ms:
        do = "indelible marks lists stretches as they are written; an exhibit that was not decoded has none."
        raise UsageError(f"the exhibit lasts {length_ms} ms, the stretch ends at {span.end_ms} ms", do=do)
    if span.length_ms > STRETCH_MS_MAX:
        do = "name the part that strangers share, not the clip behind it."
        raise UsageError(f"a mark lasts {STRETCH_MS_MAX} ms at most, found {span.length_ms} ms", do=do)
    if decision.decision != CONFIRMED and not marks.shown(exhibit, span):
        raise UsageError(f"no mark is there to refuse: {decision.asked[:80]!r}", do="indelible marks lists the marks.")
    return Stretch(exhibit, span)


def _decided(mark: Mark, decision: Decision) -> MarkDecided:
    return MarkDecided(
        exhibit=mark.named_by.exhibit,
        span=mark.named_by.span,
        decision=decision.decision,
        reason=decision.reason.strip(),
        seen=[(stretch.exhibit, stretch.span) for stretch in mark.stretches],
        rule={"strangers": mark.strangers, **RULE, **COMPARED_BY},
    )
