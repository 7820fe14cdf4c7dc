"""The world's text made safe to print: what cannot be seen, or turns the line around, is shown as an escape."""

from __future__ import annotations

import unicodedata

from indelible.app.answers.plain import LEADS_ASTRAY

_BYTE_MAX = 0xFF
_PLANE_MAX = 0xFFFF


def visible(text: str) -> str:
    """`text` with every control, bidi and zero-width character and lone surrogate shown as its escape.

    Line ends are escaped too: what comes back is one line. Letters, marks and digits of every script stay as they are.
    """
    return LEADS_ASTRAY.sub(lambda found: _escape(found[0]), text)


def _escape(char: str) -> str:
    code = ord(char)
    if code <= _BYTE_MAX:
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code <= _PLANE_MAX else f"\\U{code:08x}"


def width(text: str) -> int:
    """How many columns a terminal gives `text`: wide letters take two, combining marks none."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def clipped(text: str, columns_max: int) -> str:
    """`text` made visible and cut to at most `columns_max` columns, the cut marked with an ellipsis."""
    shown = visible(text)
    if width(shown) <= columns_max:
        return shown
    taken, used = "", 0
    for char in shown:
        used += _columns(char)
        if used > columns_max - 1:
            break
        taken += char
    return taken + "…"
