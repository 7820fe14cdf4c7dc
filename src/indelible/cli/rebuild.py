"""`indelible rebuild`: what is derived, made again from records and originals."""

from __future__ import annotations

import argparse

from indelible.cli.command import Command, context_of
from indelible.cli.output import Progress, say
from indelible.cli.words.archive import rebuild_words


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all", dest="everything", action="store_true", help="fingerprints and comparisons too, not the tables alone"
    )


def _run(args: argparse.Namespace) -> int:
    from indelible.app.rebuilding import rebuild

    with Progress() as progress:
        answer = rebuild(context_of(args), progress, everything=args.everything)
    return say(args, answer, rebuild_words(answer))


COMMAND = Command(
    name="rebuild",
    help="make what is derived again from records and originals",
    description="Make the tables again from the records; with --all also fingerprints and comparisons from the originals. "
    "Evidence is read, never changed.",
    arguments=_arguments,
    run=_run,
)
