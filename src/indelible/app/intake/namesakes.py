"""Channels known from pages alone, held against those of the same name whose id an export states.

Pages state no id. Where their very bytes were collected before, beside the channel's JSON, each of their messages is recorded
already: known, under the channel's own id. Other pages of the name stay a channel of their own, and a note says that there are two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from indelible.app.intake.run import Ground
from indelible.catalog import channels, posts, runs
from indelible.catalog.catalog import Reader
from indelible.collect.telegram.message import is_made
from indelible.model.found import ChannelFound, FoundPost

_Place = tuple[int, int, int]


class Elsewhere:
    """Which posts of pages alone are recorded under the id of their channel, with a pointer to the very same bytes."""

    def __init__(self) -> None:
        self._places: dict[tuple[int, str], frozenset[_Place]] = {}

    def knows(self, ground: Ground, post: FoundPost, held: Mapping[str, str]) -> bool:
        """Whether the post is; `held` maps the names of the source's files to their SHA-256."""
        if not is_made(post.id.peer):
            return False
        pointer = post.pointers[0]
        sha256 = held.get(pointer.name, "")
        places = self._places.get((post.id.peer, sha256))
        if places is None:
            places = self._places[post.id.peer, sha256] = _places(ground.reader, post, sha256)
        return (post.id.message, pointer.offset, pointer.length) in places


def _places(reader: Reader, post: FoundPost, sha256: str) -> frozenset[_Place]:
    if runs.export(reader, sha256) is None:
        return frozenset()
    others = channels.namesakes(reader, post.id.peer, post.channel)
    return frozenset(place for peer in others if not is_made(peer) for place in posts.pointing_into(reader, peer, sha256))


def held_twice(reader: Reader, found: Iterable[ChannelFound]) -> Iterator[str]:
    """A note for each of these channels that may be held under two ids, one of them made from its name."""
    for channel_id, name in dict.fromkeys((channel.channel_id, channel.channel) for channel in found):
        for other in channels.namesakes(reader, channel_id, name):
            made, stated = sorted((channel_id, other))
            if not is_made(made) or is_made(stated):
                continue
            if channels.by_id(reader, made) and channels.by_id(reader, stated):
                both = channels.twins(reader, made, stated)
                yield (
                    f"{name}: held as channel {stated} and, from pages without JSON, as channel {made}, an id made from the name;"
                    f" {both.shared} posts have one number in both, {both.same_text} of them one text. Pages state no id:"
                    " whether the two are one channel is for you to judge, and their posts are counted and traced apart"
                )
