"""A folder of proofs with everything that one can hold, and ways to damage it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from indelible.handover.prove import Stamped, write_proof
from indelible.model.record import Record
from world.paper_log import PaperLog, put, token_over

CLIP = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 8
EXPORT = b'{"messages": []}\n'


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def log(more: int = 0) -> PaperLog:
    fill = [Record("post/1", {"id": f"telegram:1/{i}", "text": f"Пост {i}\n"}) for i in range(more)]
    return PaperLog(
        [
            Record("operator/1", {"code": "A"}),
            Record("export/1", {"sha256": digest(EXPORT), "size": len(EXPORT), "keep": "whole", "name": "result.json"}),
            Record("exhibit/1", {"sha256": digest(CLIP), "size": len(CLIP), "name": "clips/1.mp4"}),
            *fill,
        ]
    )


def prove(folder: Path, book: PaperLog, *, indices=(3, 4), stamp_at: int | None = 4, blobs=(CLIP,)) -> Path:
    sources = folder / "sources"
    for blob in blobs:
        put(sources, digest(blob), blob)
    stamps = []
    if stamp_at is not None:
        note = book.checkpoint(stamp_at)
        stamps = [Stamped(note, token_over(note), book.consistency(stamp_at))]
    write_proof(
        folder / "proof",
        receipts=[(i, book.sealed[i]) for i in indices],
        receipt_of=book.receipt,
        vkeys=book.keys,
        blobs={digest(b): sources / digest(b) for b in blobs},
        stamps=stamps,
        facts=["posted 2023-04-12, stated by the export", "a name \u202ethat turns\naround"],
    )
    return folder / "proof"
