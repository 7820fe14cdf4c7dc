"""Power cuts of the index's writer: whatever a disk kept of the un-synced, what was promised is found, and nothing is half there."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from crash.index_promises import violations
from crash.index_writer import medium
from crash.journal import MODELS, Cut, Journal, State
from crash.systems import InPlace, Killed, Recording
from indelible.durable.disk import Disk
from indelible.index.writer import writing
from indelible.model.errors import IndelibleError

SEAL_MIN = 60
MEDIA = 24  # of a life: three are removed, all is merged twice
QUICK_STATES = 40  # for each model
LONG_STATES = 1000
QUICK_DEATHS = 6
LONG_DEATHS = 60
STATES_UNTIL_SEEN_MAX = 200


class NoTailSync(Recording):
    """Never syncs what is added."""

    def sync_file(self, path: Path) -> None:
        if not path.name.startswith("tail-"):
            super().sync_file(path)


class NoPassingSync(Recording):
    """Never syncs a segment or a manifest before it gets its name."""

    def sync_file(self, path: Path) -> None:
        if path.name.startswith("tail-"):
            super().sync_file(path)


class NoFolderSync(Recording):
    """Never syncs a folder."""

    def sync_folder(self, path: Path) -> None:
        del path


class Promises:
    """A journal, and what the writer said after which operation."""

    def __init__(self, world: Path) -> None:
        self.journal = Journal(State.read(world))
        self._said: list[tuple[int, str]] = []

    def say(self, line: str) -> None:
        self._said.append((len(self.journal.ops), line))

    def until(self, cut: int) -> list[str]:
        """What was said before a cut; what was only asked for may have happened by then."""
        return [line for after, line in self._said if after <= cut]


def work(folder: Path, disk: Disk, promises: Promises, life: int) -> None:
    """One process's: it adds, removes, seals by itself, and merges."""
    with writing(folder, disk, seal_min=SEAL_MIN) as writer:
        for number in range(life * 1000, life * 1000 + MEDIA):
            writer.add(*medium(number))
            promises.say(f"+ {number}")
            if number % 8 == 5:
                promises.say(f"? {number - 3}")
                writer.remove(np.array([number - 3]))
                promises.say(f"- {number - 3}")
            if number % 10 == 9:
                writer.merge()


def record(world: Path, system: type[Recording] = Recording, disk: type[Disk] = Disk, die_at: int | None = None) -> Promises:
    """What a process does in `world`; with `die_at` a first one dies there, and a second goes on."""
    world.mkdir()
    promises = Promises(world)
    for life, limit in enumerate((die_at, None) if die_at is not None else (None,)):
        try:
            work(world / "index", disk(system(promises.journal, world, limit)), promises, life)
        except Killed:
            continue
    return promises


def wrong_after(folder: Path, printed: list[str]) -> list[str]:
    """What is wrong as found, and after the next start has gone on and merged all."""
    try:
        wrong = violations(folder, printed)
        with writing(folder) as writer:
            writer.add(*medium(9000))
            writer.merge()
        return wrong + violations(folder, [*printed, "+ 9000"])
    except IndelibleError as error:
        return [str(error)]


def states(promises: Promises, room: Path, draw: random.Random, model: str) -> Iterator[tuple[str, list[str]]]:
    """Endless: where the power was cut, and what is then wrong."""
    journal = promises.journal
    while True:
        cut = draw.randrange(1, len(journal.ops) + 1)
        Cut(journal, cut, model, draw).state().write(room / "cut")
        yield f"{model}, cut at {cut} of {len(journal.ops)}", wrong_after(room / "cut" / "index", promises.until(cut))


def hold(promises: Promises, room: Path, count: int, seed: int) -> None:
    for model in MODELS:
        for _, (where, wrong) in zip(range(count), states(promises, room, random.Random(seed), model), strict=False):
            assert not wrong, (where, wrong)


def after_deaths(room: Path, deaths: int, count: int) -> None:
    whole = len(record(room / "whole").journal.ops)
    draw = random.Random(3)
    for number in range(deaths):
        hold(record(room / "made", die_at=draw.randrange(whole)), room, count, number)
        shutil.rmtree(room / "made")


def test_nothing_promised_by_an_index_is_lost_in_a_power_cut(room: Path) -> None:
    hold(record(room / "made"), room, QUICK_STATES, 1)


def test_nothing_is_lost_when_a_writer_died_before_the_power_cut(room: Path) -> None:
    after_deaths(room, QUICK_DEATHS, 8)


def test_a_manifest_that_a_dead_writer_did_not_sync_is_synced_before_what_it_no_longer_names_goes(room: Path) -> None:
    draw = random.Random(8)
    ops = record(room / "whole").journal.ops
    for named in [number + 1 for number, op in enumerate(ops) if op.kind == "rename"]:
        promises = record(room / "made", die_at=named)
        for cut in range(named, named + 12):
            Cut(promises.journal, cut, "strict", draw).state().write(room / "cut")
            wrong = wrong_after(room / "cut" / "index", promises.until(cut))
            assert not wrong, (named, cut, wrong)
        shutil.rmtree(room / "made")


@pytest.mark.long
def test_nothing_promised_by_an_index_is_lost_in_many_power_cuts(room: Path) -> None:
    hold(record(room / "made"), room, LONG_STATES, 2)


@pytest.mark.long
def test_nothing_is_lost_after_many_deaths_of_writers_and_power_cuts(room: Path) -> None:
    after_deaths(room, LONG_DEATHS, 20)


@pytest.mark.parametrize(
    ("system", "disk"), [(NoTailSync, Disk), (NoPassingSync, Disk), (NoFolderSync, Disk), (Recording, InPlace)]
)
def test_a_planted_defect_of_the_index_is_seen(room: Path, system: type[Recording], disk: type[Disk]) -> None:
    runs = states(record(room / "made", system, disk), room, random.Random(5), "strict")
    assert any(wrong for _, (_, wrong) in zip(range(STATES_UNTIL_SEEN_MAX), runs, strict=False))
