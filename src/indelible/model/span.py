"""Stretches of media time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    """From `start_ms` to `end_ms` of a medium's own time; a point when equal, never reversed."""

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if self.end_ms < self.start_ms:
            raise ValueError(f"a span runs forward: {self.start_ms} to {self.end_ms} ms")

    @property
    def length_ms(self) -> int:
        """How long it lasts."""
        return self.end_ms - self.start_ms

    def overlap_ms(self, other: Span) -> int:
        """How long both last together; 0 when they do not meet."""
        return max(0, min(self.end_ms, other.end_ms) - max(self.start_ms, other.start_ms))
