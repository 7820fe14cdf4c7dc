"""What the records tell, read back: posts and their media, and what people decided of marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from indelible.catalog import fields as read
from indelible.model.errors import FormatError
from indelible.model.ids import PostId, sha256_hex
from indelible.model.moment import Moment, from_wire
from indelible.model.span import Span
from indelible.preserve.records.kinds import Fields
from indelible.preserve.records.marks import CONFIRMED, MARK_DECISIONS


@dataclass(frozen=True)
class Medium:
    """What a post refers to: held under `sha256`, or `missing` with the reason."""

    kind: str
    name: str | None
    file_name: str | None
    sha256: str | None
    missing: str | None
    thumbnail_sha256: str | None = None
    mime_type: str | None = None
    size_stated: int | None = None
    duration_s: int | None = None

    @property
    def label(self) -> str:
        """The file's own name if given, else its path, else what it is."""
        return self.file_name or self.name or self.kind


@dataclass(frozen=True)
class Forward:
    """Where a post says that it was forwarded from."""

    name: str | None
    peer: int | None
    at: Moment | None


@dataclass(frozen=True)
class PlaceInExport:
    """Where a preserved export holds the post: `length` bytes at `offset` of the blob."""

    name: str
    sha256: str | None
    offset: int
    length: int


@dataclass(frozen=True)
class Post:
    """One version of a post, as its record tells it; `index` is that record's."""

    index: int
    id: PostId
    channel: str
    form: str  # message, service, unsupported, or the source's own word
    posted: Moment | None
    edited: Moment | None
    author: str | None
    author_id: str | None
    signature: str | None
    text: str
    action: str | None
    forward: Forward | None
    reply_to: PostId | None
    album: PostId | None
    media: tuple[Medium, ...]
    pointers: tuple[PlaceInExport, ...]
    digest: str
    run: int | None
    supersedes: int | None
    notes: tuple[str, ...]


_NOTHING: Fields = {}


def post_from(index: int, fields: Fields) -> Post:
    """The post that a `post/1` record's fields tell; raises FormatError when they tell none."""
    author = read.group(fields, "author") or _NOTHING
    return Post(
        index=index,
        id=PostId.parse(read.text(fields, "id")),
        channel=read.text(fields, "channel"),
        form=read.text(fields, "form"),
        posted=read.moment(fields, "posted"),
        edited=read.moment(fields, "edited"),
        author=read.optional_text(author, "name"),
        author_id=read.optional_text(author, "id"),
        signature=read.optional_text(author, "signature"),
        text=read.text(fields, "text"),
        action=read.optional_text(fields, "action"),
        forward=_forward(fields),
        reply_to=read.optional_post(fields, "reply_to"),
        album=read.optional_post(fields, "album"),
        media=tuple(_medium(medium) for medium in read.groups(fields, "media")),
        pointers=tuple(_place(place) for place in read.groups(fields, "pointers")),
        digest=read.text(fields, "digest"),
        run=read.optional_number(fields, "run"),
        supersedes=read.optional_number(fields, "supersedes"),
        notes=read.texts(fields, "notes"),
    )


def _forward(fields: Fields) -> Forward | None:
    forward = read.group(fields, "forward")
    if forward is None:
        return None
    return Forward(read.optional_text(forward, "name"), read.optional_number(forward, "peer"), read.moment(forward, "at"))


def _medium(fields: Fields) -> Medium:
    return Medium(
        kind=read.text(fields, "kind"),
        name=read.optional_text(fields, "name"),
        file_name=read.optional_text(fields, "file_name"),
        sha256=read.optional_text(fields, "sha256"),
        missing=read.optional_text(fields, "missing"),
        thumbnail_sha256=read.optional_text(fields, "thumbnail_sha256"),
        mime_type=read.optional_text(fields, "mime_type"),
        size_stated=read.optional_number(fields, "size_stated"),
        duration_s=read.optional_number(fields, "duration_s"),
    )


def _place(fields: Fields) -> PlaceInExport:
    return PlaceInExport(
        read.text(fields, "name"),
        read.optional_text(fields, "sha256"),
        read.number(fields, "offset"),
        read.number(fields, "length"),
    )


@dataclass(frozen=True)
class MarkJudged:
    """What a person decided of a stretch of an exhibit; `index` is the record's, `by` the person's code."""

    index: int
    at: datetime
    by: str
    exhibit: str
    span: Span
    is_mark: bool
    reason: str


def mark_judged_from(index: int, fields: Fields) -> MarkJudged:
    """The judgement that a `mark/1` record's fields tell; raises FormatError when they tell none."""
    decision = read.text(fields, "decision")
    if decision not in MARK_DECISIONS:
        raise FormatError(f"a mark is one of {MARK_DECISIONS}, found {decision[:60]!r}")
    return MarkJudged(
        index=index,
        at=from_wire(read.text(fields, "at")),
        by=read.text(read.group(fields, "by") or _NOTHING, "code"),
        exhibit=sha256_hex(read.text(fields, "exhibit")),
        span=read.span(fields, "span_ms"),
        is_mark=decision == CONFIRMED,
        reason=read.text(fields, "reason"),
    )
