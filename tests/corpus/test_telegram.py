"""Exports that others made, and hostile ones: every record accounted for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indelible.collect.sources import open_source
from indelible.model.errors import SourceError
from indelible.model.found import FileRole
from indelible.model.moment import to_wire
from indelible.settings import Settings
from world.gathered import Gathered

CASES = [
    # file, chats chosen, (posts, refused, whether each channel was whole)
    ("tkonverter/result.json", (), (87, 0, (True,))),
    ("made-medium/result.json", (), (3000, 0, (True,))),
    ("chatpack/telegram_export.json", (), (7, 0, (True,))),
    ("chat-parser/bot.json", (), (2, 0, (True,))),
    ("chat-parser/personal.json", (), (0, 0, (True,))),
    ("chat-parser/private_group.json", (), (2, 0, (True,))),
    ("chat-parser/public_channel.json", (), (7, 0, (True,))),
    ("chat-miner/test_single_export.json", (), (0, 2, (True,))),
    ("chat-miner/test_batch_export.json", (), (0, 2, ())),
    ("chat-miner/test_batch_export.json", ("Chatname",), (0, 2, (True,))),
    ("sqlite-fixtures/json_export/result.json", (), (0, 4, ())),
    ("sqlite-fixtures/json_export/result.json", ("Family Chat",), (4, 0, (True,))),
    ("sqlite-fixtures/json_export", ("123456",), (4, 0, (True,))),
    ("sqlite-fixtures/basic_export", (), (0, 8, ())),
    ("sqlite-fixtures/basic_export", ("Family Chat",), (8, 0, (True,))),
    ("sqlite-fixtures/basic_export/chat_001", (), (8, 0, (True,))),
    ("hostile/bom-utf16.json", (), (0, 0, (True,))),
    ("hostile/dup-ids.json", (), (2, 0, (True,))),
    ("hostile/truncated.json", (), (0, 1, (False,))),
    ("hostile/xss.json", (), (1, 0, (True,))),
]


@pytest.mark.parametrize(("name", "chats", "expected"), CASES)
def test_every_record_is_accounted_for(
    corpus: Path, name: str, chats: tuple[str, ...], expected: tuple[int, int, tuple[bool, ...]]
) -> None:
    got = Gathered(corpus / "telegram" / name, chats=chats)
    assert (len(got.posts), got.refused, tuple(channel.complete for channel in got.channels)) == expected


def test_every_json_file_is_an_export_or_said_to_be_none(corpus: Path) -> None:
    said = {}
    for path in sorted((corpus / "telegram").rglob("*.json")):
        try:
            Gathered(path)
        except SourceError as error:
            said[path.name] = error.message
    assert set(said) == {"error.json", "target.json"}
    assert "comma" in said["error.json"]


@pytest.mark.parametrize("name", ["tkonverter", "made-medium", "chatpack"])
def test_pointers_lead_to_the_messages_that_a_parser_finds(corpus: Path, name: str) -> None:
    (path,) = (corpus / "telegram" / name).glob("*.json")
    got = Gathered(path)
    assert [json.loads(got.pointed(post)) for post in got.posts] == json.loads(path.read_bytes())["messages"]


def test_the_widest_export_keeps_its_fields(corpus: Path) -> None:
    got = Gathered(corpus / "telegram/tkonverter")
    assert got.post(2).saved_from == "Saved Messages"
    assert (got.post(2).forward.name, got.post(2).forward.peer) == ("Channel News", 500)  # type: ignore[union-attr]
    kinds = [medium.kind for number in range(3, 11) for medium in got.post(number).media]
    assert kinds == ["photo", "sticker", "video_message", "voice_message", "animation", "video_file", "audio_file", "contact"]
    assert got.post(22).media[0].missing == "File unavailable, please try again later"
    assert sum(post.kind == "unsupported" for post in got.posts) == 1


def test_pages_inherit_senders_and_date_their_forwards(corpus: Path) -> None:
    got = Gathered(corpus / "telegram/sqlite-fixtures/basic_export/chat_001")
    assert [got.post(number).author for number in (101, 102, 103)] == ["Alice", "Alice", "Bob"]
    forward = got.post(103).forward
    assert forward
    assert forward.at
    assert (forward.name, to_wire(forward.at.at), got.post(103).via_bot) == ("Carol", "2025-02-11T22:00:00.000Z", "@helper_bot")
    assert got.names(FileRole.MEDIA) == ["photos/photo_1.jpg", "files/report.pdf"]


def test_two_contents_of_one_id_are_told(corpus: Path) -> None:
    (one,) = Gathered(corpus / "telegram/hostile/dup-ids.json").disagreements
    assert (one.where, one.about) == ("telegram:1/7", "one id, two contents")


def test_marked_up_text_stays_text(corpus: Path) -> None:
    (post,) = Gathered(corpus / "telegram/hostile/xss.json").posts
    assert (post.channel, post.text) == ("<script>alert(1)</script>", "<b>x</b>click")


@pytest.mark.parametrize(
    ("name", "posts", "media", "missing"), [("harbour", 7, 4, []), ("bereh", 7, 4, ["full_version.mp4"]), ("mist", 8, 5, [])]
)
def test_the_demo_channels_are_read_whole(corpus: Path, name: str, posts: int, media: int, missing: list[str]) -> None:
    got = Gathered(corpus / "demo" / name)
    assert (got.seen, len(got.names(FileRole.MEDIA))) == (posts, media)
    assert {len(post.pointers) for post in got.posts} == {2}
    assert [medium.label for post in got.posts for medium in post.media if medium.missing] == missing
    assert got.names(FileRole.UNREFERENCED) == []


@pytest.mark.parametrize("folder", ["hostile-text", "json"])
def test_no_hostile_text_does_more_than_be_refused(corpus: Path, folder: str) -> None:
    for path in sorted((corpus / folder).rglob("*")):
        if path.is_file():
            try:
                list(open_source(path, Settings()).findings())
            except SourceError:
                continue
