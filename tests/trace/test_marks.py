"""What strangers share briefly at one end is learnt as a mark; what a clip's copies share is not; a person has the last word."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.model.segment import Edit, Relation
from indelible.model.span import Span
from indelible.trace.learning import Judgement, depths, marks_of
from indelible.trace.marks import Mark, Marks, MarkState
from indelible.trace.seen import Link
from indelible.trace.ties import Tie, Ties
from indelible.trace.traced import Stretch
from world.seen import At, link, name

CLIPS = ("a", "b", "c", "d", "e", "f")
TITLE_S = 3.0


def _lengths(**seconds: float) -> dict[str, int]:
    return {name(exhibit): round(1000 * length) for exhibit, length in seconds.items()}


def _all_alike(stretches: Iterable[At]) -> list[Link]:
    """Every pair of stretches is a copy of each other."""
    return [link(later, earlier) for earlier, later in combinations(stretches, 2)]


def _titled(exhibits: Iterable[str] = CLIPS, seconds: float = TITLE_S) -> list[Link]:
    return _all_alike(At(exhibit, 0, seconds) for exhibit in exhibits)


def _stretch(exhibit: str, start_s: float, end_s: float) -> Stretch:
    return Stretch(name(exhibit), At(exhibit, start_s, end_s).span)


def _standing(marks: Marks, links: Iterable[Link]) -> list[Link]:
    """The matches that rest on no mark."""
    return [each for each in links if marks.of_link(each) is None]


TWENTY = _lengths(**dict.fromkeys(CLIPS, 20))


def test_a_title_before_clips_that_share_nothing_else_is_learnt() -> None:
    (mark,) = marks_of(_titled(), TWENTY)
    assert set(mark.stretches) == {_stretch(exhibit, 0, TITLE_S) for exhibit in CLIPS}
    assert (mark.named_by, mark.strangers, mark.state) == (_stretch("a", 0, TITLE_S), 6, MarkState.LEARNT)


def test_four_that_share_a_title_are_too_few() -> None:
    assert marks_of(_titled("abcd"), TWENTY) == []
    assert len(marks_of(_titled("abcde"), TWENTY)) == 1


def test_reposts_of_one_clip_are_one_stranger() -> None:
    reposts = [link(At("b", 0, 20), At("a", 0, 20)), link(At("c", 0, 20), At("a", 0, 20)), link(At("c", 0, 20), At("b", 0, 20))]
    titled = [each for each in _titled() if {each.query, each.match.reference} - {name("a"), name("b"), name("c")}]
    assert marks_of([*titled, *reposts], TWENTY) == []
    more = _lengths(**dict.fromkeys("abcdefg", 20))
    again = [each for each in _titled("abcdefg") if {each.query, each.match.reference} - {name("a"), name("b"), name("c")}]
    (mark,) = marks_of([*again, *reposts], more)
    assert (mark.strangers, len(mark.stretches)) == (5, 7)


def test_a_clip_that_many_compilations_quote_is_no_mark() -> None:
    places = [At("x", 4, 7), *(At(c, at, at + 3) for c, at in zip(CLIPS, (0, 9, 30, 4, 52, 21), strict=True))]
    lengths = _lengths(x=12, **dict.fromkeys(CLIPS, 60))
    assert marks_of(_all_alike(places), lengths) == []


def test_a_clip_that_all_compilations_open_with_is_no_mark_while_it_is_held_itself() -> None:
    places = [At("x", 0, 3), *(At(c, 0, 3) for c in CLIPS)]
    lengths = _lengths(**dict.fromkeys(CLIPS, 60))
    assert marks_of(_all_alike(places), {**lengths, **_lengths(x=3.5)}) == []
    assert len(marks_of(_all_alike(places[1:]), lengths)) == 1  # what the rule gets wrong, for a person to refuse


def test_a_long_stretch_is_no_mark() -> None:
    hour = _lengths(**dict.fromkeys(CLIPS, 3600))
    assert marks_of(_titled(seconds=10.5), hour) == []
    assert len(marks_of(_titled(seconds=9.5), hour)) == 1


def test_a_channel_with_a_title_before_and_one_behind_has_two_marks() -> None:
    behind = _all_alike(At(exhibit, 16, 20) for exhibit in CLIPS)
    found = marks_of([*_titled(), *behind], TWENTY)
    assert [mark.named_by.span for mark in found] == [Span(0, 3000), Span(16_000, 20_000)]


def test_a_compilation_of_whole_clips_shows_the_mark_in_its_middle() -> None:
    held = [link(At("all", 5, 25), At("a", 0, 20)), link(At("all", 25, 45), At("b", 0, 20))]
    briefly = [link(At("all", start, start + 3), At(clip, 0, 3)) for start in (5, 25) for clip in "cdef"]
    lengths = {**TWENTY, **_lengths(all=60)}
    (mark,) = marks_of([*_titled(), *held, *briefly], lengths)
    assert {s.span for s in mark.stretches if s.exhibit == name("all")} == {Span(5000, 8000), Span(25_000, 28_000)}
    assert _standing(Marks([mark]), [*_titled(), *held, *briefly]) == held


def test_a_short_clip_behind_its_title_neither_counts_nor_forbids() -> None:
    lengths = {**TWENTY, **_lengths(brief=4.5)}
    (mark,) = marks_of(_titled([*CLIPS, "brief"]), lengths)
    assert (mark.strangers, len(mark.exhibits)) == (6, 7)
    assert len(marks_of(_titled([*"abcd", "brief"]), lengths)) == 0


def test_what_a_person_confirms_holds_where_two_share_it() -> None:
    (mark,) = marks_of(_titled("ab"), TWENTY, [Judgement(_stretch("b", 0, 3), is_mark=True)])
    assert (mark.state, set(mark.exhibits)) == (MarkState.CONFIRMED, {name("a"), name("b")})
    assert _standing(Marks([mark]), _titled("ab")) == []


def test_what_a_person_refuses_is_footage_again() -> None:
    (mark,) = marks_of(_titled(), TWENTY, [Judgement(_stretch("c", 0.1, 3), is_mark=False)])
    assert mark.state is MarkState.REFUSED
    assert _standing(Marks([mark]), _titled()) == _titled()


@pytest.mark.parametrize("last", [True, False])
def test_of_two_judgements_about_one_stretch_the_last_holds(last: bool) -> None:  # noqa: FBT001
    said = [Judgement(_stretch("a", 0, 3), is_mark=not last), Judgement(_stretch("d", 0, 3), is_mark=last)]
    (mark,) = marks_of(_titled(), TWENTY, said)
    assert mark.state is (MarkState.CONFIRMED if last else MarkState.REFUSED)


def _marks(*stretches: Stretch, state: MarkState = MarkState.LEARNT) -> Marks:
    return Marks([Mark(stretches[0], stretches, 5, state)])


@pytest.mark.parametrize(
    ("span", "aside"),
    [((0, 3), True), ((0, 3.9), True), ((0.5, 2), True), ((2, 2), True), ((0, 4.1), False), ((2.5, 4), False), ((9, 9), False)],
)
def test_a_match_rests_on_a_mark_when_hardly_anything_lies_beside(span: tuple[float, float], aside: bool) -> None:  # noqa: FBT001
    found = link(At("new", *span), At("a", *span))
    assert _standing(_marks(_stretch("a", 0, 3)), [found]) == ([] if aside else [found])


def test_a_query_that_consists_of_the_stretch_is_answered_until_a_person_confirms_the_mark() -> None:
    found = link(At("new", 0, 3), At("a", 0, 3)).match
    learnt, confirmed = (_marks(_stretch("a", 0, 3), state=state) for state in (MarkState.LEARNT, MarkState.CONFIRMED))
    assert learnt.is_the_query(found, 3500)
    assert not learnt.is_the_query(found, 4000)
    assert not confirmed.is_the_query(found, 3500)


def test_sound_and_doubtful_likeness_of_a_mark_are_set_aside_too() -> None:
    loose = [link(At("b", 0, 3), At("a", 0, 3), relation) for relation in Relation]
    assert _standing(_marks(_stretch("a", 0, 3)), loose) == []


def test_nothing_is_learnt_from_what_is_not_called_a_copy() -> None:
    for relation in (Relation.UNDECIDED, Relation.SAME_SCENE, Relation.SAME_SOUND):
        loose = [link(At(b, 0, 3), At(a, 0, 3), relation) for a, b in combinations(CLIPS, 2)]
        assert marks_of(loose, TWENTY) == []


def test_a_stretch_played_backwards_is_found_at_its_place() -> None:
    ties = Ties([link(At("back", 10, 20), At("a", 0, 10), edit=Edit(speed_ratio=-1.0))])
    assert set(ties.carried(_stretch("a", 1, 3))) == {_stretch("a", 1, 3), _stretch("back", 17, 19)}


EXHIBITS = "abcdefgh"
stretches = st.builds(
    lambda exhibit, start, length: At(exhibit, start, start + length),
    st.sampled_from(EXHIBITS),
    st.integers(0, 12),
    st.integers(1, 6),
)
links_drawn = st.lists(st.builds(link, stretches, stretches), max_size=10)
titled_and_more = links_drawn.map(lambda more: [*_titled(EXHIBITS), *more])
EIGHT = _lengths(**dict.fromkeys(EXHIBITS, 18))


@given(titled_and_more, st.randoms(use_true_random=False))
def test_the_order_of_matches_has_no_effect(links: list[Link], random: object) -> None:
    shuffled = list(links)
    random.shuffle(shuffled)
    assert marks_of(shuffled, EIGHT) == marks_of(links, EIGHT)


@given(links_drawn)
def test_how_many_share_a_moment_is_counted_right(links: list[Link]) -> None:
    ties = Ties(links).of(name("a"))
    told = list(depths(ties))
    for at_ms in range(500, 18_000, 1000):
        slowly = len({tie.there.exhibit for tie in ties if tie.here.start_ms <= at_ms < tie.here.end_ms})
        assert sum(count for span, count in told if span.start_ms <= at_ms < span.end_ms) == slowly


@given(titled_and_more)
def test_every_learnt_mark_keeps_the_rule(links: list[Link]) -> None:
    for mark in marks_of(links, EIGHT):
        assert mark.strangers >= 5
        assert 500 <= mark.named_by.span.length_ms <= 10_000
        assert all(stretch.span.length_ms < 0.8 * EIGHT[stretch.exhibit] for stretch in mark.stretches)
        ends = [{s.exhibit for s in mark.stretches if s.span.start_ms <= 1000}]
        ends.append({s.exhibit for s in mark.stretches if s.span.end_ms >= EIGHT[s.exhibit] - 1000})
        assert max(map(len, ends)) >= 0.8 * len(mark.exhibits)


@given(st.integers(0, 9), st.integers(1, 9), st.booleans())
def test_what_a_copy_leads_to_leads_back(start: int, length: int, backwards: bool) -> None:  # noqa: FBT001
    here, there = Stretch("a", Span(1000, 15_000)), Stretch("b", Span(0, 28_000))
    span = Span(1000 + start * 500, 1000 + (start + length) * 500)
    beyond = Tie(here.span, there, backwards).beyond(span)
    assert beyond is not None
    assert Tie(there.span, here, backwards).beyond(beyond) == span
