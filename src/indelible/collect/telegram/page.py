"""The messages of one HTML page of an export, each with its place in the page's bytes.

Telegram Desktop writes a thousand messages a page. Message by message the bytes are cut out, so that a pointer's bytes
are the message, and a damaged one costs itself alone. Nothing is rendered, run or fetched.
Source: tdesktop `export/output/export_output_html.cpp`; date separators are service messages with small negative ids.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from lxml import etree

PAGE_BYTES_MAX = 64 * 1024 * 1024
CLASSES_REMEMBERED = 1024
GROUP_MESSAGES = 100
SEPARATORS_MAX = 1_000_000  # a separator's id is above minus this; ids of migrated groups are below

_START = re.compile(rb'<div\b[^<>]*?\bid\s*+=\s*+["\']message(-?\d{1,18})["\'][^<>]*+>')
_DIV = re.compile(rb"<(/?)div\b[^<>]*+>", re.IGNORECASE)
_LINE = re.compile(r"<br\s*+/?+>", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PARSER = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
_REPLY = re.compile(r"#go_to_message(-?\d{1,15})$")
_KINDS = {
    "photo_wrap": "photo", "video_file_wrap": "video_file", "animated_wrap": "animation", "sticker_wrap": "sticker",
    "media_photo": "photo", "media_video": "video_file", "media_voice_message": "voice_message",
    "media_audio_file": "audio_file", "media_file": "file", "media_contact": "contact",
}  # fmt: skip
_TITLED = {"Video message": "video_message", "Animation": "animation", "Sticker": "sticker"}
_GLOBAL = ("http://", "https://")
_REASONS = ("Unavailable,", "Exceeds maximum size,", "Not included,")


class Slice(NamedTuple):
    """One message's bytes: its id and where they start and end in the page."""

    number: int
    start: int
    end: int
    closed: bool = True  # its closing tag is there


@dataclass(slots=True)
class PageMedium:
    """A medium as a page shows it: its link, its thumbnail's link, or why the file was left out."""

    kind: str
    href: str | None = None
    thumbnail: str | None = None
    file_name: str | None = None
    missing: str | None = None


@dataclass(slots=True)
class PageMessage:
    """One message as a page shows it; None and "" where the page is silent."""

    number: int
    service: bool = False
    joined: bool = False
    printed: str = ""
    author: str | None = None
    forwarded: bool = False
    forward_name: str | None = None
    forward_printed: str = ""
    forward_steps: int = 0  # how many messages back the printed date of the forward stands
    reply_to: int | None = None
    text: str = ""
    signature: str | None = None
    media: list[PageMedium] = field(default_factory=list)
    fault: str = ""  # why nothing of it can be taken


def is_page(head: bytes) -> bool:
    """Whether an HTML text is a page of an export: it has a message, or the frame for them."""
    return bool(_START.search(head)) or (b"page_wrap" in head and b'class="history"' in head)


def chat_name(page: bytes) -> str:
    """The chat's name in the page's header, "" when there is none."""
    first = _START.search(page)
    tree = _parsed(page[: first.start() if first else len(page)][:1_000_000])
    if tree is None:
        return ""
    for node in tree.iter("div"):
        if _classes(node) >= {"text", "bold"} and _inside(node, "page_header"):
            return _text(node)
    return ""


def numbers(page: bytes) -> Iterator[int]:
    """The ids of a page's messages, date separators left out."""
    for found in _START.finditer(page):
        if not -SEPARATORS_MAX < int(found[1]) < 0:
            yield int(found[1])


def slices(page: bytes) -> Iterator[Slice]:
    """The messages of a page, date separators left out."""
    starts = [(int(found[1]), found.start(), found.end()) for found in _START.finditer(page) if b"message" in found[0]]
    for index, (number, start, head_end) in enumerate(starts):
        limit = starts[index + 1][1] if index + 1 < len(starts) else len(page)
        if -SEPARATORS_MAX < number < 0:
            continue
        end = _end(page, head_end, limit)
        yield Slice(number, start, end or limit, bool(end))


def _end(page: bytes, at: int, limit: int) -> int:
    """Where the element ends whose start tag ends at `at`, 0 when that is not before `limit`."""
    depth = 1
    for found in _DIV.finditer(page, at, limit):
        depth += -1 if found[1] else 1
        if depth == 0:
            return found.end()
    return 0


def is_whole(page: bytes) -> bool:
    """Whether a page was written to its end."""
    return page.rstrip().endswith(b"</html>")


def parse_all(cuts: Iterable[Slice], page: bytes) -> Iterator[tuple[Slice, PageMessage | None]]:
    """The messages that slices show, None for one that nothing can be made of.

    Slices are parsed by the hundred, for speed; where a group does not come out as the messages that went in, each apart.
    """
    waiting = iter(cuts)
    while group := list(islice(waiting, GROUP_MESSAGES)):
        tree = _parsed(b"".join([page[cut.start : cut.end] for cut in group]))
        nodes = tree.findall("body/div") if tree is not None else []
        if [node.get("id") for node in nodes] == [f"message{cut.number}" for cut in group] and _nothing_nested(tree):
            yield from ((cut, _message(cut, node)) for cut, node in zip(group, nodes, strict=True))
        else:
            yield from ((cut, parse(cut, page)) for cut in group)


def _nothing_nested(tree: etree._Element | None) -> bool:
    """Whether the body holds elements in its divs alone: nothing ran over the end of a message."""
    body = tree.find("body") if tree is not None else None
    return body is not None and all(node.tag == "div" for node in body) and not (body.text or "").strip()


def parse(cut: Slice, page: bytes) -> PageMessage | None:
    """The message that a slice shows, None when nothing can be made of it."""
    tree = _parsed(page[cut.start : cut.end])
    nodes = (
        (node for node in tree.iter("div") if (node.get("id") or "").startswith("message")) if tree is not None else iter(())
    )
    node = next(nodes, None)
    return None if node is None else _message(cut, node)


def _message(cut: Slice, node: etree._Element) -> PageMessage:
    classes = _classes(node)
    message = PageMessage(cut.number, "service" in classes, "joined" in classes)
    if message.service:
        body = next((one for one in node.iter("div") if "details" in _classes(one)), None)
        message.text = _text(body) if body is not None else ""
        return message
    for one in node.iter("div"):
        take = _taker(one.get("class") or "")
        if take:
            take(message, one)
    return message


@lru_cache(CLASSES_REMEMBERED)
def _taker(classes: str) -> Callable[[PageMessage, etree._Element], None] | None:
    """What takes in an element of these classes, None when it tells nothing."""
    words = set(classes.split())
    if words == {"text"}:
        return _take_text
    return next((take for wanted, take in _TAKERS if words >= wanted), None)


def _take_date(message: PageMessage, node: etree._Element) -> None:
    message.printed = message.printed or node.get("title") or ""


def _take_forward(message: PageMessage, _node: etree._Element) -> None:
    message.forwarded = True


def _take_reply(message: PageMessage, node: etree._Element) -> None:
    link = next(node.iter("a"), None)
    found = _REPLY.search(link.get("href") or "") if link is not None else None
    message.reply_to = int(found[1]) if found else None


def _take_medium(message: PageMessage, node: etree._Element) -> None:
    medium = _medium(node)
    if medium:
        message.media.append(medium)


def _take_text(message: PageMessage, node: etree._Element) -> None:
    message.text = message.text or _text(node)


def _take_signature(message: PageMessage, node: etree._Element) -> None:
    message.signature = _text(node)


def _take_name(message: PageMessage, node: etree._Element) -> None:
    if not _inside(node, "forwarded"):
        message.author = _text(node) if message.author is None else message.author
        return
    for span in node.iter("span"):
        if "date" in _classes(span):
            message.forward_printed = span.get("title") or _text(span)
            span.text = ""
    message.forward_name = _text(node)


_TAKERS = (
    ({"date", "pull_right"}, _take_date),
    ({"forwarded", "body"}, _take_forward),
    ({"from_name"}, _take_name),
    ({"reply_to"}, _take_reply),
    ({"media_wrap"}, _take_medium),
    ({"signature"}, _take_signature),
)


def _medium(wrap: etree._Element) -> PageMedium | None:
    for node in wrap.iter("a", "div"):
        classes = _classes(node)
        kind = next((_KINDS[name] for name in classes if name in _KINDS), None)
        if kind:
            return _described(PageMedium(kind), node)
    return None


def _described(medium: PageMedium, node: etree._Element) -> PageMedium | None:
    href = node.get("href")
    medium.href = href if href and not href.lower().startswith(_GLOBAL) else None
    for one in node.iter("div", "img"):
        classes = _classes(one)
        if one.tag == "img":
            source = one.get("src")
            medium.thumbnail = source if source != medium.href else None
        elif "title" in classes:
            title = _text(one)
            medium.kind = _TITLED.get(title, medium.kind)
            medium.file_name = title if medium.kind in ("file", "audio_file") else None
        elif "description" in classes and _text(one).startswith(_REASONS):
            medium.missing = _text(one)
    return medium if medium.href or medium.missing else None


def _parsed(data: bytes) -> etree._Element | None:
    text = _LINE.sub("\n", _CONTROL.sub("�", data.decode("utf-8", "replace")))
    try:
        return etree.fromstring(text.encode(), _PARSER)
    except etree.XMLSyntaxError:
        return None


def _classes(node: etree._Element) -> frozenset[str]:
    return _words(node.get("class") or "")


@lru_cache(CLASSES_REMEMBERED)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _inside(node: etree._Element, name: str) -> bool:
    return any(name in _classes(above) for above in node.iterancestors("div"))


def _text(node: etree._Element) -> str:
    return "".join(node.itertext()).strip()  # type: ignore[arg-type]  # of a page parsed as text, never bytes
