"""What a source is taken for, and what is said when it is nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from indelible.collect.sources import open_source
from indelible.model.errors import SourceError
from indelible.model.found import FileRole, Keep
from indelible.settings import Settings
from world.channel_export import ChannelExport, Medium, Post, account_bytes
from world.gathered import Gathered

AT = datetime(2023, 1, 11, 8, 0, tzinfo=UTC)
CHANNEL = ChannelExport([Post(1, AT, "a"), Post(2, AT, "b", medium=Medium("video_files/v.mp4", b"v"))], "Harbour", 5)
PRIVATE = ChannelExport(
    [Post(n, AT, f"secret {n}", medium=Medium("photos/p.jpg", b"p", "photo")) for n in (1, 2, 3)], "Mother", 6, "personal_chat"
)
LEFT = ChannelExport([Post(1, AT, "left")], "Left", 8, "private_group")


@pytest.mark.parametrize("name", ["result.json", "holiday.txt", "x", "photo.jpg"])
def test_an_export_is_known_under_any_name(tmp_path: Path, name: str) -> None:
    path = CHANNEL.write_json(tmp_path / name)
    assert Gathered(path).source.kind == "telegram export"
    assert len(Gathered(tmp_path).posts) == 2


def test_a_page_is_known_under_any_name_and_takes_those_that_follow_it(tmp_path: Path) -> None:
    for page in ChannelExport([Post(n, AT, "a") for n in range(1, 2200)]).write_pages(tmp_path):
        page.rename(tmp_path / page.name.replace("messages", "seite"))
    assert len(Gathered(tmp_path / "seite2.html").posts) == 2199
    assert len(Gathered(tmp_path).posts) == 2199


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.json", None, "there is nothing at"),
        ("a.json", b"", "empty"),
        ("a.json", b'{"name":"x","type":"bot_chat","id":1\n"messages":[]}', "a comma is missing at byte 37"),
        ("a.json", b'{"hello":"world"}', "it holds neither messages nor chats"),
        ("a.json", b'{"messages":[{"from":"a","body":"b"}]}', "none of Telegram's"),
        ("a.json", b'{"messages":[]}', "none of Telegram's"),
        ("a.json", b"[1,2]", "it is no JSON object"),
        ("a.json", b'{"camera":"x"', "the file ends too early"),
        ("a.json", '{"messages":[]}'.encode("utf-32"), "UTF-32"),
        ("a.html", b"<!DOCTYPE html><html><body>hello</body></html>", "no page of a Telegram export"),
    ],
)
def test_what_is_no_source_is_said_to_be_none(tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=words) as raised:
        open_source(path, Settings())
    assert raised.value.do


def test_an_empty_folder_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the folder is empty"):
        open_source(tmp_path, Settings())


def test_a_source_that_vanishes_on_the_way_is_a_source_error(tmp_path: Path) -> None:
    path = CHANNEL.write_json(tmp_path / "result.json")
    source = open_source(path, Settings())
    path.unlink()
    with pytest.raises(SourceError, match="cannot be read"):
        list(source.findings())


def test_a_folder_of_media_is_walked_and_its_sidecars_kept(tmp_path: Path) -> None:
    (tmp_path / "day 1" / ".hidden").mkdir(parents=True)
    (tmp_path / "day 1" / "a.MP4").write_bytes(b"no video at all")
    (tmp_path / "day 1" / "noname").write_bytes(b"\xff\xd8\xff\xe0 jpeg")
    (tmp_path / "day 1" / ".hidden" / "c.webm").write_bytes(b"x")
    (tmp_path / "day 1" / "a.MP4.json").write_text('{"camera":"x"}')
    (tmp_path / "link").symlink_to(tmp_path.parent)
    got = Gathered(tmp_path)
    assert got.source.kind == "media"
    assert got.names(FileRole.MEDIA) == ["day 1/.hidden/c.webm", "day 1/a.MP4", "day 1/noname"]
    assert got.names(FileRole.UNREFERENCED) == ["day 1/a.MP4.json"]
    assert [(one.where, one.reason, one.count) for one in got.refusals] == [("link", "a symbolic link, not followed", 0)]


def test_a_name_that_is_no_text_is_told_and_its_path_still_opens(tmp_path: Path) -> None:
    try:
        (tmp_path / "a\udcff.mp4").write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names alone")
    (file,) = Gathered(tmp_path).files
    assert file.name == "a�.mp4"
    assert Path(file.path).read_bytes() == b"x"


def test_a_single_medium_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    got = Gathered(tmp_path / "clip.mp4")
    assert got.names(FileRole.MEDIA) == ["clip.mp4"]


def test_exports_side_by_side_are_read_with_their_folders_in_the_names(tmp_path: Path) -> None:
    CHANNEL.write(tmp_path / "a")
    LEFT.write(tmp_path / "b")
    (tmp_path / "loose.mp4").write_bytes(b"x")
    (tmp_path / "note.txt").write_bytes(b"x")
    got = Gathered(tmp_path)
    assert (got.seen, [channel.channel for channel in got.channels]) == (3, ["Harbour", "Left"])
    assert got.names(FileRole.MEDIA) == ["a/video_files/v.mp4", "loose.mp4"]
    assert got.names(FileRole.UNREFERENCED) == ["note.txt"]
    assert got.posts[0].pointers[0].name == "a/result.json"
    assert all(file.name == str(Path(file.path).relative_to(tmp_path)) for file in got.files)


def test_several_chats_in_one_folder_are_each_read(tmp_path: Path) -> None:
    CHANNEL.write_json(tmp_path / "one.json")
    LEFT.write_json(tmp_path / "two.json")
    (tmp_path / "broken.json").write_bytes(b'{"name":"x","type":"bot_chat","id":1 "messages":[]}')
    got = Gathered(tmp_path)
    assert [channel.channel for channel in got.channels] == ["Harbour", "Left"]
    assert [(one.where, one.count) for one in got.refusals] == [("broken.json", 0)]
    assert got.names(FileRole.UNREFERENCED) == ["broken.json"]


def account(tmp_path: Path) -> Path:
    (tmp_path / "result.json").write_bytes(account_bytes(CHANNEL, PRIVATE, left=[LEFT]))
    CHANNEL.write_media(tmp_path)
    PRIVATE.write_media(tmp_path)
    return tmp_path


def test_of_an_account_nothing_is_kept_until_a_chat_is_chosen(tmp_path: Path) -> None:
    got = Gathered(account(tmp_path))
    assert got.source.kind == "telegram account"
    assert [(file.name, file.keep) for file in got.files] == [("result.json", Keep.DIGEST)]
    assert (got.posts, got.slices, got.seen) == ([], [], 6)
    assert [one.count for one in got.refusals] == [2, 3, 1, 0]
    assert "--chat" in got.refusals[0].reason


@pytest.mark.parametrize("chosen", ["Harbour", "5"])
def test_a_chosen_chat_is_kept_as_a_slice_that_holds_it_alone(tmp_path: Path, chosen: str) -> None:
    got = Gathered(account(tmp_path), chats=(chosen,))
    (cut,) = got.slices
    kept = Path(cut.path).read_bytes()[cut.offset : cut.offset + cut.length]
    assert kept.startswith(b"{")
    assert kept.endswith(b"}")
    assert b"secret" not in kept
    assert b"+380" not in kept
    assert [b'"id": %d' % post.id.message in got.pointed(post) for post in got.posts] == [True, True]
    assert got.names(FileRole.MEDIA) == ["video_files/v.mp4"]
    assert got.names(FileRole.UNREFERENCED) == []
    assert got.seen == 6


def test_settings_choose_chats_too(tmp_path: Path) -> None:
    got = Gathered(account(tmp_path), Settings(chats=("Left",)))
    assert [post.text for post in got.posts] == ["left"]


def test_slices_come_before_the_posts_that_point_into_them(tmp_path: Path) -> None:
    got = Gathered(account(tmp_path), chats=("Harbour", "Left"))
    kinds = [type(one).__name__ for one in got.findings]
    assert kinds.index("FoundSlice") < kinds.index("FoundPost")
    assert len({cut.name for cut in got.slices}) == 2


@pytest.mark.parametrize("above", ["chats/", ""])
def test_the_pages_of_an_account_are_private_too(tmp_path: Path, above: str) -> None:
    CHANNEL.write_pages(tmp_path / f"{above}chat_001")
    PRIVATE.write_pages(tmp_path / f"{above}chat_002")
    unchosen, chosen = Gathered(tmp_path), Gathered(tmp_path, chats=("Harbour",))
    assert {file.keep for file in unchosen.files} == {Keep.DIGEST}
    assert (unchosen.posts, unchosen.seen) == ([], 5)
    assert [post.text for post in chosen.posts] == ["a", "b"]
    assert [file.name for file in chosen.files if file.keep is Keep.WHOLE] == [
        f"{above}chat_001/messages.html",
        f"{above}chat_001/video_files/v.mp4",
    ]
    assert chosen.seen == 5


def test_an_accounts_json_and_pages_count_each_message_once(tmp_path: Path) -> None:
    account(tmp_path)
    CHANNEL.write_pages(tmp_path / "chats" / "chat_001")
    PRIVATE.write_pages(tmp_path / "chats" / "chat_002")
    got = Gathered(tmp_path, chats=("5",))
    assert got.seen == 6
    assert {len(post.pointers) for post in got.posts} == {2}
    assert {file.name for file in got.files if file.keep is Keep.DIGEST} == {"result.json", "chats/chat_002/messages.html"}


def test_one_chat_of_an_account_named_as_the_source_is_chosen_by_that(tmp_path: Path) -> None:
    PRIVATE.write_pages(tmp_path / "chat_002")
    assert len(Gathered(tmp_path / "chat_002").posts) == 3
