"""Statements of one export held against each other. What cannot both be true is told, and both are kept.

An export is an unsigned file that anyone can edit, but a careless edit contradicts something: numbers grow with time, an edit
follows its post, a forward its original, and a photo's name carries the time at which it was sent.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, timedelta

from indelible.model.found import Disagreement, FoundPost
from indelible.model.moment import Moment, to_wire

ORDER_TOLERANCE = timedelta(seconds=60)  # servers number posts of one second in any order
WALL_TOLERANCE = timedelta(hours=1, seconds=60)  # a wall clock is put back by an hour in autumn
NAME_TOLERANCE = timedelta(hours=1, seconds=60)
ABOUT_MAX = 1000  # of one kind told singly; a file shuffled on purpose would give one for each post
DIGEST_DIGITS = 16  # of a post's digest, remembered

_NAMED_DATE = re.compile(r"@(\d\d)-(\d\d)-(\d{4})_(\d\d)-(\d\d)-(\d\d)")


class Checks:
    """Checks the posts of one chat as they come, in the order of the export."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._last: FoundPost | None = None
        self._last_wall: datetime | None = None
        self._counts: dict[str, int] = {}
        self._ids = _Ids()

    def post(self, post: FoundPost, wall: datetime | None, edited_wall: datetime | None) -> Iterator[Disagreement]:
        """What the post says that cannot stand beside itself or the posts before it."""
        same = self._ids.same(post.id.message, post.digest)
        if same is False:
            yield from self.tell(post, "one id, two contents", "told earlier with other content", "told here with this content")
        yield from self._order(post, wall)
        if post.posted and post.edited and _before(post.edited, post.posted):
            yield from self.tell(post, "edited before posted", f"posted {_at(post.posted)}", f"edited {_at(post.edited)}")
        if post.posted and post.forward and post.forward.at and _before(post.posted, post.forward.at):
            statements = f"posted {_at(post.posted)}", f"its original posted {_at(post.forward.at)}"
            yield from self.tell(post, "forwarded before its original", *statements)
        latest = max((one for one in (wall, edited_wall) if one), default=None)
        if latest and post.media:
            yield from self._names(post, latest)

    def ids(self) -> array[int]:
        """Every message id that came, ascending, each once."""
        return self._ids.ascending()

    def tell(self, post: FoundPost, about: str, *statements: str) -> Iterator[Disagreement]:
        """A disagreement about a post, unless a thousand of the kind were told already."""
        count = self._counts[about] = self._counts.get(about, 0) + 1
        if count <= ABOUT_MAX:
            yield Disagreement(self._source, str(post.id), about, statements)

    def untold(self) -> Iterator[Disagreement]:
        """For each kind with too many disagreements to tell singly, one that says how many more there are."""
        for about, count in self._counts.items():
            if count > ABOUT_MAX:
                yield Disagreement(self._source, "", about, (f"{count - ABOUT_MAX} more of the same kind",))

    def _order(self, post: FoundPost, wall: datetime | None) -> Iterator[Disagreement]:
        if post.posted is None:
            return
        last, last_wall = self._last, self._last_wall
        self._last, self._last_wall = post, wall
        if last is None or last.posted is None or last.id.message >= post.id.message:
            return
        exact = last.posted.earliest is None and post.posted.earliest is None
        if exact:
            amiss = last.posted.at - post.posted.at > ORDER_TOLERANCE
        else:
            amiss = bool(wall and last_wall and last_wall - wall > WALL_TOLERANCE)
        if amiss:
            statements = f"{last.id} is dated {_at(last.posted)}", f"{post.id}, the higher number, is dated {_at(post.posted)}"
            yield from self.tell(post, "order of ids and dates", *statements)

    def _names(self, post: FoundPost, latest: datetime) -> Iterator[Disagreement]:
        for medium in post.media:
            found = _NAMED_DATE.search(medium.name or "")
            if not found:
                continue
            day, month, year, hour, minute, second = map(int, found.groups())
            try:
                named = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  the exporter's wall clock, as `latest`
            except ValueError:
                continue
            if named - latest > NAME_TOLERANCE:
                statements = f"the post is dated {latest}", f"its file is named {medium.name}"
                yield from self.tell(post, "a file dated after its post", *statements)


def _before(first: Moment, second: Moment) -> bool:
    """Whether the first is earlier for certain: beyond the bounds, or on the same unzoned clock beyond its autumn hour."""
    if first.earliest is not None and second.earliest is not None:
        return second.at - first.at > WALL_TOLERANCE
    return second.bounds[0] - first.bounds[1] > ORDER_TOLERANCE


def _at(moment: Moment) -> str:
    return to_wire(moment.at) if moment.earliest is None else f"{moment.printed} (zone unknown)"


class _Ids:
    """Ids with short digests, compactly: exports run ascending, so most are appended and found by halving."""

    def __init__(self) -> None:
        self._ids = array("q")
        self._digests = array("Q")
        self._late: dict[int, int] = {}

    def same(self, number: int, digest: str) -> bool | None:
        """None for an id not met before; else whether it came with the same content. Remembers it."""
        mark = int(digest[:DIGEST_DIGITS], 16)
        if not self._ids or number > self._ids[-1]:
            self._ids.append(number)
            self._digests.append(mark)
            return None
        known = self._late.get(number)
        if known is None:
            known = self._find(number)
        if known is None:
            self._late[number] = mark
            return None
        return known == mark

    def _find(self, number: int) -> int | None:
        place = bisect_left(self._ids, number)
        return self._digests[place] if place < len(self._ids) and self._ids[place] == number else None

    def ascending(self) -> array[int]:
        return array("q", sorted((*self._ids, *self._late))) if self._late else self._ids
