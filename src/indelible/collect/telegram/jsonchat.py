"""One chat's JSON as findings: a file of its own, or a slice of a whole account's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from indelible.collect.telegram.chat import Reading, chat_findings
from indelible.collect.telegram.frame import Chat, scanner_of, whole_head
from indelible.collect.telegram.join import Join
from indelible.collect.telegram.mend import Mender
from indelible.collect.telegram.message import Channel, Read, channel_of, read_record
from indelible.collect.telegram.octets import Octets, open_octets
from indelible.collect.telegram.pages import Pages
from indelible.collect.tree import Tree
from indelible.model.found import ChannelFound, Finding, Pointer, Refusal, Repair
from indelible.settings import Settings

MARK = "byte order mark stepped over"
UTF16 = "UTF-16 read as text"
TRAILING = "bytes after the end of the export"


@dataclass(frozen=True)
class JsonChat:
    """One chat's JSON: a whole file, or a slice of an account's. `name` is what pointers say, `offset` what they start from."""

    path: Path
    name: str
    head: dict[str, object]
    offset: int | None = None
    length: int | None = None
    number: int = 0  # of the chat in its account


def json_findings(
    chat: JsonChat, tree: Tree, reading: Reading, settings: Settings, pages: Pages | None = None
) -> Iterator[Finding]:
    """The findings of one chat's JSON, joined with its pages when there are any; their own files are not among them."""
    head = chat.head
    if chat.offset is None and not {"name", "type", "id"} <= set(head):
        head = whole_head(chat.path, settings)
    channel = channel_of(head, f"chat {chat.number}" if chat.number else chat.path.stem)
    with open_octets(chat.path, chat.offset, chat.length) as octets:
        reader = _Reader(chat, octets, Chat(scanner_of(octets, settings), octets, Mender()))
        reads = reader.reads(channel, tree, reading.source)
        if pages:
            reads = Join(pages, channel).joined(reads)
        for finding in chat_findings(reads, channel, reading):
            if not isinstance(finding, ChannelFound):
                yield finding
                continue
            yield from reader.repairs(reading.source)
            yield from pages.mended() if pages else ()
            yield replace(finding, complete=reader.chat.closed and (pages is None or pages.complete))


@dataclass(frozen=True)
class _Reader:
    place: JsonChat
    octets: Octets
    chat: Chat

    def reads(self, channel: Channel, tree: Tree, source: str) -> Iterator[Read | Refusal]:
        name, base = self.place.name, self.place.offset or 0
        for entry in self.chat.entries():
            offset, length = self.octets.place(entry.offset, entry.length)
            pointer = Pointer(name, offset - base, length)
            read = read_record(entry, channel, tree, pointer)
            yield read if isinstance(read, Read) else Refusal(source, f"{name}, byte {pointer.offset}", read)

    def repairs(self, source: str) -> Iterator[Repair]:
        repairs, encoding = self.chat.repairs, self.octets.encoding
        if self.place.offset is None and encoding.mark:
            repairs[MARK] = 1
        if encoding.foreign:
            repairs[UTF16] = 1
        trailing = self.chat.scanner.rest() if self.chat.closed and self.place.offset is None else 0
        if trailing:
            repairs[TRAILING] = trailing
        for rule, count in repairs.items():
            yield Repair(f"{source}: {self.place.name}", rule, count)
