"""`adopt`: the log goes on under a new key on this machine, and says so in itself."""

from __future__ import annotations

from pathlib import Path

from indelible.app.answers.archive import AdoptAnswer
from indelible.app.answers.collect import CheckpointRef
from indelible.app.clock import now
from indelible.app.opening import DEFAULT_OPERATOR, house_of
from indelible.durable.disk import Disk
from indelible.ledger.house import House
from indelible.ledger.ledger import Ledger, adopted_origin
from indelible.log.checkpoint import Checkpoint
from indelible.model.moment import to_wire
from indelible.preserve.archive import Archive
from indelible.preserve.records.prepare import By


def adopt(root: Path, operator: str | None = None) -> AdoptAnswer:
    """Takes the archive at `root` over with a new key. Raises RefusedToSignError when this machine's key signs it already."""
    archive = Archive.open(root)
    old = archive.ledger
    origin, continues = adopted_origin(Checkpoint(old.origin, old.size, old.root)), CheckpointRef.of(old.size, old.root)
    house = _house(house_of(origin, archive.settings))
    at = now()
    by = By(operator or archive.settings.operator or DEFAULT_OPERATOR)
    ledger = Ledger.adopt(root, house, {"at": to_wire(at), "by": by.value()}, at=at)
    return AdoptAnswer(
        origin=ledger.origin,
        house=str(house.folder),
        verifier_key=house.verifier(ledger.origin).vkey,
        continues=continues,
        continues_origin=old.origin,
        checkpoint=CheckpointRef.of(ledger.size, ledger.root),
    )


def _house(folder: Path) -> House:
    """The house of an adoption that died half-way, or a new one."""
    if (folder / "last-signed").exists():
        return House.open(folder)
    return House.create(folder, Disk())
