"""Three channels of real footage: old footage passed off as new, held against what its makers say is in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from story.indelible import Program, Told

PEERS = {"mist": 1700000001, "bereh": 1700000002, "harbour": 1700000003}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    place = tmp_path_factory.mktemp("corpus-demo")
    made = Program(place / "archive", place / "state")
    assert made.run("init").code == 0
    return made


@pytest.fixture(scope="module")
def collected(program: Program, corpus: Path) -> Told:
    return program.run("collect", "--json", *(corpus / "demo" / channel for channel in ("harbour", "bereh", "mist")))


@pytest.fixture(scope="module")
def footage(program: Program, collected: Told) -> list[dict[str, Any]]:
    return list(program.run("trace", "--json").json["footage"])


@pytest.fixture(scope="module")
def truth(corpus: Path) -> dict[str, Any]:
    return dict(json.loads((corpus / "demo" / "truth.json").read_text(encoding="utf-8")))


def _post(name: str) -> str:
    """`bereh/3 (still)` and `harbour message 2, …` as posts are named."""
    channel, number = name.replace(" message ", "/").split(",")[0].split(" ")[0].split("/")
    return f"telegram:{PEERS[channel]}/{number}"


def test_every_post_and_medium_is_accounted_for(collected: Told, corpus: Path) -> None:
    answer = collected.json
    exports = [json.loads((corpus / "demo" / name / "result.json").read_text(encoding="utf-8")) for name in PEERS]
    assert answer["posts"]["seen"] == answer["posts"]["recorded"] == sum(len(export["messages"]) for export in exports)
    assert answer["media"]["referenced"] == answer["media"]["held"] + 1
    assert [row["file"] for row in answer["media"]["missing"]] == ["full_version.mp4"]
    assert [(gap["channel_id"], gap["after"], gap["before"]) for gap in answer["gaps"]] == [(PEERS["bereh"], 3, 6)]
    assert {row["state"] for row in answer["exhibits"]} == {"decoded"}
    assert collected.code == 1


def test_the_groups_of_copies_are_found_with_their_earliest(footage: list[dict[str, Any]], truth: dict[str, Any]) -> None:
    for group in truth["expected"]["groups"]:
        if "footage" not in group:
            continue
        posts = {_post(name) for name in group["posts"]}
        (row,) = [row for row in footage if posts & {sighting["post"] for sighting in row["sightings"]}]
        assert {sighting["post"] for sighting in row["sightings"]} == posts
        assert row["earliest"]["post"] == _post(group["earliest"])
        assert row["earliest"]["voucher"] == "stated"


def test_a_sound_under_another_picture_is_said_to_be_that(footage: list[dict[str, Any]], truth: dict[str, Any]) -> None:
    (group,) = [group for group in truth["expected"]["groups"] if "sound" in group]
    talk, under = (_post(name) for name in group["posts"])
    (row,) = [row for row in footage if row["earliest"]["post"] == talk]
    assert {sighting["post"]: sighting["relation"] for sighting in row["sightings"]} == {talk: "copy", under: "same sound"}


def test_old_footage_posted_as_new_is_the_only_one_flagged(footage: list[dict[str, Any]], truth: dict[str, Any]) -> None:
    flags = [flag for row in footage for flag in row["flags"]]
    (claimed,) = [_post(group["old_as_new"]) for group in truth["expected"]["groups"] if "old_as_new" in group]
    assert [flag["post"] for flag in flags] == [claimed]
    for word in ("mirrored", "cropped", "trimmed", "telegram:1700000003/2"):
        assert word in flags[0]["because"]


def test_what_was_shown_once_matches_nothing(footage: list[dict[str, Any]], truth: dict[str, Any]) -> None:
    files = {Path(medium["file"]).name: medium for medium in truth["media"]}
    for name in truth["expected"]["singletons"]:
        folder, number = files[name]["file"].split("/")[0], files[name]["message_id"]
        (row,) = [r for r in footage if f"telegram:{PEERS[folder]}/{number}" in {s["post"] for s in r["sightings"]}]
        assert len(row["sightings"]) == 1
        assert not row["candidates"]


def test_the_same_sources_again_change_nothing(program: Program, collected: Told, corpus: Path) -> None:
    again = program.run("collect", "--json", corpus / "demo" / "harbour").json
    assert again["posts"]["recorded"] == 0
    assert again["checkpoint"] == collected.json["checkpoint"]


def test_the_archive_is_clean(program: Program, collected: Told) -> None:
    told = program.run("audit", "--json")
    assert (told.code, told.json["faults"], told.json["orphans"]) == (0, [], [])
