"""What the catalog answers about marks that people judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indelible.catalog import runs
from indelible.catalog.catalog import Catalog
from indelible.catalog.marks import judgements
from indelible.catalog.nouns import MarkJudged
from indelible.model.record import Record
from indelible.model.span import Span
from indelible.preserve.records.marks import MarkDecided, mark_record
from preserve.golden import ACT, AT
from world.found_posts import digest_of
from world.plain_log import PlainLog

A = digest_of("a.mp4")
DECIDED = MarkDecided(A, Span(0, 1690), "confirmed", "a channel's title", [(A, Span(0, 1690))], {"strangers": 7})


def test_judgements_are_told_in_the_order_recorded(catalog: Catalog) -> None:
    refused = replace(DECIDED, decision="refused", reason="a bulletin's first picture")
    catalog.catch_up(PlainLog([mark_record(ACT, each).record for each in (DECIDED, refused)]))
    with catalog.reader() as reader:
        assert judgements(reader) == [
            MarkJudged(0, AT, "K7", A, Span(0, 1690), True, "a channel's title"),
            MarkJudged(1, AT, "K7", A, Span(0, 1690), False, "a bulletin's first picture"),
        ]


def test_a_mark_shared_so_widely_that_its_list_moved_to_a_blob_is_still_judged(catalog: Catalog) -> None:
    seen = [(digest_of(str(number)), Span(0, 1690)) for number in range(400)]
    prepared = mark_record(ACT, replace(DECIDED, seen=seen))
    assert len(prepared.overflow) == 1
    catalog.catch_up(PlainLog([prepared.record]))
    with catalog.reader() as reader:
        assert [judged.exhibit for judged in judgements(reader)] == [A]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("decision", "perhaps"),
        ("exhibit", "a.mp4"),
        ("span_ms", [1690, 0]),
        ("span_ms", [-1, 0]),
        ("span_ms", [0]),
        ("span_ms", [False, True]),
        ("span_ms", "0-1690"),
        ("at", "yesterday"),
    ],
)
def test_a_judgement_that_makes_no_sense_is_kept_and_judges_nothing(catalog: Catalog, field: str, value: object) -> None:
    fields = {**mark_record(ACT, DECIDED).record.fields, field: value}
    catalog.catch_up(PlainLog([Record("mark/1", fields)]))
    with catalog.reader() as reader:
        assert judgements(reader) == []
        assert [held.state for held in runs.of_kind(reader, "mark/1")] == ["odd"]


def test_a_decision_of_another_word_is_not_recorded() -> None:
    with pytest.raises(ValueError, match="perhaps"):
        replace(DECIDED, decision="perhaps")
