"""`indelible/audit/1`: whether what is on the disk is what the log says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from indelible.app.answers.plain import Answer


@dataclass(frozen=True)
class FaultRow:
    """A broken file, its path relative to the archive, and what is wrong with it."""

    path: str
    fault: str


@dataclass(frozen=True)
class AuditAnswer(Answer):
    """What `audit` answers. `checked` counts what was read, by kind; an orphan is a whole file that no record names."""

    schema: ClassVar[str] = "indelible/audit/1"

    checked: dict[str, int]
    faults: tuple[FaultRow, ...]
    orphans: tuple[str, ...]
    opened: bool = True

    def __post_init__(self) -> None:
        if not self.opened and not self.faults:
            raise ValueError("an archive that cannot be opened has at least one fault")

    @property
    def amiss(self) -> bool:
        """True when there is a fault. Orphans are no fault: an interrupted run leaves them."""
        return bool(self.faults)
