"""`indelible marks`: what strangers share, so that it joins nothing."""

from __future__ import annotations

import argparse

from indelible.cli.command import Command, context_of, no_arguments
from indelible.cli.output import say
from indelible.cli.words.marks import marks_words


def _run(args: argparse.Namespace) -> int:
    from indelible.app.marking import marks

    answer = marks(context_of(args))
    return say(args, answer, marks_words(answer))


COMMAND = Command(
    name="marks",
    help="what strangers share, such as a channel's title: it joins no footage",
    description="List the marks: short stretches that strangers share at one of their ends. A match that rests on a mark alone is "
    "set aside by match and trace.",
    arguments=no_arguments,
    run=_run,
)
