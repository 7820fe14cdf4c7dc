"""`collect` killed at random moments: the next run goes on by itself, and nothing signed is lost."""

from __future__ import annotations

import random
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from indelible.ledger.ledger import Ledger
from indelible.media.encode import write_still
from story.indelible import Program
from world.channel_export import ChannelExport, Medium, Post, busy_channel

POSTS = 300
LONGEST_S = 2.5


def _export(folder: Path, number: int) -> Path:
    picture = folder / "picture.jpg"
    folder.mkdir(parents=True)
    write_still(picture, np.random.default_rng(number).integers(0, 255, (60, 80, 3), np.uint8))
    medium = Medium("photos/photo_1.jpg", picture.read_bytes(), "photo")
    picture.unlink()
    posts = [*busy_channel(POSTS, number), Post(POSTS + 1, datetime(2024, 1, 1, tzinfo=UTC), medium=medium)]
    return ChannelExport(posts, f"Channel {number}", 1_700_100_000 + number).write(folder)


def _kill_often(place: Path, kills: int) -> None:
    program = Program(place / "archive", place / "state")
    assert program.run("init").code == 0
    draw, signed, sources = random.Random(kills), [], []
    for number in range(kills):
        sources.append(_export(place / "exports" / str(number), number))
        running = subprocess.Popen(
            program.command("collect", "--json", *sources[-3:]),
            env=program.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(draw.uniform(0, LONGEST_S))
        running.kill()
        running.wait()
        log = Ledger.open(program.archive)
        signed.append((log.size, log.root))
        assert all(log.root_at(size) == root for size, root in signed)
        assert program.run("audit").code == 0
    answer = program.run("collect", "--json", *sources).json
    assert answer["posts"]["seen"] == (POSTS + 1) * kills
    assert program.run("status", "--json").json["posts"] == (POSTS + 1) * kills
    assert program.run("audit", "--json").json["faults"] == []


def test_a_killed_collect_goes_on_by_itself(tmp_path: Path) -> None:
    _kill_often(tmp_path, 5)


@pytest.mark.long
def test_two_hundred_killed_collects_go_on_by_themselves(tmp_path: Path) -> None:
    _kill_often(tmp_path, 200)
