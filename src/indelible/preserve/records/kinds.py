"""Every kind of record with its fields, how old kinds become current ones, and which blobs a record cites."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from indelible.model.errors import FormatError
from indelible.model.ids import sha256_hex
from indelible.model.record import Value

Fields = Mapping[str, Value]
UpCaster = Callable[[Fields], tuple[str, Fields]]

_ACT = ("at", "by")
_ABOUT = (*_ACT, "about", "reason")

KINDS: Mapping[str, tuple[str, ...]] = {
    "archive/1": (*_ACT, "origin", "format", "readme_sha256", "software"),
    "key/1": (*_ACT, "vkey", "size"),
    "operator/1": (*_ACT, "code", "note"),
    "settings/1": (*_ACT, "values"),
    "run/1": (*_ACT, "command", "sources", "versions", "settings", "machine", "sandbox"),
    "export/1": (
        *("sha256", "size", "name", "source", "keep", "complete", "cut_from"),
        *("channels", "ids", "repairs", "disagreements", "run"),
    ),
    "exhibit/1": ("sha256", "size", "name", "source", "role", "run"),
    "post/1": (
        *("id", "channel", "form", "pointers", "posted", "edited", "author", "text", "action", "forward"),
        *("reply_to", "album", "media", "digest", "run", "supersedes"),
    ),
    "vanished/1": ("channel", "channel_id", "exports", "inside", "after_end", "meaning", "run"),
    "failure/1": ("what", "source", "where", "reason", "count", "export", "files", "run"),
    "custody/1": (
        *(*_ACT, "event", "run", "about", "received_from", "acquired_at", "authority", "note"),
        *("sha256", "name", "source"),
    ),
    "stamp/1": (*_ACT, "size", "checkpoint_sha256", "token_sha256", "authority", "stamped_at"),
    "adopt/1": (*_ACT, "origin", "vkey", "checkpoint"),
    "hold/1": (*_ABOUT, "authority"),
    "lock/1": _ABOUT,
    "mark/1": (*_ACT, "exhibit", "span_ms", "decision", "reason", "seen", "rule"),
    "redaction/1": (*_ACT, "fields", "blobs", "reason", "authority", "second"),
}
EVERY_KIND = ("notes",)  # any record may have these

# Old kind → function of its fields that gives the next kind and its fields. Nothing stored is ever rewritten.
UP_CASTERS: Mapping[str, UpCaster] = {}


def up_cast(kind: str, fields: Fields, casters: Mapping[str, UpCaster] = UP_CASTERS) -> tuple[str, Fields]:
    """The record as the current kind; one of an unknown kind comes back as it is."""
    for _ in range(len(casters)):
        caster = casters.get(kind)
        if caster is None:
            break
        kind, fields = caster(fields)
    return kind, fields


def citations(kind: str, fields: Fields) -> Iterator[str]:
    """The SHA-256 of every blob that a record says is held, repeats included; odd values cite nothing."""
    kind, fields = up_cast(kind, fields)
    for value in fields.values():
        if isinstance(value, dict) and "blob" in value:  # moved there for its length
            yield from _digests(value["blob"])
    if kind == "exhibit/1" or (kind == "export/1" and fields.get("keep") == "whole"):
        yield from _digests(fields.get("sha256"))
    elif kind == "post/1":
        yield from _cited_by_post(fields)


def _cited_by_post(fields: Fields) -> Iterator[str]:
    for medium in members(fields.get("media")):
        yield from _digests(medium.get("sha256"))
        yield from _digests(medium.get("thumbnail_sha256"))
    for pointer in members(fields.get("pointers")):
        yield from _digests(pointer.get("sha256"))


def members(value: Value) -> Iterator[dict[str, Value]]:
    """The objects of a list, whatever else stands in it."""
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield item


def _digests(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        try:
            yield sha256_hex(value)
        except FormatError:
            return
