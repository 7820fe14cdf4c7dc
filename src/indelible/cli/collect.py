"""`indelible collect`: take sources in, whole, and say what they hold and what is missing."""

from __future__ import annotations

import argparse
from pathlib import Path

from indelible.cli.command import Command, context_of
from indelible.cli.output import Progress, say
from indelible.cli.words.collect import collect_words


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="SOURCE",
        nargs="+",
        help="a Telegram Desktop export (its folder, or its .json or .html under any name), a folder of media, or one file",
    )
    parser.add_argument(
        "--chat",
        metavar="NAME",
        action="append",
        default=[],
        help="of a whole account's export, keep this chat (its name or number; may be given again)",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="look at films' keyframes alone for now: searched many times sooner; the next run without it looks closely",
    )
    custody = parser.add_argument_group("how the source came to us (recorded)")
    custody.add_argument("--received-from", metavar="WHO", default="", help="who handed it over")
    custody.add_argument("--authority", metavar="TEXT", default="", help="by what right it was taken or received")
    custody.add_argument("--acquired-at", metavar="WHEN", default="", help="when it was acquired, as told")
    custody.add_argument("--note", metavar="TEXT", default="", help="what else the record should say")


def _run(args: argparse.Namespace) -> int:
    from indelible.app.collecting import Scope, collect
    from indelible.app.intake.closing import Statement

    stated = Statement(
        received_from=args.received_from,
        acquired_at=args.acquired_at,
        authority=args.authority,
        note=args.note,
    )
    with Progress() as progress:
        answer = collect(
            context_of(args), [Path(source) for source in args.source], stated, Scope(args.chat, args.quick), progress
        )
    return say(args, answer, collect_words(answer))


COMMAND = Command(
    name="collect",
    help="take exports, folders or files in, and report what is complete",
    description="Preserve what the sources hold, and say what they say exists, what we hold, and what is missing and why. "
    "The same source twice changes nothing. When it returns, match and trace work.",
    arguments=_arguments,
    run=_run,
)
