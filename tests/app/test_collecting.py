"""Collecting: every record and medium accounted for, the same source twice changes nothing, a newer one adds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from indelible.app.answers.collect import CollectAnswer
from indelible.app.auditing import audit
from indelible.app.init import init
from indelible.app.intake.closing import Statement
from indelible.app.opening import Context
from indelible.app.showing import show
from indelible.app.status import status
from indelible.media.encode import write_still
from indelible.model.errors import SourceError, UsageError
from indelible.preserve.archive import Archive
from world.channel_export import TOO_LARGE, ChannelExport, Medium, Post, account_bytes, busy_channel

DAY = datetime(2023, 4, 11, 8, 0, tzinfo=UTC)
Collect = Callable[..., CollectAnswer]


def _photo(folder: Path, seed: int) -> bytes:
    path = folder / f"seed-{seed}.jpg"
    write_still(path, np.random.default_rng(seed).integers(0, 255, (48, 64, 3), np.uint8))
    content = path.read_bytes()
    path.unlink()
    return content


def _posts(folder: Path) -> list[Post]:
    return [
        Post(1, DAY, kind="service", action="create_channel"),
        Post(2, DAY + timedelta(hours=1), "first", medium=Medium("photos/photo_1.jpg", _photo(folder, 1), "photo")),
        Post(3, DAY + timedelta(hours=2), "second"),
        Post(6, DAY + timedelta(hours=3), "third", medium=Medium(TOO_LARGE, file_name="long.mp4", stated_size=9)),
    ]


@pytest.fixture
def channel(tmp_path: Path) -> ChannelExport:
    return ChannelExport(_posts(tmp_path))


def _records(context: Context) -> int:
    return Archive.open(context.root).ledger.size


def test_every_post_and_medium_is_accounted_for(tmp_path: Path, channel: ChannelExport, take: Collect) -> None:
    answer = take(channel.write(tmp_path / "export"))

    assert (answer.posts.seen, answer.posts.recorded) == (4, 4)
    assert (answer.media.referenced, answer.media.held) == (2, 1)
    assert [(row.post, row.file) for row in answer.media.missing] == [("telegram:1700000003/6", "long.mp4")]
    assert [(gap.after, gap.before) for gap in answer.gaps] == [(3, 6)]
    assert [(row.names, row.state) for row in answer.exhibits] == [(("photos/photo_1.jpg",), "decoded")]
    assert answer.amiss


def test_the_same_export_twice_changes_nothing(tmp_path: Path, channel: ChannelExport, take: Collect, context: Context) -> None:
    first = take(channel.write(tmp_path / "export"))

    again = take(tmp_path / "export")

    assert (again.posts.recorded, again.posts.known) == (0, 4)
    assert again.checkpoint == first.checkpoint
    assert again.exhibits == first.exhibits
    assert again.media == first.media


def test_pages_alone_are_known_when_they_were_collected_beside_their_json(
    tmp_path: Path, channel: ChannelExport, take: Collect
) -> None:
    first = take(channel.write(tmp_path / "export"))

    again = take(tmp_path / "export" / "messages.html")

    assert (again.posts.seen, again.posts.recorded, again.posts.known) == (4, 0, 4)
    assert again.checkpoint == first.checkpoint
    assert again.notes == ()


def test_pages_that_may_be_of_a_channel_held_by_its_id_are_said_to_be_apart(
    tmp_path: Path, channel: ChannelExport, take: Collect
) -> None:
    take(channel.write_json(tmp_path / "json" / "result.json"))
    channel.write_pages(tmp_path / "pages")
    other = ChannelExport([Post(1, DAY, "else")], "Other", 5)

    pages = take(tmp_path / "pages")
    json_again = take(tmp_path / "json")
    elsewhere = take(other.write_json(tmp_path / "other" / "result.json"))

    (note,) = pages.notes
    assert "held as channel 1700000003 and, from pages without JSON, as channel -" in note
    assert "4 posts have one number in both, 3 of them one text" in note
    assert (json_again.notes, elsewhere.notes) == ((note,), ())


@pytest.mark.parametrize("kept", [0, 1, 30, -1])
def test_what_is_left_of_an_export_is_never_taken_for_all_of_it(
    tmp_path: Path, channel: ChannelExport, take: Collect, kept: int
) -> None:
    path = channel.write_json(tmp_path / "export" / "result.json")
    path.write_bytes(path.read_bytes()[:kept])

    answer = take(tmp_path / "export")

    (source,) = answer.sources
    assert (answer.amiss, source.complete) == (True, False)
    assert bool(source.reason) != bool(answer.posts.refused)
    assert answer.posts.recorded == (4 if kept < 0 else 0)


def test_a_newer_export_adds_what_is_new_and_says_what_vanished(tmp_path: Path, channel: ChannelExport, take: Collect) -> None:
    take(channel.write(tmp_path / "old"))
    kept = [replace(post, text="second, edited") if post.number == 3 else post for post in channel.posts if post.number != 2]
    newer = replace(channel, posts=[*kept, Post(7, DAY + timedelta(days=1), "fourth")])

    answer = take(newer.write(tmp_path / "new"))

    assert (answer.posts.seen, answer.posts.recorded, answer.posts.known) == (4, 2, 2)
    assert [row.post for row in answer.vanished] == ["telegram:1700000003/2"]


def test_a_file_that_was_missing_and_has_come_is_recorded(tmp_path: Path, channel: ChannelExport, take: Collect) -> None:
    folder = channel.write(tmp_path / "export")
    photo = folder / "photos" / "photo_1.jpg"
    content = photo.read_bytes()
    photo.unlink()
    first = take(folder)
    photo.write_bytes(content)

    again = take(folder)

    assert (first.media.held, again.media.held) == (0, 1)
    assert again.posts.recorded == 1


def test_a_forward_date_that_only_pages_give_is_added_later(tmp_path: Path, take: Collect, context: Context) -> None:
    channel = ChannelExport([Post(1, DAY, "passed on", forwarded_from="Old Port", forwarded_at=DAY - timedelta(days=300))])
    take(channel.write_json(tmp_path / "json" / "result.json"))

    both = take(channel.write(tmp_path / "both"))
    again = take(tmp_path / "json")

    assert (both.posts.recorded, again.posts.recorded) == (1, 0)
    dates = [json.dumps(record.fields["forward"]) for record in show(context, "telegram:1700000003/1").records]
    assert ["2022-06-15T08:00:00.000Z" in date for date in dates] == [False, True]


def test_of_a_whole_account_only_chosen_chats_are_kept(
    tmp_path: Path, channel: ChannelExport, take: Collect, context: Context
) -> None:
    private = ChannelExport([Post(1, DAY, "private words")], "Olena", 4711, "personal_chat")
    path = tmp_path / "account" / "result.json"
    path.parent.mkdir()
    path.write_bytes(account_bytes(channel, private))

    answer = take(path, chats=["Harbour Watch"])

    assert (answer.posts.seen, answer.posts.recorded, answer.posts.refused_count) == (5, 4, 1)
    everything = b"".join(file.read_bytes() for file in context.root.rglob("*") if file.is_file())
    assert b"private words" not in everything
    assert b"Olena" not in everything
    assert b"+380000000000" not in everything


def test_a_folder_of_media_is_collected_and_a_second_name_is_kept(tmp_path: Path, take: Collect) -> None:
    folder = tmp_path / "stick"
    (folder / "copies").mkdir(parents=True)
    for name in ("a.jpg", "copies/b.jpg"):
        (folder / name).write_bytes(_photo(tmp_path, 1))
    (folder / "note.txt").write_text("handed over by hand")

    answer = take(folder)

    assert [(row.names, row.state) for row in answer.exhibits] == [
        (("a.jpg", "copies/b.jpg"), "decoded"),
        (("note.txt",), "not media"),
    ]
    assert not answer.amiss


def test_a_broken_file_is_kept_and_said_to_be_undecodable(tmp_path: Path, take: Collect, context: Context) -> None:
    (tmp_path / "broken.jpg").write_bytes(_photo(tmp_path, 1)[:100])

    answer = take(tmp_path / "broken.jpg")

    (row,) = answer.exhibits
    assert row.state == "undecodable"
    assert row.reason
    assert (context.root / "blobs" / row.sha256[:2] / row.sha256).is_file()
    assert answer.amiss


def test_how_it_came_is_recorded_once(tmp_path: Path, channel: ChannelExport, take: Collect, context: Context) -> None:
    take(channel.write(tmp_path / "export"))
    told = Statement(received_from="a witness", note="on a stick")

    take(tmp_path / "export", statement=told)
    before = _records(context)
    take(tmp_path / "export", statement=told)

    assert _records(context) == before
    assert status(context).records["custody/1"] == 2


def test_a_source_that_is_not_there_writes_nothing(
    tmp_path: Path, channel: ChannelExport, take: Collect, context: Context
) -> None:
    before = _records(context)
    with pytest.raises(SourceError):
        take(channel.write(tmp_path / "export"), tmp_path / "nowhere")
    assert _records(context) == before


def test_two_processes_that_collect_the_same_export_record_it_once(tmp_path: Path, context: Context) -> None:
    ChannelExport(list(busy_channel(3000))).write_json(tmp_path / "export" / "result.json")
    program = (
        "import sys; from pathlib import Path; from indelible.app.collecting import Scope, collect; from indelible.app.opening import Context;"
        "from indelible.app.intake.closing import Statement;"
        "answer = collect(Context(Path(sys.argv[1])), [Path(sys.argv[2])], Statement(), Scope(), lambda _: None);"
        "print(answer.posts.seen, answer.posts.recorded)"
    )
    command = [sys.executable, "-c", program, str(context.root), str(tmp_path / "export")]

    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) for _ in range(2)]
    said = [process.communicate(timeout=120)[0].split() for process in running]

    assert [seen for seen, _ in said] == ["3000", "3000"]
    assert sum(int(recorded) for _, recorded in said) == 3000
    assert status(context).records["post/1"] == 3000
    assert not audit(context.root).faults


def test_an_archive_is_not_made_over_another(context: Context) -> None:
    with pytest.raises(UsageError):
        init(context.root)
    assert len(list((Path(os.environ["XDG_STATE_HOME"]) / "indelible").iterdir())) == 1
