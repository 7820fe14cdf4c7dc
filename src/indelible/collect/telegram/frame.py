"""The frame of a JSON export: is it one, of one chat or of a whole account, and where does each chat stand?

One chat: `{name, type, id, messages: […]}`. Whole account: `{about, personal_information, …, chats: {about, list: [chat, …]},
left_chats: {…}}`, which holds the exporter's phone number, contacts and sessions beside private chats.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from indelible.collect.telegram.mend import Mended, Mender
from indelible.collect.telegram.octets import Octets, open_octets
from indelible.collect.telegram.records import Entry, Records
from indelible.collect.telegram.scan import Scanner
from indelible.settings import Settings

CHAT_TYPES = frozenset({
    "saved_messages", "replies", "verification_codes", "personal_chat", "bot_chat", "private_group", "private_supergroup",
    "public_supergroup", "private_channel", "public_channel",
})  # fmt: skip
_RECORD_TYPES = frozenset({"message", "service", "unsupported"})
_ACCOUNT = ("chats", "left_chats")
_HEAD = ("name", "type", "id")
_PERSONAL = frozenset({  # of a whole account, before its chats
    "personal_information", "profile_pictures", "stories", "contacts",
    "frequent_contacts", "sessions", "web_sessions", "other_data",
})  # fmt: skip
_MEMBERS = frozenset({"about", "messages", *_HEAD, *_ACCOUNT, *_PERSONAL})
_ENDS_EARLY = "the file ends too early"


class Walk:
    """The members of the object that the scanner stands before: gives each name, standing at its value, to be pulled.

    `closed` tells afterwards whether the object came to its end; else `fault` says what is in the way, and `cut` whether
    that is the file's end, or the zeros that a full disk or a lost write leaves in place of the rest.
    """

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self.closed = False
        self.cut = False
        self.fault = ""
        self.names: list[str] = []

    def __iter__(self) -> Iterator[str]:
        scanner = self._scanner
        if scanner.peek() != b"{":
            self.fault = "it is no JSON object"
            return
        scanner.advance()
        first = True
        while True:
            mark = scanner.peek()
            if mark == b"}":
                scanner.advance()
                self.closed = True
                return
            if not first and mark == b",":
                scanner.advance()
                mark = scanner.peek()
            elif not first:
                self._stop("comma")
                return
            if mark == b"}":
                continue
            name = Mender().read(scanner.value().raw.decode("utf-8", "replace")).value if mark == b'"' else None
            if not isinstance(name, str) or scanner.peek() != b":":
                self._stop("name and colon")
                return
            scanner.advance()
            first = False
            self.names.append(name)
            yield name

    def _stop(self, missing: str) -> None:
        mark = self._scanner.peek()
        self.cut = mark in (b"", b"\0")
        place = f"at byte {self._scanner.offset}"
        if mark == b"\0":
            self.fault = f"it goes on with zeros {place}"
        else:
            self.fault = f"a {missing} is missing {place}" if mark else _ENDS_EARLY


@dataclass
class Chat:
    """One chat's object being read: its name, type and id as far as read, whether it came to its end, its repairs."""

    scanner: Scanner
    octets: Octets
    mender: Mender
    repairs: dict[str, int] = field(default_factory=dict)
    head: dict[str, object] = field(default_factory=dict)
    closed: bool = False
    has_messages: bool = False
    fault: str = ""

    def entries(self) -> Iterator[Entry]:
        """Every record of the chat's messages."""
        walk = Walk(self.scanner)
        for name in walk:
            mark = self.scanner.peek()
            if name == "messages" and mark == b"[":
                self.has_messages = True
                self.scanner.advance()
                records = Records(self.scanner, self.octets, self.mender, self.repairs)
                yield from records
                if not records.closed:
                    return
            else:
                self.member(name)
        self.closed = walk.closed
        self.fault = walk.fault

    def member(self, name: str) -> None:
        """Takes or steps over the value of the member `name`, where the scanner stands."""
        cut = self.scanner.value() if name in _HEAD else self.scanner.skip()
        if name in _HEAD and cut.raw:
            self.head[name] = self.mender.read(self.octets.text(cut.offset, cut.raw)[0]).value


@dataclass(frozen=True)
class Place:
    """One chat of an export: its head, its place in the file in bytes, how many records it holds."""

    head: dict[str, object]
    offset: int
    length: int
    records: int


@dataclass(frozen=True)
class Frame:
    """What a JSON file is: a chat, an account, or (fault given) no export."""

    kind: str = ""  # "chat", "account" or ""
    head: dict[str, object] = field(default_factory=dict)
    fault: str = ""
    like: bool = False  # no export, though it looks like one
    cut: bool = False  # it ends before it says what it is
    closed: bool = False  # no export, and read to its end


def scanner_of(octets: Octets, settings: Settings) -> Scanner:
    """A scanner with the settings' limits."""
    return Scanner(octets.read, settings.post_bytes_max, settings.export_depth_max)


def frame_of(path: Path, settings: Settings) -> Frame:
    """What a file is, read as far as needed; raises OSError when it cannot be read."""
    with open_octets(path) as octets:
        if octets.encoding.codec == "utf-32":
            return Frame(fault="it is UTF-32, which is not read")
        scanner = scanner_of(octets, settings)
        chat = Chat(scanner, octets, Mender())
        walk = Walk(scanner)
        for name in walk:
            mark = scanner.peek()
            if name in _ACCOUNT and mark == b"{":
                return Frame("account")
            if name == "messages" and mark == b"[":
                scanner.advance()
                return _chat_frame(chat)
            chat.member(name)
        names = set(walk.names)
        if "about" in names and names & _PERSONAL:
            return Frame("account")
        known = names <= _MEMBERS and (walk.cut or len(chat.head) == len(_HEAD))
        fault = walk.fault or "it holds neither messages nor chats"
        return Frame(fault=fault, like=known or chat.head.get("type") in CHAT_TYPES, cut=walk.cut, closed=walk.closed)


def _chat_frame(chat: Chat) -> Frame:
    if chat.head.get("type") in CHAT_TYPES or len(chat.head) == len(_HEAD):
        return Frame("chat", chat.head)
    for entry in Records(chat.scanner, chat.octets, chat.mender, {}):
        if entry.members and entry.members.get("type") in _RECORD_TYPES and _dated(entry.members):
            return Frame("chat", chat.head)
        break
    return Frame(fault="its messages are none of Telegram's: no type of chat, no dated records", like=True)


def _dated(members: dict[str, object]) -> bool:
    return "date" in members or "date_unixtime" in members or members.get("type") == "unsupported"


def whole_head(path: Path, settings: Settings) -> dict[str, object]:
    """A chat's name, type and id when they do not all stand before its messages: reads the whole file."""
    with open_octets(path) as octets:
        chat = Chat(scanner_of(octets, settings), octets, _HeadReader())
        for _ in chat.entries():
            pass
        return chat.head


class _HeadReader(Mender):
    """Reads simple values for the head, and takes well outlined records as read: enough to count them."""

    def read(self, text: str) -> Mended:
        """The value of a short simple text, an empty object for all else."""
        return Mended({}, len(text)) if text.startswith("{") else Mender().read(text)


class Places:
    """Each chat of a whole account's file, in order; afterwards `fault` says what kept it from being read to its end, if anything."""

    def __init__(self, octets: Octets, settings: Settings) -> None:
        self._octets = octets
        self._scanner = scanner_of(octets, settings)
        self._walk = Walk(self._scanner)

    @property
    def fault(self) -> str:
        """What kept the file from being read to its end, "" when nothing did."""
        return "" if self._walk.closed else self._walk.fault

    def __iter__(self) -> Iterator[Place]:
        scanner = self._scanner
        for name in self._walk:
            if name in _ACCOUNT and scanner.peek() == b"{":
                for inner in Walk(scanner):
                    if inner == "list" and scanner.peek() == b"[":
                        yield from _listed(scanner, self._octets)
                    else:
                        scanner.skip()
            else:
                scanner.skip()


def _listed(scanner: Scanner, octets: Octets) -> Iterator[Place]:
    scanner.advance()
    while True:
        mark = scanner.peek()
        if mark == b",":
            scanner.advance()
        elif mark == b"{":
            start = scanner.offset
            chat = Chat(scanner, octets, _HeadReader())
            count = sum(1 for _ in chat.entries())
            offset, length = octets.place(start, scanner.offset - start)
            yield Place(chat.head, offset, length, count)
            if not chat.closed:
                return
        else:
            if mark == b"]":
                scanner.advance()
            return
