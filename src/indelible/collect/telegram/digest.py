"""What makes two records the same: a SHA-256 over what the export says of a post.

Left out is what differs between two exports of an unchanged post: layout and order of members, file names and paths (photos
are renumbered), whether a file came along, wall times where the instant is given (they follow the exporter's zone), names
of authors where their id is given (people rename themselves), reactions and votes (they are counts of other people's acts),
and members that only newer builds write (sizes, `forwarded_from_id`, `file_name`).
"""

from __future__ import annotations

import json
from hashlib import sha256

from indelible.collect.telegram.members import Members

_encode = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode

# kept as they stand; names are the exporter's
_PLAIN = (
    "type", "action", "author", "via_bot", "forwarded_from", "saved_from", "reply_to_message_id", "reply_to_peer_id",
    "media_type", "mime_type", "duration_seconds", "width", "height", "title", "members", "message_id", "period", "inviter",
    "information_text", "contact_information", "location_information", "place_name", "address", "game_title", "performer",
    "sticker_emoji", "self_destruct_period_seconds", "todo_list", "invoice_information", "giveaway_information",
)  # fmt: skip
_PRESENT = ("photo", "file", "contact_vcard", "poll")


def record_digest(members: Members, text: str) -> str:
    """The digest of one record; `text` is its text, joined."""
    record = members.all
    said: dict[str, object] = {"text": text}
    for name in _PLAIN:
        if name in record:
            said[name] = record[name]
    for name in _PRESENT:
        if name in record:
            said[name] = True
    for name in ("date", "edited"):
        seconds = record.get(f"{name}_unixtime")
        value = record.get(name) if seconds is None else str(seconds)
        if value is not None:
            said[name] = value
    for name in ("from", "actor"):
        value = record.get(f"{name}_id") or record.get(name)
        if value is not None:
            said[name] = _bare(str(value))
    said |= _inner(record)
    said["id"] = record.get("id")
    return sha256(_encode(said).encode()).hexdigest()


def _inner(record: dict[str, object]) -> dict[str, object]:
    """What stands inside a poll and in the links of a text."""
    said: dict[str, object] = {}
    poll, parts = record.get("poll"), record.get("text")
    if isinstance(poll, dict):
        said["poll"] = [poll.get("question"), _answers(poll.get("answers"))]
    if isinstance(parts, list):
        said["links"] = [part["href"] for part in parts if isinstance(part, dict) and "href" in part]
    return said


def _answers(answers: object) -> list[object]:
    return [answer.get("text") for answer in answers if isinstance(answer, dict)] if isinstance(answers, list) else []


def _bare(peer: str) -> str:
    """A peer's id without its kind, which exports of 2020 leave out."""
    for kind in ("channel", "user", "chat"):
        if peer.startswith(kind) and peer[len(kind) :].isdigit():
            return peer[len(kind) :]
    return peer
