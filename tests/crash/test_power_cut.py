"""Power cuts: whatever a disk kept of the un-synced, the next start goes on and nothing promised is lost.

`make check` replays a few hundred states; `pytest -m long tests/crash` some thousands.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crash.journal import MODELS, Cut, Journal
from crash.scenario import (
    ADOPTING,
    MAKING,
    PLANS,
    SMALL,
    Plan,
    World,
    WorldThatAcknowledgesFirst,
    WorldThatSignsFirst,
    record,
    record_with,
    violations,
)
from crash.systems import InPlace, NoBlobSync, NoFolderSync, Recording
from indelible.durable.disk import Disk

QUICK_STATES = 32  # for each plan and model
LONG_STATES = 250
QUICK_DEATHS = 3
LONG_DEATHS = 40


def _states(plan: Plan, journal: Journal, room: Path, draw: random.Random, model: str) -> Iterator[tuple[str, list[str]]]:
    """Endless: where the power was cut, and what is then wrong."""
    world = room / "cut"
    while True:
        cut = draw.randrange(1, len(journal.ops) + 1)
        Cut(journal, cut, model, draw).state().write(world)
        promised = [(ack.size, ack.root) for ack in journal.promised(cut)]
        found = list(violations(plan, world, promised, journal.published(cut)))
        yield f"{plan.name}, {model}, cut at {cut} of {len(journal.ops)}", found


def _hold(plan: Plan, journal: Journal, room: Path, states: int, seed: int) -> None:
    for model in MODELS:
        runs = _states(plan, journal, room, random.Random(seed), model)
        for _ in range(states):
            where, found = next(runs)
            assert not found, (where, found)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_nothing_promised_is_lost_in_a_power_cut(plan: Plan, room: Path) -> None:
    _hold(plan, record(plan, room / "made"), room, QUICK_STATES, 1)


@pytest.mark.parametrize("plan", [SMALL, MAKING, ADOPTING], ids=lambda plan: plan.name)
def test_nothing_is_lost_when_a_process_died_before_the_power_cut(plan: Plan, room: Path) -> None:
    _after_deaths(plan, room, QUICK_DEATHS, 6)


@pytest.mark.long
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_nothing_promised_is_lost_in_many_power_cuts(plan: Plan, room: Path) -> None:
    _hold(plan, record(plan, room / "made"), room, LONG_STATES, 2)


@pytest.mark.long
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_nothing_is_lost_after_many_deaths_and_power_cuts(plan: Plan, room: Path) -> None:
    _after_deaths(plan, room, LONG_DEATHS, 10)


def _after_deaths(plan: Plan, room: Path, deaths: int, states: int) -> None:
    whole = len(record(plan, room / "whole").ops)
    draw = random.Random(3)
    for number in range(deaths):
        made = room / f"made{number}"
        journal = record(plan, made, die_at=draw.randrange(whole))
        _hold(plan, journal, room, states, number)
        shutil.rmtree(made)


def test_a_second_power_cut_while_recovering_loses_nothing(room: Path) -> None:
    _twice(room, 40)


@pytest.mark.long
def test_many_second_power_cuts_while_recovering_lose_nothing(room: Path) -> None:
    _twice(room, 400)


def _twice(room: Path, rounds: int) -> None:
    first = record(SMALL, room / "made")
    draw = random.Random(4)
    for _ in range(rounds):
        model = draw.choice(MODELS)
        cut = draw.randrange(1, len(first.ops) + 1)
        state = Cut(first, cut, model, draw).state()
        state.write(room / "again")
        second = Journal(state)
        world = World(room / "again", Disk(Recording(second, room / "again")))
        ledger = world.start()
        second.acknowledge(ledger.size, ledger.root)
        promised = [(ack.size, ack.root) for ack in first.promised(cut)]
        again = draw.randrange(len(second.ops) + 1)
        Cut(second, again, model, draw).state().write(room / "cut")
        promised += [(ack.size, ack.root) for ack in second.promised(again)]
        found = list(violations(SMALL, room / "cut", promised, first.published(cut) + second.published(again)))
        assert not found, (model, cut, again, found)


# --- the harness sees what is wrong --------------------------------------------------------------------------------------

DEFECTS = {
    "no blob sync": lambda room: record(SMALL, room, NoBlobSync),
    "no folder sync": lambda room: record(SMALL, room, NoFolderSync),
    "in-place write": lambda room: record(SMALL, room, Recording, InPlace),
    "sign before durable": lambda room: record_with(SMALL, room, WorldThatSignsFirst, (Recording, Disk)),
    "acknowledge before checkpoint": lambda room: record_with(SMALL, room, WorldThatAcknowledgesFirst, (Recording, Disk)),
}
STATES_UNTIL_SEEN_MAX = 150


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_seen(defect: str, room: Path) -> None:
    journal = DEFECTS[defect](room / "made")
    runs = _states(SMALL, journal, room, random.Random(5), "strict")
    assert any(found for _, (_, found) in zip(range(STATES_UNTIL_SEEN_MAX), runs, strict=False))


def test_a_blob_that_a_dead_process_named_and_did_not_sync_is_made_durable(room: Path) -> None:
    draw = random.Random(8)
    named = next(n for n, op in enumerate(record(SMALL, room / "whole").ops) if op.kind == "name") + 1
    for die_at in range(named, named + 4):
        journal = record(SMALL, room / str(die_at), die_at=die_at)
        for _ in range(6):
            Cut(journal, len(journal.ops), "strict", draw).state().write(room / "cut")
            promised = [(ack.size, ack.root) for ack in journal.acks]
            found = list(violations(SMALL, room / "cut", promised, []))
            assert not found, (die_at, found)
