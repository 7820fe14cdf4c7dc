"""The one place where the clock is read."""

from __future__ import annotations

from datetime import UTC, datetime

from indelible.model.moment import whole_ms


def now() -> datetime:
    """This instant, UTC, in whole milliseconds."""
    return whole_ms(datetime.now(UTC))
