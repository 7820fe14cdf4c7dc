from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.model.errors import FormatError
from indelible.model.moment import Moment, Voucher, from_unix_s, from_wire, to_wire, whole_ms

instants = st.datetimes(timezones=st.just(UTC)).map(whole_ms)
NOON = datetime(2023, 4, 12, 12, tzinfo=UTC)


@given(instants)
def test_an_instant_reads_back_from_its_one_form(at):
    assert from_wire(to_wire(at)) == at
    assert len(to_wire(at)) == 24


@given(instants, instants)
def test_forms_order_as_instants_do(a, b):
    assert (to_wire(a) < to_wire(b)) == (a < b)


def test_an_instant_of_another_zone_is_written_in_utc():
    assert to_wire(datetime(2023, 4, 12, 12, 30, tzinfo=timezone(timedelta(hours=3)))) == "2023-04-12T09:30:00.000Z"
    assert to_wire(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000Z"


@pytest.mark.parametrize("at", [datetime(2023, 4, 12), datetime(2023, 4, 12, 0, 0, 0, 1, tzinfo=UTC)])  # noqa: DTZ001
def test_a_naive_instant_or_one_finer_than_a_millisecond_is_refused(at):
    with pytest.raises(ValueError, match="an instant"):
        to_wire(at)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023-04-12",
        "2023-04-12T09:30:00Z",
        "2023-04-12 09:30:00.000Z",
        "2023-04-12T09:30:00.000z",
        "2023-04-12T09:30:00.000",
        "2023-04-12T09:30:00.0000Z",
        "2023-02-30T09:30:00.000Z",
        "2023-04-12T24:00:00.000Z",
        "2023-04-12T09:30:60.000Z",
        "0000-01-01T00:00:00.000Z",
        "2023-04-12T09:30:00.000Z\n",
        "2023-04-12T09:30:00.000+00:00",
        "２023-04-12T09:30:00.000Z",
    ],
)
def test_an_instant_in_any_other_form_is_refused(text):
    with pytest.raises(FormatError):
        from_wire(text)


def test_seconds_since_1970_give_an_instant():
    assert to_wire(from_unix_s(1_681_291_800)) == "2023-04-12T09:30:00.000Z"
    assert to_wire(from_unix_s(-1)) == "1969-12-31T23:59:59.000Z"


@pytest.mark.parametrize("seconds", [10**12, -(10**12), 10**30])
def test_seconds_outside_the_calendar_are_refused(seconds):
    with pytest.raises(ValueError, match="outside the calendar"):
        from_unix_s(seconds)


def test_a_moment_is_bounded_by_itself_unless_the_source_leaves_room():
    assert Moment(NOON, Voucher.STATED).bounds == (NOON, NOON)
    early = NOON - timedelta(hours=1)
    assert Moment(NOON, Voucher.STATED, earliest=early).bounds == (early, NOON)


@pytest.mark.parametrize("bound", ["at", "earliest", "latest"])
def test_a_moment_has_no_naive_bound(bound):
    given = {"at": NOON} | {bound: NOON.replace(tzinfo=None)}
    with pytest.raises(ValueError, match="needs a zone"):
        Moment(voucher=Voucher.STATED, **given)
