"""Long media are compared in parts; what is left out must never be what was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from indelible.match import windows
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.model.segment import Relation
from world import footage

PARTS = [footage.clip(seed, 6) for seed in (21, 22, 23, 24)]
LONG = np.concatenate(PARTS)


@pytest.mark.parametrize("nth", range(4))
def test_of_a_reference_too_long_to_compare_whole_the_part_that_is_shown_is_compared(
    nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = footage.fingerprint(footage.noisy(PARTS[nth]))
    monkeypatch.setattr(windows, "_PAIRS_MAX", 2 * len(PARTS[nth]) ** 2)  # room for half of the reference
    found = match_medium(query, References.of([("long", footage.fingerprint(LONG))]))
    assert [match.relation for match in found] == [Relation.COPY]
    assert found[0].reference_span.start_ms == pytest.approx(6000 * nth, abs=130)
    assert found[0].reference_span.length_ms == pytest.approx(6000, abs=260)


def test_each_quotation_in_a_long_query_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_AROUND_MS", 5000)
    quoting = np.concatenate([PARTS[0], footage.clip(31, 12), PARTS[0][4:20], footage.clip(32, 8)])
    query = footage.fingerprint(footage.noisy(quoting))
    found = match_medium(query, References.of([("one", footage.fingerprint(PARTS[0]))]))
    starts = sorted(match.query_span.start_ms for match in found if match.relation is Relation.COPY)
    assert starts == [pytest.approx(0, abs=260), pytest.approx(18_000, abs=260)]
