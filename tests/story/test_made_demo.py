"""`indelible demo` tells what its own footage holds, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indelible.app.demo.story import DemoTruth, make_demo
from story.indelible import Program


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    place = tmp_path_factory.mktemp("demo")
    done = Program(place / "none", place / "state").run("demo", "--json", "--out", place / "made")
    assert done.code == 0, done.err
    return dict(done.json)


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> DemoTruth:
    return make_demo(tmp_path_factory.mktemp("truth"))


def _pictured(row: dict[str, Any]) -> set[str]:
    return {sighting["post"] for sighting in row["sightings"] if sighting["relation"] == "copy"}


def test_the_groups_are_found_with_their_earliest(told: dict[str, Any], truth: DemoTruth) -> None:
    rows = told["trace"]["footage"]
    for group in truth.groups:
        (row,) = [row for row in rows if row["earliest"]["post"] == group.earliest]
        assert _pictured(row) == set(group.posts)
    for post in truth.singletons:
        (row,) = [row for row in rows if post in _pictured(row)]
        assert _pictured(row) == {post}


def test_only_what_was_passed_off_as_new_is_flagged(told: dict[str, Any], truth: DemoTruth) -> None:
    assert [flag["post"] for row in told["trace"]["footage"] for flag in row["flags"]] == [truth.old_as_new]


def test_a_sound_under_another_picture_is_heard(told: dict[str, Any], truth: DemoTruth) -> None:
    first, under = truth.same_sound
    (row,) = [row for row in told["trace"]["footage"] if row["earliest"]["post"] == first]
    assert [sighting["relation"] for sighting in row["sightings"] if sighting["post"] == under] == ["same sound"]


def test_an_open_forward_is_a_stated_edge(told: dict[str, Any], truth: DemoTruth) -> None:
    later, earlier = truth.forward
    edges = [e for row in told["trace"]["footage"] for s in row["sightings"] if s["post"] == later for e in s["edges"]]
    assert [(edge["to"], edge["kind"]) for edge in edges] == [(earlier, "forwarded")]


def test_what_is_missing_broken_and_gone_is_named(told: dict[str, Any], truth: DemoTruth) -> None:
    collect = told["collect"]
    assert collect["posts"]["seen"] == collect["posts"]["recorded"] == truth.posts
    assert [(row["post"], row["file"]) for row in collect["media"]["missing"]] == [truth.missing]
    broken = Path(truth.broken[1]).name
    assert [Path(row["names"][0]).name for row in collect["exhibits"] if row["state"] != "decoded"] == [broken]
    assert [(gap["channel_id"], gap["after"], gap["before"]) for gap in collect["gaps"]] == [truth.gap]
    assert told["again"]["posts"]["recorded"] == 0
    assert told["audit"]["faults"] == []
