"""One chat of an export as findings: its posts with the files they name, and what the chat says as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from indelible.collect.telegram.albums import joins, marked
from indelible.collect.telegram.checks import Checks
from indelible.collect.telegram.message import Channel, Read
from indelible.model.found import ChannelFound, Disagreement, Finding, FoundFile, FoundPost, Refusal


class Reading:
    """One run over a source: what it is called, which chats of an account were chosen, which files were given already."""

    def __init__(self, source: str, chosen: frozenset[str] = frozenset()) -> None:
        self.source = source
        self.chosen = chosen
        self.names: set[str] = set()

    def fresh(self) -> Reading:
        """The same run, from its beginning."""
        return Reading(self.source, self.chosen)

    def new(self, file: FoundFile) -> bool:
        """Whether the file was not given before; remembers it."""
        if file.name in self.names:
            return False
        self.names.add(file.name)
        return True


def chat_findings(reads: Iterable[Read | Refusal], channel: Channel, reading: Reading) -> Iterator[Finding]:
    """The findings of one chat. The last is a `ChannelFound` with `complete` True: the caller knows whether it was."""
    checks = Checks(reading.source)
    album: list[FoundPost] = []
    told: list[Disagreement] = []
    for read in reads:
        if isinstance(read, Refusal):
            yield read
            continue
        post = _with_note(read.post, channel)
        if album and not joins(album, post):
            yield from marked(album)
            yield from told
            album, told = [], []
        yield from (file for file in read.files if reading.new(file))
        album.append(post)
        for about, statements in read.disagreements:
            told.extend(checks.tell(post, about, *statements))
        told.extend(checks.post(post, read.posted_wall, read.edited_wall))
    yield from marked(album)
    yield from told
    yield from checks.untold()
    ids = checks.ids()
    first, last = (ids[0], ids[-1]) if ids else (None, None)
    yield ChannelFound(reading.source, channel.name, channel.peer, channel.kind, True, first, last, tuple(ids))


def _with_note(post: FoundPost, channel: Channel) -> FoundPost:
    return replace(post, notes=(*post.notes, channel.note)) if channel.note else post
