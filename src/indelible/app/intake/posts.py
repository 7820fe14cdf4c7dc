"""Posts of a source: which are new, known or told otherwise, and the records of those that are not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from indelible.app.intake.namesakes import Elsewhere
from indelible.app.intake.run import Ground
from indelible.catalog.posts import Standing, Told, verdicts
from indelible.model.found import FoundPost
from indelible.model.ids import PostId
from indelible.preserve.records.post import NOT_HELD, PostContext, post_record
from indelible.preserve.records.prepare import Prepared
from indelible.preserve.records.source import Missing, missing_records


@dataclass(frozen=True)
class PostsDecided:
    """How many posts of a batch are recorded now, and how many were known."""

    recorded: int
    known: int


@dataclass
class _Batch:
    """What this batch itself has decided so far: its posts may come twice within it."""

    told: dict[PostId, list[Told]] = field(default_factory=dict)
    index: dict[PostId, int] = field(default_factory=dict)
    records: list[Prepared] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    def knows(self, told: Told) -> bool:
        return any(
            told.digest == other.digest and told.media <= other.media and told.forward_dated <= other.forward_dated
            for other in self.told.get(told.id, ())
        )


def decide_posts(
    ground: Ground, batch: Sequence[FoundPost], held: Mapping[str, str], source: str, elsewhere: Elsewhere
) -> tuple[list[Prepared], PostsDecided]:
    """The records that this batch needs: of new and changed posts, and of the media that these lack."""
    told = [Told(post.id, post.digest, held_media(post, held), _is_dated(post)) for post in batch]
    decided = _Batch()
    for post, says, verdict in zip(batch, told, verdicts(ground.reader, told), strict=True):
        if verdict.standing is Standing.KNOWN or decided.knows(says) or elsewhere.knows(ground, post, held):
            continue
        supersedes = decided.index.get(post.id, verdict.supersedes)
        decided.index[post.id] = ground.first + len(decided.records)
        decided.told.setdefault(post.id, []).append(says)
        decided.records.append(post_record(post, PostContext(ground.run, held, supersedes)))
        decided.missing.extend(missing_of(post, held))
    recorded = len(decided.records)
    failures = missing_records(source, decided.missing, run=ground.run)
    return [*decided.records, *failures], PostsDecided(recorded, len(batch) - recorded)


def _is_dated(post: FoundPost) -> bool:
    return post.forward is not None and post.forward.at is not None


def held_media(post: FoundPost, held: Mapping[str, str]) -> frozenset[str]:
    """The SHA-256 of the post's media that the source holds."""
    return frozenset(held[medium.name] for medium in post.media if medium.name is not None and medium.name in held)


def missing_of(post: FoundPost, held: Mapping[str, str]) -> list[Missing]:
    """The post's media that the source does not hold, each with its reason."""
    return [
        Missing(str(post.id), medium.label, medium.missing or NOT_HELD)
        for medium in post.media
        if medium.name is None or medium.name not in held
    ]
