"""The catalog's file: caught up, made again, never believed over the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.catalog import catalog as module
from indelible.catalog import channels, exhibits, posts, runs
from indelible.catalog.catalog import Catalog, Reader
from indelible.model.errors import DiskError
from indelible.model.record import Record, Sealed, Value
from indelible.preserve.records.post import PostContext, post_record
from preserve.golden import _records
from world.found_posts import PEER, post, video
from world.plain_log import PlainLog

HELD = {f"{n}.mp4": f"{n:064x}" for n in range(5)}


def some_posts(count: int, start: int = 0) -> list[Record]:
    found = [video(n, f"{n % 5}.mp4") if n % 3 else post(n) for n in range(start + 1, start + count + 1)]
    return [post_record(each, PostContext(0, HELD)).record for each in found]


def answers(catalog: Catalog) -> list[object]:
    """Everything that the queries tell."""
    with catalog.reader() as reader:
        return [
            list(posts.all_posts(reader)),
            list(posts.to_trace(reader)),
            list(posts.missing_media(reader)),
            posts.versions(reader, post(2).id),
            list(exhibits.all_exhibits(reader)),
            [exhibits.names(reader, sha256) for sha256 in HELD.values()],
            channels.all_channels(reader),
            channels.gaps(reader),
            runs.counts(reader),
            [list(runs.of_kind(reader, row.kind)) for row in runs.counts(reader)],
        ]


def everything() -> PlainLog:
    return PlainLog([*_records(), *some_posts(40), *some_posts(10)])


def test_catching_up_in_steps_answers_as_doing_it_at_once(tmp_path: Path) -> None:
    log = everything()
    stepped, whole = Catalog.open(tmp_path / "a"), Catalog.open(tmp_path / "b")
    for size in range(1, log.size + 1):
        stepped.catch_up(log.cut(size))
    whole.catch_up(log)
    assert answers(stepped) == answers(whole)


def test_batches_do_not_change_the_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, small = Catalog.open(tmp_path / "a"), Catalog.open(tmp_path / "b")
    whole.catch_up(everything())
    monkeypatch.setattr(module, "BATCH_RECORDS", 3)
    small.catch_up(everything())
    assert answers(small) == answers(whole)


def test_a_deleted_catalog_is_made_again_with_the_same_answers(tmp_path: Path) -> None:
    catalog = Catalog.open(tmp_path / "catalog.sqlite")
    catalog.catch_up(everything())
    before = answers(catalog)
    catalog.remove()
    again = Catalog.open(tmp_path / "catalog.sqlite")
    again.rebuild(everything())
    assert answers(again) == before


def test_catching_up_twice_projects_nothing_twice(catalog: Catalog) -> None:
    log = everything()
    assert catalog.catch_up(log) == log.size
    assert catalog.catch_up(log) == 0


def test_tables_of_another_version_are_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    Catalog.open(path).catch_up(everything())
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 7")
        connection.execute("DROP TABLE post")
    connection.close()
    catalog = Catalog.open(path)
    assert catalog.catch_up(everything()) == everything().size


def test_tables_of_a_longer_log_are_made_anew(catalog: Catalog) -> None:
    log = everything()
    catalog.catch_up(log)
    assert catalog.catch_up(log.cut(5)) == 5


def test_tables_of_another_log_of_the_same_length_are_made_anew(catalog: Catalog) -> None:
    catalog.catch_up(PlainLog(some_posts(5)))
    other = PlainLog(some_posts(5, start=100), start_salt="other")
    assert catalog.catch_up(other) == 5
    with catalog.reader() as reader:
        assert posts.ids_held(reader, PEER) == [101, 102, 103, 104, 105]


def test_a_file_that_is_no_database_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    assert Catalog.open(path).catch_up(everything()) == everything().size


def test_a_database_damaged_in_the_middle_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    catalog = Catalog.open(path)
    catalog.catch_up(PlainLog(some_posts(500)))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    assert catalog.catch_up(PlainLog(some_posts(510))) == 510


def test_a_page_damaged_under_a_query_is_told_and_rebuilding_mends_it(tmp_path: Path) -> None:
    path, log = tmp_path / "catalog.sqlite", PlainLog(some_posts(500))
    catalog = Catalog.open(path)
    catalog.catch_up(log)
    before = answers(catalog)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'post'").fetchone()
    connection.close()
    damaged = bytearray(path.read_bytes())
    damaged[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(damaged)
    catalog.catch_up(log)
    with pytest.raises(DiskError, match="catalog cannot be used"):
        answers(catalog)
    catalog.rebuild(log)
    assert answers(catalog) == before


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="catalog cannot be used"):
        Catalog.open(tmp_path / "nowhere" / "catalog.sqlite")


def test_a_reader_cannot_write(catalog: Catalog) -> None:
    with catalog.reader() as reader, pytest.raises(sqlite3.OperationalError):
        list(reader.rows("DELETE FROM post"))


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(catalog: Catalog) -> None:
    log = PlainLog(some_posts(5))
    catalog.catch_up(log)
    with catalog.reader() as reader:
        assert posts.count(reader) == 5
        log.append(*some_posts(5, start=5))
        catalog.catch_up(log)
        assert posts.count(reader) == 5


class SlowLog(PlainLog):
    """Grows by a record each time that it is read, as under another writer."""

    def records(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Sealed]]:
        rows = list(super().records(start, end))
        if self.size < 60:
            self.append(*some_posts(1, start=1000 + self.size))
        return iter(rows)


def test_two_who_catch_up_at_once_project_each_record_once(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    log = SlowLog(some_posts(30))
    Catalog.open(path)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: Catalog.open(path).catch_up(log), range(4)))
    assert sum(done) == log.size
    with Catalog.open(path).reader() as reader:
        assert posts.count(reader) == log.size


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["at", "sha256", "name", "blob", "first"]), inner, max_size=3)
    ),
    max_leaves=5,
)
_NAMES = sorted({name for record in _records() for name in record.fields})
_KINDS = sorted({record.kind for record in _records()})


@given(st.lists(st.tuples(st.sampled_from(_KINDS), st.dictionaries(st.sampled_from(_NAMES), _values, max_size=8)), max_size=5))
def test_no_record_however_odd_stops_the_projection(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, dict[str, Value]]]
) -> None:
    catalog = Catalog.open(tmp_path_factory.getbasetemp() / "odd.sqlite")
    catalog.rebuild(PlainLog([Record(kind, fields) for kind, fields in records]))
    with catalog.reader() as reader:
        assert sum(row.count for row in runs.counts(reader)) == len(records)


@given(st.sampled_from(range(18)), st.sampled_from(_NAMES), _values)
def test_no_golden_record_with_one_field_made_odd_stops_the_projection(
    tmp_path_factory: pytest.TempPathFactory, number: int, name: str, value: Value
) -> None:
    record = list(_records())[number]
    catalog = Catalog.open(tmp_path_factory.getbasetemp() / "odd2.sqlite")
    catalog.rebuild(PlainLog([Record(record.kind, {**record.fields, name: value})]))
    assert isinstance(answers(catalog), list)


def test_a_withheld_field_leaves_the_rest_of_a_post_readable(catalog: Catalog) -> None:
    log = PlainLog(some_posts(2))
    log._sealed[1] = log.read(1).without("text", "author", "digest")
    catalog.catch_up(log)
    with catalog.reader() as reader:
        assert posts.by_id(reader, post(2).id).text == ""


def test_a_query_takes_its_values_as_parameters(catalog: Catalog) -> None:
    catalog.catch_up(everything())
    with catalog.reader() as reader:
        assert exhibits.by_sha256(reader, "' OR 1=1 --") is None
        assert isinstance(reader, Reader)
