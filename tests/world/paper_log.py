"""A log made by the book: docs/format/archive.md followed by hand, with no code of the ledger. Everything in it is seeded."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.log import merkle
from indelible.log.checkpoint import Checkpoint
from indelible.log.note import Verifier
from indelible.log.proof import Proof
from indelible.model.record import Record, Sealed, seal

ORIGIN = "archive.example/test"


def private_key(name: str = ORIGIN) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(b"key of " + name.encode()).digest())


def salt(index: int) -> bytes:
    return sha256(b"salt %d" % index).digest()[:16]


def number(index: int, width: int) -> str:
    text = f"{index:03d}"
    text = text.zfill(-(-len(text) // 3) * 3)
    groups = [text[at : at + 3] for at in range(0, len(text), 3)]
    return "/".join([*(f"x{g}" for g in groups[:-1]), groups[-1]]) + ("" if width == 256 else f".p/{width}")


class PaperLog:
    """Records, their entries and leaf hashes; the key/1 record stands at index 1."""

    def __init__(self, records: Sequence[Record], origin: str = ORIGIN) -> None:
        self.origin = origin
        self.private_key = private_key(origin)
        self.verifier = Verifier.of_private(origin, self.private_key)
        first = [
            Record("archive/1", {"origin": origin, "format": "indelible-archive/1"}),
            Record("key/1", {"vkey": self.verifier.vkey}),
        ]
        self.sealed: list[Sealed] = [seal(record, salt(i)) for i, record in enumerate([*first, *records])]
        self.leaves = [merkle.leaf_hash(sealed.entry()) for sealed in self.sealed]

    @property
    def keys(self) -> str:
        return f"1 {self.verifier.vkey}\n"

    def checkpoint(self, size: int | None = None) -> bytes:
        size = len(self.leaves) if size is None else size
        return Checkpoint(self.origin, size, merkle.root_hash(self.leaves[:size])).sign(self.private_key)

    def receipt(self, index: int) -> bytes:
        return Proof(index, tuple(merkle.inclusion_proof(self.leaves, index)), self.checkpoint()).to_bytes()

    def consistency(self, old: int) -> list[bytes]:
        return merkle.consistency_proof(self.leaves, old)

    def write(self, root: Path, blobs: Sequence[bytes] = (), earlier: Sequence[int] = ()) -> None:
        """Writes the archive, with the partial files of the `earlier` sizes too."""
        put(root, "log/keys", self.keys.encode())
        put(root, "log/checkpoint", self.checkpoint())
        for blob in blobs:
            digest = sha256(blob).hexdigest()
            put(root, f"blobs/{digest[:2]}/{digest}", blob)
        for size in (*earlier, len(self.leaves)):
            self._write_bundles(root, size)
            self._write_tiles(root, size)

    def _write_bundles(self, root: Path, size: int) -> None:
        for start in range(0, size, 256):
            chosen = self.sealed[start : min(size, start + 256)]
            path = number(start // 256, len(chosen))
            put(root, f"records/{path}", b"".join(s.to_bytes() + b"\n" for s in chosen))
            put(root, f"log/tile/entries/{path}", b"".join(b"\x00\x20" + s.entry() for s in chosen))

    def _write_tiles(self, root: Path, size: int) -> None:
        level, row = 0, self.leaves[:size]
        while row:
            rising = []
            for start in range(0, len(row), 256):
                hashes = row[start : start + 256]
                put(root, f"log/tile/{level}/{number(start // 256, len(hashes))}", b"".join(hashes))
                if len(hashes) == 256:
                    rising.append(merkle.root_hash(hashes))
            level, row = level + 1, rising


def put(root: Path, name: str, data: bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def token_over(note: bytes) -> bytes:
    """Bytes that hold the digest of `note` where a time-stamp token holds its message imprint; signed by nobody."""
    return b"\x30\x39" + b"\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00" + b"\x04\x20" + sha256(note).digest()
