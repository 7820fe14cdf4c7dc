from __future__ import annotations

import contextlib
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.handover import verify_package
from indelible.model.errors import FormatError
from indelible.model.record import (
    DEPTH_MAX,
    FIELDS_MAX,
    INTEGER_MAX,
    RECORD_BYTES_MAX,
    Record,
    Sealed,
    Value,
    canonical,
    field_digest,
    field_key,
    seal,
)

SALT = bytes(range(16))
HEX = "ab" * 32

names = st.text(st.characters(max_codepoint=127), max_size=12)
texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)
scalars = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=6
)
records = st.builds(Record, texts, st.dictionaries(names.filter(lambda n: n != "kind"), values, max_size=8))


def nested(depth: int) -> Value:
    value: Value = "x"
    for _ in range(depth):
        value = [value]
    return value


def line(**members: object) -> bytes:
    return json.dumps(members, sort_keys=True, separators=(",", ":")).encode()


def slow_entry(record: Record) -> bytes:
    """The definition, word for word."""
    digests = {}
    for name, value in {**record.fields, "kind": record.kind}.items():
        key = sha256(SALT + name.encode()).digest()
        digests[name] = sha256(key + canonical(value)).hexdigest()
    return sha256(canonical(digests)).digest()


@given(records)
def test_an_entry_is_the_hash_of_the_digests_of_its_fields(record):
    assert seal(record, SALT).entry() == slow_entry(record)


@given(records)
def test_a_record_reads_back_from_its_bytes(record):
    sealed = seal(record, SALT)
    again = Sealed.from_bytes(sealed.to_bytes())
    assert again == sealed
    assert (again.kind, again.fields, again.entry()) == (record.kind, record.fields, sealed.entry())


@given(records)
def test_its_bytes_are_canonical_json(record):
    sealed = seal(record, SALT)
    members = {name: [value, key.hex()] for name, (value, key) in sealed.shown.items()}
    assert sealed.to_bytes() == canonical(members)


@given(records, st.data())
def test_withholding_any_fields_keeps_the_entry_and_drops_the_values(record, data):
    sealed = seal(record, SALT)
    chosen = data.draw(st.sets(st.sampled_from(sorted(sealed.shown))))
    partly = Sealed.from_bytes(sealed.without(*chosen).to_bytes())
    assert partly.entry() == sealed.entry()
    assert set(partly.hidden) == chosen
    assert set(partly.shown) == set(sealed.shown) - chosen


@given(records, st.data())
def test_the_stand_alone_verifier_computes_the_same_entry(record, data):
    sealed = seal(record, SALT)
    partly = sealed.without(*data.draw(st.sets(st.sampled_from(sorted(sealed.shown)))))
    found = verify_package.open_record(partly.to_bytes())
    assert found.entry == sealed.entry()
    assert found.values == {name: value for name, (value, _) in partly.shown.items()}


def test_withholding_a_field_that_is_not_there_changes_nothing():
    sealed = seal(Record("post/1", {"text": "x"}), SALT)
    assert sealed.without("author").to_bytes() == sealed.to_bytes()
    assert sealed.without("text").without("text").hidden.keys() == {"text"}


def test_a_withheld_kind_is_empty():
    assert seal(Record("post/1"), SALT).without("kind").kind == ""


@given(records, records)
def test_another_record_has_another_entry(one, other):
    assert (seal(one, SALT).entry() == seal(other, SALT).entry()) == (
        canonical({**one.fields, "kind": one.kind}) == canonical({**other.fields, "kind": other.kind})
    )


def test_equal_values_give_no_equal_digests():
    sealed = seal(Record("post/1", {"a": "yes", "b": "yes"}), SALT).without("a", "b")
    other = seal(Record("post/1", {"a": "yes"}), bytes(16)).without("a")
    assert len({sealed.hidden["a"], sealed.hidden["b"], other.hidden["a"]}) == 3


def test_a_field_s_key_and_digest_are_what_the_format_says():
    key = field_key(SALT, "text")
    assert key == sha256(SALT + b"text").digest()
    assert field_digest(key, "Лодка") == sha256(key + '"Лодка"'.encode()).digest()


@given(values)
def test_canonical_json_reads_back(value):
    assert json.loads(canonical(value)) == value


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        ({"b": 1, "a": [True, None, -0]}, b'{"a":[true,null,0],"b":1}'),
        ("é\u20ac\U0001f600/", '"é\u20ac\U0001f600/"'.encode()),
        ('\b\f\n\r\t"\\\x00\x1f\x7f', b'"\\b\\f\\n\\r\\t\\"\\\\\\u0000\\u001f\x7f"'),
        (INTEGER_MAX, b"9007199254740991"),
        ({"": {}, "A": [], "a": ""}, b'{"":{},"A":[],"a":""}'),
    ],
)
def test_canonical_json_is_that_of_rfc_8785(value, spelled):
    assert canonical(value) == spelled


SURROGATE = chr(0xD800)


@pytest.mark.parametrize(
    "value",
    [
        *(1.0, float("nan"), INTEGER_MAX + 1, -INTEGER_MAX - 1, SURROGATE, [SURROGATE], {SURROGATE: 1}, {"é": 1}, {1: 2}),
        *(b"x", (1,), {1}, [object()], nested(DEPTH_MAX + 1), {"a": nested(DEPTH_MAX)}),
    ],
)
def test_what_a_record_may_not_hold_is_refused(value):
    with pytest.raises(FormatError):
        canonical(value)


def test_a_value_of_the_greatest_depth_is_taken_by_all_who_read_it():
    sealed = seal(Record("post/1", {"deep": nested(DEPTH_MAX)}), SALT)
    assert Sealed.from_bytes(sealed.to_bytes()).entry() == verify_package.open_record(sealed.to_bytes()).entry


def test_a_field_s_name_is_ascii():
    with pytest.raises(FormatError, match="ASCII"):
        seal(Record("post/1", {"ключ": 1}), SALT).to_bytes()


def test_a_record_has_at_most_so_many_fields():
    seal(Record("post/1", {str(i): i for i in range(FIELDS_MAX - 1)}), SALT)
    with pytest.raises(FormatError, match="at most"):
        seal(Record("post/1", {str(i): i for i in range(FIELDS_MAX)}), SALT)


def test_a_kind_stands_apart_from_the_fields():
    with pytest.raises(ValueError, match="kind stands apart"):
        Record("post/1", {"kind": "other/1"})


@pytest.mark.parametrize("salt", [b"", bytes(15), bytes(17)])
def test_a_salt_of_another_length_is_refused(salt):
    with pytest.raises(ValueError, match="16 bytes"):
        seal(Record("post/1"), salt)


BAD = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"{",
    line(a=1),
    line(a=[1]),
    line(a=[1, HEX, 2]),
    line(a=HEX.upper()),
    line(a=HEX[:-1]),
    line(a=HEX + "\n"),
    line(a="é" * 64),
    line(a=[1, HEX[:-1]]),
    line(a=[1, None]),
    line(a=[1.5, HEX]),
    line(a=[2**53, HEX]),
    line(a=[nested(DEPTH_MAX + 1), HEX]),
    line(**{str(i): HEX for i in range(FIELDS_MAX + 1)}),
    line(a=[1, HEX]) + b"\n",
    b" " + line(a=[1, HEX]),
    line(a=[1, HEX]).replace(b",", b", "),
    line(a=["é", HEX]),  # escaped, where canonical JSON writes it out
    '{"é":["x","%s"]}'.encode() % HEX.encode(),
    b'{"a":["x","%s"],"a":["x","%s"]}' % (HEX.encode(), HEX.encode()),
    b'{"b":["x","%s"],"a":["x","%s"]}' % (HEX.encode(), HEX.encode()),
    b'{"a":[NaN,"%s"]}' % HEX.encode(),
    b'{"a":[-0,"%s"]}' % HEX.encode(),
    b'{"a":[1e2,"%s"]}' % HEX.encode(),
    b'{"a":["\\ud800","%s"]}' % HEX.encode(),
    b'{"a":["\xff","%s"]}' % HEX.encode(),
    b"[" * 100_000,
    b'{"a":' + b"[" * 100_000,
    b"9" * 5000,
]


@pytest.mark.parametrize("bad", BAD)
def test_a_record_in_any_other_form_is_refused(bad):
    with pytest.raises(FormatError):
        Sealed.from_bytes(bad)


@pytest.mark.parametrize("bad", BAD)
def test_a_record_in_any_other_form_is_refused_by_the_stand_alone_verifier_too(bad):
    with pytest.raises((verify_package.Refused, ValueError, RecursionError)):
        verify_package.open_record(bad)


def test_a_record_that_is_too_long_is_refused():
    with pytest.raises(FormatError, match="at most"):
        Sealed.from_bytes(b" " * (RECORD_BYTES_MAX + 1))


@given(records, st.data())
def test_a_flipped_bit_gives_another_entry_or_none(record, data):
    sealed = seal(record, SALT)
    changed = bytearray(sealed.to_bytes())
    bit = data.draw(st.integers(0, len(changed) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    with contextlib.suppress(FormatError):
        assert Sealed.from_bytes(bytes(changed)).entry() != sealed.entry()
