"""The real vPDQ (PyPI `vpdq`) on one file, in a process that may die without taking the benchmark along."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from .peer import PeerMissing

INSTALL = (
    "the vPDQ peer needs PyPI `vpdq`: apt-get install cmake g++ pkg-config libavcodec-dev libavdevice-dev libavfilter-dev"
    " libavformat-dev libavutil-dev libswresample-dev libswscale-dev, then pip install -r bench/matching/peers/requirements.txt"
)
_CHILD = Path(__file__).with_name("vpdq_child.py")
_SECONDS_MAX = 600

Row = tuple[int, int, str, float]  # frame number, quality 0 to 100, hash as 64 hex digits, seconds


@dataclass(frozen=True)
class VpdqRun:
    """What vPDQ said of a file: its hashes, or how it failed; and the CPU seconds that hashing took."""

    hashes: list[Row]
    cpu_s: float
    fault: str = ""


def installed() -> bool:
    """Whether the real vPDQ can be run by this Python."""
    return importlib.util.find_spec("vpdq") is not None


def run_vpdq(path: Path) -> VpdqRun:
    """The hashes that vPDQ makes of a file, one a second; raises PeerMissing."""
    if not installed():
        raise PeerMissing(INSTALL)
    command = [sys.executable, str(_CHILD), str(path.absolute())]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return VpdqRun([], 0.0, f"no answer within {_SECONDS_MAX} s")
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        return VpdqRun([], 0.0, f"exit {done.returncode}: {''.join(last)}")
    told = json.loads(done.stdout.splitlines()[-1])
    return VpdqRun([cast("Row", tuple(row)) for row in told["hashes"]], float(told["cpu_s"]))
