"""Where words go: answers to standard output, progress to standard error, never mixed."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from types import TracebackType
from typing import Self, TextIO

from indelible.app.answers.error import ErrorAnswer
from indelible.app.answers.plain import Answer, Plain, one_line
from indelible.app.answers.visible import clipped, visible
from indelible.model.errors import EXIT_AMISS, EXIT_DONE, IndelibleError

_CLEAR = "\r\x1b[K"
_COUNT = re.compile(r"\d+ of \d+")


def say(args: argparse.Namespace, answer: Answer, lines: list[str]) -> int:
    """Prints an answer, in words or as JSON; returns the exit code: 0, or 1 when something is amiss."""
    if args.json:
        print(as_json(answer.to_json(), sys.stdout), flush=True)
    else:
        for line in lines:
            print(line)
    return EXIT_AMISS if answer.amiss else EXIT_DONE


def as_json(members: dict[str, Plain], stream: TextIO) -> str:
    """One line of JSON in the stream's encoding."""
    unicode_fits = (stream.encoding or "").lower().replace("-", "") == "utf8"
    return one_line(members, ascii_only=not unicode_fits)


def complain(error: IndelibleError, *, as_object: bool) -> None:
    """Says on standard error why the command cannot go on."""
    told = ErrorAnswer.of(error)
    if as_object:
        print(as_json(told.to_json(), sys.stderr), file=sys.stderr)
        return
    print(f"indelible: {visible(told.message)}", file=sys.stderr)
    for label, text in (("where", told.where), ("what to do", told.do)):
        if text:
            print(f"  {label}: {visible(text)}", file=sys.stderr)


class Progress:
    """What is going on, on standard error: one line that changes on a terminal, else one line a stage.

    Call it with a sentence; one that counts ("fingerprinted 3 of 20") is told by its last when nobody watches.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._watched = self._stream.isatty()
        self._waiting = ""

    def __call__(self, message: str) -> None:
        """Says what is going on now."""
        if self._watched:
            columns = shutil.get_terminal_size().columns
            self._stream.write(_CLEAR + clipped(message, max(1, columns - 1)))
            self._stream.flush()
            return
        if self._waiting and _stage(message) != _stage(self._waiting):
            self._tell_waiting()
        if _COUNT.search(message):
            self._waiting = message
        else:
            print(visible(message), file=self._stream, flush=True)

    def _tell_waiting(self) -> None:
        print(visible(self._waiting), file=self._stream, flush=True)
        self._waiting = ""

    def pause(self) -> None:
        """Clears the line, so that an answer can be printed; the next sentence starts it again."""
        if self._watched:
            self._stream.write(_CLEAR)
            self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.pause()
        if self._waiting:
            self._tell_waiting()


def _stage(message: str) -> str:
    return _COUNT.sub("", message)
