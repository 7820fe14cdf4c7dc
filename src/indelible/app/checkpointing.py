"""`checkpoint`: what to mail to somebody who keeps it, so that a roll-back of the whole machine can be seen from outside."""

from __future__ import annotations

from base64 import b64encode

from indelible.app.answers.archive import CheckpointAnswer
from indelible.app.answers.collect import CheckpointRef
from indelible.app.opening import Context
from indelible.preserve.archive import Archive


def checkpoint(context: Context) -> CheckpointAnswer:
    """The state of the log in two lines, and the signed note itself."""
    ledger = Archive.open(context.root).ledger
    lines = (f"{ledger.origin} holds {ledger.size} records", f"root {b64encode(ledger.root).decode()}")
    note = ledger.checkpoint().decode()
    return CheckpointAnswer(ledger.origin, CheckpointRef.of(ledger.size, ledger.root), lines, note)
