"""Writes what Telegram Desktop's exporter writes of a channel: result.json, and messages.html when wanted.

Shapes as in tdesktop `export/output/export_output_json.cpp` and `…_html.cpp`: JSON leaves out when a forward was first posted, the
page has it; the page prints the zone's standard offset even in summer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import pairwise
from pathlib import Path

NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"

_PAGE = """<!DOCTYPE html>
<html>
 <head>
  <meta charset="utf-8"/>
<title>Exported Data</title>
  <meta content="width=device-width, initial-scale=1.0" name="viewport"/>
 </head>
 <body onload="CheckLocation();">
  <div class="page_wrap">
   <div class="page_header"><div class="content"><div class="text bold">
{name}
   </div></div></div>
   <div class="page_body chat_page">
    <div class="history">
{messages}
    </div>
   </div>
  </div>
 </body>
</html>
"""


@dataclass(frozen=True)
class Channel:
    """A public channel, and the clock of the machine that exports it."""

    number: int
    name: str
    utc_offset_hours: int = 0
    printed_offset_hours: int = 0  # what the page says that the offset is


@dataclass(frozen=True)
class Clip:
    """A file that a post shows, as the export names and describes it; `path` is NOT_INCLUDED when it was left out."""

    path: str
    bytes: int
    width: int
    height: int
    seconds: int = 0  # 0 for a photo
    name: str = ""
    thumbnail: str = ""


@dataclass(frozen=True)
class Post:
    """One message. `at` and `forwarded_at` are aware UTC; `action` makes it a service message."""

    number: int
    at: datetime
    text: str = ""
    clip: Clip | None = None
    forwarded_from: str = ""
    forwarded_at: datetime | None = None
    action: str = ""


def write_export(folder: Path, channel: Channel, posts: Sequence[Post], *, page: bool) -> None:
    """Write result.json, and messages.html if `page`, into a folder that holds the media already."""
    record = {
        "name": channel.name,
        "type": "public_channel",
        "id": channel.number,
        "messages": [_message(channel, post) for post in posts],
    }
    (folder / "result.json").write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    if page:
        before = (None, *posts)
        messages = "\n".join(_shown(channel, post, last) for last, post in zip(before, posts, strict=False))
        (folder / "messages.html").write_text(_PAGE.format(name=escape(channel.name), messages=messages), encoding="utf-8")


def _local(channel: Channel, at: datetime) -> datetime:
    return (at.astimezone(UTC) + timedelta(hours=channel.utc_offset_hours)).replace(tzinfo=None)


def _message(channel: Channel, post: Post) -> dict[str, object]:
    """One record of the JSON, its keys in the exporter's order."""
    whose = ("actor", "actor_id") if post.action else ("from", "from_id")
    record: dict[str, object] = {
        "id": post.number,
        "type": "service" if post.action else "message",
        "date": _local(channel, post.at).isoformat(timespec="seconds"),
        "date_unixtime": str(int(post.at.timestamp())),
        whose[0]: channel.name,
        whose[1]: f"channel{channel.number}",
    }
    if post.action:
        record |= {"action": post.action, "title": channel.name}
    if post.forwarded_from:
        record["forwarded_from"] = post.forwarded_from
    if post.clip:
        record |= _described(post.clip)
    entities = _entities(post.text)
    plain = [part["text"] if part["type"] == "plain" else part for part in entities]
    record["text"] = plain if len(plain) > 1 else post.text
    record["text_entities"] = entities
    return record


def _described(clip: Clip) -> dict[str, object]:
    size: dict[str, object] = {"width": clip.width, "height": clip.height}
    if not clip.seconds:
        return {"photo": clip.path, "photo_file_size": clip.bytes, **size}
    thumbnail: dict[str, object] = {"thumbnail": clip.thumbnail} if clip.thumbnail else {}
    return {
        "file": clip.path,
        "file_name": clip.name,
        "file_size": clip.bytes,
        **thumbnail,
        "media_type": "video_file",
        "mime_type": "video/mp4",
        "duration_seconds": clip.seconds,
        **size,
    }


def _entities(text: str) -> list[dict[str, str]]:
    """The text in its parts: hashtags apart from what is plain."""
    parts: list[dict[str, str]] = []
    for word in text.split(" ") if text else []:
        kind = "hashtag" if word.startswith("#") else "plain"
        if parts and parts[-1]["type"] == kind == "plain":
            parts[-1]["text"] += f" {word}"
        else:
            parts.append({"type": kind, "text": word})
    for first, second in pairwise(parts):
        plain, front = (first, False) if first["type"] == "plain" else (second, True)
        plain["text"] = f" {plain['text']}" if front else f"{plain['text']} "
    return parts


def _shown(channel: Channel, post: Post, last: Post | None) -> str:
    """One message of the page; the first of a day has the day before it, one after another of its day has no name."""
    at = _local(channel, post.at)
    new_day = last is None or _local(channel, last.at).date() != at.date()
    day = f'     <div class="message service" id="message-{post.number}"><div class="body details">{at:%-d %B %Y}</div></div>\n'
    if post.action:
        told = f"Channel «{escape(channel.name)}» created"
        body = f'     <div class="message service" id="message{post.number}"><div class="body details">{told}</div></div>'
        return (day if new_day else "") + body
    joined = not new_day and last is not None and not last.action
    name = "" if joined else f'<div class="from_name">{escape(channel.name)}</div>'
    content = (_wrapped(post.clip) if post.clip else "") + (f'<div class="text">{escape(post.text)}</div>' if post.text else "")
    if post.forwarded_from and post.forwarded_at:
        first = f'<span class="date details" title="{_printed(channel, post.forwarded_at)}">{_local(channel, post.forwarded_at):%d.%m.%Y %H:%M:%S}</span>'
        content = (
            f'<div class="forwarded body"><div class="from_name">{escape(post.forwarded_from)} {first}</div>{content}</div>'
        )
    date = f'<div class="pull_right date details" title="{_printed(channel, post.at)}">{at:%H:%M}</div>'
    classes = "message default clearfix" + (" joined" if joined else "")
    body = f'     <div class="{classes}" id="message{post.number}"><div class="body">{date}{name}{content}</div></div>'
    return (day if new_day else "") + body


def _printed(channel: Channel, at: datetime) -> str:
    return f"{_local(channel, at):%d.%m.%Y %H:%M:%S} UTC{channel.printed_offset_hours:+03d}:00"


def _wrapped(clip: Clip) -> str:
    """A medium as the page shows it."""
    if clip.path == NOT_INCLUDED:
        why = "Not included, change data exporting settings to download."
        return (
            '<div class="media_wrap clearfix"><div class="media clearfix pull_left media_video"><div class="fill pull_left"></div><div class="body">'
            f'<div class="title bold">Video file</div><div class="description">{why}</div>'
            f'<div class="status details">{clip.seconds // 60:02d}:{clip.seconds % 60:02d}, {clip.bytes / 1024:.1f} KB</div></div></div></div>'
        )
    if not clip.seconds:
        return (
            f'<div class="media_wrap clearfix"><a class="photo_wrap clearfix pull_left" href="{escape(clip.path)}">'
            f'<img class="photo" src="{escape(clip.path)}"/></a></div>'
        )
    return (
        f'<div class="media_wrap clearfix"><a class="video_file_wrap clearfix pull_left" href="{escape(clip.path)}"><div class="video_play_bg">'
        f'<div class="video_play"></div></div><div class="video_duration">{clip.seconds // 60:02d}:{clip.seconds % 60:02d}</div>'
        f'<img class="video_file" src="{escape(clip.thumbnail)}"/></a></div>'
    )
