"""Edges from later sightings to earlier ones: stated by a forward, else inferred; and what was not collected.

A stated edge goes to the message that the post says it was forwarded from: in the channel named, the sighting at the
original's stated date when there is one, else the closest by picture, a tie to the latest before it. An inferred edge goes
to the earlier sighting whose exhibit is closest (the same bytes, then the strongest match), a tie to the latest before it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from indelible.trace.kinship import Closeness, Kinship
from indelible.trace.order import is_earlier, time_key
from indelible.trace.seen import Forward, PostSeen, Seen
from indelible.trace.traced import Edge, EdgeKind, Footage, NotCollected, Sighting, StatedEarlier

STATED_SLACK = timedelta(seconds=1)  # exports print whole seconds
NO_NAME = "an account without a name"


class Spread:
    """The sightings of one footage's picture, ready to say where a later one came from."""

    def __init__(self, picture: Iterable[Sighting], kinship: Kinship) -> None:
        self._kinship = kinship
        self._of: dict[tuple[int, str], dict[str, list[Sighting]]] = defaultdict(lambda: defaultdict(list))
        for sighting in sorted(picture, key=_time):
            self._of[sighting.post.channel_id, sighting.post.channel][sighting.exhibit].append(sighting)

    def edges(self, sighting: Sighting) -> tuple[Edge, ...]:
        """The one edge of a sighting to an earlier one, or none."""
        forward = sighting.post.forward
        source = self._stated(sighting, forward) if forward else None
        if forward and source:
            by = "number" if forward.peer is not None else "name alone"
            return (Edge(source.post.id, EdgeKind.FORWARDED, f"the post says that it was forwarded from there, by {by}"),)
        lines = [line for channel in self._of.values() for line in channel.values()]
        nearest = self._nearest(sighting, [_latest_before(line, sighting.post) for line in lines])
        if nearest is None:
            return ()
        why = _why(self._kinship.closeness(sighting.exhibit, nearest.exhibit))
        return (Edge(nearest.post.id, EdgeKind.INFERRED, why),)

    def _stated(self, sighting: Sighting, forward: Forward) -> Sighting | None:
        """The sighting that a forward names."""
        named = [channel for (number, name), channel in self._of.items() if names_channel(forward, number, name)]
        lines = [line for channel in named for line in channel.values()]
        pick = _latest_that_can_precede if forward.at is None else _at_the_stated_date
        return self._nearest(sighting, [pick(line, sighting.post) for line in lines])

    def _nearest(self, sighting: Sighting, found: Iterable[Sighting | None]) -> Sighting | None:
        return max(
            (s for s in found if s),
            key=lambda s: (self._kinship.closeness(sighting.exhibit, s.exhibit), time_key(s.post)),
            default=None,
        )


def _time(sighting: Sighting) -> tuple[object, ...]:
    return time_key(sighting.post)


def _latest_before(line: Sequence[Sighting], post: PostSeen) -> Sighting | None:
    """The latest sighting earlier than a post; `line` is one channel's sightings of one exhibit in time order."""
    if post.at is None:
        return None
    here = line[0].post.channel_id == post.channel_id
    limit: tuple[object, ...] = time_key(post) if here else (post.at,)
    end = bisect_left(line, limit, key=_time)
    return line[end - 1] if end else None


def _latest_that_can_precede(line: Sequence[Sighting], post: PostSeen) -> Sighting | None:
    """As `_latest_before`; a missing date on either side, in another channel, does not contradict what a post states.

    A forward without a date is nobody's source, so that edges make no circle.
    """
    before = _latest_before(line, post)
    if before or line[0].post.channel_id == post.channel_id:
        return before
    return next((s for s in reversed(line) if _may_be_the_source(s.post, post)), None)


def _may_be_the_source(one: PostSeen, post: PostSeen) -> bool:
    if one.at is None:
        return one.forward is None
    return post.at is None


def _at_the_stated_date(line: Sequence[Sighting], post: PostSeen) -> Sighting | None:
    """The sighting at the date that a post states of its original."""
    stated = post.forward.at if post.forward else None
    if stated is None:
        return None
    low, high = stated.bounds[0] - STATED_SLACK, stated.bounds[1] + STATED_SLACK
    limit: tuple[object, ...] = (low,)
    start = bisect_left(line, limit, key=_time)
    for sighting in line[start:]:
        if sighting.post.at is None or sighting.post.at > high:
            return None
        undated_elsewhere = post.at is None and sighting.post.channel_id != post.channel_id
        if undated_elsewhere or is_earlier(sighting.post, post):
            return sighting
    return None


def _why(closeness: Closeness) -> str:
    same_bytes, score, _ = closeness
    if same_bytes:
        return "the same file, byte for byte, and the later date"
    return f"matched with score {score:.2f}, and the later date" if score else "the same footage, and the later date"


def names_channel(forward: Forward, channel_id: int, channel: str) -> bool:
    """Whether the forward names this channel."""
    if forward.peer is not None:
        return forward.peer == channel_id
    return forward.name is not None and _folded(forward.name) == _folded(channel)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def not_collected(seen: Seen, footage: Iterable[Footage]) -> tuple[NotCollected, ...]:
    """Every forward whose original is not among the sightings, by channel and post."""
    found = {
        sighting.post.id
        for told in footage
        for sighting in told.sightings
        if any(edge.kind is EdgeKind.FORWARDED for edge in sighting.edges)
    }
    held = {**{post.channel_id: post.channel for post in seen.posts}, **seen.held}
    return tuple(
        NotCollected(post.forward.name or NO_NAME, post.forward.peer, post.id, post.forward.at, _reason(post.forward, held))
        for post in sorted(seen.posts, key=time_key)
        if post.forward and post.exhibits and post.id not in found
    )


def _reason(forward: Forward, held: dict[int, str]) -> str:
    if any(names_channel(forward, channel_id, channel) for channel_id, channel in held.items()):
        return "the channel is held, but not the original: deleted, not exported, or its medium is not held"
    return "the channel was not collected"


def stated_earlier(sightings: Sequence[Sighting], earliest: Sighting) -> tuple[StatedEarlier, ...]:
    """Forwards that state a date for the original before the earliest sighting: known to have been out then, as stated."""
    told = []
    for sighting in sightings:
        forward = sighting.post.forward
        if forward and forward.at and (earliest.post.bounds is None or forward.at.bounds[1] < earliest.post.bounds[0]):
            told.append(StatedEarlier(forward.name or NO_NAME, forward.peer, forward.at, sighting.post.id))
    return tuple(dict.fromkeys(told))
