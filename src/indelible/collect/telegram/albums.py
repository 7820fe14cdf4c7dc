"""Albums, inferred: exports do not tell which posts were sent as one.

Taken as one album are at most ten posts with a medium each, with consecutive ids, by one author, dated within the same second,
forwarded from the same source, with a text on at most one. Source: Telegram's own albums obey all of these; two posts that
obey them by chance were at least posted in the same second.
"""

from __future__ import annotations

from dataclasses import replace

from indelible.model.found import FoundPost

ALBUM_MAX = 10


def joins(album: list[FoundPost], post: FoundPost) -> bool:
    """Whether the post goes on with the posts gathered so far."""
    last = album[-1]
    if post.id.message != last.id.message + 1 or not post.media or not last.media or len(album) >= ALBUM_MAX:
        return False
    if post.posted is None or last.posted is None or post.posted.at != last.posted.at:
        return False
    same_hand = (post.author_id, post.author, _source(post)) == (last.author_id, last.author, _source(last))
    return same_hand and sum(1 for one in (*album, post) if one.text) <= 1


def marked(album: list[FoundPost]) -> list[FoundPost]:
    """The posts, each naming the album's first when there is more than one."""
    if len(album) == 1:
        return album
    return [replace(post, album=album[0].id) for post in album]


def _source(post: FoundPost) -> tuple[str | None, int | None] | None:
    return (post.forward.name, post.forward.peer) if post.forward else None
