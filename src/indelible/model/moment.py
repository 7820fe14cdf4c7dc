"""Instants, and who vouches for them.

Every instant is aware UTC in whole milliseconds and has one wire form, `2023-04-12T09:30:00.000Z`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from indelible.model.errors import FormatError

_WIRE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class Voucher(StrEnum):
    """Who says that it was then, weakest first."""

    STATED = "stated"
    EMBEDDED = "embedded"
    PLATFORM = "platform"
    COLLECTOR = "collector"
    AUTHORITY = "authority"


def to_wire(at: datetime) -> str:
    """The one wire form of an aware instant; raises ValueError on a naive one or one not in whole milliseconds."""
    checked(at)
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z".rjust(24, "0")


def checked(at: datetime) -> datetime:
    """The instant as it is; raises ValueError on a naive one or one not in whole milliseconds."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    if at.microsecond % 1000:
        raise ValueError("an instant is in whole milliseconds")
    return at


def from_wire(text: str) -> datetime:
    """The instant in its wire form; raises FormatError on any other spelling."""
    if not _WIRE.fullmatch(text):
        raise FormatError(f"expected an instant like 2023-04-12T09:30:00.000Z, found {text[:40]!r}")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise FormatError(f"no such instant: {text!r}") from error


def from_unix_s(seconds: int) -> datetime:
    """The instant `seconds` after 1970 UTC; raises ValueError outside the years 1 to 9999."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError(f"{seconds} seconds is outside the calendar") from error


def whole_ms(at: datetime) -> datetime:
    """The instant cut down to whole milliseconds."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


@dataclass(frozen=True)
class Moment:
    """An instant and who vouches for it.

    `at` is the best single instant; `earliest` and `latest` bound it where the source leaves room (a wall time without a
    zone). `printed` is what the source printed, verbatim.
    """

    at: datetime
    voucher: Voucher
    earliest: datetime | None = None
    latest: datetime | None = None
    printed: str = ""

    def __post_init__(self) -> None:
        checked(self.at)
        if self.earliest is not None:
            checked(self.earliest)
        if self.latest is not None:
            checked(self.latest)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The earliest and the latest that it can have been."""
        return (self.earliest or self.at, self.latest or self.at)
