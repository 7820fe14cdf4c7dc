"""What a source yields: files, posts, and what is amiss with them. Stated by the source, not yet evidence.

A source yields a stream of `Finding`s. The files of a source (an export's own text first) come before the posts that point
into them. Nothing here has been stored; the app decides what is new.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from indelible.model.ids import PostId
from indelible.model.moment import Moment


class FileRole(StrEnum):
    """Why a file is in the source."""

    EXPORT = "export"  # the export's own JSON or HTML, which posts point into
    MEDIA = "media"  # what a post refers to, or a file collected by itself
    THUMBNAIL = "thumbnail"  # made by the platform from a medium
    UNREFERENCED = "unreferenced"  # in the folder, but no post names it


class Keep(StrEnum):
    """How much of a file is preserved."""

    WHOLE = "whole"
    DIGEST = "digest"  # digest and size alone: a whole-account export holds private chats


@dataclass(frozen=True)
class FoundFile:
    """A file of the source. `path` is where to read it now; `name` is its path relative to the source, with `/`."""

    path: str
    name: str
    role: FileRole
    keep: Keep = Keep.WHOLE


@dataclass(frozen=True)
class FoundSlice:
    """Bytes cut from a file of which only a digest is kept (one chat of a whole account); kept whole under `name`."""

    path: str
    name: str
    offset: int
    length: int


@dataclass(frozen=True)
class Pointer:
    """A post's place in the preserved export: `length` bytes at `offset` of the file (or slice) named `name`."""

    name: str
    offset: int
    length: int


@dataclass(frozen=True)
class FoundMedia:
    """A medium that a post refers to.

    `name` is its path as the export gives it, resolved inside the source, or None; `file_name` is the uploader's own name.
    When it cannot be held, `missing` says why (the exporter's placeholder, "not in the export", "its path leaves the export").
    """

    kind: str  # photo, video_file, video_message, voice_message, audio_file, animation, sticker, file
    name: str | None
    file_name: str | None = None
    size: int | None = None  # as stated, in bytes
    missing: str | None = None
    thumbnail: str | None = None
    duration_s: int | None = None
    mime_type: str | None = None

    @property
    def label(self) -> str:
        """The file's own name if given, else its path, else what it is."""
        return self.file_name or self.name or self.kind


@dataclass(frozen=True)
class FoundForward:
    """Where a post says that it was forwarded from; the original's date stands only in HTML exports."""

    name: str | None
    peer: int | None = None
    at: Moment | None = None


@dataclass(frozen=True)
class FoundPost:
    """One record of the source: a message, a service record, or one of a kind that the exporter did not support."""

    id: PostId
    channel: str
    kind: str  # message, service, unsupported, or the source's own word
    pointers: tuple[Pointer, ...]  # JSON first, then HTML; at least one
    posted: Moment | None = None
    edited: Moment | None = None
    author: str | None = None
    author_id: str | None = None
    signature: str | None = None
    text: str = ""
    action: str | None = None  # of a service record
    forward: FoundForward | None = None
    reply_to: PostId | None = None
    album: PostId | None = None  # first post of the album, inferred
    media: tuple[FoundMedia, ...] = ()
    digest: str = (
        ""  # SHA-256 of what the source says of it, free of layout and file names: tells an edited post from a known one
    )
    notes: tuple[str, ...] = ()  # lone surrogates replaced, values cut, and the like
    via_bot: str | None = None  # the bot through which it was posted, as "@name"
    saved_from: str | None = None  # name of the chat that it was saved from


@dataclass(frozen=True)
class Refusal:
    """A record (or `count` of them) of the source that cannot be taken, and why."""

    source: str
    where: str
    reason: str
    count: int = 1
    unread: bool = False  # nobody knows how many records that was: the source counts as incomplete


@dataclass(frozen=True)
class Repair:
    """Bytes mended in reading (never in what is preserved): which rule, in which file, how often."""

    source: str
    rule: str
    count: int


@dataclass(frozen=True)
class Disagreement:
    """Two statements of a source, or of two sources, that cannot both hold. Both are kept."""

    source: str
    where: str
    about: str
    statements: tuple[str, ...]


@dataclass(frozen=True)
class ChannelFound:
    """What a source says of one channel as a whole, after its posts."""

    source: str
    channel: str
    channel_id: int
    kind: str  # public_channel, private_group, ... or "" when the source does not say
    complete: bool  # False when the export was cut short
    first_id: int | None
    last_id: int | None
    message_ids: tuple[int, ...] = field(default=(), repr=False)  # every id that the export holds, ascending


Finding = FoundFile | FoundSlice | FoundPost | Refusal | Repair | Disagreement | ChannelFound
