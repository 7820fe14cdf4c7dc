from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.model.span import Span

spans = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)).map(lambda ends: Span(min(ends), max(ends)))


@given(spans, spans)
def test_overlap_is_what_both_hold(a, b):
    assert a.overlap_ms(b) == b.overlap_ms(a) == len(set(range(a.start_ms, a.end_ms)) & set(range(b.start_ms, b.end_ms)))


@given(spans)
def test_a_span_lasts_as_long_as_it_overlaps_itself(span):
    assert span.length_ms == span.overlap_ms(span) == span.end_ms - span.start_ms


def test_a_span_may_be_a_point_and_never_runs_back():
    assert Span(5, 5).length_ms == 0
    with pytest.raises(ValueError, match="runs forward"):
        Span(6, 5)
