"""`indelible trace`: where footage was seen, in time order."""

from __future__ import annotations

import argparse

from indelible.cli.command import Command, context_of
from indelible.cli.output import say
from indelible.cli.show import ID_HELP
from indelible.cli.words.trace import trace_words


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", help=f"{ID_HELP}; all footage when none is given")


def _run(args: argparse.Namespace) -> int:
    from indelible.app.tracing import trace

    answer = trace(context_of(args), args.id)
    return say(args, answer, trace_words(answer))


COMMAND = Command(
    name="trace",
    help="where footage was seen, earliest first, and how it came back",
    description="Every footage with its sightings in time order: the earliest known to this archive, forwards that posts state, "
    "paths inferred from content and time, old footage returning as new, and what was not collected.",
    arguments=_arguments,
    run=_run,
)
