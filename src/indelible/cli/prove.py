"""`indelible prove`: a folder that anyone checks without us."""

from __future__ import annotations

import argparse
from pathlib import Path

from indelible.cli.command import Command, context_of
from indelible.cli.output import say
from indelible.cli.show import ID_HELP
from indelible.cli.words.archive import prove_words


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=ID_HELP)
    parser.add_argument("--out", metavar="DIR", required=True, help="the folder to write; it must not exist or be empty")


def _run(args: argparse.Namespace) -> int:
    from indelible.app.proving import prove

    answer = prove(context_of(args), args.id, Path(args.out))
    return say(args, answer, prove_words(answer))


COMMAND = Command(
    name="prove",
    help="write a folder that anyone checks with bare Python",
    description="Write the originals and records about one post or exhibit with their proofs, and verify.py, which checks them "
    "on any machine with Python and nothing of ours.",
    arguments=_arguments,
    run=_run,
)
