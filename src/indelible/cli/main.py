"""The door: parses, runs one command, says what went wrong, gives the exit code.

Exit codes: 0 done, 1 something is amiss (the answer says what), 2 usage, 3 failed, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import NoReturn

from indelible.cli import (
    adopt,
    audit,
    checkpoint,
    collect,
    demo,
    doctor,
    init,
    marks,
    match,
    prove,
    rebuild,
    show,
    status,
    trace,
)
from indelible.cli.command import ARCHIVE_VARIABLE, Command
from indelible.cli.output import complain
from indelible.model.errors import EXIT_DONE, IndelibleError, UsageError

EXIT_INTERRUPTED = 130

COMMANDS: tuple[Command, ...] = (
    init.COMMAND,
    collect.COMMAND,
    status.COMMAND,
    show.COMMAND,
    match.COMMAND,
    trace.COMMAND,
    marks.COMMAND,
    prove.COMMAND,
    checkpoint.COMMAND,
    audit.COMMAND,
    rebuild.COMMAND,
    adopt.COMMAND,
    doctor.COMMAND,
    demo.COMMAND,
)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are ours, so that scripts read them as they read every other."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, do=f"{self.prog} --help lists what it takes.")


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print(f"indelible {version('indelible')}")
        parser.exit(EXIT_DONE)


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands; the shared options may stand before or after the command's name."""
    parser = _Parser(
        prog="indelible",
        description="Collect, prove, match and trace footage: out of the feed, never out of the record.",
        epilog="Exit codes: 0 done, 1 something is amiss (the answer says what), 2 usage, 3 failed, 130 interrupted.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    _shared(parser, None, as_json=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help, description=command.description, allow_abbrev=False)
        _shared(sub, argparse.SUPPRESS, as_json=argparse.SUPPRESS)
        command.arguments(sub)
        sub.set_defaults(run=command.run)
    return parser


def _shared(parser: argparse.ArgumentParser, absent: str | None, *, as_json: bool | str) -> None:
    shared = parser.add_argument_group("for every command")
    shared.add_argument("--archive", metavar="DIR", default=absent, help=f"the archive's folder (else ${ARCHIVE_VARIABLE})")
    shared.add_argument("--as", dest="operator", metavar="CODE", default=absent, help="the code under which you act")
    shared.add_argument("--json", action="store_true", default=as_json, help="answer in JSON, for scripts")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code; raises SystemExit for --help and --version alone."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_object = "--json" in given
    try:
        args = make_parser().parse_args(given)
        as_object = args.json
        code: int = args.run(args)
        sys.stdout.flush()
    except IndelibleError as error:
        complain(error, as_object=as_object)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nindelible: interrupted. What is preserved stays; run it again to go on.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away; what is left in the buffer must not raise once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    return code
