"""`indelible/collect/1`: the completeness report of a run. What the source says exists, what we hold, what is missing and why."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import ClassVar

from indelible.app.answers.plain import Answer

DECODED, PARTIAL, UNDECODABLE, NOT_MEDIA = "decoded", "partial", "undecodable", "not media"
FIRST_PASS, PENDING = "first pass", "pending"
STATES = (DECODED, PARTIAL, UNDECODABLE, FIRST_PASS, PENDING, NOT_MEDIA)


@dataclass(frozen=True)
class CheckpointRef:
    """A state of the log: how many records, and the tree's root in base64 as the signed note prints it."""

    size: int
    root: str

    @classmethod
    def of(cls, size: int, root: bytes) -> CheckpointRef:
        """From the 32 bytes of the root."""
        return cls(size, b64encode(root).decode())


@dataclass(frozen=True)
class RefusedRow:
    """A record of the source that could not be taken (or `count` of them), where it stands, and why."""

    source: str
    where: str
    reason: str
    count: int = 1


@dataclass(frozen=True)
class PostsCount:
    """Every record of the source once, service records too; JSON and HTML that tell one message count one."""

    seen: int
    recorded: int
    known: int
    refused: tuple[RefusedRow, ...] = ()

    def __post_init__(self) -> None:
        if self.seen != self.recorded + self.known + self.refused_count:
            raise ValueError(
                f"{self.seen} seen is not {self.recorded} recorded + {self.known} known + {self.refused_count} refused"
            )

    @property
    def refused_count(self) -> int:
        """How many records the refused rows stand for."""
        return sum(row.count for row in self.refused)


@dataclass(frozen=True)
class MissingRow:
    """A medium that a post refers to and that we do not hold; `file` is the file's own name if given, else its path."""

    source: str
    post: str
    file: str
    reason: str


@dataclass(frozen=True)
class MediaCount:
    """What posts refer to, thumbnails apart."""

    referenced: int
    held: int
    missing: tuple[MissingRow, ...] = ()

    def __post_init__(self) -> None:
        if self.referenced != self.held + len(self.missing):
            raise ValueError(f"{self.referenced} referenced is not {self.held} held + {len(self.missing)} missing")


@dataclass(frozen=True)
class ExhibitRow:
    """A preserved original; `names` are the paths under which it was collected, relative to the source given."""

    id: str
    sha256: str
    names: tuple[str, ...]
    state: str
    reason: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"an exhibit's state is one of {STATES}: {self.state}")


@dataclass(frozen=True)
class GapRow:
    """Message ids that the source skips, between `after` and `before`: deleted, never given, or not exported."""

    channel: str
    channel_id: int
    after: int
    before: int

    def __post_init__(self) -> None:
        if self.before - self.after < 2:  # noqa: PLR2004  neighbours leave no gap
            raise ValueError(f"there is no gap between {self.after} and {self.before}")


@dataclass(frozen=True)
class DisagreementRow:
    """Two statements that cannot both hold; both are kept."""

    source: str
    where: str
    about: str
    statements: tuple[str, ...]


@dataclass(frozen=True)
class RepairRow:
    """Bytes mended in reading, never in what is preserved."""

    source: str
    rule: str
    count: int


@dataclass(frozen=True)
class VanishedRow:
    """A post that an older export of the channel held and this one does not."""

    post: str
    channel: str


@dataclass(frozen=True)
class SourceRow:
    """One SOURCE as given, what it turned out to be, and whether it was read to its end."""

    source: str
    kind: str
    complete: bool
    reason: str = ""


@dataclass(frozen=True)
class CollectAnswer(Answer):
    """What `collect` answers."""

    schema: ClassVar[str] = "indelible/collect/1"

    posts: PostsCount
    media: MediaCount
    exhibits: tuple[ExhibitRow, ...]
    gaps: tuple[GapRow, ...]
    disagreements: tuple[DisagreementRow, ...]
    repairs: tuple[RepairRow, ...]
    checkpoint: CheckpointRef
    sources: tuple[SourceRow, ...] = ()
    vanished: tuple[VanishedRow, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def amiss(self) -> bool:
        """True when something was refused, is missing, cannot be read, disagrees or has vanished. Gaps and repairs are normal."""
        unread = any(row.state in (PARTIAL, UNDECODABLE, PENDING) for row in self.exhibits)
        cut = any(not row.complete for row in self.sources)
        return bool(self.posts.refused or self.media.missing or self.disagreements or self.vanished or unread or cut)
