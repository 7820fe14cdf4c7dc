"""The completeness report of a run, by name."""

from __future__ import annotations

from indelible.app.answers.collect import DECODED, FIRST_PASS, NOT_MEDIA, STATES, CollectAnswer, ExhibitRow
from indelible.cli.words.layout import counted, heading, labelled, number, table, wrapped

ROWS_MAX = 200  # of one list; --json has them all


def collect_words(answer: CollectAnswer) -> list[str]:
    """What the sources say exists, what we hold, what is missing and why."""
    return [
        *_sources(answer),
        *_counts(answer),
        *_missing(answer),
        *_refused(answer),
        *_exhibits(answer),
        *_gaps(answer),
        *_vanished(answer),
        *_disagreements(answer),
        *_repairs(answer),
        *[line for note in answer.notes for line in ("", *wrapped(note, 0))],
        "",
        *_end(answer),
    ]


def _sources(answer: CollectAnswer) -> list[str]:
    rows = [[row.source, row.kind, "read to its end" if row.complete else "cut short"] for row in answer.sources]
    cut = [line for row in answer.sources if row.reason for line in wrapped(f"{row.source}: {row.reason}", 2, 2)]
    return ["Collected", *table(rows), *cut] if rows else ["Collected"]


def _counts(answer: CollectAnswer) -> list[str]:
    posts, media = answer.posts, answer.media
    told = [
        ("posts", posts.seen, "seen", [(posts.recorded, "recorded"), (posts.known, "known"), (posts.refused_count, "refused")]),
        ("media", media.referenced, "referenced", [(media.held, "held"), (len(media.missing), "missing")]),
    ]
    rows = []
    for label, whole, word, parts in told:
        cells = [cell for count, name in parts for cell in ("+", number(count), name)]
        rows.append([label, number(whole), word, "=", *cells[1:], *[""] * (9 - len(cells))])
    return ["", *table(rows, right=(1, 4, 7, 10))]


def _shortened(lines: list[str], total: int) -> list[str]:
    left = total - ROWS_MAX
    return [*lines, f"  and {counted(left, 'more', 'more')}: --json has them all"] if left > 0 else lines


def _missing(answer: CollectAnswer) -> list[str]:
    rows = answer.media.missing
    if not rows:
        return []
    lines = heading("Missing media: named by a post, not held")
    for row in rows[:ROWS_MAX]:
        lines += [*wrapped(row.file), *labelled([("post", row.post), ("source", row.source), ("reason", row.reason)], 6)]
    return _shortened(lines, len(rows))


def _refused(answer: CollectAnswer) -> list[str]:
    rows = answer.posts.refused
    if not rows:
        return []
    lines = heading("Refused: could not be taken as a post (the source itself is preserved)")
    for row in rows[:ROWS_MAX]:
        lines += wrapped(f"{counted(row.count, 'record')} at {row.where or 'the whole'} in {row.source}: {row.reason}", 2, 4)
    return _shortened(lines, len(rows))


def _exhibits(answer: CollectAnswer) -> list[str]:
    rows = answer.exhibits
    if not rows:
        return []
    tally = [(state, sum(row.state == state for row in rows)) for state in STATES]
    told = ", ".join(f"{number(count)} {state}" for state, count in tally if count)
    lines = ["", *wrapped(f"{counted(len(rows), 'exhibit')} preserved: {told}", 2)]
    if any(row.state == FIRST_PASS for row in rows):
        lines += wrapped("First pass: keyframes alone, to be searched now. Collect again without --quick to trace them.", 2)
    unread = [row for row in rows if row.state not in (NOT_MEDIA, FIRST_PASS) and (row.state != DECODED or row.reason)]
    if unread:
        lines += heading("Not wholly read, or nothing in it to compare: preserved as they are; “no match” means less for them")
        lines += [line for row in unread[:ROWS_MAX] for line in _unread(row)]
    return _shortened(lines, len(unread))


def _unread(row: ExhibitRow) -> list[str]:
    name = row.names[0] if row.names else row.sha256
    return wrapped(f"{name}: {row.state}{f', {row.reason}' if row.reason else ''} ({row.id})", 2, 4)


def _gaps(answer: CollectAnswer) -> list[str]:
    if not answer.gaps:
        return []
    rows = [
        [
            row.channel,
            f"between {row.after} and {row.before}",
            f"{counted(row.before - row.after - 1, 'number')} not in the source",
        ]
        for row in answer.gaps[:ROWS_MAX]
    ]
    lines = heading("Gaps in message numbers: a gap is not proof of a deletion")
    return _shortened([*lines, *table(rows)], len(answer.gaps))


def _vanished(answer: CollectAnswer) -> list[str]:
    if not answer.vanished:
        return []
    lines = heading("In an older export and not in this one (still held here)")
    return _shortened([*lines, *table([[r.channel, r.post] for r in answer.vanished[:ROWS_MAX]])], len(answer.vanished))


def _disagreements(answer: CollectAnswer) -> list[str]:
    if not answer.disagreements:
        return []
    lines = heading("Statements that cannot both hold (both are kept)")
    for row in answer.disagreements[:ROWS_MAX]:
        lines += wrapped(f"{row.about}: {row.where}", 2, 4)
        lines += [line for statement in row.statements for line in wrapped(f"· {statement}", 6, 2)]
    return _shortened(lines, len(answer.disagreements))


def _repairs(answer: CollectAnswer) -> list[str]:
    if not answer.repairs:
        return []
    rows = [[row.source, row.rule, counted(row.count, "time")] for row in answer.repairs[:ROWS_MAX]]
    lines = heading("Mended in reading, never in what is preserved")
    return _shortened([*lines, *table(rows)], len(answer.repairs))


def _end(answer: CollectAnswer) -> list[str]:
    at = f"log: {counted(answer.checkpoint.size, 'record')}, root {answer.checkpoint.root}"
    said = "Something needs a look; it is named above." if answer.amiss else "Complete: nothing refused, missing or unreadable."
    return [said, *wrapped(at, 0)]
