"""`prove`: a folder that proves what the archive holds of one post or exhibit to somebody who has nothing of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indelible.app.answers.archive import ProveAnswer
from indelible.app.answers.collect import CheckpointRef
from indelible.app.naming import Named, named
from indelible.app.opening import Context, reading
from indelible.app.showing import exhibits_of, records_of
from indelible.app.stamping import stamps_held
from indelible.catalog import runs
from indelible.catalog.catalog import Reader
from indelible.handover.prove import write_proof
from indelible.model.moment import to_wire

CHECK_WITH = "python3 verify.py"


def prove(context: Context, asked: str, out: Path) -> ProveAnswer:
    """Writes the folder `out`. Raises UsageError when `asked` names nothing held or `out` is there already."""
    with reading(context) as desk, desk.catalog.reader() as reader:
        target = named(desk, reader, asked)
        ledger = desk.archive.ledger
        indexes = sorted(set(_indexes(reader, target)))
        receipts = [(index, ledger.read(index)) for index in indexes]
        blobs = {sha256: desk.archive.blobs.path(sha256) for sha256 in dict.fromkeys(_blobs(reader, target))}
        write_proof(
            out,
            receipts=receipts,
            receipt_of=ledger.receipt,
            vkeys=ledger.keys.to_bytes().decode(),
            blobs=blobs,
            stamps=stamps_held(ledger),
            facts=list(_facts(target)),
        )
        return ProveAnswer(
            id=target.cited,
            out=str(out),
            files=tuple(sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())),
            records=tuple(indexes),
            checkpoint=CheckpointRef.of(ledger.size, ledger.root),
            check_with=CHECK_WITH,
        )


def _indexes(reader: Reader, target: Named) -> Iterator[int]:
    """The records about it, those of a post's exhibits, and those that brought the keys in, so that a key's line is held too."""
    yield from (held.index for held in runs.of_kind(reader, "key/1"))
    yield from records_of(reader, target)
    if target.post is not None:
        yield from (exhibit.index for exhibit in exhibits_of(reader, target.post))


def _blobs(reader: Reader, target: Named) -> Iterator[str]:
    """The originals: the exhibit itself, or all that a post shows."""
    if target.exhibit is not None:
        yield target.exhibit.sha256
    if target.post is not None:
        yield from (exhibit.sha256 for exhibit in exhibits_of(reader, target.post))


def _facts(target: Named) -> Iterator[str]:
    """What the sources state of it, in plain words."""
    if target.exhibit is not None:
        yield from (f"The file came under the name {name}" for name in target.exhibit.names)
    if target.post is not None:
        yield f"The post {target.post.id} stood in the channel called {target.post.channel}"
        if target.post.posted is not None:
            moment = target.post.posted
            yield f"Its date is {to_wire(moment.at)}, and who vouches for that is: {moment.voucher}"
