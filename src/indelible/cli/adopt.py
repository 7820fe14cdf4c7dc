"""`indelible adopt`: go on with an archive on a machine that does not have its key."""

from __future__ import annotations

import argparse

from indelible.cli.command import Command, archive_of, no_arguments
from indelible.cli.output import say
from indelible.cli.words.archive import adopt_words


def _run(args: argparse.Namespace) -> int:
    from indelible.app.adopting import adopt

    answer = adopt(archive_of(args), args.operator)
    return say(args, answer, adopt_words(answer))


COMMAND = Command(
    name="adopt",
    help="go on with an archive that came from another machine",
    description="Make a new key and a new name for an archive whose key is elsewhere. The log goes on from its last "
    "checkpoint, and says so in a record.",
    arguments=no_arguments,
    run=_run,
)
