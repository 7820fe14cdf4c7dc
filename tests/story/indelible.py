"""The program as its users meet it: a process, what it prints, and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS_MAX = 600


@dataclass(frozen=True)
class Told:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Program:
    """The program with an archive and a state folder of its own."""

    archive: Path
    state: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "INDELIBLE_ARCHIVE": str(self.archive), "XDG_STATE_HOME": str(self.state)}

    def command(self, *words: str | Path) -> list[str]:
        return [str(Path(sys.executable).with_name("indelible")), *map(str, words)]

    def run(self, *words: str | Path) -> Told:
        done = subprocess.run(
            self.command(*words), env=self.environment, capture_output=True, text=True, check=False, timeout=SECONDS_MAX
        )
        return Told(done.returncode, done.stdout, done.stderr)
