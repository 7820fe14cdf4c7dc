"""What the catalog answers about exhibits, channels and runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indelible.catalog import channels, exhibits, runs
from indelible.catalog.catalog import Catalog
from indelible.model.found import ChannelFound, FileRole
from indelible.model.record import Record
from indelible.preserve.records import keeping, source
from indelible.preserve.records.post import PostContext, post_record
from preserve.golden import ACT
from world.found_posts import PEER, digest_of, post, video
from world.plain_log import PlainLog

A, B = digest_of("a.mp4"), digest_of("b.mp4")


def exhibit(sha256: str, name: str, role: FileRole = FileRole.MEDIA) -> Record:
    return source.exhibit_record(source.Exhibit(sha256, 10, name, "src", role), run=0).record


def export(kind: str, ids: tuple[int, ...], *, complete: bool = True, name: str = "Harbour Watch", peer: int = PEER) -> Record:
    channel = ChannelFound("src", name, peer, kind, complete, min(ids), max(ids), ids)
    text = source.Export(digest_of(str(ids)), 10, "result.json", "src", complete=complete, channels=[channel])
    return source.export_record(text, run=0).record


def posts_of(*numbers: int) -> list[Record]:
    return [post_record(post(number), PostContext(0, {})).record for number in numbers]


def test_an_exhibit_is_found_by_digest_index_and_first_digits(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([exhibit(A, "a.mp4"), exhibit(B, "b.mp4")]))
    with catalog.reader() as reader:
        held = exhibits.by_sha256(reader, B)
        assert held == exhibits.ExhibitHeld(1, B, 10, "media", ("b.mp4",))
        assert exhibits.by_index(reader, 1) == held
        assert exhibits.beginning_with(reader, B[:9]) == [held]
        assert exhibits.held(reader, [A, digest_of("no")]) == {A: 0}


def test_an_exhibits_names_come_from_its_record_from_posts_and_from_later_finds(catalog: Catalog) -> None:
    found = post_record(video(2, "video_files/x.mp4"), PostContext(0, {"video_files/x.mp4": A})).record
    again = keeping.found_again_record(ACT, sha256=A, name="copy.mp4", source="copy.mp4", run=0).record
    catalog.catch_up(PlainLog([exhibit(A, "a.mp4"), found, again, found]))
    with catalog.reader() as reader:
        assert exhibits.names(reader, A) == ("a.mp4", "video_files/x.mp4", "copy.mp4")
        assert exhibits.is_named(reader, A, "copy.mp4")
        assert not exhibits.is_named(reader, A, "other.mp4")


def test_exhibits_can_be_listed_by_role(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([exhibit(A, "a.mp4"), exhibit(B, "a.mp4_thumb.jpg", FileRole.THUMBNAIL)]))
    with catalog.reader() as reader:
        assert [held.sha256 for held in exhibits.all_exhibits(reader, "media")] == [A]
        assert [held.sha256 for held in exhibits.all_exhibits(reader)] == [A, B]


def test_a_second_record_of_the_same_bytes_does_not_make_a_second_exhibit(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([exhibit(A, "a.mp4"), exhibit(A, "b.mp4")]))
    with catalog.reader() as reader:
        assert exhibits.by_sha256(reader, A) == exhibits.ExhibitHeld(0, A, 10, "media", ("a.mp4", "b.mp4"))


def test_gaps_are_told_of_channels(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([export("public_channel", (1, 9)), *posts_of(2, 3, 6, 7, 9, -5)]))
    with catalog.reader() as reader:
        found = [(gap.after, gap.before) for gap in channels.gaps(reader)]
    assert found == [(3, 6), (7, 9)]


@pytest.mark.parametrize("kind", ["private_group", "personal_chat", ""])
def test_gaps_are_not_told_where_numbers_are_shared_or_the_kind_unknown(catalog: Catalog, kind: str) -> None:
    catalog.catch_up(PlainLog([export(kind, (1, 9)), *posts_of(2, 6)]))
    with catalog.reader() as reader:
        assert channels.gaps(reader) == []


def test_a_channel_is_told_by_its_latest_name_and_export(catalog: Catalog) -> None:
    renamed = post_record(replace(post(9), channel="Harbour"), PostContext(0, {})).record
    log = PlainLog([export("private_channel", (1, 9)), export("", (1, 9), complete=False), *posts_of(2, 6), renamed])
    catalog.catch_up(log)
    with catalog.reader() as reader:
        (channel,) = channels.all_channels(reader)
    assert channel == channels.Channel(PEER, "Harbour", "private_channel", 3, 2, 9, complete=False, exports=2)


def test_a_channel_that_is_not_held_is_none(catalog: Catalog) -> None:
    with catalog.reader() as reader:
        assert channels.by_id(reader, 5) is None


def test_records_that_are_no_posts_are_found_by_kind_and_by_run(catalog: Catalog) -> None:
    log = PlainLog([keeping.operator_record(ACT, code="K7").record, exhibit(A, "a.mp4"), *posts_of(2)])
    catalog.catch_up(log)
    with catalog.reader() as reader:
        assert [held.fields["code"] for held in runs.of_kind(reader, "operator/1")] == ["K7"]
        assert [held.index for held in runs.of_run(reader, 0)] == [1]
        assert runs.last_of_kind(reader, "exhibit/1").index == 1
        assert runs.last_of_kind(reader, "lock/1") is None


def test_an_export_is_known_by_its_digest(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog([export("public_channel", (1, 2), complete=False)]))
    with catalog.reader() as reader:
        held = runs.export(reader, digest_of(str((1, 2))))
        assert (held.index, held.keep, held.complete) == (0, "whole", False)
        assert runs.export(reader, A) is None


def test_unknown_and_odd_records_are_kept_raw_and_counted(catalog: Catalog) -> None:
    log = PlainLog([Record("dream/9", {"a": [1]}), Record("post/1", {"id": "nonsense"}), *posts_of(2), exhibit("xyz", "a.mp4")])
    catalog.catch_up(log)
    with catalog.reader() as reader:
        assert next(runs.of_kind(reader, "dream/9")).fields == {"a": [1]}
        assert runs.counts(reader) == [
            runs.KindCount("dream/9", "unknown", 1),
            runs.KindCount("exhibit/1", "odd", 1),
            runs.KindCount("post/1", "known", 1),
            runs.KindCount("post/1", "odd", 1),
        ]
