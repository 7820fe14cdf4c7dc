"""Questions about marks: what people decided."""

from __future__ import annotations

from indelible.catalog import runs
from indelible.catalog.catalog import Reader
from indelible.catalog.nouns import MarkJudged, mark_judged_from


def judgements(reader: Reader) -> list[MarkJudged]:
    """Every judgement about a stretch, in the order recorded; records that make no sense are left out."""
    known = (held for held in runs.of_kind(reader, "mark/1") if held.state == "known")
    return [mark_judged_from(held.index, held.fields) for held in known]
