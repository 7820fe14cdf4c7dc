"""From marks to what `marks`, `match` and `trace` answer of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from indelible.app.answers.marks import SetAsideRow
from indelible.trace.marks import Mark, MarkState, SetAside
from indelible.trace.traced import Stretch

Cite = Callable[[str], str]


def mark_id(stretch: Stretch, cite: Cite) -> str:
    """How a mark is cited: by the stretch that names it."""
    return f"{cite(stretch.exhibit)}@{stretch.span.start_ms}-{stretch.span.end_ms}"


def why(mark: Mark) -> str:
    """One sentence: what it is and who says so."""
    seconds = f"{mark.named_by.span.length_ms / 1000:.1f} s"
    shown = f"the same {seconds} in {len(mark.exhibits)} {'exhibit' if len(mark.exhibits) == 1 else 'exhibits'}"
    if mark.state is MarkState.CONFIRMED:
        return f"{shown}: a person confirmed that this is a mark, so it is no evidence of one footage"
    if mark.state is MarkState.REFUSED:
        return f"{shown}: a person refused to call this a mark, so it counts as footage"
    return f"{shown}, {mark.strangers} of which share nothing else: learnt as a mark, so it is no evidence of one footage"


def set_aside_rows(aside: Iterable[SetAside], cite: Cite) -> tuple[SetAsideRow, ...]:
    """One row for each mark that matches rest on, the one with most matches first; the exhibits that they are with."""
    of_mark: dict[Stretch, list[SetAside]] = defaultdict(list)
    for each in aside:
        of_mark[each.mark.named_by].append(each)
    rows = []
    for named_by, held in of_mark.items():
        mark = held[0].mark
        exhibits = dict.fromkeys(side for each in held for side in (each.link.query, each.link.match.reference) if side)
        row = SetAsideRow(mark_id(named_by, cite), mark.state.value, len(held), tuple(map(cite, exhibits)), why(mark))
        rows.append(row)
    return tuple(sorted(rows, key=lambda row: (-row.matches, row.mark)))
