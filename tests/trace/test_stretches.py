"""Only copies of overlapping picture make a footage, and a compilation belongs to several."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indelible.model.segment import Edit, Relation
from indelible.trace.seen import Link, Seen
from indelible.trace.stretches import footage_stretches
from world.seen import At, link, media, name, post, seen


def _sets(given_seen: Seen) -> set[frozenset[str]]:
    return {frozenset(stretch.exhibit for stretch in part) for part in footage_stretches(given_seen)}


def _named(*sets: str) -> set[frozenset[str]]:
    return {frozenset(name(exhibit) for exhibit in words.split()) for words in sets}


def test_the_same_bytes_in_two_posts_are_one_footage() -> None:
    assert _sets(seen([post(1, 1, "a"), post(2, 1, "a")])) == _named("a")


def test_what_matches_nothing_has_footage_of_its_own() -> None:
    assert _sets(seen([post(1, 1, "a"), post(1, 2, "b")])) == _named("a", "b")


def test_only_a_copy_joins() -> None:
    loose = [
        link(At("a", 0, 9), At("b", 0, 9), relation)
        for relation in (Relation.SAME_SOUND, Relation.SAME_SCENE, Relation.UNDECIDED)
    ]
    assert _sets(seen([post(1, 1, "a"), post(1, 2, "b")], loose)) == _named("a", "b")


def test_copies_of_one_stretch_are_one_footage_also_without_a_match_between_them() -> None:
    links = [link(At("b", 0, 8), At("a", 3, 11)), link(At("c", 0, 7), At("a", 2, 9))]
    assert _sets(seen([post(1, 1, "a b c")], links)) == _named("a b c")


COMPILATION = [
    link(At("both", 0, 10.4), At("one", 0, 10.4)),
    link(At("both", 9.7, 20), At("two", 5, 15.3)),
]
POSTS = [post(1, 1, "one"), post(2, 1, "two"), post(3, 1, "both")]


def test_a_compilation_stands_in_two_footages_and_merges_neither() -> None:
    assert _sets(seen(POSTS, COMPILATION)) == _named("one both", "two both")


def test_a_compilation_posted_twice_bridges_nothing_where_its_cut_is_known() -> None:
    again = [*COMPILATION, link(At("again", 0, 20), At("both", 0, 20))]
    measures = media(both=[0, 10, 20], again=[0, 10, 20], one=[0, 30], two=[0, 30])
    found = _sets(seen([*POSTS, post(4, 1, "again")], again, media=measures))
    assert found == _named("one both again", "two both again")


def test_a_cut_known_on_one_side_alone_is_enough() -> None:
    again = [*COMPILATION, link(At("both", 0, 20), At("again", 0, 20))]
    found = _sets(seen([*POSTS, post(4, 1, "again")], again, media=media(both=[0, 10, 20])))
    assert found == _named("one both again", "two both again")


def test_a_compilation_played_backwards_is_split_at_its_cut() -> None:
    again = [*COMPILATION, link(At("back", 0, 20), At("both", 0, 20), edit=Edit(speed_ratio=-1.0))]
    found = footage_stretches(seen([*POSTS, post(4, 1, "back")], again, media=media(both=[0, 10, 20])))
    spans = {
        s.span.start_ms for part in found if name("one") in {s.exhibit for s in part} for s in part if s.exhibit == name("back")
    }
    assert spans == {10_000}


def test_the_rest_of_a_compilation_posted_twice_is_no_third_footage() -> None:
    links = [COMPILATION[0], link(At("again", 0, 20), At("both", 0, 20))]
    measures = media(both=[0, 10, 20], again=[0, 10, 20])
    assert _sets(seen([POSTS[0], POSTS[2], post(4, 1, "again")], links, media=measures)) == _named("one both again")


def test_two_excerpts_of_one_take_are_one_footage() -> None:
    links = [link(At("x", 0, 4), At("a", 0, 4)), link(At("y", 0, 4), At("a", 8, 12))]
    posts = [post(1, 1, "a"), post(2, 1, "x"), post(3, 1, "y")]
    assert _sets(seen(posts, links, media=media(a=[0, 14]))) == _named("a x y")
    assert _sets(seen(posts, links)) == _named("a x", "a y")


def test_a_still_belongs_to_the_take_that_it_was_cut_from() -> None:
    links = [*COMPILATION, link(At("still", 0, 0), At("both", 10.2, 10.2))]
    found = _sets(seen([*POSTS, post(4, 1, "still")], links, media=media(both=[0, 10, 20])))
    assert found == _named("one both", "two both still")


def test_a_still_at_a_seam_joins_neither_side_where_no_cut_is_known() -> None:
    links = [*COMPILATION, link(At("still", 0, 0), At("both", 10.1, 10.1))]
    found = _sets(seen([*POSTS, post(4, 1, "still")], links))
    assert found == _named("one both", "two both", "still both")


EXHIBITS = "abcdef"
seconds = st.integers(0, 20)
stretches = st.builds(
    lambda exhibit, start, length: At(exhibit, start, start + length), st.sampled_from(EXHIBITS), seconds, st.integers(0, 12)
)
relations = st.sampled_from([Relation.COPY, Relation.COPY, Relation.SAME_SOUND, Relation.UNDECIDED])
links_drawn = st.lists(st.builds(link, stretches, stretches, relations, st.sampled_from([0.5, 0.8, 0.9])), max_size=8)
cuts_drawn = st.dictionaries(
    st.sampled_from(EXHIBITS), st.sets(st.integers(1, 31), max_size=3).map(lambda cuts: [0.0, *sorted(cuts), 32.0])
)
ALL = [post(1, number, exhibit) for number, exhibit in enumerate(EXHIBITS, 1)]


@given(links_drawn, cuts_drawn, st.randoms(use_true_random=False))
def test_the_order_of_posts_and_matches_has_no_effect(links: list[Link], cuts: dict, random: object) -> None:
    shuffled_posts, shuffled = list(ALL), list(links)
    random.shuffle(shuffled_posts)
    random.shuffle(shuffled)
    measures = media(**cuts)
    there = set(footage_stretches(seen(ALL, links, media=measures)))
    assert set(footage_stretches(seen(shuffled_posts, shuffled, media=measures))) == there


def _together(given_seen: Seen) -> set[frozenset[str]]:
    return {frozenset((a, b)) for part in _sets(given_seen) for a in part for b in part}


@given(links_drawn, links_drawn, cuts_drawn)
def test_one_more_match_never_parts_two_exhibits(links: list[Link], more: list[Link], cuts: dict) -> None:
    measures = media(**cuts)
    assert _together(seen(ALL, links, media=measures)) <= _together(seen(ALL, links + more, media=measures))


@given(links_drawn, cuts_drawn)
def test_every_exhibit_of_a_post_is_in_some_footage(links: list[Link], cuts: dict) -> None:
    found = _sets(seen(ALL, links, media=media(**cuts)))
    assert frozenset().union(*found) == {name(exhibit) for exhibit in EXHIBITS}


@given(st.floats(4, 30), st.floats(4, 30), st.floats(-1, 0.9), st.booleans())
def test_a_compilation_never_merges_what_it_quotes(first: float, second: float, overrun: float, reposted: bool) -> None:  # noqa: FBT001
    total = first + second
    links = [
        link(At("both", 0, first + overrun), At("one", 0, first + overrun)),
        link(At("both", first - overrun, total), At("two", 0, second + overrun)),
    ]
    if reposted:
        links.append(link(At("again", 0, total), At("both", 0, total)))
    found = _sets(seen([*POSTS, post(4, 1, "again")], links, media=media(both=[0, first, total])))
    assert not [part for part in found if {name("one"), name("two")} <= part]
