"""Whatever is done to an export, reading it raises nothing but SourceError, and every record is accounted for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indelible.collect.telegram.page import parse, parse_all, slices
from indelible.model.errors import SourceError
from world.channel_export import ChannelExport, Medium, Post, Zone, account_bytes
from world.gathered import Gathered

START = datetime(2023, 4, 11, 8, 0, tzinfo=UTC)
POSTS = [
    Post(1, START, kind="service", action="create_channel"),
    Post(2, START + timedelta(minutes=1), 'a "quoted" \\ line\nand \x0b control', forwarded_from="A", forwarded_at=START),
    Post(3, START + timedelta(minutes=2), "сьогодні", medium=Medium("photos/photo_1@11-04-2023_08-02-00.jpg", b"x", "photo")),
    Post(4, START + timedelta(minutes=3), kind="unsupported"),
    Post(5, START + timedelta(minutes=4), "last", reply_to=3, edited=START + timedelta(hours=1)),
]
EXPORT = ChannelExport(POSTS, zone=Zone(2))


@st.composite
def mutated(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes with a few flips, cuts, splices or inserts."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        kind = draw(st.sampled_from(["flip", "cut", "splice", "insert", "drop"]))
        if kind == "flip" and data:
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del data[at:]
        elif kind == "drop":
            del data[at : at + draw(st.integers(1, 40))]
        elif kind == "splice":
            other = draw(st.integers(0, len(data)))
            data[at:at] = data[other : other + draw(st.integers(1, 200))]
        else:
            marks = [b'"', b"{", b"}", b"[", b"]", b",", b"\\", b"\0", b"\xff", b"NaN", b"<div>", b"</div>", b"[" * 300]
            data[at:at] = draw(st.sampled_from(marks))
    return bytes(data)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    EXPORT.write(folder / "both")
    yield folder
    shutil.rmtree(folder)


def gather(path: Path, *, chats: tuple[str, ...] = ()) -> Gathered | None:
    try:
        return Gathered(path, chats=chats)
    except SourceError:
        return None


@settings(max_examples=400)
@given(mutated(EXPORT.json_bytes()))
def test_damaged_json_is_read_as_far_as_it_goes(place: Path, data: bytes) -> None:
    path = place / "damaged.json"
    path.write_bytes(data)
    got = gather(path)
    for post in got.posts if got else ():
        assert got.pointed(post).lstrip().startswith(b"{")


@settings(max_examples=200)
@given(mutated(EXPORT.page_bytes()))
def test_a_damaged_page_beside_its_json_costs_no_record(place: Path, data: bytes) -> None:
    (place / "both" / "messages.html").write_bytes(data)
    got = gather(place / "both")
    assert got
    assert got.seen >= len(POSTS)
    assert {post.id.message for post in got.posts} >= {1, 2, 3, 4, 5}


@given(mutated(EXPORT.json_bytes().decode().encode("utf-16")))
def test_damaged_utf_16_is_read_as_far_as_it_goes(place: Path, data: bytes) -> None:
    path = place / "wide.json"
    path.write_bytes(data)
    got = gather(path)
    for post in got.posts if got else ():
        assert post.text.encode().decode() == post.text


@settings(max_examples=400)
@given(mutated(EXPORT.page_bytes()))
def test_messages_parsed_together_are_as_parsed_apart(data: bytes) -> None:
    cuts = list(slices(data))
    assert list(parse_all(cuts, data)) == [(cut, parse(cut, data)) for cut in cuts]


@settings(max_examples=200)
@given(mutated(account_bytes(EXPORT, ChannelExport(POSTS[:2], "Private", 7, "personal_chat"))))
def test_a_damaged_account_never_gives_what_was_not_chosen(place: Path, data: bytes) -> None:
    path = place / "account.json"
    path.write_bytes(data)
    got = gather(path)
    assert not got or got.source.kind != "telegram account" or not (got.posts or got.slices)


@pytest.mark.parametrize("cut", range(0, len(EXPORT.json_bytes()), 7))
def test_an_export_cut_anywhere_keeps_the_records_before_the_cut(tmp_path: Path, cut: int) -> None:
    whole = EXPORT.json_bytes()
    path = tmp_path / "cut.json"
    path.write_bytes(whole[:cut])
    got = gather(path)
    if got:
        ends = [whole.index(b"\n  }", whole.index(b'"id": %d,' % number)) for number in range(1, 6)]
        assert [post.id.message for post in got.posts] == [n for n, end in enumerate(ends, 1) if end + 4 <= cut]
        assert not got.complete
        assert not any(channel.complete for channel in got.channels)
