"""Time-stamps, when an authority is configured: what is due is computed, so one that was out of reach is asked next time."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from indelible.app.clock import now
from indelible.app.opening import Desk
from indelible.handover.prove import Stamped
from indelible.ledger import stamps
from indelible.ledger.check_stamps import STAMP_ENDS
from indelible.ledger.ledger import Ledger
from indelible.ledger.shelf import STAMPS
from indelible.ledger.stamps import Authority
from indelible.model.errors import ConflictError, StampError, UsageError
from indelible.model.moment import to_wire
from indelible.settings import Settings

SECONDS_MAX = 20.0
ANSWER_BYTES_MAX = 1024 * 1024
OUT_OF_REACH = "the time-stamp authority is out of reach: this checkpoint is stamped with the next collect"


def stamp_pending(desk: Desk) -> list[str]:
    """Has the newest checkpoint stamped when that is due; what to tell the operator, also of a token that was refused."""
    authority, ledger = authority_of(desk.settings), desk.archive.ledger
    if authority is None or not stamps.due(ledger):
        return []
    try:
        stamp = stamps.stamp(ledger, authority, _post)
    except StampError as error:  # what was collected is safe, and its report is worth more
        return [f"the time-stamp was refused: {error.message}"]
    if stamp is None:
        return [OUT_OF_REACH]
    act = desk.act()
    record = stamp.record({"at": to_wire(act.at), "by": act.by.value()})
    while True:
        try:
            ledger.append([record], ledger.size, at=now())
        except ConflictError:
            continue
        desk.catch_up()
        return [f"stamped at size {stamp.size}: {authority.name} vouches for {to_wire(stamp.at)}"]


def authority_of(settings: Settings) -> Authority | None:
    """The authority that the settings name, None when they name none. Raises UsageError when they do so by half."""
    if not settings.stamp_authority_url:
        return None
    path = Path(settings.stamp_authority_roots)
    try:
        certificates = path.read_bytes()
    except OSError as error:
        do = "set stamp_authority_roots to a file of the authority's PEM certificates, its root among them."
        raise UsageError("the time-stamp authority's certificates cannot be read", where=str(path), do=do) from error
    return Authority(settings.stamp_authority_name, certificates, settings.stamp_authority_url)


def stamps_held(ledger: Ledger) -> list[Stamped]:
    """The newest time-stamp that is on record, with the proof that the log grew from there; none when there is none."""
    size = stamps.last_stamped(ledger)
    if not size:
        return []
    note, token = (ledger.folder / STAMPS / f"{size}{end}" for end in STAMP_ENDS)
    return [Stamped(note.read_bytes(), token.read_bytes(), ledger.consistency(size))]


def _post(url: str, body: bytes) -> bytes:
    """Sends a query, a hash and nothing else, and gives the answer; raises OSError."""
    if not url.startswith(("https://", "http://")):
        raise UsageError(f"expected an http(s) address of an authority, found {url[:80]!r}", do="mend stamp_authority_url.")
    headers = {"Content-Type": "application/timestamp-query", "User-Agent": ""}
    request = urllib.request.Request(url, body, headers)  # noqa: S310  (the scheme is checked above)
    with urllib.request.urlopen(request, timeout=SECONDS_MAX) as answer:  # noqa: S310
        return bytes(answer.read(ANSWER_BYTES_MAX))
