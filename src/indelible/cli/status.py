"""`indelible status`: how much is preserved, and how much of it can be searched."""

from __future__ import annotations

import argparse

from indelible.cli.command import Command, context_of, no_arguments
from indelible.cli.output import say
from indelible.cli.words.archive import status_words


def _run(args: argparse.Namespace) -> int:
    from indelible.app.status import status

    answer = status(context_of(args))
    return say(args, answer, status_words(answer))


COMMAND = Command(
    name="status",
    help="what the archive holds, and what of it can be searched",
    description="How much is preserved, from which channels, and how much of it can be searched.",
    arguments=no_arguments,
    run=_run,
)
