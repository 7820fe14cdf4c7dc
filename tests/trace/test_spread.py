"""Sightings in time order, the earliest known, edges back in time, and what was not collected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.model.ids import PostId
from indelible.model.moment import Moment, Voucher
from indelible.model.segment import Relation
from indelible.trace.seen import PostSeen
from indelible.trace.traced import Edge, EdgeKind, Footage
from indelible.trace.tracing import trace
from world.seen import START, At, forward, link, name, post, seen, stated


def _only(*posts: PostSeen, links: list | None = None) -> Footage:
    (footage,) = trace(seen(list(posts), links)).footage
    return footage


def _edges(footage: Footage) -> dict[str, list[tuple[str, str]]]:
    return {str(s.post.id): [(str(e.to), e.kind.value) for e in s.edges] for s in footage.sightings}


def test_sightings_stand_in_time_order_and_those_without_a_date_last() -> None:
    footage = _only(post(1, 3, "a", None), post(2, 1, "a", 2), post(3, 9, "a", 1))
    assert [str(s.post.id) for s in footage.sightings] == ["telegram:3/9", "telegram:2/1", "telegram:1/3"]
    assert footage.earliest.post.id == PostId(3, 9)


def test_without_any_date_an_earliest_is_still_named_and_has_no_bounds() -> None:
    footage = _only(post(2, 1, "a", None), post(1, 3, "a", None))
    assert footage.earliest.post.id == PostId(1, 3)
    assert footage.earliest.post.bounds is None


def test_a_post_whose_bounds_overlap_the_earliest_may_be_earlier() -> None:
    unsure = Moment(START + timedelta(hours=1), Voucher.STATED, START - timedelta(hours=1), START + timedelta(hours=3))
    footage = _only(post(1, 1, "a", 0), replace(post(2, 1, "a"), posted=unsure), post(3, 1, "a", 1))
    assert footage.earliest.post.id == PostId(1, 1)
    assert footage.may_be_earlier == (PostId(2, 1),)


def test_an_edit_can_have_exchanged_the_medium_so_it_widens_the_bounds() -> None:
    edited = post(1, 1, "a", 0, edited=stated(3))
    footage = _only(edited, post(2, 1, "a", 2), post(3, 1, "a", 4))
    assert footage.earliest.post.bounds == (START, START + timedelta(days=3))
    assert footage.may_be_earlier == (PostId(2, 1),)


def test_a_sound_under_another_picture_stands_beside_without_joining() -> None:
    sound = link(At("b", 0, 6), At("a", 0, 6), Relation.SAME_SOUND)
    first, second = trace(seen([post(1, 1, "a", 1), post(2, 1, "b", 2)], [sound])).footage
    assert [(str(s.post.id), s.relation.value) for s in first.sightings] == [
        ("telegram:1/1", "copy"),
        ("telegram:2/1", "same sound"),
    ]
    assert first.exhibits == (name("a"),)
    assert [s.relation.value for s in second.sightings] == ["same sound", "copy"]
    assert second.earliest.post.id == PostId(2, 1)


def test_what_is_undecided_is_a_candidate_and_no_sighting() -> None:
    doubt = link(At("b", 0, 6), At("a", 0, 6), Relation.UNDECIDED, 0.6)
    first, _ = trace(seen([post(1, 1, "a", 1), post(2, 1, "b", 2)], [doubt])).footage
    assert [str(s.post.id) for s in first.sightings] == ["telegram:1/1"]
    assert [(str(c.post.id), c.relation.value, c.score) for c in first.candidates] == [("telegram:2/1", "undecided", 0.6)]


def test_edges_run_from_later_to_earlier_and_the_earliest_has_none() -> None:
    footage = _only(post(1, 1, "a", 0), post(2, 1, "a", 1), post(3, 1, "a", 2))
    assert _edges(footage) == {
        "telegram:1/1": [],
        "telegram:2/1": [("telegram:1/1", "inferred")],
        "telegram:3/1": [("telegram:2/1", "inferred")],
    }


def test_an_inferred_edge_goes_to_the_closest_picture_and_not_to_the_latest() -> None:
    links = [
        link(At("b", 0, 8), At("a", 0, 8), score=0.7),
        link(At("c", 0, 8), At("a", 0, 8), score=0.95),
        link(At("c", 0, 8), At("b", 0, 8), score=0.6),
    ]
    footage = _only(post(1, 1, "a", 0), post(2, 1, "b", 1), post(3, 1, "c", 2), links=links)
    assert _edges(footage)["telegram:3/1"] == [("telegram:1/1", "inferred")]


def test_posts_of_one_second_in_two_channels_have_no_order() -> None:
    footage = _only(post(1, 1, "a", 0), post(2, 1, "a", 0))
    assert _edges(footage) == {"telegram:1/1": [], "telegram:2/1": []}


def test_in_one_channel_the_message_number_orders_posts_of_one_second() -> None:
    footage = _only(post(1, 8, "a", 0), post(1, 7, "a", 0))
    assert _edges(footage) == {"telegram:1/7": [], "telegram:1/8": [("telegram:1/7", "inferred")]}


@pytest.mark.parametrize("by_name", [False, True])
def test_a_forward_is_an_edge_that_the_post_states(by_name: bool) -> None:  # noqa: FBT001
    said = forward(1, by_name=by_name)
    footage = _only(post(1, 1, "a", 0), post(2, 1, "a", 1), post(3, 1, "a", 2, forward=said))
    assert _edges(footage)["telegram:3/1"] == [("telegram:1/1", "forwarded")]


def test_a_forward_goes_to_the_message_at_the_originals_date() -> None:
    posts = [post(1, 1, "a", 0), post(1, 2, "a", 1), post(1, 3, "a", 2)]
    footage = _only(*posts, post(2, 1, "a", 3, forward=forward(1, 1)))
    assert _edges(footage)["telegram:2/1"] == [("telegram:1/2", "forwarded")]


def test_a_forwarded_clip_goes_to_the_clip_and_not_to_a_later_still() -> None:
    links = [
        link(At("clip", 0, 8), At("copy", 0, 8), score=0.9),
        link(At("still", 0, 0), At("clip", 4, 4), score=0.8),
        link(At("still", 0, 0), At("copy", 4, 4), score=0.7),
    ]
    posts = [post(1, 1, "clip", 0), post(1, 2, "still", 0.1), post(2, 1, "copy", 1, forward=forward(1))]
    assert _edges(_only(*posts, links=links))["telegram:2/1"] == [("telegram:1/1", "forwarded")]


def test_a_forward_without_a_date_of_its_own_still_names_its_source() -> None:
    footage = _only(post(1, 1, "a", 0), post(2, 1, "a", None, forward=forward(1)))
    assert _edges(footage)["telegram:2/1"] == [("telegram:1/1", "forwarded")]


def test_a_forward_from_a_channel_not_held_is_said_and_the_edge_inferred() -> None:
    traced = trace(seen([post(1, 1, "a", 1), post(2, 1, "a", 2, forward=forward(4, 0.5))]))
    (missing,) = traced.not_collected
    assert (missing.name, missing.peer, missing.named_by, missing.at) == ("قناة", 4, PostId(2, 1), stated(0.5))
    assert missing.reason == "the channel was not collected"
    (footage,) = traced.footage
    assert _edges(footage)["telegram:2/1"] == [("telegram:1/1", "inferred")]
    assert [told.at for told in footage.stated_earlier] == [stated(0.5)]


def test_a_forward_whose_original_is_not_in_a_channel_that_is_held_is_said() -> None:
    traced = trace(seen([post(2, 1, "a", 2, forward=forward(4))], held={4: "قناة"}))
    assert traced.not_collected[0].reason.startswith("the channel is held, but not the original")


def test_a_forward_stated_after_the_earliest_sighting_tells_nothing_earlier() -> None:
    footage = _only(post(1, 1, "a", 1), post(2, 1, "a", 3, forward=forward(4, 2)))
    assert footage.stated_earlier == ()


def test_tracing_one_post_shows_its_footage_alone() -> None:
    traced = trace(seen([post(1, 1, "a"), post(1, 2, "b", forward=forward(4)), post(2, 1, "a c", 1)]))
    assert {e for f in traced.about(post=PostId(2, 1)).footage for e in f.exhibits} == {name("a"), name("c")}
    assert traced.about(post=PostId(2, 1)).not_collected == ()
    assert [f.exhibits for f in traced.about(exhibit=name("b")).footage] == [(name("b"),)]


def test_footage_stands_in_order_of_its_earliest_sighting() -> None:
    traced = trace(seen([post(1, 1, "b", 3), post(1, 2, "a", 1), post(1, 3, "c", None), post(2, 1, "b", 0)]))
    assert [f.exhibits[0] for f in traced.footage] == [name("b"), name("a"), name("c")]


moments = st.one_of(st.none(), st.integers(0, 4))
forwards = st.one_of(st.none(), st.builds(forward, st.integers(1, 4), st.one_of(st.none(), st.integers(0, 4))))
drawn = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 9), st.sampled_from(["a", "b", "a b", "c"]), moments, forwards),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row[:2],
)
LINKS = [link(At("b", 0, 8), At("a", 2, 10)), link(At("c", 0, 8), At("a", 0, 8), Relation.SAME_SOUND)]


def _posts(rows: list) -> list[PostSeen]:
    return [post(channel, message, words, days, forward=said) for channel, message, words, days, said in rows]


@given(drawn, st.randoms(use_true_random=False))
def test_the_order_of_the_input_has_no_effect(rows: list, random: object) -> None:
    posts, links = _posts(rows), list(LINKS)
    there = trace(seen(posts, links))
    random.shuffle(posts)
    random.shuffle(links)
    assert trace(seen(posts, links)) == there


@given(drawn)
def test_every_edge_goes_back_in_time_to_a_sighting_of_the_same_footage(rows: list) -> None:
    for footage in trace(seen(_posts(rows), LINKS)).footage:
        by_id = {s.post.id: s.post for s in footage.sightings}
        for sighting in footage.sightings:
            for edge in sighting.edges:
                assert _goes_back(edge, sighting.post, by_id[edge.to])


def _goes_back(edge: Edge, later: PostSeen, earlier: PostSeen) -> bool:
    if later.at is None or earlier.at is None:
        return edge.kind is EdgeKind.FORWARDED and later.channel_id != earlier.channel_id
    return earlier.at < later.at or (earlier.at == later.at and earlier.id < later.id)


@given(drawn)
def test_edges_make_no_circle(rows: list) -> None:
    for footage in trace(seen(_posts(rows), LINKS)).footage:
        back = {s.post.id: {edge.to for edge in s.edges} for s in footage.sightings}
        for start, direct in back.items():
            reached, frontier = set(), set(direct)
            while frontier:
                reached |= frontier
                frontier = {to for at in frontier for to in back[at]} - reached
            assert start not in reached


@given(drawn)
def test_every_post_is_sighted_and_the_earliest_is_no_later_than_any(rows: list) -> None:
    posts = _posts(rows)
    traced = trace(seen(posts, LINKS))
    assert {s.post.id for f in traced.footage for s in f.sightings} == {p.id for p in posts}
    for footage in traced.footage:
        dates = [s.post.at for s in footage.sightings if s.post.at and s.relation is Relation.COPY]
        assert footage.earliest.post.at == min(dates, default=None)
        assert footage.earliest.post not in [flag.post for flag in footage.flags]
