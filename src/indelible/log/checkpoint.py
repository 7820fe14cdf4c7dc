"""Checkpoints: what a log signs. Three lines: its origin, its size, and the root at that size.

Extension lines, which the format discourages, are refused. Source: c2sp.org/tlog-checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from indelible.log import base64
from indelible.log.merkle import EMPTY_ROOT, HASH_BYTES
from indelible.log.note import Note, Verifier, key_name, sign
from indelible.model.errors import FormatError

SIZE_MAX = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def decimal(text: str) -> int:
    """The number that gives exactly this text, 0 to 2^63 − 1; raises FormatError on any other spelling."""
    if not _DECIMAL.fullmatch(text) or int(text) > SIZE_MAX:
        raise FormatError(f"expected a decimal number without leading zeros, found {text[:40]!r}")
    return int(text)


@dataclass(frozen=True)
class Checkpoint:
    """A log's head: whose log, how many entries, and the 32-byte root over them."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        key_name(self.origin)
        if not 0 <= self.size <= SIZE_MAX or len(self.root) != HASH_BYTES:
            raise FormatError(f"no checkpoint of size {self.size} with a root of {len(self.root)} bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise FormatError("the root of an empty log is the hash of nothing")

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.encode(self.root)}\n"

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """Reads the three lines; raises FormatError on anything else."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:  # noqa: PLR2004  three lines, each with its end
            raise FormatError("a checkpoint is three lines: origin, size, root")
        return cls(lines[0], decimal(lines[1]), base64.decode(lines[2]))

    def sign(self, private_key: Ed25519PrivateKey) -> bytes:
        """The signed note of this checkpoint; the key signs under the log's origin."""
        return sign(self.text, self.origin, private_key)


def open_checkpoint(note: bytes, verifiers: Iterable[Verifier]) -> Checkpoint:
    """The checkpoint of a note signed by the log itself; raises FormatError unless a key named like its origin signed it."""
    parsed = Note.parse(note)
    checkpoint = Checkpoint.from_text(parsed.text)
    parsed.signed_by(v for v in verifiers if v.name == checkpoint.origin)
    return checkpoint
