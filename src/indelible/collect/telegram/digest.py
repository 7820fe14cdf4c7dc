"""What makes two records the same: a SHA-256 over what the export says of a post.

Left out is what differs between two exports of an unchanged post: layout and order of members, file names and paths (photos
are renumbered), whether a file came along, wall times where the instant is given (they follow the exporter's zone), names
of authors where their id is given (people rename themselves), reactions and votes (they are counts of other people's acts),
and members that only newer builds write (sizes, `forwarded_from_id`, `file_name`).
"""

from __future__ import annotations

import json
import re
from hashlib import sha256

from indelible.collect.telegram.members import Members

_encode = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode

# kept as they stand; names are the exporter's
_TOLD = frozenset({
    "type", "action", "author", "via_bot", "forwarded_from", "saved_from", "reply_to_message_id", "reply_to_peer_id",
    "media_type", "mime_type", "duration_seconds", "width", "height", "title", "members", "message_id", "period", "inviter",
    "information_text", "contact_information", "location_information", "place_name", "address", "game_title", "performer",
    "sticker_emoji", "self_destruct_period_seconds", "todo_list", "invoice_information", "giveaway_information",
})  # fmt: skip
_PRESENT = frozenset({"photo", "file", "contact_vcard"})  # that it has one; not its path
_EITHER = (("date", "date_unixtime"), ("edited", "edited_unixtime"), ("from", "from_id"), ("actor", "actor_id"))
_PEER = re.compile(r"(?:channel|user|chat)(\d+)")


def record_digest(members: Members, text: str) -> str:
    """The digest of one record; `text` is its text, joined."""
    record = members.all
    said = [f"id {record.get('id')}", f"text {len(text)} {text}"]
    for name, value in record.items():
        if name in _TOLD:
            spelt = value if type(value) is str else str(value) if type(value) is int else _encode(value)
            said.append(f"{name} {len(spelt)} {spelt}")
        elif name in _PRESENT:
            said.append(name)
    for name, exact in _EITHER:
        value = record.get(exact)
        if value is None:
            value = record.get(name)
        if value is not None:
            said.append(f"{name} {_bare(value) if type(value) is str else value}")
    if "poll" in record or type(record.get("text")) is list:
        said.append(_encode(_inner(record)))
    said.sort()
    return sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def _inner(record: dict[str, object]) -> list[object]:
    """What stands inside a poll and in the links of a text."""
    poll, parts = record.get("poll"), record.get("text")
    links = [part["href"] for part in parts if isinstance(part, dict) and "href" in part] if isinstance(parts, list) else []
    return [poll.get("question"), _answers(poll.get("answers")), links] if isinstance(poll, dict) else [links]


def _answers(answers: object) -> list[object]:
    return [answer.get("text") for answer in answers if isinstance(answer, dict)] if isinstance(answers, list) else []


def _bare(peer: str) -> str:
    """A peer's id without its kind, which exports of 2020 leave out."""
    found = _PEER.fullmatch(peer)
    return found[1] if found else peer
