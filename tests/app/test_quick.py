"""A large source looked at in haste: it can be searched at once, says so, and after a closer look answers as ever."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from app.footage import clip, video
from indelible.app.answers.collect import CollectAnswer
from indelible.app.answers.match import MatchAnswer
from indelible.app.fingerprinting import pending
from indelible.app.matching import match_files
from indelible.app.opening import Context, reading
from indelible.app.rebuilding import rebuild
from indelible.app.showing import show
from indelible.app.status import status
from indelible.app.tracing import trace
from indelible.model.speed import Speed
from world.channel_export import ChannelExport, Medium, Post

DAY = datetime(2022, 3, 1, 8, 0, tzinfo=UTC)
Collect = Callable[..., CollectAnswer]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A clip, the same mirrored some days later, another, and a text."""
    scratch, frames = tmp_path / "scratch" / "clip.mp4", clip(1)
    media = [frames, [frame[:, ::-1].copy() for frame in frames], clip(2)]
    posts = [
        Post(at, DAY + timedelta(days=at), "", medium=Medium(f"video_files/{at}.mp4", video(scratch, shown)))
        for at, shown in enumerate(media, 1)
    ]
    return ChannelExport([*posts, Post(9, DAY + timedelta(days=9), "Words")], "Port", 1700000011).write(tmp_path / "export")


def _match(context: Context, export: Path) -> MatchAnswer:
    (answer,) = match_files(context, [export / "video_files" / "1.mp4"], lambda _: None)
    return answer


def test_what_was_glanced_at_is_found_at_once_and_says_so(context: Context, take: Collect, export: Path) -> None:
    collected = take(export, quick=True)

    answer = _match(context, export)

    assert {row.state for row in collected.exhibits} == {"first pass"}
    assert collected.amiss is False, collected
    assert [row.relation for row in answer.matches] == ["undecided", "undecided"]
    assert (answer.compared, answer.glanced, answer.complete) == (3, 3, True)
    assert "keyframes alone" in answer.matches[0].why
    assert (status(context).states, status(context).not_searchable) == ({"first pass": 3}, 0)
    assert show(context, collected.exhibits[0].id).state == "first pass"


def test_what_was_glanced_at_is_not_traced_and_that_is_said(context: Context, take: Collect, export: Path) -> None:
    take(export, quick=True)
    traced = trace(context)
    assert all(len(row.sightings) == 1 for row in traced.footage)
    assert traced.not_searchable == 3


@pytest.mark.parametrize("closer", ["collect", "rebuild"])
def test_a_closer_look_answers_as_if_there_had_been_no_haste(
    context: Context, take: Collect, export: Path, closer: str
) -> None:
    take(export, quick=True)
    hasty = _match(context, export)
    if closer == "collect":
        take(export)
    else:
        rebuild(context, lambda _: None)
    looked, traced = _match(context, export), trace(context)
    assert status(context).states == {"decoded": 3}
    rebuild(context, lambda _: None, everything=True)

    assert looked != hasty
    assert {row.relation for row in looked.matches} == {"copy"}
    assert looked.glanced == 0
    assert (_match(context, export), trace(context)) == (looked, traced)
    assert max(len(row.sightings) for row in traced.footage) == 2


def test_haste_undoes_no_closer_look_and_does_nothing_twice(context: Context, take: Collect, export: Path) -> None:
    take(export)
    take(export, quick=True)
    with reading(context) as desk:
        assert pending(desk) == []
        assert {desk.fingerprints.speed(sha256) for sha256 in desk.fingerprints.digests()} == {Speed.DENSE}


def test_a_second_hasty_look_decodes_nothing_again(
    context: Context, take: Collect, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(export, quick=True)
    with reading(context) as desk:
        stamps = {sha256: desk.fingerprints.stamp(sha256) for sha256 in desk.fingerprints.digests()}
    take(export, quick=True)
    with reading(context) as desk:
        assert {sha256: desk.fingerprints.stamp(sha256) for sha256 in desk.fingerprints.digests()} == stamps
        assert len(pending(desk)) == 3


def test_what_is_no_film_is_wholly_looked_at_in_haste(tmp_path: Path, context: Context, take: Collect) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "notes.txt").write_text("words")
    (folder / "picture.png").write_bytes(_picture())
    (folder / "broken.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(200))

    states = {row.names[0]: row.state for row in take(folder, quick=True).exhibits}

    assert states == {"notes.txt": "not media", "picture.png": "decoded", "broken.mp4": "pending"}
    assert {row.names[0]: row.state for row in take(folder).exhibits}["broken.mp4"] == "undecodable"


def _picture() -> bytes:
    made = io.BytesIO()
    Image.fromarray(clip(3)[0]).save(made, "PNG")
    return made.getvalue()
