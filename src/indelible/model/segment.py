"""Segment matches: which stretch of one medium shows, or sounds like, which stretch of another (VSC2022)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from indelible.model.span import Span

TURN_DEG = 360


class Relation(StrEnum):
    """How two stretches are related. Only `copy` joins stretches into footage."""

    COPY = "copy"
    UNDECIDED = "undecided"
    SAME_SCENE = "same scene"
    SAME_SOUND = "same sound"


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of a displayed picture, from its top left."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Edit:
    """What was done to the reference to give the query.

    `rotated_deg` is clockwise after mirroring left to right, 0 to 359; `speed_ratio` above 1 means that the query plays faster, and
    below 0 that it plays backwards; `box` is the part of the reference's picture that the query shows, None when all of it;
    `query_box` is where in the query's picture that part stands, None when it fills it.
    """

    mirrored: bool = False
    rotated_deg: int = 0
    speed_ratio: float = 1.0
    box: Box | None = None
    query_box: Box | None = None

    @property
    def turned_deg(self) -> int:
        """How far it is turned, either way: 0 to 180."""
        return min(self.rotated_deg, TURN_DEG - self.rotated_deg)


@dataclass(frozen=True)
class Evidence:
    """What a relation rests on: numbers that a person can check."""

    aligned_frames: int = 0
    inliers: int = 0
    motion_correlation: float | None = None  # None when nothing moves enough to tell
    nearer_moment: float | None = None  # by how much the two are nearer to each other than to other moments; None as above
    hash_votes: float = 0.0
    sound_landmarks: int = 0
    detectors: tuple[str, ...] = ()  # "frame hash", "local features", "small copies", "sound"


@dataclass(frozen=True)
class SegmentMatch:
    """A query's span and a reference's span that belong together, both ascending."""

    reference: str  # the key under which the reference was given: an exhibit's SHA-256
    relation: Relation
    score: float  # 0 to 1
    query_span: Span
    reference_span: Span
    edit: Edit
    why: str  # one sentence that a juror understands
    evidence: Evidence = field(default_factory=Evidence)

    def __post_init__(self) -> None:
        if not 0 <= self.score <= 1:
            raise ValueError(f"a score lies between 0 and 1: {self.score}")
