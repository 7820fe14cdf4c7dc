"""The clock of the machine that wrote an HTML export, learnt from the instants that its JSON states.

The page prints wall times with the offset of the zone's *standard* time, also in summer: an hour wrong then
(tdesktop `export_data_types.cpp`, `FormatDateTime`). Where JSON gives the instant of a message, wall time less instant is the
true offset on that day. A forward's date is exact when days learnt on both sides of it agree; else it stands with bounds of an
hour around the best guess, or of 14 hours when the page prints no offset and nothing was learnt.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from indelible.collect.telegram.times import ZONES_MAX
from indelible.model.moment import Moment, Voucher

SUMMER = timedelta(hours=1)
NEAR_DAYS = 21  # transitions are months apart: days this near on both sides with one offset have no transition between
JOINED = timedelta(seconds=900)  # a forward without a date of its own lies this near to the one before it
_PRINTED = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: UTC(?:([+-])(\d\d):?(\d\d))?)?")


@dataclass(frozen=True)
class Wall:
    """A wall time as a page prints it: the reading, the offset printed beside it (None: none), the words."""

    reading: datetime
    offset: timedelta | None
    printed: str


def wall_of(printed: str) -> Wall | None:
    """The wall time that a page prints, None when it is no date."""
    found = _PRINTED.fullmatch(printed.strip())
    if not found:
        return None
    day, month, year, time = found.group(1, 2, 3, 4)
    try:
        reading = datetime.fromisoformat(f"{year}-{month}-{day} {time}")
    except ValueError:
        return None
    if " UTC" not in printed:
        return Wall(reading, None, printed)
    offset = timedelta(hours=int(found[6] or 0), minutes=int(found[7] or 0))
    return Wall(reading, -offset if found[5] == "-" else offset, printed)


class Clock:
    """What is known of the exporter's offsets from UTC, by day."""

    def __init__(self) -> None:
        self._days: list[int] = []
        self._offsets: dict[int, timedelta | None] = {}

    def learn(self, reading: datetime, at: datetime) -> None:
        """Takes in that the clock showed `reading` at the instant `at`."""
        day, offset = reading.toordinal(), reading.replace(tzinfo=UTC) - at
        if day not in self._offsets:
            insort(self._days, day)
            self._offsets[day] = offset
        elif self._offsets[day] != offset:
            self._offsets[day] = None  # the clock was put on or back that day

    def moment(self, wall: Wall, steps: int = 0) -> Moment:
        """The moment of a wall time; `steps` messages after the one that printed it, each up to 15 minutes from the last."""
        exact = self._exact(wall.reading)
        if exact is not None:
            return _moment(wall, exact, timedelta(0), steps)
        days, near = self._nearest(wall.reading)
        if near is not None and (days <= NEAR_DAYS or wall.offset is None):
            return _moment(wall, near, SUMMER, steps)
        if wall.offset is not None:
            return _moment(wall, wall.offset, SUMMER, steps)
        return _moment(wall, timedelta(0), ZONES_MAX, steps)

    def _exact(self, reading: datetime) -> timedelta | None:
        day = reading.toordinal()
        if day in self._offsets:
            return self._offsets[day]
        index = bisect_left(self._days, day)
        if index in (0, len(self._days)):
            return None
        before, after = self._days[index - 1], self._days[index]
        if day - before > NEAR_DAYS or after - day > NEAR_DAYS:
            return None
        offset = self._offsets[before]
        return offset if offset == self._offsets[after] else None

    def _nearest(self, reading: datetime) -> tuple[int, timedelta | None]:
        """How many days away the nearest day learnt is, and the offset on it."""
        day = reading.toordinal()
        index = bisect_left(self._days, day)
        near = self._days[max(0, index - 1) : index + 1]
        known = [(abs(one - day), offset) for one in near if (offset := self._offsets[one]) is not None]
        return min(known, default=(0, None))


def _moment(wall: Wall, offset: timedelta, doubt: timedelta, steps: int) -> Moment:
    at = wall.reading.replace(tzinfo=UTC)
    try:
        at -= offset
        doubt += steps * JOINED
        earliest, latest = (at - doubt, at + doubt) if doubt else (None, None)
    except OverflowError:
        earliest = latest = None
    return Moment(at, Voucher.STATED, earliest, latest, wall.printed)
