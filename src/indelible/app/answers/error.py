"""The error that stops a command, for scripts."""

from __future__ import annotations

from dataclasses import dataclass

from indelible.app.answers.plain import Plain, plain
from indelible.model.errors import IndelibleError


@dataclass(frozen=True)
class ErrorAnswer:
    """`{"error": {"kind", "message", "where", "do"}}` on standard error."""

    kind: str
    message: str
    where: str
    do: str

    @classmethod
    def of(cls, error: IndelibleError) -> ErrorAnswer:
        """From what was raised."""
        return cls(error.kind, error.message, error.where, error.do)

    def to_json(self) -> dict[str, Plain]:
        """Plain values under the contract's keys."""
        return {"error": plain(self)}
