"""`indelible doctor`: whether this machine can keep the promises."""

from __future__ import annotations

import argparse

from indelible.cli.command import Command, archive_if_named, no_arguments
from indelible.cli.output import say
from indelible.cli.words.archive import doctor_words


def _run(args: argparse.Namespace) -> int:
    from indelible.app.doctoring import doctor

    answer = doctor(archive_if_named(args))
    return say(args, answer, doctor_words(answer))


COMMAND = Command(
    name="doctor",
    help="what this machine has and lacks, and the line that mends it",
    description="Look at the sandbox for decoders, the disk's encryption and the parts that are installed, and say what mends "
    "what is missing. No archive need be named.",
    arguments=no_arguments,
    run=_run,
)
