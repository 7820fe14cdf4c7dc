"""What the catalog answers about posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.catalog import posts
from indelible.catalog.catalog import Catalog
from indelible.catalog.posts import Standing, Told, Verdict
from indelible.model.found import FoundForward, FoundPost
from indelible.model.ids import PostId
from indelible.model.moment import Moment, Voucher
from indelible.model.record import Record
from indelible.preserve.records.post import PostContext, post_record
from world.found_posts import PEER, START, digest_of, full_post, post, video
from world.plain_log import PlainLog

A, B = digest_of("a.mp4"), digest_of("b.mp4")
HELD = {"a.mp4": A, "b.mp4": B}


def record(found: FoundPost, held: Mapping[str, str] = HELD, supersedes: int | None = None) -> Record:
    return post_record(found, PostContext(run=0, held=held, supersedes=supersedes)).record


def told(found: FoundPost, *media: str) -> Told:
    return Told(found.id, found.digest, frozenset(media))


def test_a_full_post_comes_back_with_every_part(catalog: Catalog) -> None:
    found = full_post()
    catalog.catch_up(PlainLog([record(found)]))
    with catalog.reader() as reader:
        held = posts.by_id(reader, found.id)
    assert held is not None
    assert (held.posted, held.edited, held.text, held.author) == (found.posted, found.edited, found.text, found.author)
    assert (held.reply_to, held.album, held.action, held.signature) == (found.reply_to, found.album, "pin_message", "N.")
    assert held.forward == posts.post_from(0, record(found).fields).forward
    assert held.forward is not None
    assert (held.forward.peer, held.forward.at) == (2**60, found.forward.at)
    assert [medium.label for medium in held.media] == ["a.mp4", "photo"]


def test_a_post_that_is_not_held_is_none(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(post(2))]))
    with catalog.reader() as reader:
        assert posts.by_id(reader, PostId(PEER, 3)) is None


def test_posts_of_a_channel_come_in_the_order_of_their_numbers(catalog: Catalog) -> None:
    log = PlainLog([record(post(number)) for number in (9, -999_999_998, 2, 10)] + [record(post(1, peer=5))])
    catalog.catch_up(log)
    with catalog.reader() as reader:
        assert [held.id.message for held in posts.in_channel(reader, PEER)] == [-999_999_998, 2, 9, 10]
        assert posts.ids_held(reader, PEER) == [-999_999_998, 2, 9, 10]
        assert posts.count(reader) == 5


def test_ids_longer_than_64_bits_are_held_like_any_other(catalog: Catalog) -> None:
    huge = replace(post(2), id=PostId(10**19, -(10**19)))
    catalog.catch_up(PlainLog([record(huge), record(post(2))]))
    with catalog.reader() as reader:
        assert posts.by_id(reader, huge.id).id == huge.id
        assert posts.ids_held(reader, 10**19) == [-(10**19)]
        assert next(posts.verdicts(reader, [told(huge)])) == Verdict(Standing.KNOWN, 0)


def test_a_post_told_otherwise_keeps_both_versions_and_the_later_counts(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(post(2, "first")), record(post(2, "second"), supersedes=0)]))
    with catalog.reader() as reader:
        assert posts.by_id(reader, PostId(PEER, 2)).text == "second"
        assert [version.text for version in posts.versions(reader, PostId(PEER, 2))] == ["first", "second"]
        assert posts.count(reader) == 1


def test_an_older_export_collected_late_does_not_undo_an_edit(catalog: Catalog) -> None:
    edited = replace(post(2, "edited"), edited=Moment(START + timedelta(days=1), Voucher.STATED))
    catalog.catch_up(PlainLog([record(edited), record(post(2, "as it was"), supersedes=0)]))
    with catalog.reader() as reader:
        assert posts.by_id(reader, PostId(PEER, 2)).text == "edited"


def test_a_post_never_seen_is_new(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(post(2))]))
    with catalog.reader() as reader:
        assert list(posts.verdicts(reader, [told(post(3))])) == [Verdict(Standing.NEW)]


def test_a_post_told_the_same_is_known(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(video(2, "a.mp4"))]))
    with catalog.reader() as reader:
        assert list(posts.verdicts(reader, [told(video(2, "a.mp4"), A)])) == [Verdict(Standing.KNOWN, 0)]


def test_a_post_told_as_some_older_version_was_is_known(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(post(2, "first")), record(post(2, "second"), supersedes=0)]))
    with catalog.reader() as reader:
        assert list(posts.verdicts(reader, [told(post(2, "first"))])) == [Verdict(Standing.KNOWN, 1)]


def test_a_post_with_other_words_has_changed(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(post(1)), record(post(2, "first"))]))
    with catalog.reader() as reader:
        assert list(posts.verdicts(reader, [told(post(2, "second"))])) == [Verdict(Standing.CHANGED, 1)]


def test_a_file_that_was_missing_and_has_come_makes_the_post_changed(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(video(2, "a.mp4"), held={})]))
    with catalog.reader() as reader:
        assert list(posts.verdicts(reader, [told(video(2, "a.mp4"), A)])) == [Verdict(Standing.CHANGED, 0)]


def test_a_file_that_was_held_and_is_missing_now_changes_nothing(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(video(2, "a.mp4"))]))
    with catalog.reader() as reader:
        assert list(posts.verdicts(reader, [told(video(2, "a.mp4"))])) == [Verdict(Standing.KNOWN, 0)]


def test_other_bytes_under_the_same_words_make_the_post_changed(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(video(2, "a.mp4"))]))
    with catalog.reader() as reader:
        assert list(posts.verdicts(reader, [told(video(2, "a.mp4"), B)])) == [Verdict(Standing.CHANGED, 0)]


def test_verdicts_of_many_come_in_the_order_asked(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(post(number)) for number in range(1, 1000, 2)]))
    with catalog.reader() as reader:
        found = [verdict.standing for verdict in posts.verdicts(reader, [told(post(number)) for number in range(1, 1000)])]
    assert found == [Standing.KNOWN if number % 2 else Standing.NEW for number in range(1, 1000)]


def test_tracing_gets_the_posts_with_media_or_a_forward_and_no_others(catalog: Catalog) -> None:
    forwarded = replace(post(4), forward=FoundForward("Mist", 7))
    missing = video(5, "gone.mp4")
    catalog.catch_up(PlainLog([record(each) for each in (post(2), video(3, "a.mp4"), forwarded, missing)]))
    with catalog.reader() as reader:
        traced = list(posts.to_trace(reader))
    assert [held.id.message for held in traced] == [3, 4, 5]
    assert traced[0].media[0].sha256 == A
    assert traced[1].forward.name == "Mist"


def test_an_exhibits_posts_are_those_whose_current_version_refers_to_it(catalog: Catalog) -> None:
    log = PlainLog([record(video(2, "a.mp4")), record(video(3, "a.mp4")), record(post(3, "without"), supersedes=1)])
    catalog.catch_up(log)
    with catalog.reader() as reader:
        assert [held.id.message for held in posts.of_exhibit(reader, A)] == [2]


def test_missing_media_are_told_by_post_file_and_reason(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(video(2, "a.mp4")), record(video(3, "video_files/gone.mp4"))]))
    with catalog.reader() as reader:
        missing = list(posts.missing_media(reader))
    assert missing == [posts.MissingMedium(PostId(PEER, 3), "gone.mp4", "not in the export")]


def test_a_missing_file_that_came_later_is_missing_no_more(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([record(video(2, "a.mp4"), held={}), record(video(2, "a.mp4"), supersedes=0)]))
    with catalog.reader() as reader:
        assert list(posts.missing_media(reader)) == []


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from("ab"), st.booleans()), max_size=12))
def test_a_verdict_equals_what_reading_every_version_gives(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[int, str, bool]]
) -> None:
    catalog = Catalog.open(tmp_path_factory.getbasetemp() / "verdicts.sqlite")
    log = PlainLog([record(video(n, f"{name}.mp4"), HELD if held else {}) for n, name, held in history])
    catalog.rebuild(log)
    asked = [(n, name, held) for n in range(1, 5) for name in "ab" for held in (True, False)]
    with catalog.reader() as reader:
        found = list(
            posts.verdicts(reader, [told(video(n, f"{name}.mp4"), *[HELD[f"{name}.mp4"]] * held) for n, name, held in asked])
        )
    for (n, name, held), verdict in zip(asked, found, strict=True):
        earlier = [row for row in history if row[0] == n]
        same = any(row[1] == name and row[2] >= held for row in earlier)
        assert verdict.standing == ("known" if same else "changed" if earlier else "new")
