"""One JSON record of an export to one `FoundPost`, or to the reason why it cannot be taken."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from indelible.collect.telegram.digest import record_digest
from indelible.collect.telegram.media import media_of
from indelible.collect.telegram.members import INTEGER_MAX, Members
from indelible.collect.telegram.records import Entry
from indelible.collect.telegram.times import told_time
from indelible.collect.tree import Tree
from indelible.model.found import FoundFile, FoundForward, FoundPost, Pointer
from indelible.model.ids import PostId

_MADE = 2**52
MADE_NOTE = "the export states no id of the channel: the id here is made from its name"


class Channel(NamedTuple):
    """The chat that records belong to, as its export names it; `note` when the export gives no id of its own."""

    name: str
    peer: int
    kind: str
    note: str = ""


def channel_of(head: dict[str, object], fallback: str) -> Channel:
    """The chat that an export's head names; `fallback` names one without a name."""
    notes: list[str] = []
    members = Members(head, notes)
    name = members.text("name") or fallback
    kind = members.text("type") or ""
    peer = members.peer("id")
    if peer is None:
        return Channel(name, made_peer(name), kind, MADE_NOTE)
    return Channel(name, peer, kind)


def made_peer(name: str) -> int:
    """The negative id given to a channel whose export states none: from its name, so that two such exports meet.

    Negative ids of this size are no peer's: Telegram's bare ids are positive.
    """
    digest = sha256(b"indelible channel without id\0" + unicodedata.normalize("NFC", name).encode()).digest()
    return -(_MADE + int.from_bytes(digest[:6]))


def is_made(peer: int) -> bool:
    """Whether an id was made from a channel's name."""
    return peer <= -_MADE


class Read(NamedTuple):
    """A record as read: the post, the files that it names, its wall times, and statements in it that cannot both hold."""

    post: FoundPost
    files: tuple[FoundFile, ...]
    posted_wall: datetime | None
    edited_wall: datetime | None
    disagreements: tuple[tuple[str, tuple[str, ...]], ...]  # what about, and the statements


def read_record(entry: Entry, channel: Channel, tree: Tree, pointer: Pointer) -> Read | str:
    """The post that a record tells, or why it cannot be taken: without an id a post has no name."""
    record = entry.members
    if record is None:
        return entry.fault
    number = record.get("id")
    if type(number) is not int or abs(number) > INTEGER_MAX:
        return "it has no id" if "id" not in record else f"its id is no whole number: {str(number)[:40]!r}"
    members = Members(record, list(entry.notes))
    posted, edited = told_time(record, "date"), told_time(record, "edited")
    for told in (posted, edited):
        if told.fault:
            members.notes.append(told.fault.removesuffix("; "))
    kind = members.text("type")
    text = members.joined_text("text") or (members.joined_text("text_entities") if "text" not in record else "")
    named = media_of(members, tree)
    service = kind == "service"
    post = FoundPost(
        id=PostId(channel.peer, number),
        channel=channel.name,
        kind=kind or "unknown",
        pointers=(pointer,),
        posted=posted.moment,
        edited=edited.moment,
        author=members.text("actor" if service else "from"),
        author_id=members.peer_name("actor_id" if service else "from_id"),
        signature=members.text("author"),
        text=text or (members.text("information_text") or "" if service else ""),
        action=members.text("action") if service else None,
        forward=_forward(members),
        reply_to=_reply(members, channel),
        media=named.media,
        digest=record_digest(members, text),
        via_bot=members.text("via_bot"),
        saved_from=members.text("saved_from"),
        notes=tuple(members.notes),
    )
    disagreements = tuple(("date and date_unixtime", told.disagreement) for told in (posted, edited) if told.disagreement)
    return Read(post, named.files, posted.wall, edited.wall, disagreements)


def _forward(members: Members) -> FoundForward | None:
    if "forwarded_from" not in members.all:
        return None
    return FoundForward(members.text("forwarded_from"), members.peer("forwarded_from_id"))


def _reply(members: Members, channel: Channel) -> PostId | None:
    if "reply_to_message_id" not in members.all:
        return None
    number = members.number("reply_to_message_id")
    peer = members.peer("reply_to_peer_id")
    return None if number is None else PostId(channel.peer if peer is None else peer, number)
