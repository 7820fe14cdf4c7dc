"""`rebuild`: what is derived, made again from records and originals."""

from __future__ import annotations

from indelible.app.answers.archive import RebuildAnswer
from indelible.app.comparing import compare_pending
from indelible.app.fingerprinting import Progress, fingerprint_pending
from indelible.app.opening import Context, reading
from indelible.app.searching import searchable
from indelible.index import growing
from indelible.media.pool import Pool
from indelible.preserve.archive import Archive


def rebuild(context: Context, progress: Progress, *, everything: bool = False) -> RebuildAnswer:
    """Makes the tables again; with `everything` also what decoding, fingerprinting and comparing gave."""
    with Pool.start(Archive.open(context.root).settings) as pool, reading(context) as desk:
        progress("tables")
        desk.catalog.rebuild(desk.archive.ledger)
        growing.clear(desk.library)  # so every fingerprint is read
        if everything:
            desk.derived.clear()
            desk.fingerprints.clear()
        fingerprint_pending(desk, pool, progress)
        compare_pending(desk, progress)
        made = len(searchable(desk).media)
        unreadable = sum(outcome.state == "undecodable" for outcome in desk.derived.outcomes().values())
        return RebuildAnswer(desk.archive.ledger.size, made, unreadable, everything)
