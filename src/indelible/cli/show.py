"""`indelible show`: every record about one post or exhibit."""

from __future__ import annotations

import argparse

from indelible.cli.command import Command, context_of
from indelible.cli.output import say
from indelible.cli.words.archive import show_words

ID_HELP = "a post (telegram:PEER/MESSAGE), an exhibit (ORIGIN#NUMBER), or an exhibit's SHA-256"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=ID_HELP)


def _run(args: argparse.Namespace) -> int:
    from indelible.app.showing import show

    answer = show(context_of(args), args.id)
    return say(args, answer, show_words(answer))


COMMAND = Command(
    name="show",
    help="every record about one post or exhibit",
    description="Every record about one post or exhibit, and where its original lies.",
    arguments=_arguments,
    run=_run,
)
