"""Base64 in its one canonical spelling (RFC 4648 §4): padded, no line ends, no stray bits."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error

from indelible.model.errors import FormatError


def encode(data: bytes) -> str:
    """The base64 of `data`."""
    return b64encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """The bytes that give exactly this text; raises FormatError on any other spelling of them."""
    try:
        data = b64decode(text, validate=True)
    except (Error, ValueError) as error:
        raise FormatError(f"not base64: {text[:80]!r}") from error
    if encode(data) != text:
        raise FormatError(f"base64 in a spelling that is not the canonical one: {text[:80]!r}")
    return data
