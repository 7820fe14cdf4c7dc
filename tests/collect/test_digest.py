"""What makes two exports of one post the same, and what does not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from world.channel_export import TOO_LARGE, ChannelExport, Medium, Post, Zone, busy_channel, renumbered
from world.gathered import Gathered

AT = datetime(2023, 1, 11, 8, 0, tzinfo=UTC)
PHOTO = Medium("photos/photo_1@11-01-2023_08-00-00.jpg", b"x", "photo")
POST = Post(2, AT, "words", medium=PHOTO)


def digests(path: Path) -> dict[int, str]:
    return {post.id.message: post.digest for post in Gathered(path).posts}


def test_the_same_export_twice_changes_nothing(tmp_path: Path) -> None:
    export = ChannelExport(list(busy_channel(50)))
    assert digests(export.write(tmp_path / "a")) == digests(export.write(tmp_path / "b"))


def test_a_newer_export_from_another_zone_with_other_names_knows_its_posts(tmp_path: Path) -> None:
    older = ChannelExport([Post(1, AT, "a"), POST])
    newer = renumbered(replace(older, posts=[*older.posts, Post(3, AT, "new")], zone=Zone(5), name="Renamed"))
    old, new = digests(older.write(tmp_path / "a")), digests(newer.write(tmp_path / "b"))
    assert {number: digest for number, digest in new.items() if number in old} == old


def test_a_file_that_came_along_this_time_does_not_make_another_post(tmp_path: Path) -> None:
    without = ChannelExport([replace(POST, medium=replace(PHOTO, path=TOO_LARGE))]).write_json(tmp_path / "a.json")
    assert digests(without) == digests(ChannelExport([POST]).write_json(tmp_path / "b" / "b.json"))


def test_pages_beside_the_json_do_not_make_another_post(tmp_path: Path) -> None:
    export = ChannelExport([POST])
    assert digests(export.write_json(tmp_path / "a.json")) == digests(export.write(tmp_path / "b"))


@pytest.mark.parametrize(
    "change",
    [
        {"text": "other words"},
        {"edited": AT},
        {"at": AT.replace(second=1)},
        {"reply_to": 1},
        {"forwarded_from": "Mist"},
        {"signature": "desk"},
        {"author_id": "user5"},
        {"medium": None},
        {"kind": "service"},
    ],
)
def test_what_changes_in_a_post_changes_its_digest(tmp_path: Path, change: dict[str, object]) -> None:
    path = ChannelExport([POST]).write_json(tmp_path / "a.json")
    assert digests(path) != digests(ChannelExport([replace(POST, **change)]).write_json(tmp_path / "b.json"))  # type: ignore[arg-type]


@settings(max_examples=30)
@given(st.permutations(list(ChannelExport([POST]).record(POST))), st.sampled_from([None, 0, 4]))
def test_layout_and_order_of_members_do_not_count(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], indent: int | None
) -> None:
    export = ChannelExport([POST])
    chat = export.chat()
    path = tmp_path_factory.mktemp("x") / "a.json"
    path.write_text(json.dumps({**chat, "messages": [{name: export.record(POST)[name] for name in order}]}, indent=indent))
    assert digests(path) == digests(export.write_json(path.parent / "b.json"))


@pytest.mark.parametrize(
    "more", [{"reactions": [{"type": "emoji", "count": 9, "emoji": "a"}]}, {"forwarded_from_id": "channel9"}]
)
def test_counts_of_others_acts_and_newer_members_do_not_count(tmp_path: Path, more: dict[str, object]) -> None:
    path = ChannelExport([POST]).write_json(tmp_path / "a.json")
    assert digests(path) == digests(ChannelExport([replace(POST, more=more)]).write_json(tmp_path / "b.json"))


def test_votes_do_not_count_and_the_question_does(tmp_path: Path) -> None:
    def poll(question: str, voters: int) -> dict[int, str]:
        told = {"poll": {"question": question, "total_voters": voters, "answers": [{"text": "yes", "voters": voters}]}}
        return digests(ChannelExport([Post(1, AT, more=told)]).write_json(tmp_path / f"{question}{voters}.json"))

    assert poll("a", 1) == poll("a", 2) != poll("b", 1)


def test_where_a_link_leads_counts(tmp_path: Path) -> None:
    def link(href: str) -> dict[int, str]:
        told = {"text": [{"type": "text_link", "text": "here", "href": href}]}
        return digests(ChannelExport([Post(1, AT, more=told)]).write_json(tmp_path / f"{len(href)}.json"))

    assert link("https://a") != link("https://bb")
