"""What a check finds, and how far it went."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """A file that is not what it must be; `path` is relative to the archive's folder."""

    path: str
    fault: str


@dataclass(frozen=True)
class Orphan:
    """A file that belongs to nothing: no harm, no evidence. `path` is relative to the archive's folder."""

    path: str
    why: str


Finding = Fault | Orphan


@dataclass(frozen=True)
class Mark:
    """How far a log was once found clean, for the next check to go on from.

    `size` is a multiple of 256 and `root` the hex root there; `keys` are the lines of log/keys, and `stamps` the
    stamped sizes with the hex SHA-256 of note and token, that the records so far bring in.
    """

    size: int
    root: str
    keys: tuple[str, ...]
    stamps: tuple[tuple[int, str, str], ...]


@dataclass
class Tally:
    """What a check has counted so far; `mark` is set at the end of one that found no fault."""

    checked: dict[str, int] = field(default_factory=dict)
    size: int = 0
    mark: Mark | None = None

    def count(self, what: str, number: int = 1) -> None:
        """Adds to one of the counts: records, bundles, tiles, stamps."""
        self.checked[what] = self.checked.get(what, 0) + number
