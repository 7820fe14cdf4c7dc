"""What one chat's JSON tells, record by record."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indelible.collect.telegram import mend
from indelible.collect.telegram.records import STRAY
from indelible.model.found import FileRole, FoundForward
from indelible.model.ids import PostId
from indelible.model.moment import Voucher, to_wire
from indelible.settings import Settings
from world.channel_export import NOT_INCLUDED, TOO_LARGE, ChannelExport, Medium, Post, Zone, busy_channel
from world.gathered import Gathered

AT = datetime(2023, 4, 11, 8, 0, tzinfo=UTC)
HEAD = b'{"name":"x","type":"public_channel","id":5,"messages":['
ONE = b'{"id":1,"type":"message","date":"2023-04-11T10:00:00","text":"a"}'
TWO = b'{"id":2,"type":"message","date":"2023-04-11T10:00:01","text":"b"}'


def of(tmp_path: Path, *records: object, head: bytes = HEAD, tail: bytes = b"]}", settings: Settings | None = None) -> Gathered:
    """An export of these records, given as bytes or as members."""
    spelt = [record if isinstance(record, bytes) else json.dumps(record).encode() for record in records]
    path = tmp_path / "result.json"
    path.write_bytes(head + b",".join(spelt) + tail)
    return Gathered(path, settings)


def message(number: int = 1, **more: object) -> dict[str, object]:
    return {"id": number, "type": "message", "date": "2023-04-11T10:00:00", "date_unixtime": "1681207200", "text": "", **more}


def test_a_message_keeps_what_the_export_tells(tmp_path: Path) -> None:
    record = message(
        7,
        edited="2023-04-11T11:00:00",
        edited_unixtime="1681210800",
        **{"from": "Harbour", "from_id": "channel5", "author": "desk", "via_bot": "@gif", "saved_from": "Mist"},
        forwarded_from="Bereh",
        forwarded_from_id="channel1700000002",
        reply_to_message_id=3,
        text=["see ", {"type": "link", "text": "https://t.me/x"}, ""],
    )
    (post,) = of(tmp_path, record).posts
    assert post.id == PostId(5, 7)
    assert (post.author, post.author_id, post.signature, post.via_bot, post.saved_from) == (
        "Harbour",
        "channel5",
        "desk",
        "@gif",
        "Mist",
    )
    assert post.forward == FoundForward("Bereh", 1700000002)
    assert post.reply_to == PostId(5, 3)
    assert post.text == "see https://t.me/x"
    assert post.posted
    assert post.edited
    assert (to_wire(post.posted.at), post.posted.printed) == ("2023-04-11T10:00:00.000Z", "2023-04-11T10:00:00")
    assert post.posted.voucher is Voucher.STATED
    assert to_wire(post.edited.at) == "2023-04-11T11:00:00.000Z"


def test_a_reply_to_another_chat_names_that_chat(tmp_path: Path) -> None:
    (post,) = of(tmp_path, message(reply_to_message_id=3, reply_to_peer_id="channel9")).posts
    assert post.reply_to == PostId(9, 3)


def test_ids_of_a_migrated_group_are_negative_and_kept(tmp_path: Path) -> None:
    got = of(tmp_path, message(-999999990, reply_to_message_id=-999999991), message(4))
    assert [post.id.message for post in got.posts] == [-999999990, 4]
    assert got.posts[0].reply_to == PostId(5, -999999991)
    assert (got.channels[0].first_id, got.channels[0].last_id) == (-999999990, 4)


def test_author_ids_of_2020_are_numbers(tmp_path: Path) -> None:
    (post,) = of(tmp_path, message(from_id=8888888888)).posts
    assert post.author_id == "8888888888"


def test_a_deleted_author_is_none(tmp_path: Path) -> None:
    (post,) = of(tmp_path, message(**{"from": None})).posts
    assert post.author is None


def test_an_unsupported_record_has_no_date_and_counts(tmp_path: Path) -> None:
    (post,) = of(tmp_path, {"id": 9, "type": "unsupported"}).posts
    assert (post.kind, post.posted) == ("unsupported", None)


def test_a_service_record_has_an_actor_and_an_action(tmp_path: Path) -> None:
    record = {
        "id": 1,
        "type": "service",
        "date_unixtime": "1",
        "actor": "A",
        "actor_id": "user1",
        "action": "clear_history",
        "text": "",
    }
    (post,) = of(tmp_path, record).posts
    assert (post.kind, post.author, post.author_id, post.action) == ("service", "A", "user1", "clear_history")


def test_a_custom_action_is_told_by_its_words(tmp_path: Path) -> None:
    (post,) = of(tmp_path, {"id": 1, "type": "service", "date_unixtime": "1", "information_text": "A did it", "text": ""}).posts
    assert (post.action, post.text) == (None, "A did it")


def test_a_time_without_a_zone_is_fourteen_hours_wide(tmp_path: Path) -> None:
    (post,) = of(tmp_path, ONE).posts
    assert post.posted
    assert [to_wire(one) for one in post.posted.bounds] == ["2023-04-10T20:00:00.000Z", "2023-04-12T00:00:00.000Z"]


def test_the_instant_wins_over_the_wall_time(tmp_path: Path) -> None:
    (post,) = of(tmp_path, message(date="2023-04-11T13:00:00")).posts
    assert post.posted
    assert post.posted.bounds == (post.posted.at, post.posted.at)
    assert to_wire(post.posted.at) == "2023-04-11T10:00:00.000Z"


@pytest.mark.parametrize("date", ["2023-04-11T10:00:05", "2023-04-13T10:00:00"])
def test_wall_time_and_instant_in_no_zone_disagree(tmp_path: Path, date: str) -> None:
    got = of(tmp_path, message(date=date))
    assert len(got.about("date and date_unixtime")) == 1
    assert len(got.posts) == 1


@pytest.mark.parametrize(
    ("placeholder", "reason"),
    [
        (NOT_INCLUDED, "File not included. Change data exporting settings to download."),
        (TOO_LARGE, "File exceeds maximum size. Change data exporting settings to download."),
        ("(File unavailable, please try again later)", "File unavailable, please try again later"),
    ],
)
def test_the_exporters_reason_stands_in_place_of_a_path(tmp_path: Path, placeholder: str, reason: str) -> None:
    (post,) = of(tmp_path, message(file=placeholder, file_name="full.mp4", file_size=9, media_type="video_file")).posts
    (medium,) = post.media
    assert (medium.name, medium.missing, medium.label, medium.size) == (None, reason, "full.mp4", 9)


def test_media_and_thumbnails_come_before_their_post(tmp_path: Path) -> None:
    medium = Medium("video_files/a.mp4", b"abc", thumbnail="video_files/a.mp4_thumb.jpg")
    ChannelExport([Post(1, AT, medium=medium)]).write_json(tmp_path / "result.json")
    got = Gathered(tmp_path)
    kinds = [getattr(one, "role", type(one).__name__) for one in got.findings]
    assert kinds == [FileRole.EXPORT, FileRole.MEDIA, FileRole.THUMBNAIL, "FoundPost", "ChannelFound"]


def test_a_file_that_is_not_there_is_missing_by_name(tmp_path: Path) -> None:
    (post,) = of(tmp_path, message(photo="photos/photo_1.jpg")).posts
    assert (post.media[0].name, post.media[0].missing) == ("photos/photo_1.jpg", "not in the export")


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"")
    (post,) = of(tmp_path, message(file="a.mp4", file_size=10)).posts
    assert post.media[0].missing == "empty in the export"


def test_a_short_file_is_noted(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"abc")
    (post,) = of(tmp_path, message(file="a.mp4", file_size=10)).posts
    assert post.media[0].missing is None
    assert post.notes == ("a.mp4: shorter than stated, 3 of 10 bytes",)


@pytest.mark.parametrize(
    "path",
    [
        "../secret.mp4",
        "a/../../secret.mp4",
        "/etc/passwd",
        "..\\secret.mp4",
        "C:/secret.mp4",
        "a\0.mp4",
        "link/a.mp4",
        "link.mp4",
    ],
)
def test_a_path_out_of_the_export_is_never_followed(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (tmp_path / "secret.mp4").write_bytes(b"x")
    (folder / "link").symlink_to(tmp_path)
    (folder / "link.mp4").symlink_to(tmp_path / "secret.mp4")
    got = of(folder, message(file=path))
    (medium,) = got.posts[0].media
    assert medium.name is None
    assert medium.missing
    assert medium.missing.startswith("its path leaves the export")
    assert not got.names(FileRole.MEDIA)


def test_a_path_of_absurd_depth_is_refused(tmp_path: Path) -> None:
    (post,) = of(tmp_path, message(file="a/" * 2000 + "b")).posts
    assert "too long" in (post.media[0].missing or "")


def test_files_that_no_post_names_are_kept_as_unreferenced(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "style.css").write_text("a{}")
    of(tmp_path, ONE)
    assert Gathered(tmp_path).names(FileRole.UNREFERENCED) == ["css/style.css"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b'{"type":"message","text":"a"}', "it has no id"),
        (b'{"id":"7","type":"message"}', "its id is no whole number"),
        (b'{"id":true,"type":"message"}', "its id is no whole number"),
        (b'{"id":1e400,"type":"message"}', "its id is no whole number"),
        (b'{"id":%d,"type":"message"}' % 2**60, "its id is no whole number"),
        (b"17", "a record is an object, this is a number"),
        (b"null", "a record is an object, this is null"),
        (b'["a"]', "a record is an object, this is a list"),
        (b'{"id":3,"type":"message","x":NaN}', "NaN is no number"),
        (b'{"id":3,"type":"message","x":' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"id":3,"type":"message","text":' + b"[" * 100 + b"]" * 100 + b"}", "nested deeper than 64"),
        (b'{"id":3,"type":"message","text":"\\q"}', "not JSON"),
        (b'{"id":3,"type":"message" "text":"a"}', "not JSON"),
    ],
)
def test_a_bad_record_is_refused_alone(tmp_path: Path, record: bytes, reason: str) -> None:
    got = of(tmp_path, ONE, record, TWO)
    assert [post.id.message for post in got.posts] == [1, 2]
    assert (len(got.refusals), got.refused) == (1, 1)
    assert reason in got.refusals[0].reason
    assert got.refusals[0].where == f"result.json, byte {len(HEAD) + len(ONE) + 1}"
    assert got.channels[0].complete


def test_a_record_longer_than_allowed_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    long = b'{"id":3,"type":"message","text":"' + b"a" * 600_000 + b'"}'
    got = of(tmp_path, ONE, long, TWO, settings=Settings(post_bytes_max=1000))
    assert [post.id.message for post in got.posts] == [1, 2]
    assert [refusal.reason for refusal in got.refusals] == ["longer than 1000 bytes"]


def test_a_text_without_an_end_costs_its_own_record(tmp_path: Path) -> None:
    broken = b'{"id":3,"type":"message","text":"a}'
    got = of(tmp_path, ONE, broken, TWO, message(4), message(5))
    assert [post.id.message for post in got.posts] == [1, 2, 4, 5]
    assert got.refused == 1


@pytest.mark.parametrize(
    "name", ["text", "from", "from_id", "file", "media_type", "file_size", "reply_to_message_id", "date", "edited"]
)
@pytest.mark.parametrize("value", [{"a": 1}, [1], 1.5, True])
def test_a_member_of_a_wrong_type_is_set_aside_with_a_note(tmp_path: Path, name: str, value: object) -> None:
    members = {"file": "a.mp4"} if name in ("media_type", "file_size") else {}
    (post,) = of(tmp_path, message(**{**members, name: value})).posts
    assert any(name in note for note in post.notes)


@pytest.mark.parametrize(
    ("text", "read", "rule"),
    [
        (rb"a\x0Bb", "a\x0bb", mend.CONTROL),
        (rb"a\\x0Bb", "a\\x0Bb", None),
        (rb"a\\\x0Bb", "a\\\x0bb", mend.CONTROL),
        (b"a\x0bb", "a\x0bb", mend.RAW_CONTROL),
        (b"a\xffb", "a�b", mend.NOT_UTF8),
        ("�".encode(), "�", None),
    ],
)
def test_known_damage_is_mended_in_reading_and_counted(tmp_path: Path, text: bytes, read: str, rule: str | None) -> None:
    got = of(tmp_path, b'{"id":1,"type":"message","text":"' + text + b'"}')
    assert [post.text for post in got.posts] == [read]
    assert got.repairs == ({rule: 1} if rule else {})
    assert text in got.pointed(got.posts[0])


def test_a_path_without_quotes_is_mended(tmp_path: Path) -> None:
    record = (
        b'{"id":1,"type":"message","text":[{"type":"custom_emoji","text":"a",\n"document_id": video_files/sticker (2).webm\n}]}'
    )
    got = of(tmp_path, record, TWO)
    assert [post.text for post in got.posts] == ["a", "b"]
    assert got.repairs == {mend.EMOJI_PATH: 1}


def test_commas_to_spare_are_mended(tmp_path: Path) -> None:
    got = of(tmp_path, b'{"id":1,"type":"message","text":["a",],}', TWO, tail=b",]}")
    assert len(got.posts) == 2
    assert got.repairs == {mend.COMMA: 2, STRAY: 1}


def test_a_lone_surrogate_is_read_as_the_replacement_character(tmp_path: Path) -> None:
    (post,) = of(tmp_path, b'{"id":1,"type":"message","text":"a\\ud83d b \\ud83d\\ude00"}').posts
    assert (post.text, post.notes) == ("a� b 😀", (mend.SURROGATE_NOTE,))


def test_of_a_member_that_stands_twice_the_last_counts(tmp_path: Path) -> None:
    (post,) = of(tmp_path, b'{"id":1,"type":"message","text":"a","text":"b"}').posts
    assert (post.text, post.notes) == ("b", (mend.TWICE_NOTE,))


def test_an_id_told_twice_with_one_content_is_told_twice(tmp_path: Path) -> None:
    got = of(tmp_path, ONE, ONE)
    assert len({post.digest for post in got.posts}) == 1
    assert (len(got.posts), got.disagreements) == (2, [])


def test_an_id_told_twice_with_two_contents_is_a_disagreement(tmp_path: Path) -> None:
    got = of(tmp_path, ONE, TWO.replace(b'"id":2', b'"id":1'))
    assert len(got.posts) == 2
    assert len(got.about("one id, two contents")) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le"])
def test_other_encodings_are_read_and_pointers_lead_into_the_file_as_it_is(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "result.json"
    export = ChannelExport([Post(1, AT, "сьогодні 😀"), Post(2, AT, "ринок")])
    path.write_bytes(export.json_bytes().decode().encode(encoding))
    got = Gathered(path)
    inside = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    told = [json.loads(got.pointed(post).decode(inside)) for post in got.posts]
    assert [one["text"] for one in told] == [post.text for post in got.posts] == ["сьогодні 😀", "ринок"]
    assert got.repairs


@settings(max_examples=25)
@given(st.integers(1, 400), st.integers(0, 10**6), st.integers(-11, 12))
def test_every_pointer_leads_to_its_message(tmp_path_factory: pytest.TempPathFactory, count: int, seed: int, zone: int) -> None:
    export = ChannelExport(list(busy_channel(count, seed)), zone=Zone(zone))
    got = Gathered(export.write_json(tmp_path_factory.mktemp("export") / "result.json"))
    assert [json.loads(got.pointed(post))["id"] for post in got.posts] == list(range(1, count + 1))
    assert (got.seen, got.repairs, got.disagreements) == (count, {}, [])


def test_head_members_after_the_messages_are_found(tmp_path: Path) -> None:
    got = of(tmp_path, message(), head=b'{"messages":[', tail=b'],"id":77,"type":"public_channel","name":"late"}')
    assert (got.posts[0].id.peer, got.posts[0].channel) == (77, "late")


def test_a_chat_without_an_id_gets_one_from_its_name(tmp_path: Path) -> None:
    got = of(tmp_path, message(), head=b'{"name":"x","type":"public_channel","messages":[')
    assert got.posts[0].id.peer < -(2**52)
    assert "made from its name" in got.posts[0].notes[0]


def test_what_follows_the_export_is_counted(tmp_path: Path) -> None:
    got = of(tmp_path, ONE, tail=b"]}  garbage")
    assert got.repairs == {"bytes after the end of the export": 7}


@pytest.mark.parametrize("tail", [b"", b"]", b"],"])
def test_an_export_without_its_end_is_incomplete(tmp_path: Path, tail: bytes) -> None:
    got = of(tmp_path, ONE, tail=tail)
    assert len(got.posts) == 1
    assert not got.channels[0].complete


def album(count: int, **more: object) -> list[Post]:
    return [Post(n, AT, medium=Medium(NOT_INCLUDED, kind="photo"), **more) for n in range(1, count + 1)]  # type: ignore[arg-type]


def test_ten_photos_of_one_second_are_an_album(tmp_path: Path) -> None:
    path = ChannelExport([*album(11), Post(12, AT + timedelta(seconds=9))]).write_json(tmp_path / "a.json")
    assert [post.album and post.album.message for post in Gathered(path).posts] == [1] * 10 + [None, None]


@pytest.mark.parametrize(
    "other",
    [
        Post(3, AT, medium=Medium(NOT_INCLUDED)),
        Post(2, AT + timedelta(seconds=1), medium=Medium(NOT_INCLUDED)),
        Post(2, AT, medium=Medium(NOT_INCLUDED), author_id="user9"),
        Post(2, AT, medium=Medium(NOT_INCLUDED), forwarded_from="B"),
        Post(2, AT, "second text", medium=Medium(NOT_INCLUDED)),
        Post(2, AT),
    ],
)
def test_what_differs_is_no_album(tmp_path: Path, other: Post) -> None:
    path = ChannelExport([Post(1, AT, "text", medium=Medium(NOT_INCLUDED)), other]).write_json(tmp_path / "a.json")
    assert [post.album for post in Gathered(path).posts] == [None, None]
