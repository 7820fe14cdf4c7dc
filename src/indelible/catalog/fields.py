"""A record's fields read strictly: each function gives the field in its form or raises FormatError."""

from __future__ import annotations

from indelible.model.errors import FormatError
from indelible.model.ids import PostId
from indelible.model.moment import Moment, Voucher, from_wire
from indelible.model.record import Value
from indelible.model.span import Span
from indelible.preserve.records.kinds import Fields

INT64_MAX = 2**63 - 1


def text(fields: Fields, name: str) -> str:
    """A text, "" when absent; of one that moved to a blob, the part that the record shows."""
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, dict) and "blob" in value:
        value = value.get("first", "")
    if not isinstance(value, str):
        raise FormatError(f"the field {name} is a text, found {type(value).__name__}")
    return value


def optional_text(fields: Fields, name: str) -> str | None:
    """A text, or None when absent or empty."""
    return text(fields, name) or None


def number(fields: Fields, name: str) -> int:
    """A whole number; one beyond 2^53 stands as a text of digits."""
    value = fields.get(name)
    if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) <= len(str(-INT64_MAX)) + 1:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise FormatError(f"the field {name} is a number, found {value!r:.60}")
    return value


def optional_number(fields: Fields, name: str) -> int | None:
    """A whole number, or None when absent."""
    return None if fields.get(name) is None else number(fields, name)


def flag(fields: Fields, name: str) -> bool:
    """True or false."""
    value = fields.get(name)
    if not isinstance(value, bool):
        raise FormatError(f"the field {name} is true or false, found {value!r:.60}")
    return value


def group(fields: Fields, name: str) -> Fields | None:
    """An object, or None when absent."""
    value = fields.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise FormatError(f"the field {name} is an object, found {type(value).__name__}")


def groups(fields: Fields, name: str) -> list[dict[str, Value]]:
    """A list of objects, empty when absent or moved to a blob for its length."""
    value = fields.get(name)
    if value is None or (isinstance(value, dict) and "blob" in value):
        return []
    if not isinstance(value, list):
        raise FormatError(f"the field {name} is a list, found {type(value).__name__}")
    found = [item for item in value if isinstance(item, dict)]
    if len(found) != len(value):
        raise FormatError(f"the field {name} is a list of objects")
    return found


def span(fields: Fields, name: str) -> Span:
    """A stretch of media time, `[from, to]` in milliseconds."""
    value = fields.get(name)
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004  its two ends
        raise FormatError(f"the field {name} is [from, to], found {value!r:.60}")
    start_ms, end_ms = (number({name: end}, name) for end in value)
    if not 0 <= start_ms <= end_ms:
        raise FormatError(f"the field {name} runs forward from 0 or later, found {value!r:.60}")
    return Span(start_ms, end_ms)


def texts(fields: Fields, name: str) -> tuple[str, ...]:
    """A list of texts, empty when absent or moved to a blob for its length."""
    value = fields.get(name)
    if value is None or (isinstance(value, dict) and "blob" in value):
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise FormatError(f"the field {name} is a list of texts")
    return tuple(item for item in value if isinstance(item, str))


def moment(fields: Fields, name: str) -> Moment | None:
    """A moment with its bounds and voucher, or None when absent."""
    value = group(fields, name)
    if value is None:
        return None
    try:
        voucher = Voucher(text(value, "voucher"))
    except ValueError as error:
        raise FormatError(f"no such voucher: {value.get('voucher')!r:.60}") from error
    earliest, latest = text(value, "earliest"), text(value, "latest")
    return Moment(
        from_wire(text(value, "at")),
        voucher,
        from_wire(earliest) if earliest else None,
        from_wire(latest) if latest else None,
        text(value, "printed"),
    )


def optional_post(fields: Fields, name: str) -> PostId | None:
    """A post's name, or None when absent."""
    value = text(fields, name)
    return PostId.parse(value) if value else None


def stored(identity: int) -> int | str:
    """An id as SQLite holds it: a text when it is longer than 64 bits."""
    return identity if abs(identity) <= INT64_MAX else str(identity)
