"""Files that are what is left of an export's, though nothing can be read of them: cut short, emptied, filled with zeros.

They are told, for an export that a full disk cut to its first bytes would else pass for a folder without posts.
"""

from __future__ import annotations

import re
from pathlib import Path

from indelible.collect.sniff import Form
from indelible.collect.telegram.frame import Frame

HEAD_BYTES = 4096
_NAMED = re.compile(r"(?:result|messages\d*)(?: ?\(\d+\))?\.(?:json|html?)", re.IGNORECASE)
_PAGE_HEAD = b'<!doctypehtml><html><head><metacharset="utf-8"/><title>exporteddata</title>'  # without white space
_HTML_END = b"</html>"


def unread_as(path: Path, form: Form, frame: Frame | None = None) -> str:
    """Why a file that looks like an export's cannot be read as one; "" when it does not look like one.

    `frame` is what was read of JSON. Raises OSError when the file cannot be read.
    """
    named = bool(_NAMED.fullmatch(path.name))
    if frame is not None:
        return frame.fault if frame.like or (named and not frame.closed) else ""
    if form is Form.EMPTY:
        return "it is empty" if named else ""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(max(0, path.stat().st_size - HEAD_BYTES))
        ended = _HTML_END in file.read().lower()
    if ended:
        return ""
    bare = b"".join(head.lower().split())
    if bare.startswith(_PAGE_HEAD) or (bare and _PAGE_HEAD.startswith(bare)) or (named and form is Form.HTML):
        return "the page ends before its first message"
    if not named:
        return ""
    return "it holds zeros" if not head.strip(b"\0") else "it starts neither as JSON nor as HTML"
