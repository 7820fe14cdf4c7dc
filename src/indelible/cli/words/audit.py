"""Whether the archive is whole."""

from __future__ import annotations

from indelible.app.answers.audit import AuditAnswer
from indelible.cli.words.layout import counted, heading, labelled, number, table, wrapped


def audit_words(answer: AuditAnswer) -> list[str]:
    """Every fault by its path first; then what was read."""
    lines = [_verdict(answer)]
    for row in answer.faults:
        lines += [*wrapped(row.path), *labelled([("fault", row.fault)], 6)]
    if answer.checked:
        lines += heading("Checked")
        lines += table([[kind, number(count)] for kind, count in sorted(answer.checked.items())], right=(1,))
    if answer.orphans:
        lines += heading("Whole, but named by no record, as an interrupted run leaves them; no fault")
        lines += [line for path in answer.orphans for line in wrapped(path)]
    return lines


def _verdict(answer: AuditAnswer) -> str:
    if not answer.opened:
        return "The archive cannot be opened."
    if answer.faults:
        return f"{counted(len(answer.faults), 'fault')}: what is on the disk is not what the log says."
    return "Clean: everything on the disk is what the log says."
