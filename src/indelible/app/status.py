"""`status`: how much is preserved, and how much of it can be searched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from indelible.app.answers.archive import ChannelRow, StatusAnswer
from indelible.app.answers.collect import CheckpointRef
from indelible.app.fingerprinting import SEARCHED, not_searchable, state_of
from indelible.app.opening import Context, reading
from indelible.catalog import channels, posts, runs
from indelible.catalog.catalog import Reader
from indelible.catalog.exhibits import all_exhibits


def status(context: Context) -> StatusAnswer:
    """What the archive holds."""
    with reading(context) as desk, desk.catalog.reader() as reader:
        ledger = desk.archive.ledger
        held = list(all_exhibits(reader))
        outcomes = desk.derived.outcomes()
        searched = [exhibit.sha256 for exhibit in held if exhibit.role in SEARCHED]
        states = Counter(state_of(desk, sha256, outcomes.get(sha256)) for sha256 in searched)
        counts = Counter[str]()
        for row in runs.counts(reader):
            counts[row.kind or "withheld"] += row.count
        return StatusAnswer(
            archive=str(context.root),
            origin=desk.origin,
            checkpoint=CheckpointRef.of(ledger.size, ledger.root),
            records=dict(sorted(counts.items())),
            posts=posts.count(reader),
            exhibits=len(held),
            bytes=sum(exhibit.size for exhibit in held),
            states=dict(sorted(states.items())),
            not_searchable=not_searchable(desk),
            channels=tuple(_channels(reader)),
            missing=sum(1 for _ in posts.missing_media(reader)),
            stamps=counts["stamp/1"],
        )


def _channels(reader: Reader) -> Iterator[ChannelRow]:
    for channel in channels.all_channels(reader):
        dates = sorted(post.posted.at for post in posts.in_channel(reader, channel.channel_id) if post.posted)
        first, last = (dates[0], dates[-1]) if dates else (None, None)
        yield ChannelRow(channel.name, channel.channel_id, channel.posts, first, last)
