"""`indelible init`: a new archive, and its key beside it."""

from __future__ import annotations

import argparse

from indelible.cli.command import Command, archive_of, no_arguments
from indelible.cli.output import say
from indelible.cli.words.archive import init_words


def _run(args: argparse.Namespace) -> int:
    from indelible.app.init import init

    answer = init(archive_of(args), args.operator)
    return say(args, answer, init_words(answer))


COMMAND = Command(
    name="init",
    help="make a new archive",
    description="Make a new archive in --archive DIR, and its signing key in your state folder, outside the archive. "
    "A settings.toml that lies there already is taken over. Without --as the first operator is called operator.",
    arguments=no_arguments,
    run=_run,
)
