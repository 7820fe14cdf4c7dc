"""Receipts: an entry's index, its way to the root, and the checkpoint that signs the root. They verify offline.

Source: c2sp.org/tlog-proof@v1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indelible.log import base64
from indelible.log.checkpoint import Checkpoint, decimal
from indelible.log.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from indelible.log.note import NOTE_BYTES_MAX
from indelible.model.errors import FormatError

HEADER = "c2sp.org/tlog-proof@v1"
HASHES_MAX = 63


@dataclass(frozen=True)
class Proof:
    """A receipt: `hashes` from the leaf's sibling to the root's child, `note` the signed checkpoint verbatim.

    `extra` is opaque and vouched for by nobody; ours have none.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        """The receipt as it stands in a `.tlog-proof` file."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {base64.encode(self.extra)}")
        lines += [f"index {self.index}", *map(base64.encode, self.hashes), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.note

    @classmethod
    def from_bytes(cls, data: bytes) -> Proof:
        """Reads a receipt without judging it; raises FormatError on anything but its one form."""
        if len(data) > NOTE_BYTES_MAX:
            raise FormatError(f"a receipt has at most {NOTE_BYTES_MAX} bytes, this one {len(data)}")
        head, gap, note = data.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n") if gap else []
        except UnicodeDecodeError as error:
            raise FormatError("a receipt's first part is ASCII") from error
        if lines[:1] != [HEADER]:
            raise FormatError(f"a receipt begins with {HEADER} and has an empty line before its checkpoint")
        del lines[0]
        extra = base64.decode(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
        if not lines or not lines[0].startswith("index ") or len(lines) > HASHES_MAX + 1:
            raise FormatError(f"a receipt names its index and has at most {HASHES_MAX} hashes")
        return cls(decimal(lines[0][6:]), tuple(_hash(line) for line in lines[1:]), note, extra)


def verify_receipt(receipt: bytes, entry: bytes, open_note: Callable[[bytes], Checkpoint]) -> tuple[int, Checkpoint]:
    """The index and checkpoint that a receipt proves `entry` to stand under; raises FormatError when it does not.

    `open_note` gives the checkpoint of a signed note or raises: `Keys.open`, or one bound to known verifiers.
    """
    proof = Proof.from_bytes(receipt)
    checkpoint = open_note(proof.note)
    verify_inclusion(proof.index, checkpoint.size, leaf_hash(entry), proof.hashes, checkpoint.root)
    return proof.index, checkpoint


def _hash(line: str) -> bytes:
    found = base64.decode(line)
    if len(found) != HASH_BYTES:
        raise FormatError(f"a hash has {HASH_BYTES} bytes, found {len(found)}")
    return found
