"""The format of records: golden bytes, and a page that lists every kind and field as the code has them."""

from __future__ import annotations

import re

import pytest

from conftest import PROJECT
from indelible.model.record import Sealed
from indelible.preserve.records.kinds import EVERY_KIND, KINDS
from preserve.golden import VECTORS, golden

GOLDEN = golden()


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_golden_record_is_still_made_byte_for_byte(name: str) -> None:
    assert GOLDEN[name] == (VECTORS / name).read_bytes()


def test_every_golden_record_ever_made_can_still_be_read() -> None:
    for path in VECTORS.glob("*.json"):
        sealed = Sealed.from_bytes(path.read_bytes().removesuffix(b"\n"))
        assert sealed.kind in KINDS


def test_golden_records_fill_exactly_the_fields_of_their_kind() -> None:
    filled: dict[str, set[str]] = {}
    for line in GOLDEN.values():
        sealed = Sealed.from_bytes(line.removesuffix(b"\n"))
        filled.setdefault(sealed.kind, set()).update(set(sealed.fields) - set(EVERY_KIND))
    expected = {kind: set(names) - set(EVERY_KIND) for kind, names in KINDS.items()}
    assert filled == expected


def test_the_page_lists_every_kind_with_its_fields() -> None:
    page = (PROJECT / "docs" / "format" / "records.md").read_text(encoding="utf-8")
    sections = re.split(r"^## `([a-z]+/\d+)`.*$", page, flags=re.MULTILINE)
    told = {
        kind: set(re.findall(r"^\| `([a-z0-9_]+)` \|", body, re.MULTILINE))
        for kind, body in zip(sections[1::2], sections[2::2], strict=True)
    }
    assert told == {kind: set(names) for kind, names in KINDS.items()}
