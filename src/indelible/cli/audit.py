"""`indelible audit`: whether what is on the disk is what the log says. Writes nothing."""

from __future__ import annotations

import argparse

from indelible.cli.command import Command, archive_of, no_arguments
from indelible.cli.output import say
from indelible.cli.words.audit import audit_words
from indelible.model.errors import EXIT_FAILED


def _run(args: argparse.Namespace) -> int:
    from indelible.app.auditing import audit

    answer = audit(archive_of(args))
    code = say(args, answer, audit_words(answer))
    return code if answer.opened else EXIT_FAILED


COMMAND = Command(
    name="audit",
    help="read everything and name every fault",
    description="Read every original, record, tile, key, note and time-stamp, and name every fault by its path. Writes nothing. "
    "Exit code 0 clean, 1 faults, 3 when the archive cannot be opened at all.",
    arguments=no_arguments,
    run=_run,
)
