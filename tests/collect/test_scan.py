"""The scanner against a JSON parser over the whole text, which is its slow definition."""

from __future__ import annotations

import io
import json

import ijson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.collect.telegram import scan
from indelible.collect.telegram.scan import Scanner

BACKEND = ijson.get_backend("yajl2_c")
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(max_size=12)
    | st.sampled_from(['"', "\\", '\\"', "{]", "a\\"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
layouts = st.sampled_from([None, 0, 1, 3])


def scanner(data: bytes, *, value_max: int = 1 << 20, depth_max: int = 64) -> Scanner:
    return Scanner(io.BytesIO(data).read, value_max, depth_max)


def cuts_of_array(data: bytes) -> list[scan.Cut]:
    at = scanner(data)
    assert at.peek() == b"["
    at.advance()
    cuts = []
    while at.peek() != b"]":
        if at.peek() == b",":
            at.advance()
            continue
        cuts.append(at.value())
    return cuts


@given(st.lists(values, max_size=8), layouts, st.booleans(), st.sampled_from([1, 2, 7, 1 << 18]))
def test_cuts_are_the_values_that_a_parser_finds(items: list[object], indent: int | None, plain: bool, chunk: int) -> None:  # noqa: FBT001
    data = json.dumps(items, indent=indent, ensure_ascii=plain).encode()
    whole, scan.CHUNK_UNITS = scan.CHUNK_UNITS, chunk
    cuts = cuts_of_array(data)
    scan.CHUNK_UNITS = whole
    assert [json.loads(cut.raw) for cut in cuts] == items == list(BACKEND.items(io.BytesIO(data), "item", use_float=True))
    assert all(data[cut.offset : cut.offset + cut.length] == cut.raw and not cut.fault for cut in cuts)


@given(values)
def test_skipping_a_value_ends_where_reading_it_ends(value: object) -> None:
    data = json.dumps(value).encode() + b" ,"
    read, skipped = scanner(data), scanner(data)
    read.value()
    skipped.skip()
    assert skipped.offset == read.offset == len(data) - 2


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'{"a": 1', "cut off: the file ends inside it"),
        (b'{"a": "b}', "cut off: the file ends inside it"),
        (b'"abc', "cut off: a text has no end"),
        (b"}", "no value where one should be"),
        (b"", "no value where one should be"),
        (b"[" * 65 + b"]" * 65, "nested deeper than 64"),
        (b'["' + b"a" * 3000 + b'"]', "longer than 1000 bytes"),
    ],
)
def test_a_broken_outline_is_a_fault(data: bytes, fault: str) -> None:
    whole, scan.CHUNK_UNITS = scan.CHUNK_UNITS, 256
    cut = scanner(data, value_max=1000).value()
    scan.CHUNK_UNITS = whole
    assert cut.fault == fault


def test_a_hostile_run_of_unclosed_records_costs_time_in_proportion(tmp_path) -> None:
    from world.gathered import Gathered  # noqa: PLC0415

    record = b'{"id":1,"type": "y, '
    path = tmp_path / "odd.json"
    path.write_bytes(b'{"name":"x","type":"public_channel","id":1,"messages":[' + record * 40_000)
    got = Gathered(path)
    assert got.refused > 15_000
    assert not got.posts
