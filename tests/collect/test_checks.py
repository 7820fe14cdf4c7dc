"""Statements of one export that cannot all be true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indelible.collect.telegram import checks
from indelible.model.found import Disagreement
from world.channel_export import ChannelExport, Medium, Post, Zone
from world.gathered import Gathered

AT = datetime(2023, 4, 11, 8, 0, tzinfo=UTC)


def told(
    tmp_path: Path, *posts: Post, unixtime: bool = True, zone: Zone | None = None, pages: bool = False
) -> list[Disagreement]:
    export = ChannelExport(posts, unixtime=unixtime, zone=zone or Zone())
    return Gathered(export.write(tmp_path) if pages else export.write_json(tmp_path / "a.json")).disagreements


@pytest.mark.parametrize("unixtime", [True, False])
def test_a_back_dated_post_breaks_the_order_of_ids(tmp_path: Path, unixtime: bool) -> None:  # noqa: FBT001
    posts = [Post(1, AT), Post(2, AT + timedelta(days=2)), Post(3, AT + timedelta(days=1))]
    (one,) = told(tmp_path, *posts, unixtime=unixtime)
    assert (one.about, one.where) == ("order of ids and dates", "telegram:1700000003/3")
    assert len(one.statements) == 2


@pytest.mark.parametrize(("seconds", "count"), [(59, 0), (61, 1)])
def test_a_minute_of_disorder_is_tolerated(tmp_path: Path, seconds: int, count: int) -> None:
    assert len(told(tmp_path, Post(1, AT), Post(2, AT - timedelta(seconds=seconds)))) == count


def test_a_clock_put_back_in_autumn_is_no_disorder(tmp_path: Path) -> None:
    before = datetime(2023, 10, 29, 0, 50, tzinfo=UTC)
    assert not told(tmp_path, Post(1, before), Post(2, before + timedelta(minutes=15)), unixtime=False, zone=Zone(2))


@pytest.mark.parametrize("unixtime", [True, False])
def test_an_edit_before_its_post_is_told(tmp_path: Path, unixtime: bool) -> None:  # noqa: FBT001
    (one,) = told(tmp_path, Post(1, AT, "a", edited=AT - timedelta(hours=2)), unixtime=unixtime)
    assert one.about == "edited before posted"


def test_a_forward_before_its_original_is_told(tmp_path: Path) -> None:
    (one,) = told(tmp_path, Post(1, AT, "a", forwarded_from="B", forwarded_at=AT + timedelta(days=1)), pages=True)
    assert one.about == "forwarded before its original"


def test_a_forward_within_its_doubt_is_not_told(tmp_path: Path) -> None:
    assert not told(tmp_path, Post(1, AT, "a", forwarded_from="B", forwarded_at=AT - timedelta(minutes=1)), pages=True)


@pytest.mark.parametrize(
    ("name", "count"), [("11-04-2023_08-00-00", 0), ("01-04-2020_08-00-00", 0), ("12-04-2023_08-40-00", 1)]
)
def test_a_photo_named_after_its_post_is_told(tmp_path: Path, name: str, count: int) -> None:
    medium = Medium(f"photos/photo_1@{name}.jpg", b"x", "photo")
    assert len(told(tmp_path, Post(1, AT, medium=medium))) == count


def test_a_photo_changed_by_an_edit_is_named_by_the_edit(tmp_path: Path) -> None:
    medium = Medium("photos/photo_1@12-04-2023_08-40-00.jpg", b"x", "photo")
    assert not told(tmp_path, Post(1, AT, medium=medium, edited=AT + timedelta(days=2)))


def test_a_name_with_no_such_date_is_no_statement(tmp_path: Path) -> None:
    assert not told(tmp_path, Post(1, AT, medium=Medium("photos/photo_1@99-99-2023_08-40-00.jpg", b"x", "photo")))


def test_of_very_many_disagreements_the_rest_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "ABOUT_MAX", 3)
    posts = [Post(n, AT - timedelta(days=n)) for n in range(1, 12)]
    found = told(tmp_path, *posts)
    assert len(found) == 4
    assert found[-1].statements == ("7 more of the same kind",)
