"""Sightings of one footage: who shows its picture, who has only its sound, and which came first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from indelible.model.ids import PostId
from indelible.model.segment import Relation
from indelible.model.span import Span
from indelible.trace.order import may_be_earlier, time_key
from indelible.trace.seen import Link, PostSeen, Seen
from indelible.trace.stretches import Part
from indelible.trace.traced import Candidate, Sighting


class Shown:
    """Which posts show which exhibit, and which links do not join."""

    def __init__(self, seen: Seen) -> None:
        self._posts: dict[str, list[PostSeen]] = defaultdict(list)
        for post in seen.posts:
            for exhibit in dict.fromkeys(post.exhibits):
                self._posts[exhibit].append(post)
        self._loose: dict[str, list[tuple[str, Span, Link]]] = defaultdict(list)
        for link in seen.links:
            if link.match.relation is not Relation.COPY and link.query != link.match.reference:
                self._loose[link.query].append((link.match.reference, link.match.query_span, link))
                self._loose[link.match.reference].append((link.query, link.match.reference_span, link))

    def posts(self, exhibit: str) -> Sequence[PostSeen]:
        """The posts that show an exhibit."""
        return self._posts.get(exhibit, ())

    def picture(self, part: Part) -> list[Sighting]:
        """The sightings of a footage's picture, in time order."""
        exhibits = {stretch.exhibit for stretch in part}
        return _in_order(Sighting(post, e, Relation.COPY) for e in exhibits for post in self.posts(e))

    def sound(self, part: Part) -> list[Sighting]:
        """The sightings of its sound under another picture, in time order."""
        told = self._loosely(part, (Relation.SAME_SOUND,))
        return _in_order(Sighting(post, exhibit, Relation.SAME_SOUND) for post, exhibit, _ in told)

    def candidates(self, part: Part) -> tuple[Candidate, ...]:
        """The resemblances that do not join, strongest first, one for each post, exhibit and relation."""
        best: dict[tuple[PostId, str, Relation], Candidate] = {}
        for post, exhibit, link in self._loosely(part, (Relation.UNDECIDED, Relation.SAME_SCENE)):
            found = Candidate(post, exhibit, link.match.relation, link.match.score)
            key = (post.id, exhibit, found.relation)
            if key not in best or best[key].score < found.score:
                best[key] = found
        return tuple(sorted(best.values(), key=lambda c: (-c.score, time_key(c.post), c.exhibit, c.relation)))

    def _loosely(self, part: Part, relations: tuple[Relation, ...]) -> Iterator[tuple[PostSeen, str, Link]]:
        """Other exhibits' posts, for links that touch the footage's own stretches."""
        spans: dict[str, list[Span]] = defaultdict(list)
        for stretch in part:
            spans[stretch.exhibit].append(stretch.span)
        inside = {post.id for exhibit in spans for post in self.posts(exhibit)}
        for exhibit, mine in spans.items():
            for other, span, link in self._loose.get(exhibit, ()):
                if link.match.relation in relations and other not in spans and any(_touch(span, s) for s in mine):
                    yield from ((post, other, link) for post in self.posts(other) if post.id not in inside)


def _touch(one: Span, other: Span) -> bool:
    return one.start_ms <= other.end_ms and other.start_ms <= one.end_ms


def _in_order(sightings: Iterable[Sighting]) -> list[Sighting]:
    return sorted(dict.fromkeys(sightings), key=lambda s: (time_key(s.post), s.exhibit))


def earliest_of(picture: Sequence[Sighting]) -> tuple[Sighting, tuple[PostId, ...]]:
    """The earliest known sighting of a picture, and the posts that can have been earlier still: their bounds overlap.

    `picture` is in time order and not empty. A post without a date is earliest only when all lack one.
    """
    first = picture[0]
    rivals = (s.post for s in picture[1:] if s.post.id != first.post.id and may_be_earlier(s.post, first.post))
    return first, tuple(dict.fromkeys(post.id for post in rivals))
