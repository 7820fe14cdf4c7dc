"""An export cut at any byte is never taken for a whole one, and no record that stood whole before the cut is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indelible.model.errors import SourceError
from indelible.model.found import FileRole, Keep
from world.channel_export import ChannelExport, Medium, Post, account_bytes
from world.gathered import Gathered

START = datetime(2023, 4, 11, 8, 0, tzinfo=UTC)
EXPORT = ChannelExport([
    Post(1, START, kind="service", action="create_channel"),
    Post(2, START + timedelta(hours=1), "first } ] words", medium=Medium("(File not included.)", file_name="a.mp4")),
    Post(3, START + timedelta(hours=2), "сьогодні", forwarded_from="A", forwarded_at=START),
])  # fmt: skip
JSON, PAGE = EXPORT.json_bytes(), EXPORT.page_bytes().rstrip()


def _whole_records(cut: bytes) -> int:
    """How many of the records end before the cut."""
    ends = [found.end() for found in re.finditer(rb"\n  \}(?=,?\n)", JSON)]
    return sum(end <= len(cut) for end in ends)


def _whole_messages(cut: bytes) -> int:
    messages = PAGE[: PAGE.index(b"\n   </div></div>\n  </div>\n </body>")].split(b'     <div class="message ')
    ends = [len(b'     <div class="message '.join(messages[: index + 1]).rstrip()) for index in range(1, len(messages))]
    return sum(end <= len(cut) for end, message in zip(ends, messages[1:], strict=True) if b'id="message-' not in message)


Case = tuple[bytes, Callable[[bytes], int]]
CASES = pytest.mark.parametrize(
    ("name", "case"),
    [("result.json", (JSON, _whole_records)), ("x", (JSON, _whole_records)), ("messages.html", (PAGE, _whole_messages))],
)


@CASES
def test_no_cut_of_an_export_passes_for_a_whole_one(tmp_path: Path, name: str, case: Case) -> None:
    whole, count = case
    for length in range(0 if name != "x" else 1, len(whole)):
        (tmp_path / name).write_bytes(whole[:length])
        got = Gathered(tmp_path)
        assert not got.complete, (length, whole[max(0, length - 30) : length])
        assert len(got.posts) == count(whole[:length]), length
        assert [file.name for file in got.files] == [name], length
        assert len(got.refusals) <= 1, length


@CASES
def test_a_cut_file_named_alone_is_kept_and_told(tmp_path: Path, name: str, case: Case) -> None:
    whole, count = case
    path = tmp_path / name
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        if not length:
            with pytest.raises(SourceError, match="empty"):
                Gathered(path)
            continue
        got = Gathered(path)
        assert not got.complete, length
        assert len(got.posts) == count(whole[:length]), length


def test_a_whole_export_is_complete(tmp_path: Path) -> None:
    assert Gathered(EXPORT.write(tmp_path)).complete


def test_pages_that_are_cut_beside_whole_json_cost_no_post_and_are_told(tmp_path: Path) -> None:
    EXPORT.write(tmp_path)
    for length in range(0, len(PAGE), 7):
        (tmp_path / "messages.html").write_bytes(PAGE[:length])
        got = Gathered(tmp_path)
        assert not got.complete, length
        assert (len(got.posts), got.refused) == (3, 0), length


def test_a_cut_page_before_a_whole_one_is_told(tmp_path: Path) -> None:
    first, second = ChannelExport([Post(n, START, "a") for n in range(1, 1101)]).write_pages(tmp_path)
    first.write_bytes(first.read_bytes()[:-200])
    got = Gathered(tmp_path)
    assert (got.complete, len(got.posts), got.refused) == (False, 1099, 1)
    first.write_bytes(first.read_bytes()[:300])
    alone = Gathered(second)
    assert (alone.complete, len(alone.posts), [one.where for one in alone.refusals]) == (False, 100, ["messages.html"])


@pytest.mark.parametrize("content", [b"", bytes(4000), b"\n", b"%PDF-1.7"])
@pytest.mark.parametrize("name", ["result.json", "messages.html", "messages2.html"])
def test_what_is_named_like_an_export_and_is_none_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "clip.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    got = Gathered(tmp_path)
    assert [(one.where, one.count, one.unread) for one in got.refusals] == [(name, 0, True)]
    assert got.names(FileRole.UNREFERENCED) == [name]
    assert got.names(FileRole.MEDIA) == ["clip.mp4"]


@pytest.mark.parametrize("length", [len(JSON) // 3, len(JSON) // 2, len(JSON) - 5, 5, 30])
def test_zeros_in_place_of_the_rest_are_told(tmp_path: Path, length: int) -> None:
    (tmp_path / "x.json").write_bytes(JSON[:length] + bytes(len(JSON) - length))
    got = Gathered(tmp_path)
    assert not got.complete
    assert len(got.posts) == _whole_records(JSON[:length])


@pytest.mark.parametrize(
    "content",
    [b'{"type":"FeatureCollection","features":[]}', b'{"camera":"x","lens":', b'{"name":"x"}', b"<p>hello</p>", b"a", b"\0\0"],
)
def test_other_text_beside_media_is_no_cut_export(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    (tmp_path / "clip.txt").write_bytes(content)
    assert Gathered(tmp_path).refusals == []


def test_no_cut_of_an_account_passes_for_a_whole_one_or_keeps_what_is_private(tmp_path: Path) -> None:
    whole = account_bytes(EXPORT, left=[ChannelExport([Post(1, START, "left")], "Left", 8, "private_group")])
    for length in range(1, len(whole), 3):
        (tmp_path / "result.json").write_bytes(whole[:length])
        got = Gathered(tmp_path, chats=("Harbour Watch",))
        assert not got.complete, length
        assert b'"phone' not in whole[:length] or {file.keep for file in got.files} == {Keep.DIGEST}, length
        assert len(got.posts) <= 3, length
    (tmp_path / "result.json").write_bytes(whole)
    assert Gathered(tmp_path).complete
