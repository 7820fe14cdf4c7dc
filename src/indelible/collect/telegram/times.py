"""What an export's dates say, and how far they can be trusted.

An export prints wall times of the exporting machine without a zone (`date`), and since 2023 the instant beside it
(`date_unixtime`). Together they tell the machine's offset from UTC. Alone, a wall time is an instant give or take 14 hours.
All is *stated*: an export is an unsigned file.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from indelible.model.moment import Moment, Voucher, from_unix_s, to_wire, whole_ms

ZONES_MAX = timedelta(hours=14)  # no zone of Telegram's years lies further from UTC
QUARTER_S = 15 * 60  # every zone's offset is a multiple of it
_UNIXTIME = {"date": "date_unixtime", "edited": "edited_unixtime"}
_SECONDS = re.compile(r"-?\d{1,12}")


class Told(NamedTuple):
    """What a record says of one time: the moment if any, its wall time as printed, and what is wrong with it."""

    moment: Moment | None
    wall: datetime | None
    fault: str = ""
    disagreement: tuple[str, ...] = ()


_NOTHING = Told(None, None)


def told_time(members: dict[str, object], name: str) -> Told:
    """The time that the member `name` (date or edited) and its `_unixtime` tell together."""
    printed, seconds = members.get(name), members.get(_UNIXTIME[name])
    if printed is None and seconds is None:
        return _NOTHING
    wall, faults = _wall(printed, name)
    at, fault = _instant(seconds, name)
    faults += fault
    local = wall.replace(tzinfo=None) if wall else None
    if at is None:
        return Told(unzoned(wall, str(printed)) if wall else None, local, faults)
    moment = Moment(at, Voucher.STATED, printed=str(printed if wall else seconds))
    if wall is None or offset_fits(wall, at):
        return Told(moment, local, faults)
    return Told(moment, local, faults, (f"{name} {printed}", f"{name}_unixtime {seconds}, {to_wire(at)}"))


def unzoned(wall: datetime, printed: str) -> Moment:
    """The moment of a wall time: exact when it names its zone, else within 14 hours of the same reading in UTC."""
    if wall.tzinfo is not None:
        return Moment(wall.astimezone(UTC), Voucher.STATED, printed=printed)
    at = wall.replace(tzinfo=UTC)
    return Moment(at, Voucher.STATED, _shifted(at, -ZONES_MAX), _shifted(at, ZONES_MAX), printed)


def offset_fits(wall: datetime, at: datetime) -> bool:
    """Whether some time zone shows `at` as `wall`."""
    if wall.tzinfo is not None:
        return wall == at
    offset = wall.replace(tzinfo=UTC) - at
    return -ZONES_MAX <= offset <= ZONES_MAX and offset.seconds % QUARTER_S == 0 and not offset.microseconds


def _shifted(at: datetime, by: timedelta) -> datetime:
    try:
        return at + by
    except OverflowError:
        return at


def _wall(printed: object, name: str) -> tuple[datetime | None, str]:
    if printed is None:
        return None, ""
    if not isinstance(printed, str):
        return None, f"{name} is no text; "
    try:
        wall = datetime.fromisoformat(printed)
        wall.astimezone(UTC) if wall.tzinfo else None
    except (ValueError, OverflowError):
        return None, f"{name} is no date: {printed[:40]!r}; "
    return whole_ms(wall) if wall.microsecond else wall, ""


def _instant(seconds: object, name: str) -> tuple[datetime | None, str]:
    if seconds is None:
        return None, ""
    if isinstance(seconds, str) and _SECONDS.fullmatch(seconds):
        seconds = int(seconds)
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return None, f"{name}_unixtime is no count of seconds: {str(seconds)[:40]!r}; "
    try:
        return from_unix_s(seconds), ""
    except ValueError:
        return None, f"{name}_unixtime is outside the calendar: {str(seconds)[:40]}; "
