"""Kills at random moments: the next start goes on by itself, and nothing promised is lost."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from crash.kill import Commands, Forks, kill_often
from crash.scenario import SMALL, World, violations

APPENDER = Path(__file__).with_name("appender.py")
SUCCESSIVE = 20  # on one archive, so that recovering from a recovery is met


def _inspect(world: Path, printed: list[str]) -> None:
    promised = [(int(size), bytes.fromhex(root)) for size, root in (line.split() for line in printed)]
    if promised or (world / "archive/log/checkpoint").exists():
        found = list(violations(SMALL, world, promised, []))
        assert not found, found


def _kill(room: Path, kills: int) -> tuple[int, int]:
    draw = random.Random(kills)
    killed = promises = 0
    for number in range(0, kills, SUCCESSIVE):
        world = room / str(number)
        world.mkdir()
        lives = Forks(APPENDER, str(world))
        deaths = kill_often(lives, SUCCESSIVE, draw, lambda printed, world=world: _inspect(world, printed))
        lives.close()
        killed, promises = killed + deaths.kills, promises + len(deaths.printed)
    return killed, promises


def test_nothing_promised_is_lost_in_kills(room: Path) -> None:
    killed, promises = _kill(room, 40)
    assert killed == 40
    assert promises > 40


@pytest.mark.long
def test_nothing_promised_is_lost_in_many_kills(room: Path) -> None:
    killed, promises = _kill(room, 200)
    assert killed == 200
    assert promises > 200


def test_the_harness_takes_any_command(room: Path) -> None:
    script = "import time\nfor n in range(1000):\n print('promise', n, flush=True)\n time.sleep(0.001)"
    seen: list[int] = []
    deaths = kill_often(Commands([sys.executable, "-c", script]), 2, random.Random(1), lambda p: seen.append(len(p)), 0.5)
    assert deaths.kills == 2
    assert len(seen) == 2


def test_a_promise_that_was_not_kept_is_seen(room: Path) -> None:
    world = World(room)
    ledger = world.start()
    with pytest.raises(AssertionError):
        _inspect(room, [f"{ledger.size + 1} {ledger.root.hex()}"])
    with pytest.raises(AssertionError):
        _inspect(room, [f"{ledger.size} {bytes(32).hex()}"])
