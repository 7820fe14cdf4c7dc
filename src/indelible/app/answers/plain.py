"""From answers to plain values: the JSON that scripts read.

A field's name is the key, word for word. Instants stand in their one wire form, spans as [start, end] in ms, boxes as
[x, y, width, height] in pixels. docs/answers.md names every key.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import ClassVar, TypeAlias

from indelible.model.moment import to_wire
from indelible.model.segment import Box
from indelible.model.span import Span

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

# What a terminal or a reader's eye could be led astray by: C0, DEL, C1, bidi and zero-width controls, line separators,
# tags, lone surrogates. Inside JSON they can only stand in strings, so they can be spelled \uXXXX there.
LEADS_ASTRAY = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True)
class Answer:
    """What a command answers; a subclass names its schema."""

    schema: ClassVar[str]

    def to_json(self) -> dict[str, Plain]:
        """Plain values under the contract's keys, `schema` first."""
        return {"schema": self.schema, **_members(self)}

    @property
    def amiss(self) -> bool:
        """True when a person should look: the command then ends with code 1."""
        return False


def _members(value: object) -> dict[str, Plain]:
    return {f.name: plain(getattr(value, f.name)) for f in fields(value)}  # type: ignore[arg-type]  # a dataclass


def plain(value: object) -> Plain:
    """`value` as JSON can hold it; raises TypeError for what has no plain form."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    return _composite(value)


def _composite(value: object) -> Plain:
    if isinstance(value, datetime):
        return to_wire(value)
    if isinstance(value, Span):
        return [value.start_ms, value.end_ms]
    if isinstance(value, Box):
        return [value.x, value.y, value.width, value.height]
    if is_dataclass(value):
        return _members(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    raise TypeError(f"an answer holds no {type(value).__name__}")


def one_line(members: dict[str, Plain], *, ascii_only: bool = False) -> str:
    """One JSON object on one line, safe for a terminal: control, bidi and zero-width characters stand as escapes."""
    text = json.dumps(members, ensure_ascii=ascii_only, allow_nan=False)
    return LEADS_ASTRAY.sub(lambda found: json.dumps(found[0])[1:-1], text)
