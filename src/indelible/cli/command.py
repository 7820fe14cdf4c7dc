"""What a command is: its name, its words of help, its arguments, and the one call that it makes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indelible.model.errors import UsageError

if TYPE_CHECKING:  # the room behind it opens databases: not for --help
    from indelible.app.opening import Context

ARCHIVE_VARIABLE = "INDELIBLE_ARCHIVE"


@dataclass(frozen=True)
class Command:
    """A command. `run` gives the exit code and imports what it calls, so that --help stays light."""

    name: str
    help: str
    description: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def no_arguments(parser: argparse.ArgumentParser) -> None:
    """For a command that takes the shared options alone."""
    del parser


def archive_of(args: argparse.Namespace) -> Path:
    """The archive's folder: --archive, else the variable; raises UsageError when neither names one."""
    named = archive_if_named(args)
    if named is None:
        do = f"give --archive DIR, or set {ARCHIVE_VARIABLE}; `indelible init --archive DIR` makes a new one."
        raise UsageError("no archive is named", do=do)
    return named


def archive_if_named(args: argparse.Namespace) -> Path | None:
    """The archive's folder when one is named."""
    named = args.archive or os.environ.get(ARCHIVE_VARIABLE, "")
    return Path(named) if named else None


def context_of(args: argparse.Namespace) -> Context:
    """Which archive, and who gives the command."""
    from indelible.app.opening import Context

    return Context(archive_of(args), args.operator)
