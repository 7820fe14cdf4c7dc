"""`indelible marks`: what strangers share, so that it joins nothing; and what people decide of it."""

from __future__ import annotations

import argparse

from indelible.cli.command import Command, context_of
from indelible.cli.output import say
from indelible.cli.words.marks import marks_words
from indelible.model.errors import UsageError


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "mark", metavar="MARK", nargs="?", help="one mark: ORIGIN#NUMBER@FROM-TO as listed, or an exhibit of it"
    )
    decision = parser.add_mutually_exclusive_group()
    decision.add_argument(
        "--confirm", metavar="REASON", help="record that MARK is a mark: what rests on it alone is no evidence"
    )
    decision.add_argument("--refuse", metavar="REASON", help="record that MARK is footage: what rests on it counts again")


def _run(args: argparse.Namespace) -> int:
    from indelible.app.judging import Decision, judge
    from indelible.app.marking import marks

    decided = {"confirmed": args.confirm, "refused": args.refuse}
    given = [(decision, reason) for decision, reason in decided.items() if reason is not None]
    if given and args.mark is None:
        raise UsageError("no mark is named", do="name one as `indelible marks` lists it.")
    context = context_of(args)
    answer = judge(context, Decision(args.mark, *given[0])) if given else marks(context, args.mark)
    return say(args, answer, marks_words(answer))


COMMAND = Command(
    name="marks",
    help="what strangers share, such as a channel's title: it joins no footage",
    description="List the marks: short stretches that strangers share at one of their ends. A match that rests on a mark alone is "
    "set aside by match and trace. A person confirms a mark, or refuses it, with a reason, and it is recorded; the last word holds.",
    arguments=_arguments,
    run=_run,
)
