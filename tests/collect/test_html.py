"""Pages alone, and pages joined with the JSON of the same chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indelible.collect.telegram import join
from indelible.model.found import FileRole
from indelible.model.ids import PostId
from indelible.model.moment import to_wire
from world.channel_export import NOT_INCLUDED, TOO_LARGE, ChannelExport, Medium, Post, Zone, busy_channel
from world.gathered import Gathered

SUMMER = datetime(2023, 7, 11, 21, 30, tzinfo=UTC)
WINTER = datetime(2023, 1, 11, 21, 30, tzinfo=UTC)
KYIV = Zone(2)


def wires(moment) -> list[str]:
    return [to_wire(one) for one in moment.bounds]


def test_a_forward_has_its_own_date_from_the_page(tmp_path: Path) -> None:
    post = Post(2, SUMMER, "x", forwarded_from="Bereh", forwarded_at=SUMMER - timedelta(hours=3))
    forward = Gathered(ChannelExport([Post(1, SUMMER - timedelta(days=2)), post], zone=KYIV).write(tmp_path)).posts[1].forward
    assert forward
    assert forward.at
    assert (forward.name, to_wire(forward.at.at)) == ("Bereh", "2023-07-11T18:30:00.000Z")
    assert forward.at.earliest is None
    assert forward.at.printed == "11.07.2023 21:30:00 UTC+02:00"


def test_trusting_the_printed_offset_in_summer_would_be_an_hour_wrong(tmp_path: Path) -> None:
    (post,) = Gathered(ChannelExport([Post(1, SUMMER, "x")], zone=KYIV).write_pages(tmp_path)[0]).posts
    assert post.posted
    assert to_wire(post.posted.at) == "2023-07-11T22:30:00.000Z"
    assert wires(post.posted) == ["2023-07-11T21:30:00.000Z", "2023-07-11T23:30:00.000Z"]
    assert post.posted.earliest == SUMMER


def test_a_forward_from_another_season_keeps_an_hour_of_doubt(tmp_path: Path) -> None:
    post = Post(1, SUMMER, "x", forwarded_from="Bereh", forwarded_at=WINTER)
    forward = Gathered(ChannelExport([post], zone=KYIV).write(tmp_path)).posts[0].forward
    assert forward
    assert forward.at
    assert forward.at.at == WINTER
    assert forward.at.bounds == (WINTER - timedelta(hours=1), WINTER + timedelta(hours=1))


def test_a_forward_between_learnt_days_is_exact(tmp_path: Path) -> None:
    at = SUMMER - timedelta(days=9)
    posts = [Post(1, SUMMER - timedelta(days=20), "a"), Post(2, SUMMER, "b", forwarded_from="Bereh", forwarded_at=at)]
    forward = Gathered(ChannelExport(posts, zone=KYIV).write(tmp_path)).posts[1].forward
    assert forward
    assert forward.at
    assert forward.at.bounds == (at, at)


def test_pages_without_an_offset_are_fourteen_hours_wide(tmp_path: Path) -> None:
    page = ChannelExport([Post(1, WINTER, "x")], zone=KYIV, offset_label=False).write_pages(tmp_path)[0]
    (post,) = Gathered(page).posts
    assert post.posted
    assert post.posted.bounds == (WINTER - timedelta(hours=12), WINTER + timedelta(hours=16))


def test_older_json_without_instants_takes_the_pages_offset(tmp_path: Path) -> None:
    (post,) = Gathered(ChannelExport([Post(1, WINTER, "x")], zone=KYIV, unixtime=False).write(tmp_path)).posts
    assert post.posted
    assert post.posted.bounds == (WINTER - timedelta(hours=1), WINTER + timedelta(hours=1))


def test_one_message_in_both_is_one_post_with_two_pointers(tmp_path: Path) -> None:
    got = Gathered(ChannelExport(list(busy_channel(2500)), zone=KYIV).write(tmp_path))
    assert (got.seen, len(got.posts), got.disagreements, got.refusals) == (2500, 2500, [], [])
    assert [post.pointers[0].name for post in got.posts[:1]] == ["result.json"]
    assert {post.pointers[1].name for post in got.posts} == {"messages.html", "messages2.html", "messages3.html"}
    assert got.names(FileRole.EXPORT) == ["result.json", "messages.html", "messages2.html", "messages3.html"]


def test_a_pages_pointer_leads_to_its_message(tmp_path: Path) -> None:
    got = Gathered(ChannelExport(list(busy_channel(60))).write(tmp_path))
    for post in got.posts:
        cut = got.pointed(post, 1)
        assert cut.startswith(b'<div class="message')
        assert f'id="message{post.id.message}"'.encode() in cut
        assert cut.count(b'id="message') == 1
        assert cut.count(b"<div") == cut.count(b"</div>")


def test_pages_alone_tell_what_the_json_tells(tmp_path: Path) -> None:
    export = ChannelExport(list(busy_channel(1200)), zone=Zone(0, summer=False))
    told = Gathered(export.write_json(tmp_path / "json" / "result.json")).posts
    shown = Gathered(export.write_pages(tmp_path / "pages")[0])
    assert [post.text for post in shown.posts] == [post.text.strip() for post in told]
    assert [post.author for post in shown.posts] == [post.author for post in told]
    assert [post.posted and post.posted.at for post in shown.posts] == [post.posted and post.posted.at for post in told]
    assert [post.reply_to and post.reply_to.message for post in shown.posts] == [
        post.reply_to and post.reply_to.message for post in told
    ]
    assert shown.channels[0].complete
    assert shown.channels[0].channel_id < 0


def test_two_exports_without_ids_of_one_channel_meet(tmp_path: Path) -> None:
    first = ChannelExport([Post(1, WINTER, "a")]).write_pages(tmp_path / "a")[0]
    newer = ChannelExport([Post(1, WINTER, "a"), Post(2, WINTER, "b")]).write_pages(tmp_path / "b")[0]
    (old,), (same, _) = Gathered(first).posts, Gathered(newer).posts
    assert (old.id, old.digest) == (same.id, same.digest)
    assert "made from its name" in old.notes[0]


def test_joined_messages_inherit_the_sender_and_services_do_not(tmp_path: Path) -> None:
    posts = [
        Post(1, WINTER, "a", author="Ann"),
        Post(2, WINTER, "b", author="Ann"),
        Post(3, WINTER, kind="service"),
        Post(4, WINTER, "c", author="Ann"),
    ]
    got = Gathered(ChannelExport(posts).write_pages(tmp_path)[0])
    assert [post.author for post in got.posts] == ["Ann", "Ann", None, "Ann"]
    assert [post.kind for post in got.posts] == ["message", "message", "service", "message"]


def test_a_joined_forward_inherits_its_source_and_nearly_its_date(tmp_path: Path) -> None:
    posts = [Post(n, WINTER, "a", forwarded_from="B", forwarded_at=WINTER - timedelta(hours=1)) for n in (1, 2, 3)]
    got = Gathered(ChannelExport(posts, zone=Zone(0, summer=False)).write(tmp_path))
    bounds = [post.forward.at.bounds for post in got.posts if post.forward and post.forward.at]
    assert [(late - early) / 2 for early, late in bounds] == [timedelta(0), timedelta(minutes=15), timedelta(minutes=30)]


def test_date_separators_are_no_records(tmp_path: Path) -> None:
    posts = [Post(n, WINTER + timedelta(days=n), "a") for n in range(1, 6)]
    assert Gathered(ChannelExport(posts).write_pages(tmp_path)[0]).seen == 5


def test_ids_of_a_migrated_group_are_records_on_pages_too(tmp_path: Path) -> None:
    page = ChannelExport([Post(-999999998, WINTER, "a"), Post(5, WINTER, "b")]).write_pages(tmp_path)[0]
    assert [post.id.message for post in Gathered(page).posts] == [-999999998, 5]


@pytest.mark.parametrize("placeholder", [NOT_INCLUDED, TOO_LARGE])
def test_a_page_says_why_a_file_was_left_out(tmp_path: Path, placeholder: str) -> None:
    page = ChannelExport([Post(1, WINTER, medium=Medium(placeholder))]).write_pages(tmp_path)[0]
    (medium,) = Gathered(page).posts[0].media
    assert "change data exporting settings" in (medium.missing or "")
    assert medium.name is None


def test_a_placeholder_told_by_both_is_no_disagreement(tmp_path: Path) -> None:
    assert not Gathered(ChannelExport([Post(1, WINTER, medium=Medium(TOO_LARGE))]).write(tmp_path)).disagreements


def test_a_control_character_is_no_disagreement(tmp_path: Path) -> None:
    got = Gathered(ChannelExport([Post(1, WINTER, "a\x0bb \x01 c\u2028d")]).write(tmp_path))
    assert not got.disagreements


def altered(tmp_path: Path, old: str, new: str) -> Gathered:
    """An export whose JSON alone was altered."""
    medium = Medium("video_files/a.mp4", b"abc")
    posts = [
        Post(1, SUMMER, "first"),
        Post(2, SUMMER + timedelta(hours=1), "second", medium=medium),
        Post(3, SUMMER + timedelta(hours=2), "third"),
    ]
    ChannelExport(posts, zone=KYIV).write(tmp_path)
    path = tmp_path / "result.json"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return Gathered(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "about"),
    [
        ('"second"', '"other words"', "text"),
        ('"video_files/a.mp4"', '"video_files/b.mp4"', "media"),
        ('"2023-07-12T01:30:00"', '"2023-07-11T20:30:00"', "time"),
    ],
)
def test_json_altered_beside_its_page_is_told(tmp_path: Path, old: str, new: str, about: str) -> None:
    got = altered(tmp_path, old, new)
    (told,) = got.about(about)
    assert told.where == "telegram:1700000003/2"
    assert [statement[:4] for statement in told.statements] == ["JSON", "HTML"]
    assert len(got.posts) == 3


def test_a_record_cut_from_the_json_is_told_by_the_page(tmp_path: Path) -> None:
    export = ChannelExport([Post(n, WINTER, f"text {n}") for n in range(1, 6)])
    export.write_pages(tmp_path)
    replace(export, posts=[post for post in export.posts if post.number != 3]).write_json(tmp_path / "result.json")
    got = Gathered(tmp_path)
    assert got.seen == 5
    assert got.post(3).pointers[0].name == "messages.html"
    assert got.post(3).id == PostId(1700000003, 3)


def test_a_message_missing_from_the_page_is_told_by_the_json(tmp_path: Path) -> None:
    export = ChannelExport([Post(n, WINTER, f"text {n}") for n in range(1, 6)])
    export.write_json(tmp_path / "result.json")
    replace(export, posts=[post for post in export.posts if post.number != 3]).write_pages(tmp_path)
    got = Gathered(tmp_path)
    assert (got.seen, len(got.post(3).pointers), len(got.post(4).pointers)) == (5, 1, 2)


def test_a_cut_json_is_filled_from_the_pages(tmp_path: Path) -> None:
    export = ChannelExport([Post(n, WINTER, f"text {n}") for n in range(1, 100)])
    export.write(tmp_path)
    whole = (tmp_path / "result.json").read_bytes()
    (tmp_path / "result.json").write_bytes(whole[: len(whole) // 2])
    got = Gathered(tmp_path)
    assert {post.id.message for post in got.posts} == set(range(1, 100))
    assert not got.channels[0].complete


def test_shuffled_pages_are_joined_within_the_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ChannelExport([Post(n, WINTER, f"text {n}") for n in range(1, 300)])
    export.write_json(tmp_path / "result.json")
    replace(export, posts=sorted(export.posts, key=lambda post: post.number * 7919 % 307)).write_pages(tmp_path)
    got = Gathered(tmp_path)
    assert (got.seen, {len(post.pointers) for post in got.posts}) == (299, {2})
    monkeypatch.setattr(join, "WINDOW_MESSAGES", 10)
    assert {post.id.message for post in Gathered(tmp_path).posts} == set(range(1, 300))


def test_pages_written_under_another_clock_disagree_only_at_first(tmp_path: Path) -> None:
    export = ChannelExport([Post(n, SUMMER + timedelta(minutes=n), f"text {n}") for n in range(1, 100)], zone=Zone(2))
    export.write_json(tmp_path / "result.json")
    replace(export, zone=Zone(5)).write_pages(tmp_path)
    assert len(Gathered(tmp_path).about("time")) == join.OTHER_CLOCK_AFTER


def test_pages_of_another_chat_are_not_joined(tmp_path: Path) -> None:
    ChannelExport([Post(1, WINTER, "a")], "One").write_json(tmp_path / "result.json")
    ChannelExport([Post(1, WINTER, "b")], "Two").write_pages(tmp_path)
    got = Gathered(tmp_path)
    assert [channel.channel for channel in got.channels] == ["One", "Two"]
    assert (got.seen, got.disagreements) == (2, [])


def test_nothing_in_a_page_is_run_or_fetched_or_followed(tmp_path: Path) -> None:
    page = ChannelExport([Post(1, WINTER, "a", medium=Medium("../../etc/passwd", b"", "photo"))])._page(
        [Post(1, WINTER, '<script src="http://192.0.2.1/x.js">', medium=Medium("../../etc/passwd", b"", "photo"))]
    )
    (tmp_path / "messages.html").write_text(
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n' + page.replace("</body>", "&x;</body>")
    )
    got = Gathered(tmp_path)
    assert got.posts[0].text == '<script src="http://192.0.2.1/x.js">'
    assert (got.posts[0].media[0].missing or "").startswith("its path leaves the export")
    assert not got.names(FileRole.MEDIA)


def test_bytes_that_are_no_text_on_a_page_are_counted(tmp_path: Path) -> None:
    page = ChannelExport([Post(1, WINTER, "abc")]).write_pages(tmp_path)[0]
    page.write_bytes(page.read_bytes().replace(b"abc", b"a\xff\0c"))
    got = Gathered(page)
    assert got.posts[0].text == "a��c"
    assert got.repairs == {"bytes that are no UTF-8, read as U+FFFD": 1}
