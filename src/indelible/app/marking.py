"""`marks`: what strangers share, as the archive learnt it and as people judged it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indelible.app.answers.marked import mark_id, why
from indelible.app.answers.marks import MarkRow, MarksAnswer, MarkStretchRow
from indelible.app.comparing import compare_pending
from indelible.app.fingerprinting import not_searchable, searchable
from indelible.app.opening import Context, Desk, reading
from indelible.catalog import exhibits
from indelible.catalog.catalog import Reader
from indelible.catalog.exhibits import ExhibitHeld
from indelible.fingerprint.medium import Fingerprint
from indelible.model.ids import exhibit_id
from indelible.trace.learning import marks_of
from indelible.trace.marks import Mark, Marks, SetAside
from indelible.trace.seen import Link


@dataclass(frozen=True)
class Marked:
    """The marks of an archive, the matches between exhibits that stand, and those set aside."""

    marks: Marks
    stand: Sequence[Link]
    aside: Sequence[SetAside]


def marked(desk: Desk, media: Sequence[tuple[str, Fingerprint]]) -> Marked:
    """The marks by what was compared so far. `media` are all fingerprints, in the order recorded."""
    links = [Link(query, match) for query, matches in desk.derived.compared().items() for match in matches]
    marks = Marks(marks_of(links, lengths_ms(media)))
    stand, aside = marks.part(links)
    return Marked(marks, stand, aside)


def lengths_ms(media: Sequence[tuple[str, Fingerprint]]) -> dict[str, int]:
    """How long each exhibit lasts, in the order given."""
    return {sha256: fingerprint.duration_ms for sha256, fingerprint in media}


def marks(context: Context) -> MarksAnswer:
    """All marks, those most rests on first."""
    with reading(context) as desk:
        compare_pending(desk, lambda _: None)
        media = searchable(desk)
        found = marked(desk, media)
        with desk.catalog.reader() as reader:
            rows = mark_rows(desk, reader, found)
        return MarksAnswer(tuple(rows), not_searchable=not_searchable(desk, dict(media)))


def mark_rows(desk: Desk, reader: Reader, found: Marked) -> list[MarkRow]:
    """A row for each mark, those most rests on first."""
    aside = Counter(each.mark.named_by for each in found.aside)
    held = {exhibit.sha256: exhibit for exhibit in exhibits.all_exhibits(reader)}
    rows = [_row(desk, mark, aside[mark.named_by], held) for mark in found.marks.all]
    return sorted(rows, key=lambda row: (-row.set_aside, row.mark))


def _row(desk: Desk, mark: Mark, aside: int, held: Mapping[str, ExhibitHeld]) -> MarkRow:
    def cite(sha256: str) -> str:
        return exhibit_id(desk.origin, held[sha256].index)

    return MarkRow(
        mark=mark_id(mark.named_by, cite),
        state=mark.state.value,
        strangers=mark.strangers,
        set_aside=aside,
        why=why(mark),
        stretches=tuple(MarkStretchRow(cite(s.exhibit), s.span, held[s.exhibit].names) for s in mark.stretches),
    )
