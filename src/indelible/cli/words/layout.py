"""Lines of at most 100 columns: headings, aligned rows, wrapped sentences. The world's text is made visible here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from indelible.app.answers.visible import clipped, visible, width

COLUMNS = 100
INDENT = 2
GAP = 2
LABEL_COLUMNS_MAX = 24


def heading(text: str) -> list[str]:
    """A heading with an empty line before it."""
    return ["", clipped(text, COLUMNS)]


def wrapped(text: str, indent: int = INDENT, hang: int = 0) -> list[str]:
    """A sentence on as many lines as it needs, every line indented, the later ones by `hang` more."""
    lines: list[str] = []
    line, room = " " * indent, COLUMNS
    fresh = True
    for word in (piece for whole in visible(text).split(" ") if whole for piece in _pieces(whole, COLUMNS - indent - hang)):
        if not fresh and width(line) + 1 + width(word) > room:
            lines.append(line)
            line, fresh = " " * (indent + hang), True
        line += word if fresh else " " + word
        fresh = False
    return [*lines, line] if not fresh else lines


def _pieces(word: str, columns: int) -> Iterable[str]:
    """A word cut where it is longer than a line: nothing of it is lost."""
    start, used = 0, 0
    for at, char in enumerate(word):
        columns_of_char = width(char)
        if used + columns_of_char > columns:
            yield word[start:at]
            start, used = at, 0
        used += columns_of_char
    yield word[start:]


def labelled(rows: Iterable[tuple[str, str]], indent: int = INDENT) -> list[str]:
    """`label  text` with the texts aligned and wrapped; rows without text are left out."""
    told = [(clipped(label, LABEL_COLUMNS_MAX), text) for label, text in rows if text]
    left = max((width(label) for label, _ in told), default=0) + GAP
    lines: list[str] = []
    for label, text in told:
        first, *more = wrapped(text, indent + left) or [""]
        lines.append(" " * indent + padded(label, left) + first[indent + left :])
        lines += more
    return lines


def table(rows: Sequence[Sequence[str]], indent: int = INDENT, *, right: Sequence[int] = ()) -> list[str]:
    """Aligned columns; the widest are clipped until a row fits. Columns numbered in `right` are flush right."""
    if not rows:
        return []
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(width(row[n]) for row in shown) for n in range(len(shown[0]))]
    room = COLUMNS - indent - GAP * (len(widths) - 1)
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    lines = []
    for row in shown:
        cells = [
            padded(clipped(cell, widths[n]), widths[n], to_the_right=n in right) if widths[n] else ""
            for n, cell in enumerate(row)
        ]
        lines.append((" " * indent + (" " * GAP).join(cells)).rstrip())
    return lines


def padded(text: str, columns: int, *, to_the_right: bool = False) -> str:
    """Text with the spaces that fill its column."""
    fill = " " * max(0, columns - width(text))
    return fill + text if to_the_right else text + fill


def number(count: int) -> str:
    """A count with thin groups of three: 60,000."""
    return f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 record`, `2 records`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def instant(at: datetime | None) -> str:
    """A moment for people, in UTC to the second; `no date` when there is none."""
    return f"{at:%Y-%m-%d %H:%M:%S}Z" if at else "no date"


def seconds(start_ms: int, end_ms: int) -> str:
    """A span of media time: `0:03.0–0:11.0`, a point once."""
    return clock(start_ms) if start_ms == end_ms else f"{clock(start_ms)}–{clock(end_ms)}"


def clock(at_ms: int) -> str:
    """Media time as minutes, seconds and tenths; hours when there are any."""
    minutes, rest = divmod(at_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 1000:02d}.{rest % 1000 // 100}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def size(count: int) -> str:
    """Bytes for people: `13.4 MiB`."""
    amount, unit = float(count), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:  # noqa: PLR2004  binary units
            break
        amount, unit = amount / 1024, larger
    return f"{count:,} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"
