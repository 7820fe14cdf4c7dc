"""The story of footage: where it was seen first, and how it came back."""

from __future__ import annotations

from indelible.app.answers.trace import EdgeRow, FootageRow, SightingRow, TraceAnswer
from indelible.app.answers.visible import visible, width
from indelible.cli.words.layout import COLUMNS, GAP, counted, heading, instant, padded, table, wrapped
from indelible.cli.words.marks import set_aside_words


def trace_words(answer: TraceAnswer) -> list[str]:
    """Footage seen more than once in full, the rest by one line each, then what was not collected."""
    several = [row for row in answer.footage if len(row.sightings) > 1 or row.flags or row.stated_earlier]
    once = [row for row in answer.footage if row not in several]
    lines = [f"{counted(len(several), 'footage', 'footages')} seen more than once, {len(once)} seen once"]
    for row in several:
        lines += _footage(row)
    return [*lines, *_once(once), *_not_collected(answer), *set_aside_words(answer.set_aside), *_not_searchable(answer)]


def _footage(row: FootageRow) -> list[str]:
    first = row.earliest
    where = f"{first.channel}, message {first.message_id}"
    lines = heading(f"Footage in {counted(len(row.exhibits), 'exhibit')}")
    lines += wrapped(f"earliest known to this archive: {instant(first.at)}{_voucher(first.voucher)}, {where}")
    if first.bounds and first.bounds[0] != first.bounds[1]:
        lines += wrapped(f"it can have been any time from {instant(first.bounds[0])} to {instant(first.bounds[1])}", 6)
    if first.may_be_earlier:
        lines += wrapped(f"these may be earlier still: {', '.join(first.may_be_earlier)}", 6)
    for stated in row.stated_earlier:
        told = f"{stated.named_by} states that it was out at {instant(stated.at)} in {stated.channel}, not held here"
        lines += wrapped(told, 6)
    flagged = {flag.post for flag in row.flags}
    channels = {sighting.post: f"{sighting.channel} {sighting.message_id}" for sighting in row.sightings}
    lines += ["", *_sightings(row, flagged, channels)]
    for flag in row.flags:
        lines += ["", *wrapped(f"{flag.kind.upper()}: {flag.because}", 2, 4)]
    if row.candidates:
        lines += ["", *wrapped("for a person to decide, not joined:")]
        rows = [[c.post, c.relation, f"{c.score:.2f}", c.exhibit] for c in row.candidates]
        lines += table(rows, 6)
    return lines


def _voucher(voucher: str | None) -> str:
    return f" ({voucher})" if voucher else ""


def _sightings(row: FootageRow, flagged: set[str], channels: dict[str, str]) -> list[str]:
    """One row each; what does not fit behind it stands on lines of its own."""
    lines: list[str] = []
    rows = table([_sighting(sighting, flagged) for sighting in row.sightings])
    columns = max((width(line) for line in rows), default=0)
    for line, sighting in zip(rows, row.sightings, strict=True):
        told = "; ".join(visible(_edge(edge, channels)) for edge in sighting.edges)
        if told and columns + GAP + width(told) <= COLUMNS:
            lines.append(padded(line, columns + GAP) + told)
        else:
            lines += [line, *wrapped(told, 6, 2)]
    return lines


def _sighting(row: SightingRow, flagged: set[str]) -> list[str]:
    mark = "!" if row.post in flagged else " "
    relation = "" if row.relation == "copy" else row.relation
    return [mark, instant(row.at), f"{row.channel} {row.message_id}", row.post, relation]


def _edge(edge: EdgeRow, channels: dict[str, str]) -> str:
    return f"{edge.kind} from {channels.get(edge.to, edge.to)}"


def _once(rows: list[FootageRow]) -> list[str]:
    if not rows:
        return []
    lines = heading("Seen once")
    return [
        *lines,
        *table([[instant(r.earliest.at), f"{r.earliest.channel} {r.earliest.message_id}", r.earliest.post] for r in rows]),
    ]


def _not_collected(answer: TraceAnswer) -> list[str]:
    if not answer.not_collected:
        return []
    lines = heading("Not collected: named by a post as its source")
    for row in answer.not_collected:
        dated = f", original of {instant(row.at)}" if row.at else ""
        number = f" ({row.channel_id})" if row.channel_id is not None else ""
        lines += wrapped(f"{row.channel}{number}, named by {row.named_by}{dated}: {row.reason}", 2, 4)
    return lines


def _not_searchable(answer: TraceAnswer) -> list[str]:
    if not answer.not_searchable:
        return []
    left = counted(answer.not_searchable, "exhibit")
    return ["", *wrapped(f"{left} could not be compared yet: what is said above may be more.", 0)]
