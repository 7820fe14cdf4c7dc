"""Questions about channels: how far each is held, and which ids lie between and are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from indelible.catalog.catalog import Reader
from indelible.catalog.fields import stored

# Only these number their own posts: in groups and private chats all share one count, so a gap there says nothing.
OWN_NUMBERS = ("public_channel", "private_channel", "public_supergroup", "private_supergroup")


@dataclass(frozen=True)
class Channel:
    """A channel as held: its name and kind as told last, how many posts, and the first and last of their numbers."""

    channel_id: int
    name: str
    kind: str  # "" when no source says
    posts: int
    first_id: int
    last_id: int
    complete: bool  # False when its latest export was cut short
    exports: int


@dataclass(frozen=True)
class Gap:
    """Message numbers after `after` and before `before` of which none is held. No proof of deletion."""

    channel: str
    channel_id: int
    after: int
    before: int


def all_channels(reader: Reader) -> list[Channel]:
    """Every channel of which posts are held, by id."""
    statement = "SELECT peer, count(*), min(message), max(message), max(idx) FROM standing GROUP BY peer ORDER BY peer"
    return [
        _channel(reader, int(peer or 0), (int(posts or 0), int(first or 0), int(last or 0)), int(newest or 0))
        for peer, posts, first, last, newest in list(reader.rows(statement))
    ]


def by_id(reader: Reader, channel_id: int) -> Channel | None:
    """The channel, or None when no post of it is held."""
    statement = "SELECT count(*), min(message), max(message), max(idx) FROM standing WHERE peer = ?"
    row = reader.row(statement, (stored(channel_id),))
    if row is None or not row[0]:
        return None
    return _channel(reader, channel_id, (int(row[0]), int(row[1] or 0), int(row[2] or 0)), int(row[3] or 0))


@dataclass(frozen=True)
class Twins:
    """How far two channels tell the same: numbers that both hold, and how many of these have one text."""

    shared: int
    same_text: int


def namesakes(reader: Reader, channel_id: int, name: str) -> list[int]:
    """The other channels of that name that exports told of, by id."""
    statement = "SELECT DISTINCT peer FROM export_channel WHERE channel = ? AND peer <> ? ORDER BY peer"
    return [int(peer or 0) for (peer,) in reader.rows(statement, (name, stored(channel_id)))]


def twins(reader: Reader, first: int, second: int) -> Twins:
    """What two channels have in common."""
    statement = (
        "SELECT count(*), sum(pa.body ->> '$.text' IS pb.body ->> '$.text') FROM standing a JOIN standing b USING (message)"
        " JOIN post pa ON pa.idx = a.idx JOIN post pb ON pb.idx = b.idx WHERE a.peer = ? AND b.peer = ?"
    )
    row = reader.row(statement, (stored(first), stored(second))) or (0, 0)
    return Twins(int(row[0] or 0), int(row[1] or 0))


def gaps(reader: Reader, channel_id: int | None = None) -> list[Gap]:
    """The gaps between the numbers held, of one channel or of all that number their own posts."""
    found = [by_id(reader, channel_id)] if channel_id is not None else all_channels(reader)
    return [gap for channel in found if channel and channel.kind in OWN_NUMBERS for gap in _gaps(reader, channel)]


def _gaps(reader: Reader, channel: Channel) -> Iterator[Gap]:
    # Numbers below 1 are of the basic group that the channel was before.
    statement = (
        "SELECT after, before FROM (SELECT message AS before, lag(message) OVER (ORDER BY message) AS after FROM standing"
        " WHERE peer = ? AND typeof(message) = 'integer' AND message > 0) WHERE before > after + 1 ORDER BY after"
    )
    for after, before in reader.rows(statement, (stored(channel.channel_id),)):
        yield Gap(channel.name, channel.channel_id, int(after or 0), int(before or 0))


def _channel(reader: Reader, channel_id: int, held: tuple[int, int, int], newest: int) -> Channel:
    peer = stored(channel_id)
    last = reader.row("SELECT complete FROM export_channel WHERE peer = ? ORDER BY export DESC LIMIT 1", (peer,))
    kind = reader.row("SELECT kind FROM export_channel WHERE peer = ? AND kind <> '' ORDER BY export DESC LIMIT 1", (peer,))
    exports = reader.row("SELECT count(*) FROM export_channel WHERE peer = ?", (peer,))
    name = reader.row("SELECT json_extract(body, '$.channel') FROM post WHERE idx = ?", (newest,))
    return Channel(
        channel_id=channel_id,
        name=str(name[0] or "") if name else "",
        kind=str(kind[0]) if kind else "",
        posts=held[0],
        first_id=held[1],
        last_id=held[2],
        complete=bool(last[0]) if last else True,
        exports=int(exports[0] or 0) if exports else 0,
    )
