"""Time order among posts: what is earlier, and what is only not known to be later.

A post without a date sorts last. Within one channel the message number decides between posts of one instant; between
channels such posts have no order, and none is said.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from indelible.trace.seen import PostSeen

_NO_DATE = datetime.max.replace(tzinfo=UTC)


def time_key(post: PostSeen) -> tuple[datetime, int, int]:
    """Sorts posts by date, those without one last; then by channel and message, so that the order is always the same."""
    return (post.at or _NO_DATE, post.id.peer, post.id.message)


def is_earlier(one: PostSeen, other: PostSeen) -> bool:
    """Whether `one` was posted before `other`, as far as their dates say."""
    if one.at is None or other.at is None or one.id == other.id:
        return False
    if one.at == other.at:
        return one.channel_id == other.channel_id and one.id.message < other.id.message
    return one.at < other.at


def may_be_earlier(one: PostSeen, other: PostSeen) -> bool:
    """Whether `one` can have been posted before `other` was for certain: their bounds overlap."""
    if one.bounds is None or other.bounds is None:
        return False
    return one.bounds[0] <= other.bounds[1]


def gap(one: PostSeen, other: PostSeen) -> timedelta:
    """How long after `one` the post `other` was made; zero when either has no date."""
    if one.at is None or other.at is None:
        return timedelta(0)
    return other.at - one.at
