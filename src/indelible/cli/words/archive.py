"""What the commands say that look after the archive itself."""

from __future__ import annotations

from indelible.app.answers.archive import (
    AdoptAnswer,
    CheckpointAnswer,
    DoctorAnswer,
    InitAnswer,
    ProveAnswer,
    RebuildAnswer,
    RecordRow,
    ShowAnswer,
    StatusAnswer,
)
from indelible.app.answers.collect import CheckpointRef
from indelible.app.answers.plain import Plain, one_line
from indelible.app.answers.visible import visible
from indelible.cli.words.layout import counted, heading, instant, labelled, number, size, table, wrapped

FILES_SHOWN_MAX = 40


def _log(at: CheckpointRef) -> str:
    return f"{counted(at.size, 'record')}, root {at.root}"


def init_words(answer: InitAnswer) -> list[str]:
    """Where everything is, and what to keep apart."""
    rows = [
        ("archive", answer.archive),
        ("name", answer.origin),
        ("operator", answer.operator),
        ("key in", answer.house),
        ("public key", answer.verifier_key),
        ("log", _log(answer.checkpoint)),
    ]
    lines = ["A new archive is ready.", *labelled(rows), ""]
    lines += wrapped("Keep a copy of the key's folder apart from the archive: whoever has both can sign in its name.", 0)
    return [*lines, *wrapped("Next: indelible collect SOURCE --archive DIR", 0)]


def status_words(answer: StatusAnswer) -> list[str]:
    """How much is held, and how much of it can be searched."""
    states = ", ".join(f"{number(count)} {state}" for state, count in sorted(answer.states.items()) if count)
    rows = [
        ("archive", answer.archive),
        ("name", answer.origin),
        ("log", _log(answer.checkpoint)),
        ("posts", number(answer.posts)),
        ("exhibits", f"{number(answer.exhibits)}, {size(answer.bytes)}{f': {states}' if states else ''}"),
        ("missing", f"{number(answer.missing)} media named by posts and not held" if answer.missing else ""),
        ("unsearched", f"{counted(answer.not_searchable, 'exhibit')} cannot be searched yet" if answer.not_searchable else ""),
        ("stamps", f"{counted(answer.stamps, 'time-stamp')}" if answer.stamps else "no time-stamp: nobody outside says when"),
    ]
    lines = labelled(rows, 0)
    if answer.channels:
        lines += heading("Channels")
        told = [
            [row.channel, str(row.channel_id), counted(row.posts, "post"), f"{instant(row.first_at)} to {instant(row.last_at)}"]
            for row in answer.channels
        ]
        lines += table(told, right=(2,))
    return [*lines, *[line for note in answer.notes for line in ("", *wrapped(note, 0))]]


def show_words(answer: ShowAnswer) -> list[str]:
    """What it is, and every record about it."""
    rows = [
        (answer.is_a, answer.id),
        ("sha256", answer.sha256),
        ("state", answer.state),
        ("original", answer.path),
        ("names", "; ".join(answer.names)),
        ("posts", ", ".join(answer.posts)),
        ("exhibits", ", ".join(answer.exhibits)),
    ]
    return [*labelled(rows, 0), *[line for row in answer.records for line in _record(row)]]


def _record(row: RecordRow) -> list[str]:
    return [
        *heading(f"record {row.index}, {row.kind}"),
        *labelled([(name, _told(value)) for name, value in row.fields.items()]),
    ]


def _told(value: Plain) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "none"
    return one_line({"": value}).removeprefix('{"": ').removesuffix("}")


def prove_words(answer: ProveAnswer) -> list[str]:
    """Where the folder is, how anyone checks it, and what it does not prove."""
    shown = answer.files[:FILES_SHOWN_MAX]
    lines = [*wrapped(f"Written to {answer.out}", 0), *[line for name in shown for line in wrapped(name)]]
    if len(answer.files) > len(shown):
        lines.append(f"  and {len(answer.files) - len(shown)} more")
    proves = f"{counted(len(answer.records), 'record')} about {answer.id} in a log of {_log(answer.checkpoint)}"
    rows = [("proves", proves), ("check with", answer.check_with), ("not", answer.says_not)]
    return [*lines, "", *labelled(rows, 0)]


def checkpoint_words(answer: CheckpointAnswer) -> list[str]:
    """The two lines alone, so that they can be piped into a letter."""
    return [visible(line) for line in answer.lines]


def rebuild_words(answer: RebuildAnswer) -> list[str]:
    """What was made again."""
    rows = [
        ("tables", f"from {counted(answer.records, 'record')}"),
        ("fingerprints", f"{number(answer.fingerprints)} {'made again' if answer.everything else 'in place'}"),
        ("unreadable", counted(answer.unreadable, "original") if answer.unreadable else ""),
    ]
    return ["Rebuilt.", *labelled(rows), *[line for note in answer.notes for line in wrapped(note)]]


def adopt_words(answer: AdoptAnswer) -> list[str]:
    """Under which name the log goes on."""
    rows = [
        ("name now", answer.origin),
        ("name before", answer.continues_origin),
        ("goes on from", _log(answer.continues)),
        ("log now", _log(answer.checkpoint)),
        ("key in", answer.house),
        ("public key", answer.verifier_key),
    ]
    return ["Adopted; the log says so.", *labelled(rows)]


def doctor_words(answer: DoctorAnswer) -> list[str]:
    """Each thing looked at, and the line that mends it."""
    lines: list[str] = []
    for row in answer.checks:
        lines += table([[row.state, row.name]], 0)
        lines += labelled([("found", row.found), ("do", row.do)], 9)
    weak = sum(row.state == "weak" for row in answer.checks)
    missing = sum(row.state == "missing" for row in answer.checks)
    return [*lines, "", f"{missing} missing, {weak} weak, {len(answer.checks) - missing - weak} good"]
