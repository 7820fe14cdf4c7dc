"""Questions about posts. Unless it says otherwise, an answer is the version of each post that counts now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from indelible.catalog.catalog import Cell, Reader
from indelible.catalog.fields import stored
from indelible.catalog.nouns import Post, post_from
from indelible.model.ids import PostId

ASKED_AT_ONCE = 200  # ids in one statement; SQLite allows 32,766 values


def by_id(reader: Reader, post: PostId) -> Post | None:
    """The post, or None when it is not held."""
    statement = "SELECT p.idx, p.body FROM standing s JOIN post p USING (idx) WHERE s.peer = ? AND s.message = ?"
    return next(_posts(reader, statement, _key(post)), None)


def by_index(reader: Reader, index: int) -> Post | None:
    """The version of a post that the record of this index tells."""
    return next(_posts(reader, "SELECT idx, body FROM post WHERE idx = ?", (index,)), None)


def versions(reader: Reader, post: PostId) -> list[Post]:
    """Every version, in the order recorded."""
    return list(_posts(reader, "SELECT idx, body FROM post WHERE peer = ? AND message = ? ORDER BY idx", _key(post)))


def in_channel(reader: Reader, channel_id: int) -> Iterator[Post]:
    """The posts of a channel, by message number."""
    statement = "SELECT p.idx, p.body FROM standing s JOIN post p USING (idx) WHERE s.peer = ? ORDER BY s.message"
    return _posts(reader, statement, (stored(channel_id),))


def all_posts(reader: Reader) -> Iterator[Post]:
    """Every post, by channel and message number."""
    return _posts(reader, "SELECT p.idx, p.body FROM standing s JOIN post p USING (idx) ORDER BY s.peer, s.message")


def to_trace(reader: Reader) -> Iterator[Post]:
    """The posts that refer to media or were forwarded, by channel and message number: all that tracing needs."""
    return _posts(
        reader,
        "SELECT p.idx, p.body FROM standing s JOIN post p USING (idx)"
        " WHERE p.forwarded OR EXISTS (SELECT 1 FROM medium m WHERE m.post = p.idx) ORDER BY s.peer, s.message",
    )


def of_exhibit(reader: Reader, sha256: str) -> list[Post]:
    """The posts that refer to these bytes, by channel and message number."""
    statement = (
        "SELECT DISTINCT p.idx, p.body FROM medium m JOIN post p ON p.idx = m.post JOIN standing s USING (idx)"
        " WHERE m.sha256 = ? ORDER BY s.peer, s.message"
    )
    return list(_posts(reader, statement, (sha256,)))


def ids_held(reader: Reader, channel_id: int) -> list[int]:
    """The message numbers held of a channel, ascending."""
    rows = reader.rows("SELECT message FROM standing WHERE peer = ?", (stored(channel_id),))
    return sorted(int(message) for (message,) in rows if message is not None)


def pointing_into(reader: Reader, channel_id: int, sha256: str) -> set[tuple[int, int, int]]:
    """Where in these preserved bytes posts of a channel stand: message number, offset and length."""
    statement = (
        "SELECT p.message, j.value ->> '$.offset', j.value ->> '$.length' FROM post p, json_each(p.body, '$.pointers') j"
        " WHERE p.peer = ? AND j.value ->> '$.sha256' = ?"
    )
    rows = reader.rows(statement, (stored(channel_id), sha256))
    return {(int(message or 0), int(offset or 0), int(length or 0)) for message, offset, length in rows}


def count(reader: Reader) -> int:
    """How many posts are held."""
    row = reader.row("SELECT count(*) FROM standing")
    return int(row[0] or 0) if row else 0


@dataclass(frozen=True)
class MissingMedium:
    """A medium that a post refers to and that is not held."""

    post: PostId
    file: str
    reason: str


def missing_media(reader: Reader) -> Iterator[MissingMedium]:
    """What the posts held refer to and the archive lacks, by channel and message number."""
    statement = (
        "SELECT s.peer, s.message, m.label, m.missing FROM medium m JOIN standing s ON s.idx = m.post"
        " WHERE m.missing IS NOT NULL ORDER BY s.peer, s.message, m.position"
    )
    for peer, message, label, missing in reader.rows(statement):
        yield MissingMedium(PostId(int(peer or 0), int(message or 0)), str(label), str(missing))


@dataclass(frozen=True)
class Told:
    """What a source tells of a post now: its digest, and the SHA-256 of the media that it holds, in any order.

    `forward_dated`: it gives the date of what was forwarded, which only pages do and the digest leaves out.
    """

    id: PostId
    digest: str
    media: frozenset[str] = frozenset()
    forward_dated: bool = False


class Standing(StrEnum):
    """How what is told stands to what is held."""

    NEW = "new"
    KNOWN = "known"
    CHANGED = "changed"


@dataclass(frozen=True)
class Verdict:
    """Whether a post is to be recorded; `supersedes` is the index of the version that counted until now."""

    standing: Standing
    supersedes: int | None = None


def verdicts(reader: Reader, told: Iterable[Told]) -> Iterator[Verdict]:
    """For each post told, in order, whether it is new, known or changed.

    Known: some version has the same digest and held at least the same media and dates. So an older export collected late
    changes nothing, and a file or a forward's date that was missing and has come makes the post changed.
    """
    remaining = iter(told)
    while asked := list(islice(remaining, ASKED_AT_ONCE)):
        held = _held(reader, asked)
        for post in asked:
            yield _verdict(post, held.get(post.id, []))


@dataclass
class _Version:
    index: int
    digest: str
    counts: bool
    forward_dated: bool
    media: set[str] = field(default_factory=set)

    def covers(self, told: Told) -> bool:
        """Whether nothing of what is told is new to it."""
        same = self.digest == told.digest and told.media <= self.media
        return same and self.forward_dated >= told.forward_dated


def _verdict(post: Told, held: Sequence[_Version]) -> Verdict:
    current = next((version.index for version in held if version.counts), None)
    if current is None:
        return Verdict(Standing.NEW)
    known = any(version.covers(post) for version in held)
    return Verdict(Standing.KNOWN if known else Standing.CHANGED, current)


def _held(reader: Reader, asked: Sequence[Told]) -> dict[PostId, list[_Version]]:
    pairs = ", ".join(["(?, ?)"] * len(asked))
    values = [part for post in asked for part in _key(post.id)]
    statement = (
        f"WITH asked (peer, message) AS (VALUES {pairs})"  # noqa: S608  (only question marks)
        " SELECT p.idx, p.peer, p.message, p.digest, s.idx, m.sha256, p.forwarded AND p.body ->> '$.forward.at' IS NOT NULL"
        " FROM asked a"
        " JOIN post p ON p.peer = a.peer AND p.message = a.message"
        " JOIN standing s ON s.peer = p.peer AND s.message = p.message"
        " LEFT JOIN medium m ON m.post = p.idx AND m.sha256 IS NOT NULL"
    )
    found: dict[int, _Version] = {}
    by_post: dict[PostId, list[_Version]] = {}
    for index, peer, message, digest, current, sha256, dated in reader.rows(statement, values):
        number = int(index or 0)
        version = found.get(number)
        if version is None:
            version = found[number] = _Version(number, str(digest), index == current, bool(dated))
            by_post.setdefault(PostId(int(peer or 0), int(message or 0)), []).append(version)
        if isinstance(sha256, str):
            version.media.add(sha256)
    return by_post


def _posts(reader: Reader, statement: str, values: Sequence[Cell] = ()) -> Iterator[Post]:
    for index, body in reader.rows(statement, values):
        yield post_from(int(index or 0), json.loads(str(body)))


def _key(post: PostId) -> tuple[int | str, int | str]:
    return stored(post.peer), stored(post.message)
