"""A line is a record and its end, and a bundle is whole lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.ledger.bundle import lines_of, open_line, seal_line, seal_lines
from indelible.model.errors import FormatError
from indelible.model.record import FIELDS_MAX, RECORD_BYTES_MAX, Record, Sealed, seal

HEX = b"0" * 64
WRONG = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b'{"a":"' + HEX + b'","a":"' + HEX + b'"}',
    b'{ "a":"' + HEX + b'"}',
    b'{"a":"' + HEX[:-1] + b'A"}',
    b'{"a":"' + HEX[:-2] + b' 0"}',
    b'{"a":[1]}',
    b'{"a":[1,2]}',
    b'{"a":[1.0,"' + HEX + b'"]}',
    b'{"a":[NaN,"' + HEX + b'"]}',
    b'{"a":[1,"' + HEX + b'",2]}',
    b'{"a":1}',
    b'{"\xc3\xbc":"' + HEX + b'"}',
    b'{"a":["\\ud800","' + HEX + b'"]}',
    b'{"a":["\\u0041","' + HEX + b'"]}',
    b"[" * 100_000,
]
texts = st.text(st.characters(exclude_categories=["Cs"]))
names = st.text(st.characters(max_codepoint=127), min_size=1, max_size=12).filter(lambda name: name != "kind")
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)


@given(texts, st.dictionaries(names, values, max_size=8), st.binary(min_size=16, max_size=16))
def test_a_sealed_line_is_the_record_and_its_end(kind: str, fields: dict, salt: bytes) -> None:
    record = Record(kind, fields)
    sealed = seal(record, salt)
    assert seal_line(record, salt) == (sealed.to_bytes() + b"\n", sealed.entry())


@given(texts, st.dictionaries(names, values, max_size=8), st.sets(st.integers(0, 8)))
def test_a_line_is_read_back_as_by_the_definition(kind: str, fields: dict, hidden: set[int]) -> None:
    whole = seal(Record(kind, fields), bytes(16))
    sealed = whole.without(*(name for at, name in enumerate(sorted(whole.shown)) if at in hidden))
    assert open_line(sealed.to_bytes() + b"\n") == (Sealed.from_bytes(sealed.to_bytes()), sealed.entry())


@given(st.binary(max_size=60) | st.sampled_from(WRONG), st.integers(0, 10**6))
def test_a_line_that_the_definition_refuses_is_refused(line: bytes, flip: int) -> None:
    good = seal(Record("post/1", {"a": 1, "b": ["x", None]}), bytes(16)).to_bytes()
    at, bit = divmod(flip % (8 * len(good)), 8)
    flipped = good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]
    for candidate in (line, flipped):
        try:
            expected = Sealed.from_bytes(candidate)
        except FormatError:
            with pytest.raises(FormatError):
                open_line(candidate + b"\n")
        else:
            assert open_line(candidate + b"\n") == (expected, expected.entry())


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
