"""`indelible checkpoint`: two lines to mail to somebody who keeps them."""

from __future__ import annotations

import argparse

from indelible.cli.command import Command, context_of, no_arguments
from indelible.cli.output import say
from indelible.cli.words.archive import checkpoint_words


def _run(args: argparse.Namespace) -> int:
    from indelible.app.checkpointing import checkpoint

    answer = checkpoint(context_of(args))
    return say(args, answer, checkpoint_words(answer))


COMMAND = Command(
    name="checkpoint",
    help="two lines to mail to counsel: they pin what the log holds now",
    description="Print two lines that pin what the log holds now and tell nothing of what is in it. Whoever keeps them can later "
    "show that nothing before them was changed or taken out.",
    arguments=no_arguments,
    run=_run,
)
