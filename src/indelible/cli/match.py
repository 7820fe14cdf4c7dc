"""`indelible match`: files compared with the archive, without being preserved."""

from __future__ import annotations

import argparse
from pathlib import Path

from indelible.cli.command import Command, context_of
from indelible.cli.output import Progress, say
from indelible.cli.words.match import match_words
from indelible.model.errors import EXIT_DONE


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="+", help="a video, picture or sound file")
    parser.add_argument("--quick", action="store_true", help="look at keyframes alone: many times faster, and settles nothing")


def _run(args: argparse.Namespace) -> int:
    from indelible.app.matching import match_files

    code = EXIT_DONE
    with Progress() as progress:
        for answer in match_files(context_of(args), [Path(file) for file in args.file], progress, quick=args.quick):
            progress.pause()
            code = max(code, say(args, answer, match_words(answer)))
    return code


COMMAND = Command(
    name="match",
    help="compare files with the archive, without preserving them",
    description="Say of each file which exhibits show the same footage, which stretch of it, and what was edited. "
    "Nothing is preserved. With --json one object a line, one line for each FILE.",
    arguments=_arguments,
    run=_run,
)
