"""What is done to an archive while it is recorded, and what must hold of it after a crash.

A small stand-in for the archive: blobs through the durable group, then records that name them, then the promise. It stands on
the real ledger, house and disk.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from crash.journal import Journal, State
from crash.systems import Killed, Recording
from indelible.durable.disk import Disk
from indelible.ledger.check import check
from indelible.ledger.commit import Commit
from indelible.ledger.findings import Fault
from indelible.ledger.head import Head
from indelible.ledger.house import House
from indelible.ledger.ledger import Ledger
from indelible.log.checkpoint import Checkpoint
from indelible.log.note import Note
from indelible.model.errors import ArchiveError, IndelibleError
from indelible.model.record import Record

ORIGIN = "log.example/harbour"
BLOB_FOLDERS = 16


@dataclass(frozen=True)
class Step:
    """One commit: so many blobs, each of so many bytes, and so many records beside theirs."""

    blobs: int = 0
    blob_bytes: int = 100
    records: int = 0


@dataclass(frozen=True)
class Plan:
    """A world of `before` records, the steps that are recorded, and where a first process dies (None: nowhere)."""

    name: str
    before: int
    steps: tuple[Step, ...]
    adopt: bool = False


SMALL = Plan("small commits", 3, (Step(1, 5000), Step(0, 0, 1), Step(2, 100)))
ACROSS = Plan("across a bundle's end", 254, (Step(0, 0, 1), Step(1, 9000, 2), Step(8, 300, 255)))
MAKING = Plan("making", 0, (Step(1, 100),))
ADOPTING = Plan("adopting", 4, (Step(1, 100),), adopt=True)
PLANS = (SMALL, ACROSS, MAKING, ADOPTING)


class World:
    """An archive and its house in one folder; `disk` is what they write through."""

    ledger_type: type[Ledger] = Ledger

    def __init__(self, folder: Path, disk: Disk | None = None, house: str = "house") -> None:
        self.archive = folder / "archive"
        self.house = folder / house
        self.disk = disk or Disk()

    def start(self) -> Ledger:
        """The ledger, opened and recovered; made when it is not there, or when making it was never finished."""
        self._sweep()
        try:
            return self.ledger_type.open(self.archive, House.open(self.house, self.disk))
        except ArchiveError:
            self.disk.make_folder(self.archive / "blobs")
            self.disk.make_folder(self.archive / "incoming")
            for number in range(BLOB_FOLDERS):
                self.disk.make_folder(self.archive / "blobs" / f"{number:x}")
            house = House.create(self.house, self.disk)
            return self.ledger_type.create(self.archive, house, ORIGIN, [Record("archive/1", {})])

    def take_over(self) -> Ledger:
        """The ledger under this house's key, adopted unless it is already."""
        self._sweep()
        try:
            return self.ledger_type.open(self.archive, House.open(self.house, self.disk))
        except IndelibleError:
            try:
                house = House.open(self.house, self.disk)
            except ArchiveError:
                house = House.create(self.house, self.disk)
            return self.ledger_type.adopt(self.archive, house)

    def _sweep(self) -> None:
        incoming = self.archive / "incoming"
        for path in sorted(incoming.iterdir()) if incoming.is_dir() else ():
            self.disk.remove(path)

    def collect(self, ledger: Ledger, step: Step, seed: int) -> None:
        """Blobs, then the records that name them."""
        draw = random.Random(seed)
        datas = [draw.randbytes(step.blob_bytes) for _ in range(step.blobs)]
        blobs = {self.archive / "blobs" / name[0] / name: data for data in datas if (name := sha256(data).hexdigest())}
        with self.disk.group(self.archive) as group:
            for path, data in blobs.items():
                if not path.exists():  # what is held is not written again
                    draft = group.draft(self.archive / "incoming")
                    draft.write(data)
                    draft.keep(path)
        records = [Record("exhibit/1", {"sha256": sha256(data).hexdigest()}) for data in datas]
        records += [Record("post/1", {"seed": seed, "number": number}) for number in range(step.records)]
        ledger.append(records, ledger.size)


def record(
    plan: Plan, folder: Path, system: type[Recording] = Recording, disk: type[Disk] = Disk, die_at: int | None = None
) -> Journal:
    """Carries out a plan in `folder` and gives its journal; with `die_at` a first process dies there, a second goes on."""
    return record_with(plan, folder, World, (system, disk), die_at)


def record_with(
    plan: Plan, folder: Path, world: type[World], kinds: tuple[type[Recording], type[Disk]], die_at: int | None = None
) -> Journal:
    """As `record`, in a world of this type."""
    folder.mkdir(parents=True)
    if plan.before:
        first = World(folder)
        ledger = first.start()
        first.collect(ledger, Step(1, 100, plan.before - ledger.size - 1), 99)
    journal = Journal(State.read(folder))
    for limit in (die_at, None) if die_at is not None else (None,):
        try:
            _run(plan, world(folder, kinds[1](kinds[0](journal, folder, limit)), "house2" if plan.adopt else "house"), journal)
        except Killed:
            continue
        break
    return journal


def _run(plan: Plan, world: World, journal: Journal) -> None:
    ledger = world.take_over() if plan.adopt else world.start()
    journal.acknowledge(ledger.size, ledger.root)
    for number, step in enumerate(plan.steps):
        world.collect(ledger, step, number)  # a second process collects the same again
        journal.acknowledge(ledger.size, ledger.root)


# --- what must hold ------------------------------------------------------------------------------------------------------


def violations(plan: Plan, folder: Path, promised: list[tuple[int, bytes]], published: list[bytes]) -> Iterator[str]:
    """Everything that is wrong after a crash: before anything is repaired, after the next start, and after going on."""
    world = World(folder, house="house2" if plan.adopt else "house")
    size = max((size for size, _ in promised), default=0)
    if promised:
        yield from _as_found(world, size)
    left = [*published, *_notes(world)]
    try:
        ledger = world.take_over() if plan.adopt else world.start()
        if ledger.size < size:
            yield f"promised {size} records, {ledger.size} are there"
            return
        world.collect(ledger, Step(1, 50, 1), 7)
    except IndelibleError as error:
        yield f"the next start does not go on: {error}"
        return
    yield from _prefixes(ledger, promised, left)
    for found in check(world.archive):
        if isinstance(found, Fault):
            yield f"{found.path}: {found.fault}"
    yield from _blobs(world, ledger)


def _as_found(world: World, size: int) -> Iterator[str]:
    """A copy without the house must already hold what was promised: acknowledged means published."""
    try:
        found = Ledger.open(world.archive).size
    except IndelibleError as error:
        yield f"what was found cannot be read: {error}"
        return
    if found < size:
        yield f"promised {size} records, the checkpoint found says {found}"


def _notes(world: World) -> Iterator[bytes]:
    for path, skipped in ((world.archive / "log/checkpoint", 0), (world.house / "last-signed", 1)):
        if path.exists():
            data = path.read_bytes()
            yield data.partition(b"\n")[2] if skipped else data


def _prefixes(ledger: Ledger, promised: list[tuple[int, bytes]], notes: list[bytes]) -> Iterator[str]:
    for size, root in promised:
        if ledger.root_at(size) != root:
            yield f"what was promised at {size} is not a prefix"
    for note in notes:
        checkpoint = Checkpoint.from_text(Note.parse(note).text)
        if checkpoint.size > ledger.size or ledger.root_at(checkpoint.size) != checkpoint.root:
            yield f"the checkpoint signed at {checkpoint.size} is not a prefix"


def _blobs(world: World, ledger: Ledger) -> Iterator[str]:
    for index, sealed in ledger.records():
        name = sealed.fields.get("sha256")
        if isinstance(name, str):
            path = world.archive / "blobs" / name[0] / name
            if not path.exists():
                yield f"record {index} names a blob that is not there"
            elif sha256(path.read_bytes()).hexdigest() != name:
                yield f"record {index} names a blob that is damaged"


# --- planted defects of the commit's order -------------------------------------------------------------------------------


class SignFirst(Commit):
    """Signs before anything is durable."""

    def run(self) -> Head:
        self.remember()
        return super().run()


class AcknowledgeFirst(Commit):
    """Promises before the checkpoint is there."""

    def run(self) -> Head:
        self.keep_records()
        self.keep_tiles()
        system = self.house.disk.system
        assert isinstance(system, Recording)
        system.journal.acknowledge(self.signed.checkpoint.size, self.signed.checkpoint.root)
        return super().run()


class LedgerThatSignsFirst(Ledger):
    commit_type = SignFirst


class LedgerThatAcknowledgesFirst(Ledger):
    commit_type = AcknowledgeFirst


class WorldThatSignsFirst(World):
    ledger_type = LedgerThatSignsFirst


class WorldThatAcknowledgesFirst(World):
    ledger_type = LedgerThatAcknowledgesFirst
