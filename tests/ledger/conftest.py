"""A small log, and what makes one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indelible.ledger.house import House
from indelible.ledger.ledger import Ledger
from indelible.model.record import Record
from world.memory import room_in_memory

ORIGIN = "log.example/harbour"


def posts(count: int, start: int = 0) -> list[Record]:
    return [Record("post/1", {"message": number, "text": f"post {number}"}) for number in range(start, start + count)]


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with room_in_memory() as folder:
        yield folder


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House.create(tmp_path / "house")


@pytest.fixture
def ledger(tmp_path: Path, house: House) -> Ledger:
    return Ledger.create(tmp_path / "archive", house, ORIGIN, [Record("archive/1", {"format": "indelible-archive/1"})])


@pytest.fixture
def grown(ledger: Ledger) -> Callable[[int], Ledger]:
    def grow(size: int) -> Ledger:
        ledger.append(posts(size - ledger.size), ledger.size)
        return ledger

    return grow
