"""Every single call to the disk fails once, or is the last: nothing half-made is seen, and trying again works."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from crash.journal import Journal, State
from crash.scenario import ORIGIN, SMALL, Step, World, violations
from crash.systems import Failing, Killed, Recording
from indelible.durable.disk import Disk
from indelible.ledger.check import check
from indelible.ledger.findings import Fault
from indelible.ledger.ledger import Ledger
from indelible.model.errors import DiskError, PoisonedError
from indelible.model.record import Record

CALLS_MAX = 400


@pytest.fixture
def base(room: Path) -> State:
    world = World(room / "base")
    ledger = (room / "base").mkdir() or world.start()
    world.collect(ledger, Step(1, 100, 3), 1)
    return State.read(room / "base")


def _go_on(world: World) -> None:
    ledger = world.start()
    world.collect(ledger, Step(2, 5000, 1), 5)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["disk full", "input/output error"])
def test_each_call_that_fails_is_told_and_can_be_tried_again(room: Path, base: State, number: int) -> None:
    promised = _size(room / "base")
    failed: set[str] = set()
    for fail_at in range(CALLS_MAX):
        base.write(room / "now")
        system = Failing(fail_at, number)
        try:
            _go_on(World(room / "now", Disk(system)))
        except (DiskError, PoisonedError) as error:
            failed.add(system.failed if error.do else "says not what to do")
        assert not [f for f in check(room / "now/archive") if isinstance(f, Fault)], system.failed
        assert not list(violations(SMALL, room / "now", [promised], [])), (fail_at, system.failed)
        if not system.failed:
            break
    else:
        pytest.fail("it never came to an end")
    assert failed >= {"create", "write", "sync_file", "sync_folder", "link", "rename"}
    assert "says not what to do" not in failed


def test_a_death_before_each_call_is_recovered_from(room: Path, base: State) -> None:
    promised = _size(room / "base")
    for die_at in range(CALLS_MAX):
        base.write(room / "now")
        system = Recording(Journal(base), room / "now", die_at)
        try:
            _go_on(World(room / "now", Disk(system)))
        except Killed:
            assert not list(violations(SMALL, room / "now", [promised], [])), die_at
        else:
            return
    pytest.fail("it never came to an end")


def test_after_a_failed_sync_everything_refuses(room: Path, base: State) -> None:
    base.write(room / "now")
    system = Failing(10**9)
    world = World(room / "now", Disk(system))
    ledger = world.start()
    size = ledger.size
    with pytest.raises(PoisonedError):
        system.poison(room, OSError(errno.EIO, "input/output error"))
    for attempt in (
        lambda: world.collect(ledger, Step(1), 1),
        lambda: ledger.append([Record("post/1")], size),
        world.start,
        lambda: world.disk.replace_head(room / "x", b""),
    ):
        with pytest.raises(PoisonedError):
            attempt()
    assert Ledger.open(world.archive).size == size


def _size(folder: Path) -> tuple[int, bytes]:
    ledger = Ledger.open(folder / "archive")
    assert ledger.origin == ORIGIN
    return ledger.size, ledger.root
