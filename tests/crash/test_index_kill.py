"""Kills of the index's writer at random moments: nothing promised is lost, nothing is half there, nothing that went comes back."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from crash.index_promises import violations
from crash.index_writer import medium
from crash.kill import Forks, kill_often
from indelible.index.snapshot import tail_path
from indelible.index.writer import writing

WRITER = Path(__file__).with_name("index_writer.py")


def _kill(room: Path, kills: int) -> tuple[int, int]:
    lives = Forks(WRITER, str(room / "index"))

    def inspect(printed: list[str]) -> None:
        wrong = violations(room / "index", printed)
        assert not wrong, wrong

    deaths = kill_often(lives, kills, random.Random(kills), inspect, longest_s=0.4)
    lives.close()
    return deaths.kills, len(deaths.printed)


def test_an_index_loses_nothing_in_kills(room: Path) -> None:
    killed, promises = _kill(room, 15)
    assert killed == 15
    assert promises > 100


@pytest.mark.long
def test_an_index_loses_nothing_in_many_kills(room: Path) -> None:
    killed, promises = _kill(room, 200)
    assert killed == 200
    assert promises > 1000


@pytest.mark.parametrize("defect", ["no tail", "half a tail", "no segment", "removal undone"])
def test_a_promise_that_was_not_kept_is_seen(room: Path, defect: str) -> None:
    folder = room / "index"
    with writing(folder) as writer:
        writer.add(*medium(1))
        writer.seal()
        writer.add(*medium(2))
        before = room / "before"
        shutil.copytree(folder, before)
        writer.remove(np.array([1]))
    said = ["+ 1", "+ 2", "? 1", "- 1"]
    assert not violations(folder, said)
    if defect == "no tail":
        tail_path(folder, 0).unlink(missing_ok=True)
        tail_path(folder, 1).unlink(missing_ok=True)
    elif defect == "half a tail":
        path = tail_path(folder, 1)
        path.write_bytes(path.read_bytes()[:100])
    elif defect == "no segment":
        next(folder.glob("segment-*")).unlink()
    else:
        folder = before
    assert violations(folder, said)
