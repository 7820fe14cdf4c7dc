"""Kills processes at random moments, again and again on one archive.

Takes any command that prints a line for each thing it promises:

    lives = Commands([program, "collect", source], env)
    kill_often(lives, 200, draw, inspect)

`inspect` is given every line printed so far on this archive and raises when something promised is gone.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

SHORTEST_S = 0.002


@dataclass
class Life:
    """A process that runs, and how to end it; `end` gives what it printed."""

    pid: int
    end: Callable[[], list[str]]


class Lives(Protocol):
    """Where processes come from."""

    def begin(self, seed: int) -> Life: ...


@dataclass
class Deaths:
    """How it went: kills that met a running process, and lines that were printed."""

    kills: int = 0
    printed: list[str] = field(default_factory=list)


def kill_often(
    lives: Lives, kills: int, draw: random.Random, inspect: Callable[[list[str]], None], longest_s: float = 0.15
) -> Deaths:
    """Begins and kills `kills` times, each after a random while up to `longest_s`; looks at what is left after each."""
    deaths = Deaths()
    for number in range(kills):
        life = lives.begin(number)
        time.sleep(draw.uniform(SHORTEST_S, longest_s))
        with contextlib.suppress(ProcessLookupError):
            os.kill(life.pid, signal.SIGKILL)
            deaths.kills += 1
        deaths.printed += life.end()
        inspect(deaths.printed)
    return deaths


class Commands:
    """Lives that are a command line each."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self._command = list(command)
        self._env = dict(env) if env is not None else None

    def begin(self, seed: int) -> Life:
        del seed
        process = subprocess.Popen(
            self._command, env=self._env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
        )

        def end() -> list[str]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its workers too
            return process.communicate()[0].splitlines()

        return Life(process.pid, end)


class Forks:
    """Lives forked from one process that has imported everything: some milliseconds each."""

    def __init__(self, script: Path, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=os.environ | {"PYTHONPATH": str(script.parents[1])},
        )

    def begin(self, seed: int) -> Life:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{seed}\n")
        self._process.stdin.flush()
        return Life(int(self._process.stdout.readline()), lambda: list(self._lines()))

    def _lines(self) -> Iterator[str]:
        assert self._process.stdout
        while (line := self._process.stdout.readline().rstrip("\n")) != "dead":
            yield line

    def close(self) -> None:
        self._process.communicate()
