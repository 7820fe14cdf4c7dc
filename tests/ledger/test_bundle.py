"""Sealing in one pass is the slow definition, and a bundle is whole lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.ledger.bundle import lines_of, seal_line, seal_lines
from indelible.model.errors import FormatError
from indelible.model.record import FIELDS_MAX, RECORD_BYTES_MAX, Record, Sealed, seal

texts = st.text(st.characters(exclude_categories=["Cs"]))
names = st.text(st.characters(max_codepoint=127), min_size=1, max_size=12).filter(lambda name: name != "kind")
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)


@given(texts, st.dictionaries(names, values, max_size=8), st.binary(min_size=16, max_size=16))
def test_a_line_sealed_in_one_pass_is_that_of_the_definition(kind: str, fields: dict, salt: bytes) -> None:
    record = Record(kind, fields)
    sealed = seal(record, salt)
    assert seal_line(record, salt) == (sealed.to_bytes() + b"\n", sealed.entry())


@pytest.mark.parametrize(
    "fields",
    [
        {"x": "\ud800"},
        {"x": ["\udfff"]},
        {"x": 2**53},
        {"x": 1.5},
        {"ü": 1},
        {"x": b"bytes"},
        {f"f{n}": n for n in range(FIELDS_MAX)},
        {"x": "a" * RECORD_BYTES_MAX},
    ],
    ids=["lone surrogate", "nested surrogate", "big integer", "float", "name not ascii", "bytes", "too many", "too long"],
)
def test_what_records_may_not_hold_is_refused(fields: dict) -> None:
    with pytest.raises(FormatError):
        seal_line(Record("post/1", fields), bytes(16))


def test_no_two_records_share_a_salt() -> None:
    lines, _ = seal_lines([Record("post/1", {"a": 1})] * 50)
    assert len({Sealed.from_bytes(line[:-1]).shown["a"][1] for line in lines}) == 50


@given(st.lists(st.binary(max_size=30).map(lambda b: b.replace(b"\n", b"") + b"\n"), min_size=1, max_size=256))
def test_a_bundle_gives_back_its_lines(lines: list[bytes]) -> None:
    assert lines_of(b"".join(lines)) == lines


@pytest.mark.parametrize("bundle", [b"", b"{}", b"{}\n{}", b"{}\n" * 257])
def test_a_bundle_that_is_not_whole_lines_is_refused(bundle: bytes) -> None:
    with pytest.raises(FormatError):
        lines_of(bundle)
