"""`init`: a new archive, with a house of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from indelible.app.answers.archive import InitAnswer
from indelible.app.answers.collect import CheckpointRef
from indelible.app.clock import now
from indelible.app.opening import DEFAULT_OPERATOR, fresh_origin, house_of
from indelible.ledger.house import House
from indelible.model.errors import IndelibleError
from indelible.preserve.archive import Archive, read_settings
from indelible.preserve.layout import SETTINGS_FILE
from indelible.preserve.records.prepare import By
from indelible.settings import Settings


def init(root: Path, operator: str | None = None) -> InitAnswer:
    """Makes an archive at `root`; a settings.toml that lies there already is taken over, with its house_dir.

    Raises UsageError when something else is there, DiskError when the disk is of a kind that cannot keep promises.
    """
    settings = read_settings(root) if (root / SETTINGS_FILE).exists() else Settings()
    origin, code = fresh_origin(), operator or settings.operator or DEFAULT_OPERATOR
    house = House.create(house_of(origin, settings))
    try:
        ledger = Archive.create(root, house, origin=origin, operator=By(code), at=now()).ledger
    except IndelibleError:
        if house.last_signed() is None:
            shutil.rmtree(house.folder)  # nothing was signed: a key for no log is only a riddle later
        raise
    return InitAnswer(
        archive=str(root),
        origin=origin,
        operator=code,
        house=str(house.folder),
        verifier_key=house.verifier(origin).vkey,
        checkpoint=CheckpointRef.of(ledger.size, ledger.root),
    )
