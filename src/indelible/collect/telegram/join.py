"""JSON and HTML of one chat, joined: one post for each message, told once, with a pointer into each.

JSON is primary. The page adds the original date of a forward, and the thumbnails that it shows. Where the two disagree on time,
text or media, both statements are reported. Both run in the order of ids, so the pages are read along; what was read ahead
waits in a window, and a message that only one of the two holds is given too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from indelible.collect.telegram.clock import Clock, Wall, wall_of
from indelible.collect.telegram.message import Channel, Read
from indelible.collect.telegram.page import PageMessage
from indelible.collect.telegram.pages import Pages, Shown, forward_of, media_shown
from indelible.collect.tree import LEAVES
from indelible.model.found import FoundForward, FoundPost, Refusal
from indelible.model.moment import Moment

WINDOW_MESSAGES = 20_000  # pages out of order are read ahead up to here
OTHER_CLOCK_AFTER = 20  # so many messages with one difference of clocks: the two were written under two clocks
_CONTROL = dict.fromkeys((*range(9), *range(14, 28), 0x7F, 0xFFFD))


class Join:
    """Joins the records of a chat's JSON with the messages of its pages."""

    def __init__(self, pages: Pages, channel: Channel) -> None:
        self._pages = pages
        self._channel = channel
        self._clock = Clock()
        self._ahead = pages.shown()
        self._window: dict[int, list[Shown]] = {}
        self._waiting = 0
        self._last: int | None = None
        self._ascending = pages.ascending()
        self._ended = False
        self._difference = timedelta(0)
        self._other = (timedelta(0), 0)

    def joined(self, reads: Iterable[Read | Refusal]) -> Iterator[Read | Refusal]:
        """Every message of either, each once."""
        for read in reads:
            if isinstance(read, Refusal):
                yield read
                continue
            yield from self._read_to(read.post.id.message)
            shown = self._take(read.post.id.message)
            yield self._merged(read, shown) if shown and not shown.message.fault else read
        yield from self._alone(0)
        yield from map(self._lone, self._ahead)

    def _read_to(self, number: int) -> Iterator[Read | Refusal]:
        """Reads the pages until they hold the message or have passed it; gives what no longer fits the window."""
        while not self._ended and number not in self._window:
            passed = self._last is not None and self._last >= number
            if passed and (self._ascending or self._waiting >= WINDOW_MESSAGES):
                return
            shown = next(self._ahead, None)
            if shown is None:
                self._ended = True
            elif isinstance(shown, Refusal):
                yield shown
            else:
                self._wait(shown)
                yield from self._alone(WINDOW_MESSAGES)

    def _wait(self, shown: Shown) -> None:
        number = shown.message.number
        self._last = number
        self._window.setdefault(number, []).append(shown)
        self._waiting += 1

    def _take(self, number: int) -> Shown | None:
        waiting = self._window.get(number)
        if not waiting:
            return None
        shown = waiting.pop(0)
        self._waiting -= 1
        if not waiting:
            del self._window[number]
        return shown

    def _alone(self, keep: int) -> Iterator[Read | Refusal]:
        """Gives the messages that have waited longest, until no more than `keep` wait."""
        while self._waiting > keep:
            shown = self._take(next(iter(self._window)))
            if shown:
                yield self._lone(shown)

    def _lone(self, shown: Shown | Refusal) -> Read | Refusal:
        return shown if isinstance(shown, Refusal) else self._pages.post(shown, self._channel, self._clock)

    def _merged(self, read: Read, shown: Shown) -> Read:
        message, post = shown.message, read.post
        wall = wall_of(message.printed)
        told = list(read.disagreements)
        if wall and read.posted_wall and not self._same_time(wall.reading, read.posted_wall):
            told.append(("time", (f"JSON: {read.posted_wall}", f"HTML: {message.printed}")))
        elif wall and post.posted and post.posted.earliest is None:
            self._clock.learn(wall.reading, post.posted.at)
        if not (message.service or message.text == post.text or _bare(message.text) == _bare(post.text)):
            told.append(("text", (f"JSON: {post.text[:200]}", f"HTML: {message.text[:200]}")))
        media, files = media_shown(message, self._pages.tree)
        ours = sorted(medium.name for medium in post.media if medium.name)
        theirs = sorted(medium.name for medium in media if medium.name)
        if ours != theirs and not message.service and not _refused(post):
            told.append(("media", (f"JSON: {', '.join(ours) or 'none'}", f"HTML: {', '.join(theirs) or 'none'}")))
        more = {
            "pointers": (*post.pointers, shown.pointer),
            "posted": self._posted(post, wall),
            "forward": self._forward(post, message),
        }
        merged = FoundPost(**(vars(post) | more))  # as dataclasses.replace does, at a quarter of its cost
        return read._replace(post=merged, files=(*read.files, *files), disagreements=tuple(told))

    def _same_time(self, shown: datetime, told: datetime) -> bool:
        """Whether page and JSON print one time; their clocks may differ, if they differ always by the same."""
        difference = shown - told
        if difference in (timedelta(0), self._difference):
            return True
        before, count = self._other
        self._other = (difference, count + 1 if difference == before else 1)
        if self._other[1] >= OTHER_CLOCK_AFTER:
            self._difference = difference
        return False

    def _posted(self, post: FoundPost, wall: Wall | None) -> Moment | None:
        if post.posted and wall and post.posted.earliest is not None and wall.offset is not None:
            return self._clock.moment(wall)
        return post.posted

    def _forward(self, post: FoundPost, message: PageMessage) -> FoundForward | None:
        shown = forward_of(message, self._clock)
        if shown is None or post.forward is None:
            return post.forward or shown
        return replace(post.forward, name=post.forward.name or shown.name, at=shown.at)


def _refused(post: FoundPost) -> bool:
    return any(medium.missing and medium.missing.startswith(LEAVES) for medium in post.media)


def _bare(text: str) -> str:
    """A text without white space and control characters, which page and JSON spell differently."""
    return "".join(text.translate(_CONTROL).split())
