"""Writes exports of invented channels as Telegram Desktop does: JSON and HTML, one chat or a whole account.

The layout follows tdesktop's `export_output_json.cpp` and `export_output_html.cpp` (2025): one space a level, `\\x0B` for control
characters, wall times of the exporting machine, a thousand messages a page, the zone's standard offset printed also in summer,
joined messages without a sender, forwards with their own date in HTML alone.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"
TOO_LARGE = "(File exceeds maximum size. Change data exporting settings to download.)"
_PLACEHOLDERS = {
    NOT_INCLUDED: "Not included, change data exporting settings to download.",
    TOO_LARGE: "Exceeds maximum size, change data exporting settings to download.",
}
PAGE_MESSAGES = 1000
JOIN_SECONDS = 900


@dataclass(frozen=True)
class Zone:
    """A zone of central European habits: an hour ahead of its standard offset from March to October."""

    standard_hours: int = 0
    summer: bool = True

    def offset(self, at: datetime) -> timedelta:
        hours = self.standard_hours
        if self.summer and _last_sunday(at.year, 3) <= at < _last_sunday(at.year, 10):
            hours += 1
        return timedelta(hours=hours)

    def wall(self, at: datetime) -> datetime:
        return (at + self.offset(at)).replace(tzinfo=None)

    @property
    def label(self) -> str:
        return f"UTC{'-' if self.standard_hours < 0 else '+'}{abs(self.standard_hours):02}:00"


def _last_sunday(year: int, month: int) -> datetime:
    day = datetime(year, month, 31, 1, tzinfo=UTC)
    return day - timedelta(days=(day.weekday() + 1) % 7)


@dataclass(frozen=True)
class Medium:
    """A photo (`kind` photo) or a file. `content` is written to `path`; a placeholder in place of a path is not."""

    path: str
    content: bytes = b""
    kind: str = "video_file"
    file_name: str | None = None
    stated_size: int | None = None
    thumbnail: str | None = None


@dataclass(frozen=True)
class Post:
    """One record of a channel, in UTC."""

    number: int
    at: datetime
    text: str = ""
    kind: str = "message"
    author: str | None = None
    author_id: str | None = None
    signature: str | None = None
    edited: datetime | None = None
    forwarded_from: str | None = None
    forwarded_at: datetime | None = None
    reply_to: int | None = None
    action: str = "pin_message"
    medium: Medium | None = None
    more: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ChannelExport:
    """A channel as it stands on the day of its export."""

    posts: Sequence[Post]
    name: str = "Harbour Watch"
    peer: int = 1700000003
    kind: str = "public_channel"
    zone: Zone = Zone()
    unixtime: bool = True  # exports before 2023 have none
    offset_label: bool = True  # older pages print no offset

    def write(self, folder: Path) -> Path:
        """JSON, pages and media."""
        self.write_json(folder / "result.json")
        self.write_pages(folder)
        return folder

    def write_json(self, path: Path, *, media: bool = True) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.json_bytes())
        if media:
            self.write_media(path.parent)
        return path

    def json_bytes(self) -> bytes:
        return spelt(self.chat())

    def chat(self) -> dict[str, object]:
        return {"name": self.name, "type": self.kind, "id": self.peer, "messages": [self.record(post) for post in self.posts]}

    def write_media(self, folder: Path) -> None:
        for post in self.posts:
            if post.medium and not post.medium.path.startswith("("):
                for path in (post.medium.path, post.medium.thumbnail):
                    if path:
                        (folder / path).parent.mkdir(parents=True, exist_ok=True)
                        (folder / path).write_bytes(post.medium.content)

    def record(self, post: Post) -> dict[str, object]:
        """A message as JSON has it, its members in the exporter's order."""
        if post.kind == "unsupported":
            return {"id": post.number, "type": "unsupported"}
        record: dict[str, object] = {"id": post.number, "type": post.kind, **self._time("date", post.at)}
        if post.edited:
            record |= self._time("edited", post.edited)
        who = "actor" if post.kind == "service" else "from"
        record |= {who: post.author or self.name, f"{who}_id": post.author_id or f"channel{self.peer}"}
        if post.kind == "service":
            record["action"] = post.action
        if post.signature:
            record["author"] = post.signature
        if post.forwarded_from:
            record["forwarded_from"] = post.forwarded_from
        if post.reply_to:
            record["reply_to_message_id"] = post.reply_to
        if post.medium:
            record |= _medium_members(post.medium)
        record["text"] = post.text
        record["text_entities"] = [{"type": "plain", "text": post.text}] if post.text else []
        return record | post.more

    def _time(self, name: str, at: datetime) -> dict[str, object]:
        told: dict[str, object] = {name: self.zone.wall(at).isoformat(timespec="seconds")}
        if self.unixtime:
            told[f"{name}_unixtime"] = str(int(at.timestamp()))
        return told

    def write_pages(self, folder: Path) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        self.write_media(folder)
        paths = []
        for index in range(0, max(1, len(self.posts)), PAGE_MESSAGES):
            number = index // PAGE_MESSAGES + 1
            path = folder / f"messages{number if number > 1 else ''}.html"
            path.write_text(self._page(self.posts[index : index + PAGE_MESSAGES]), encoding="utf-8")
            paths.append(path)
        return paths

    def page_bytes(self) -> bytes:
        """The first page."""
        return self._page(self.posts[:PAGE_MESSAGES]).encode()

    def _page(self, posts: Sequence[Post]) -> str:
        body, last, day, separators = [], None, None, 0
        for post in posts:
            wall = self.zone.wall(post.at)
            if wall.date() != day:
                separators += 1
                day = wall.date()
                body.append(_service(-separators, f"{wall.day} {wall:%B %Y}"))
            if post.kind == "message":
                body.append(self._message(post, last))
                last = post
            else:
                text = post.action if post.kind == "service" else "This message is not supported by this version."
                body.append(_service(post.number, text))
                last = None
        return _SHELL.format(name=_html(self.name), body="\n".join(body))

    def _message(self, post: Post, last: Post | None) -> str:
        joined = last is not None and self._joins(post, last)
        inner = [
            f'      <div class="pull_right date details" title="{self._label(post.at)}">{self.zone.wall(post.at):%H:%M}</div>'
        ]
        if not joined:
            inner.append(f'      <div class="from_name">\n{_html(post.author or self.name)}      </div>')
        if post.forwarded_from:
            wrap = ""
            if not joined and post.forwarded_at:
                label = self._label(post.forwarded_at)
                wrap = f'<div class="from_name">\n{_html(post.forwarded_from)} <span class="date details" title="{label}"> x</span></div>'
            inner.append(f'      <div class="forwarded body">\n{wrap}')
        if post.reply_to:
            inner.append(
                f'      <div class="reply_to details">In reply to <a href="#go_to_message{post.reply_to}">this message</a></div>'
            )
        if post.medium:
            inner.append(_medium_html(post.medium))
        if post.text:
            inner.append(f'      <div class="text">\n{_html(post.text)}\n      </div>')
        if post.signature:
            inner.append(f'      <div class="signature details">\n{_html(post.signature)}      </div>')
        if post.forwarded_from:
            inner.append("      </div>")
        head = f'     <div class="message default clearfix{" joined" if joined else ""}" id="message{post.number}">'
        return "\n".join([head, '      <div class="body">', *inner, "      </div>", "     </div>"])

    def _joins(self, post: Post, last: Post) -> bool:
        same = (post.author, post.author_id, post.forwarded_from) == (last.author, last.author_id, last.forwarded_from)
        near = post.at - last.at <= timedelta(seconds=1 if post.forwarded_from else JOIN_SECONDS)
        return same and near and self.zone.wall(post.at).date() == self.zone.wall(last.at).date()

    def _label(self, at: datetime) -> str:
        return f"{self.zone.wall(at):%d.%m.%Y %H:%M:%S}{' ' + self.zone.label if self.offset_label else ''}"


def _medium_members(medium: Medium) -> dict[str, object]:
    size = len(medium.content) if medium.stated_size is None else medium.stated_size
    if medium.kind == "photo":
        return {"photo": medium.path, "photo_file_size": size, "width": 800, "height": 600}
    members: dict[str, object] = {
        "file": medium.path,
        "file_name": medium.file_name or Path(medium.path).name,
        "file_size": size,
    }
    if medium.thumbnail:
        members |= {"thumbnail": medium.thumbnail, "thumbnail_file_size": len(medium.content)}
    return members | {"media_type": medium.kind, "mime_type": "video/mp4", "duration_seconds": 8, "width": 640, "height": 480}


def _medium_html(medium: Medium) -> str:
    if medium.path in _PLACEHOLDERS:
        title, note = ("Photo" if medium.kind == "photo" else "Video file"), _PLACEHOLDERS[medium.path]
        return (
            f'<div class="media_wrap clearfix"><div class="media clearfix pull_left media_video"><div class="fill pull_left"></div>'
            f'<div class="body"><div class="title bold">{title}</div><div class="description">{note}</div></div></div></div>'
        )
    wrap = {"photo": "photo_wrap", "animation": "animated_wrap"}.get(medium.kind, "video_file_wrap")
    shown = medium.thumbnail or medium.path
    return (
        f'<div class="media_wrap clearfix"><a class="{wrap} clearfix pull_left" href="{_html(medium.path)}">'
        f'<img class="photo" src="{_html(shown)}"/></a></div>'
    )


def _service(number: int, text: str) -> str:
    return f'     <div class="message service" id="message{number}">\n      <div class="body details">\n{_html(text)}\n</div></div>'


def _html(text: str) -> str:
    spelt_out = escape(text, quote=True).replace("\n", "<br>")
    return re.sub(r"[\x00-\x08\x0b-\x1f]", lambda found: f"&#x{ord(found[0]):02X};", spelt_out)


_SHELL = """<!DOCTYPE html>
<html>
 <head><meta charset="utf-8"/><title>Exported Data</title></head>
 <body onload="CheckLocation();">
  <div class="page_wrap">
   <div class="page_header"><div class="content"><div class="text bold">
{name}
   </div></div></div>
   <div class="page_body chat_page"><div class="history">
{body}
   </div></div>
  </div>
 </body>
</html>
"""


def spelt(value: object) -> bytes:
    """JSON as the exporter spells it: control characters as `\\x0B`, which is no JSON."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return re.sub(r"(\\\\|\\u00([01][0-9a-f]))", lambda one: f"\\x{one[2].upper()}" if one[2] else one[1], text).encode()


def account_bytes(*chats: ChannelExport, left: Sequence[ChannelExport] = ()) -> bytes:
    """A whole account's JSON, with the exporter's own data in it."""
    return spelt({
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 1, "first_name": "Olena", "phone_number": "+380000000000"},
        "contacts": {"about": "", "list": [{"first_name": "Petro", "phone_number": "+380000000001"}] * 3},
        "sessions": {"about": "", "list": [{"last_ip": "192.0.2.7"}]},
        "chats": {"about": "", "list": [chat.chat() for chat in chats]},
        "left_chats": {"about": "", "list": [chat.chat() for chat in left]},
    })  # fmt: skip


def renumbered(export: ChannelExport, by: int = 7) -> ChannelExport:
    """The same channel exported again: photos have other numbers in their names."""
    return replace(export, posts=[_renumbered(post, by) for post in export.posts])


def _renumbered(post: Post, by: int) -> Post:
    if not post.medium or post.medium.kind != "photo":
        return post
    path = re.sub(r"photo_(\d+)", lambda found: f"photo_{int(found[1]) + by}", post.medium.path)
    return replace(post, medium=replace(post.medium, path=path))


_WORDS = [
    "harbour",
    "bridge",
    "сьогодні",
    "сирена",
    "السوق",
    "الجسر",
    "свідок",
    "clip",
    "north",
    "camera",
    "ринок",
    "вулиця",
    "drill",
    "مدرسة",
]


def busy_channel(count: int, seed: int = 1, start: datetime = datetime(2022, 1, 3, 6, 0, tzinfo=UTC)) -> Iterator[Post]:
    """`count` posts of a lively channel: texts, replies, edits, forwards, photos and videos named but not there."""
    dice = random.Random(seed)
    at = start
    for number in range(1, count + 1):
        at += timedelta(seconds=dice.randrange(2, 1800))
        text = " ".join(dice.choices(_WORDS, k=dice.randrange(0, 30)))
        post = Post(number, at, text)
        if dice.random() < 0.1:
            post = replace(post, edited=at + timedelta(minutes=5))
        if dice.random() < 0.1 and number > 5:
            post = replace(post, reply_to=number - dice.randrange(1, 5))
        if dice.random() < 0.15:
            post = replace(post, forwarded_from="Голос Берега", forwarded_at=at - timedelta(hours=dice.randrange(1, 900)))
        if dice.random() < 0.3:
            post = replace(post, medium=Medium(TOO_LARGE, file_name=f"{number}.mp4", stated_size=dice.randrange(1, 10**8)))
        yield post
