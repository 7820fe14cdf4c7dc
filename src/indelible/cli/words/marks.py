"""What strangers share, for a person to look at, and what was set aside for it."""

from __future__ import annotations

from collections.abc import Sequence

from indelible.app.answers.marks import MarkRow, MarksAnswer, SetAsideRow
from indelible.cli.words.layout import counted, heading, instant, labelled, seconds, table, wrapped

_SHOWN_MAX = 8


def marks_words(answer: MarksAnswer) -> list[str]:
    """Each mark with where it is seen and what rests on it; what to do about one."""
    if not answer.marks:
        lines = ["No mark: no short stretch is shared by strangers at one of their ends."]
    else:
        lines = [f"{counted(len(answer.marks), 'mark')}: {_states(answer.marks)}"]
    if answer.recorded is not None:
        lines = [f"Recorded as number {answer.recorded} of the log."]
    for row in answer.marks:
        lines += _mark(row, shown_max=_SHOWN_MAX if len(answer.marks) > 1 else len(row.stretches))
    if any(row.state == "learnt" for row in answer.marks):
        lines += ["", *wrapped("`indelible marks MARK --confirm REASON`, or --refuse, records what you decide of one.", 0)]
    if answer.not_searchable:
        left = counted(answer.not_searchable, "exhibit")
        lines += ["", *wrapped(f"{left} could not be compared yet: what is said above may be more.", 0)]
    return lines


def _states(rows: Sequence[MarkRow]) -> str:
    count = {state: sum(row.state == state for row in rows) for state in ("learnt", "confirmed", "refused")}
    return ", ".join(f"{number} {state}" for state, number in count.items() if number)


def _mark(row: MarkRow, *, shown_max: int) -> list[str]:
    judged = f"{row.state} by {row.by}, {instant(row.at)}: {row.reason}" if row.by else ""
    rests = f"{counted(row.set_aside, 'match', 'matches')} set aside"
    lines = [*heading(row.mark), *labelled([("why", row.why), ("judged", judged), ("rests on it", rests)])]
    shown = row.stretches[:shown_max]
    lines += table(
        [[each.exhibit, seconds(each.span_ms.start_ms, each.span_ms.end_ms), "".join(each.names[:1])] for each in shown], 4
    )
    more = len(row.stretches) - len(shown)
    return [*lines, *wrapped(f"and {counted(more, 'stretch', 'stretches')} more", 4)] if more else lines


def set_aside_words(rows: Sequence[SetAsideRow]) -> list[str]:
    """How many matches were set aside, for which marks, and why; nothing when none was."""
    if not rows:
        return []
    told = counted(sum(row.matches for row in rows), "match rests", "matches rest")
    lines = ["", *wrapped(f"{told} on a mark alone, no evidence of one footage (indelible marks lists them):", 0, 2)]
    for row in rows:
        exhibits = f"{counted(row.matches, 'match', 'matches')}, {counted(len(row.exhibits), 'exhibit')}"
        lines += wrapped(f"{row.mark}: {exhibits}; {row.why}", 2, 4)
    return lines
