"""A program that works for each seed read, in a process of its own that a test may kill at any moment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path


def say(line: str) -> None:
    """Prints a promise at once, and whole."""
    os.write(1, f"{line}\n".encode())


def work_for_each(work: Callable[[Path, int], None]) -> None:
    """Forks for each seed on standard input, and says the process's number and then that it is dead. `work` never returns."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                work(Path(sys.argv[1]), int(line))
            finally:
                os._exit(9)
        say(str(pid))
        os.waitpid(pid, 0)
        say("dead")
