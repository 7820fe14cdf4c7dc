"""The messages of an HTML export, page by page, with what each inherits from the one before; and as posts of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from indelible.collect.telegram.clock import Clock, wall_of
from indelible.collect.telegram.media import EMPTY, reach
from indelible.collect.telegram.mend import NOT_UTF8
from indelible.collect.telegram.message import Channel, Read
from indelible.collect.telegram.page import (
    PAGE_BYTES_MAX,
    PageMedium,
    PageMessage,
    Slice,
    chat_name,
    is_whole,
    numbers,
    parse_all,
    slices,
)
from indelible.collect.tree import Reached, Tree, readable
from indelible.model.found import FileRole, FoundFile, FoundForward, FoundMedia, FoundPost, Pointer, Refusal, Repair
from indelible.model.ids import PostId

_NUMBER = re.compile(r"(.*?)(\d*)\.[^.]*")
_VIA = " via @"
_NOTHING = "nothing can be read of this message"
_CUT = "cut off: the page ends inside it"


class Shown(NamedTuple):
    """One message as the pages show it, and where."""

    message: PageMessage
    pointer: Pointer


@dataclass
class Pages:
    """The pages of one chat's HTML export. `tree` is the folder that their links start from."""

    paths: tuple[Path, ...]
    tree: Tree
    source: str
    repairs: dict[str, int] = field(default_factory=dict)
    complete: bool = True

    def name(self, path: Path) -> str:
        """A page's name in the source."""
        return self.tree.prefix + readable(path.name)

    def chat_name(self) -> str:
        """The chat's name as the first page gives it; raises OSError when it cannot be read."""
        with self.paths[0].open("rb") as file:
            return chat_name(file.read(PAGE_BYTES_MAX))

    def count(self) -> int:
        """How many messages the pages hold."""
        return sum(sum(1 for _ in slices(page)) for page in map(_bytes_of, self.paths) if page is not None)

    def ascending(self) -> bool:
        """Whether the ids run upwards all through, as an exporter writes them."""
        ids = (number for page in map(_bytes_of, self.paths) if page is not None for number in numbers(page))
        return all(first < second for first, second in pairwise(ids))

    def mended(self) -> Iterator[Repair]:
        """What was mended in reading the pages so far."""
        for rule, count in self.repairs.items():
            yield Repair(f"{self.source}: {self.name(self.paths[0])}", rule, count)

    def shown(self) -> Iterator[Shown | Refusal]:
        """Every message, in the order of the pages."""
        for path in self.paths:
            name, page = self.name(path), _bytes_of(path)
            if page is None:
                self.complete = False
                yield Refusal(self.source, name, f"a page longer than {PAGE_BYTES_MAX} bytes")
                continue
            self.complete = self.complete and is_whole(page)
            bad = page.decode("utf-8", "replace").count("�") - page.count("�".encode())
            if bad:
                self.repairs[NOT_UTF8] = self.repairs.get(NOT_UTF8, 0) + bad
            yield from self._page(name, page)

    def _page(self, name: str, page: bytes) -> Iterator[Shown]:
        last: PageMessage | None = None
        for cut, message in parse_all(slices(page), page):
            pointer = Pointer(name, cut.start, cut.end - cut.start)
            fault = _NOTHING if message is None else _CUT if _is_cut(cut, page) else ""
            if message is None or fault:
                yield Shown(PageMessage(cut.number, fault=fault), pointer)
                continue
            _inherit(message, last)
            last = None if message.service else message
            yield Shown(message, pointer)

    def post(self, shown: Shown, channel: Channel, clock: Clock) -> Read | Refusal:
        """The post that a page alone shows, or why nothing can be made of it."""
        if shown.message.fault:
            return Refusal(self.source, f"{shown.pointer.name}, byte {shown.pointer.offset}", shown.message.fault)
        return read_shown(shown, channel, self.tree, clock)


def _is_cut(cut: Slice, page: bytes) -> bool:
    """Whether a page that was cut short ends inside the message."""
    return not cut.closed and cut.end == len(page) and not is_whole(page)


def in_order(paths: list[Path]) -> tuple[Path, ...]:
    """Pages in their order: messages.html, messages2.html, …, messages10.html."""
    return tuple(sorted(paths, key=_page_key))


def _page_key(path: Path) -> tuple[str, int]:
    found = _NUMBER.fullmatch(path.name)
    return (found[1], int(found[2][:9] or 1)) if found else (path.name, 0)


def _bytes_of(path: Path) -> bytes | None:
    if path.stat().st_size > PAGE_BYTES_MAX:
        return None
    return path.read_bytes()


def _inherit(message: PageMessage, last: PageMessage | None) -> None:
    """A joined message has the sender of the one before; a forward without a name, also its source and nearly its date."""
    if not message.joined or last is None:
        return
    if message.author is None:
        message.author = last.author
    if message.forwarded and message.forward_name is None and last.forwarded:
        message.forward_name = last.forward_name
        message.forward_printed = last.forward_printed
        message.forward_steps = last.forward_steps + 1


def forward_of(message: PageMessage, clock: Clock) -> FoundForward | None:
    """Where a message says that it was forwarded from, with the original's date."""
    if not message.forwarded:
        return None
    wall = wall_of(message.forward_printed)
    return FoundForward(message.forward_name, None, clock.moment(wall, message.forward_steps) if wall else None)


def read_shown(shown: Shown, channel: Channel, tree: Tree, clock: Clock) -> Read:
    """The post that a page alone shows."""
    message = shown.message
    wall = wall_of(message.printed)
    author, _, via = (message.author or "").partition(_VIA)
    notes = [f"date is no date: {message.printed[:40]!r}"] if message.printed and wall is None else []
    media, files = media_shown(message, tree)
    reply = message.reply_to
    post = FoundPost(
        id=PostId(channel.peer, message.number),
        channel=channel.name,
        kind="service" if message.service else "message",
        pointers=(shown.pointer,),
        posted=clock.moment(wall) if wall else None,
        author=author or None,
        signature=message.signature,
        text=message.text,
        forward=forward_of(message, clock),
        reply_to=None if reply is None else PostId(channel.peer, reply),
        media=tuple(media),
        digest=_digest(message),
        notes=tuple(notes),
        via_bot=f"@{via}" if via else None,
    )
    return Read(post, tuple(files), wall.reading if wall else None, None, ())


def media_shown(message: PageMessage, tree: Tree) -> tuple[list[FoundMedia], list[FoundFile]]:
    """The media that a page shows with a message, and the files that hold them."""
    media: list[FoundMedia] = []
    files: list[FoundFile] = []
    for shown in message.media:
        reached = reach(tree, shown.href) if shown.href else Reached(None, missing=shown.missing or "")
        if reached.path:
            files.append(FoundFile(reached.path, reached.name or "", FileRole.MEDIA))
        thumbnail = tree.reach(shown.thumbnail) if shown.thumbnail else None
        if thumbnail and thumbnail.path:
            files.append(FoundFile(thumbnail.path, thumbnail.name or "", FileRole.THUMBNAIL))
        media.append(_medium(shown, reached, thumbnail))
    return media, files


def _medium(shown: PageMedium, reached: Reached, thumbnail: Reached | None) -> FoundMedia:
    missing = reached.missing or (EMPTY if reached.path and not reached.size else None)
    name = thumbnail.name if thumbnail and thumbnail.path else None
    return FoundMedia(shown.kind, reached.name, shown.file_name, None, missing, name)


def _digest(message: PageMessage) -> str:
    said = (
        "page", message.number, message.service, message.printed[:19], message.author, message.forward_name,
        message.forward_printed[:19], message.reply_to, message.text, message.signature,
        [(medium.kind, medium.file_name) for medium in message.media],
    )  # fmt: skip
    return sha256(ascii(said).encode()).hexdigest()
