"""What a file is, by its first bytes: JSON, HTML, or something else. Names and extensions say nothing."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from indelible.collect.telegram.octets import encoding_of

HEAD_BYTES = 4096


class Form(StrEnum):
    """The form of a file, as far as an export could have it."""

    JSON = "json"
    HTML = "html"
    OTHER = "other"
    EMPTY = "empty"


def form_of(path: Path) -> Form:
    """The form of a file; raises OSError when it cannot be read."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        return Form.EMPTY
    encoding = encoding_of(head)
    text = (
        head[encoding.mark :]
        .decode(encoding.codec if encoding.unit < len(head) else "utf-8", "replace")
        .lstrip("\ufeff \t\r\n")
    )
    if text.startswith(("{", "[")):
        return Form.JSON
    lowered = text[:HEAD_BYTES].lower()
    if lowered.startswith(("<!doctype html", "<html", "<!--", "<head", "<body")) or '<div class="message' in lowered:
        return Form.HTML
    return Form.OTHER
