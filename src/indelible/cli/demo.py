"""`indelible demo`: the whole story on footage that it makes itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from indelible.cli.command import Command
from indelible.cli.output import Progress, say
from indelible.cli.words.demo import demo_words


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="DIR", help="keep the made-up exports and their archive here (else a folder of its own)"
    )


def _run(args: argparse.Namespace) -> int:
    from indelible.app.demonstrating import demo

    with Progress() as progress:
        answer = demo(Path(args.out) if args.out else None, progress)
    return say(args, answer, demo_words(answer))


COMMAND = Command(
    name="demo",
    help="the whole story on footage that it makes itself",
    description="Make neutral footage and three invented channels that pass it on, edited and as new, then collect, preserve, "
    "match, trace and audit them, and tell the story. Under two minutes on two cores; nothing leaves this machine.",
    arguments=_arguments,
    run=_run,
)
