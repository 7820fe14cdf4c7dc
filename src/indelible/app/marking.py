"""`marks`: what strangers share, as the archive learnt it and as people judged it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from indelible.app.answers.marked import mark_id, why
from indelible.app.answers.marks import MarkRow, MarksAnswer, MarkStretchRow
from indelible.app.comparing import compare_pending
from indelible.app.naming import named_mark
from indelible.app.opening import Context, Desk, reading
from indelible.app.searching import not_compared, searchable
from indelible.app.setting_aside import between_exhibits
from indelible.catalog import exhibits
from indelible.catalog.catalog import Reader
from indelible.catalog.marks import judgements
from indelible.index.library import Library
from indelible.model.ids import exhibit_id
from indelible.trace.learning import Judgement, marks_of
from indelible.trace.marks import Mark, Marks, MarkState, SetAside
from indelible.trace.seen import Link
from indelible.trace.traced import Stretch


@dataclass(frozen=True)
class Marked:
    """The marks of an archive, the matches between exhibits that stand, and those set aside."""

    marks: Marks
    stand: Sequence[Link]
    aside: Sequence[SetAside]


def marked(desk: Desk, library: Library, *last: Judgement) -> Marked:
    """The marks by what was compared and judged so far. `library` has all media.

    `last` are judgements beside those recorded; the first mark then is about the last of them.
    """
    links = [Link(query, match) for query, matches in desk.derived.compared().items() for match in matches]
    with desk.catalog.reader() as reader:
        said = [Judgement(Stretch(judged.exhibit, judged.span), judged.is_mark) for judged in judgements(reader)]
    lengths_ms = {sha256: about.duration_ms for sha256, about in library.media.items()}
    marks = Marks(marks_of(links, lengths_ms, [*said, *last]))
    stand, aside = between_exhibits(desk, library.find, marks, links)
    return Marked(marks, stand, aside)


def marks(context: Context, asked: str | None = None) -> MarksAnswer:
    """All marks, those that most rests on first, or the one called `asked`. Raises UsageError when none is called so."""
    with reading(context) as desk:
        compare_pending(desk, lambda _: None)
        library = searchable(desk)
        found = marked(desk, library)
        with desk.catalog.reader() as reader:
            chosen = found.marks.all if asked is None else [named_mark(desk, reader, found.marks, asked)]
            rows = mark_rows(desk, reader, found, chosen)
        return MarksAnswer(rows, not_searchable=not_compared(desk, library))


def mark_rows(desk: Desk, reader: Reader, found: Marked, chosen: Sequence[Mark]) -> tuple[MarkRow, ...]:
    """A row for each of these marks, those that most rests on first."""
    aside = Counter(each.mark.named_by for each in found.aside)
    rows = [_row(desk, reader, mark, aside[mark.named_by]) for mark in chosen]
    return tuple(sorted(rows, key=lambda row: (-row.set_aside, row.mark)))


def _row(desk: Desk, reader: Reader, mark: Mark, aside: int) -> MarkRow:
    cite = partial(_cited, desk, reader)
    stretches = (MarkStretchRow(cite(s.exhibit), s.span, exhibits.names(reader, s.exhibit)) for s in mark.stretches)
    row = MarkRow(mark_id(mark.named_by, cite), mark.state.value, mark.strangers, aside, why(mark), tuple(stretches))
    if mark.state is MarkState.LEARNT:
        return row
    about = [judged for judged in judgements(reader) if Stretch(judged.exhibit, judged.span) == mark.named_by]
    return replace(row, by=about[-1].by, at=about[-1].at, reason=about[-1].reason)


def _cited(desk: Desk, reader: Reader, sha256: str) -> str:
    return exhibit_id(desk.origin, exhibits.held(reader, [sha256])[sha256])
