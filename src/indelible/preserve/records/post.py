"""Posts, and posts that a newer export lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indelible.model.found import ChannelFound, FoundForward, FoundMedia, FoundPost, Pointer
from indelible.preserve.records.prepare import Prepared, Preparing, moment_value, ranges

NOT_HELD = "not in the export"


@dataclass(frozen=True)
class PostContext:
    """What a post's record says besides what the source says.

    `held` maps the names of the source's files to the SHA-256 under which they are preserved; `supersedes` is the index of
    the record that this one replaces, when the source now tells the post otherwise.
    """

    run: int
    held: Mapping[str, str]
    supersedes: int | None = None


def post_record(post: FoundPost, context: PostContext) -> Prepared:
    """A `post/1`: all that the source says of it, and where that stands in what is preserved."""
    author = {"name": post.author, "id": post.author_id, "signature": post.signature}
    return (
        Preparing("post/1")
        .put("id", str(post.id))
        .put("channel", post.channel)
        .put("form", post.kind)
        .put("pointers", [_pointer_value(pointer, context.held) for pointer in post.pointers])
        .put("posted", moment_value(post.posted))
        .put("edited", moment_value(post.edited))
        .put("author", {name: value for name, value in author.items() if value})
        .put("text", post.text)
        .put("action", post.action)
        .put("forward", _forward_value(post.forward))
        .put("reply_to", str(post.reply_to) if post.reply_to else None)
        .put("album", str(post.album) if post.album else None)
        .put("media", [_medium_value(medium, context.held) for medium in post.media])
        .put("digest", post.digest)
        .put("run", context.run)
        .put("supersedes", context.supersedes)
        .note(post.notes)
        .done()
    )


def _pointer_value(pointer: Pointer, held: Mapping[str, str]) -> dict[str, object]:
    return {"name": pointer.name, "sha256": held.get(pointer.name), "offset": pointer.offset, "length": pointer.length}


def _forward_value(forward: FoundForward | None) -> dict[str, object] | None:
    if forward is None:
        return None
    # An empty object would be left out; that it was forwarded at all is then told by the name's absence.
    return {"name": forward.name or "", "peer": forward.peer, "at": moment_value(forward.at)}


def _medium_value(medium: FoundMedia, held: Mapping[str, str]) -> dict[str, object]:
    sha256 = held.get(medium.name) if medium.name is not None else None
    return {
        "kind": medium.kind,
        "name": medium.name,
        "file_name": medium.file_name,
        "sha256": sha256,
        "missing": None if sha256 else medium.missing or NOT_HELD,
        "size_stated": medium.size,
        "mime_type": medium.mime_type,
        "duration_s": medium.duration_s,
        "thumbnail": medium.thumbnail,
        "thumbnail_sha256": held.get(medium.thumbnail) if medium.thumbnail else None,
    }


@dataclass(frozen=True)
class Vanished:
    """Ids held of a channel that a newer export lacks: inside its span, and after its last id."""

    inside: tuple[int, ...]
    after_end: tuple[int, ...]


def vanished_from(found: ChannelFound, held: Iterable[int]) -> Vanished:
    """Which of the ids `held` the export lacks. Ids before its first, and after the end of one cut short, say nothing."""
    if found.first_id is None or found.last_id is None:
        return Vanished((), ())
    there = set(found.message_ids)
    lacking = sorted(number for number in held if number >= found.first_id and number not in there)
    inside = tuple(number for number in lacking if number < found.last_id)
    after_end = tuple(number for number in lacking if number > found.last_id)
    return Vanished(inside, after_end if found.complete else ())


def vanished_record(found: ChannelFound, vanished: Vanished, *, run: int, exports: Iterable[str]) -> Prepared:
    """A `vanished/1`: posts that an earlier export of the channel held and `exports` (their SHA-256) lack."""
    return (
        Preparing("vanished/1")
        .put("channel", found.channel)
        .put("channel_id", found.channel_id)
        .put("exports", list(exports))
        .put("inside", ranges(vanished.inside))
        .put("after_end", ranges(vanished.after_end))
        .put("meaning", _meaning(vanished))
        .put("run", run)
        .done()
    )


def _meaning(vanished: Vanished) -> str:
    parts = ["An earlier export of this channel held these posts; this one lacks them. A gap is no proof of deletion."]
    if vanished.after_end:
        parts.append("Those after its last post may only mean that this export is the older one.")
    return " ".join(parts)
