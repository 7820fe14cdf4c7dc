"""Names of things."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indelible.model.errors import FormatError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_POST = re.compile(r"telegram:(-?\d{1,20})/(-?\d{1,20})")


def sha256_hex(text: str) -> str:
    """`text` when it is 64 lower-case hexadecimal digits; raises FormatError otherwise."""
    if not _SHA256.fullmatch(text):
        raise FormatError(f"expected a SHA-256 of 64 lower-case hex digits, found {text[:70]!r}")
    return text


@dataclass(frozen=True, order=True)
class PostId:
    """A post's name: `telegram:<peer id>/<message id>`."""

    peer: int
    message: int

    def __str__(self) -> str:
        return f"telegram:{self.peer}/{self.message}"

    @classmethod
    def parse(cls, text: str) -> PostId:
        """Reads the name back; raises FormatError on anything else."""
        found = _POST.fullmatch(text)
        if not found:
            raise FormatError(f"expected a post's name like telegram:1700000001/2, found {text[:60]!r}")
        return cls(int(found[1]), int(found[2]))


def exhibit_id(origin: str, index: int) -> str:
    """An exhibit as cited: the log's origin and the index of its record, `origin#number`."""
    return f"{origin}#{index}"
