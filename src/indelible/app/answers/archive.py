"""What the commands answer that look after the archive itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from indelible.app.answers.collect import CheckpointRef
from indelible.app.answers.plain import Answer, Plain


@dataclass(frozen=True)
class InitAnswer(Answer):
    """What `init` answers: where the archive and its key are, and how it is named."""

    schema: ClassVar[str] = "indelible/init/1"

    archive: str
    origin: str
    operator: str
    house: str
    verifier_key: str
    checkpoint: CheckpointRef


@dataclass(frozen=True)
class ChannelRow:
    """A channel in the archive."""

    channel: str
    channel_id: int
    posts: int
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True)
class StatusAnswer(Answer):
    """What `status` answers: how much is preserved, and how much of it can be searched."""

    schema: ClassVar[str] = "indelible/status/1"

    archive: str
    origin: str
    checkpoint: CheckpointRef
    records: dict[str, int]
    posts: int
    exhibits: int
    bytes: int
    states: dict[str, int]
    not_searchable: int
    channels: tuple[ChannelRow, ...] = ()
    missing: int = 0
    stamps: int = 0
    notes: tuple[str, ...] = ()

    @property
    def amiss(self) -> bool:
        """Never: status tells, audit judges."""
        return False


@dataclass(frozen=True)
class RecordRow:
    """A record as the log holds it: its index, kind and shown fields."""

    index: int
    kind: str
    fields: dict[str, Plain]


@dataclass(frozen=True)
class ShowAnswer(Answer):
    """What `show` answers of one post or exhibit: every record about it, and how it is named elsewhere."""

    schema: ClassVar[str] = "indelible/show/1"

    id: str
    is_a: str
    records: tuple[RecordRow, ...]
    sha256: str = ""
    names: tuple[str, ...] = ()
    state: str = ""
    posts: tuple[str, ...] = ()
    exhibits: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True)
class ProveAnswer(Answer):
    """What `prove` answers: the folder that it wrote and how anyone checks it."""

    schema: ClassVar[str] = "indelible/prove/1"

    id: str
    out: str
    files: tuple[str, ...]
    records: tuple[int, ...]
    checkpoint: CheckpointRef
    check_with: str
    says_not: str = "It proves what was in the log under this archive's own key, not when."


@dataclass(frozen=True)
class CheckpointAnswer(Answer):
    """What `checkpoint` answers: two lines to mail to somebody who keeps them, and the signed note."""

    schema: ClassVar[str] = "indelible/checkpoint/1"

    origin: str
    checkpoint: CheckpointRef
    lines: tuple[str, str]
    note: str


@dataclass(frozen=True)
class RebuildAnswer(Answer):
    """What `rebuild` answers: what was made again from the records and originals."""

    schema: ClassVar[str] = "indelible/rebuild/1"

    records: int
    fingerprints: int
    unreadable: int
    everything: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AdoptAnswer(Answer):
    """What `adopt` answers: the key under which the log goes on here, and the checkpoint that it continues."""

    schema: ClassVar[str] = "indelible/adopt/1"

    origin: str
    house: str
    verifier_key: str
    continues: CheckpointRef
    continues_origin: str
    checkpoint: CheckpointRef


@dataclass(frozen=True)
class CheckRow:
    """One thing that doctor looked at. `state` is good, weak or missing; `do` is the line that mends it."""

    name: str
    state: str
    found: str
    do: str = ""

    def __post_init__(self) -> None:
        if self.state not in ("good", "weak", "missing"):
            raise ValueError(f"a check is good, weak or missing: {self.state}")


@dataclass(frozen=True)
class DoctorAnswer(Answer):
    """What `doctor` answers: whether this machine can keep the promises."""

    schema: ClassVar[str] = "indelible/doctor/1"

    checks: tuple[CheckRow, ...]
    sandbox: str = ""
    missing_layers: tuple[str, ...] = field(default=())

    @property
    def amiss(self) -> bool:
        """True when a part is missing; weak ones are said and left to the person."""
        return any(row.state == "missing" for row in self.checks)
