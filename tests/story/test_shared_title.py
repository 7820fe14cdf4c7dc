"""A channel that puts one title before all its clips: the title joins nothing, a repost and a quotation still do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.footage import clip, video
from story.indelible import Program, Told
from world.channel_export import ChannelExport, Medium, Post

DAY = datetime(2023, 5, 2, 9, 0, tzinfo=UTC)
CLIPS = range(1, 9)
CHANNEL, OTHERS = 1700000021, 1700000022
TITLE = clip(77, seconds=1.5)

Frames = list[NDArray[np.uint8]]


def _titled(*parts: Frames) -> Frames:
    return [*TITLE, *chain.from_iterable(parts)]


def _posts(place: Path, films: dict[str, Frames]) -> Iterator[Post]:
    for number, (name, frames) in enumerate(films.items(), 1):
        content = video(place / "scratch" / "clip.mp4", frames)
        at = DAY + timedelta(hours=number)
        yield Post(number, at, f"Film {name}", medium=Medium(f"video_files/{name}.mp4", content))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Eight titled films; elsewhere the first reposted, mirrored, with its title, and a compilation that quotes the third."""
    place = tmp_path_factory.mktemp("titled")
    made = Program(place / "archive", place / "state")
    films = {f"clip{seed}": _titled(clip(seed, 5)) for seed in CLIPS}
    repost = [frame[:, ::-1].copy() for frame in films["clip1"]]
    compilation = _titled(clip(50, 3), clip(3, 5)[4:], clip(51, 3))
    others = {"repost": repost, "compilation": compilation}
    sources = [
        ChannelExport(list(_posts(place, films)), "Harbour One", CHANNEL).write(place / "channel"),
        ChannelExport(list(_posts(place, others)), "Passing On", OTHERS).write(place / "others"),
    ]
    assert made.run("init").code == 0
    told = made.run("collect", *sources)
    assert told.code == 0, told.out + told.err
    return made


def _joined(told: Told) -> set[frozenset[str]]:
    """The footages that more than one post shows."""
    rows = ({s["post"] for s in row["sightings"]} for row in told.json["footage"])
    return {frozenset(row) for row in rows if len(row) > 1}


REPOSTED = frozenset({f"telegram:{CHANNEL}/1", f"telegram:{OTHERS}/1"})
QUOTED = frozenset({f"telegram:{CHANNEL}/3", f"telegram:{OTHERS}/2"})


def test_the_title_joins_nothing_and_the_repost_and_the_quotation_do(program: Program) -> None:
    told = program.run("trace", "--json")
    assert _joined(told) == {REPOSTED, QUOTED}
    (row,) = told.json["set_aside"]
    assert row["state"] == "learnt"
    assert len(row["exhibits"]) == 10
    assert "share nothing else" in row["why"]


def test_the_mark_is_listed_with_where_it_is_seen(program: Program) -> None:
    (row,) = program.run("marks", "--json").json["marks"]
    assert (row["strangers"], len({each["exhibit"] for each in row["stretches"]})) == (8, 10)
    for each in row["stretches"]:
        assert abs(each["span_ms"][1] - each["span_ms"][0] - 1500) <= 500
    assert "share nothing else" in program.run("marks").out


def test_a_new_film_with_the_title_matches_nothing_and_is_told_why(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "new.mp4"
    path.write_bytes(video(tmp_path / "scratch.mp4", _titled(clip(60, 5))))
    told = program.run("match", path, "--json").json
    assert told["matches"] == []
    assert sum(row["matches"] for row in told["set_aside"]) >= 8
    assert "rest on a mark alone" in program.run("match", path).out
