"""What is derived can be lost: made again, it gives the same answers; what relies on it says when it is not there."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.footage import clip, video
from indelible.app.answers.collect import CollectAnswer
from indelible.app.answers.match import MatchAnswer
from indelible.app.answers.trace import TraceAnswer
from indelible.app.matching import match_files
from indelible.app.naming import named
from indelible.app.opening import Context, reading
from indelible.app.proving import prove
from indelible.app.rebuilding import rebuild
from indelible.app.showing import show
from indelible.app.status import status
from indelible.app.tracing import trace
from indelible.index import code_index
from indelible.index.store import FingerprintStore
from indelible.model.errors import DiskError, UsageError
from world.channel_export import ChannelExport, Medium, Post

DAY = datetime(2022, 3, 1, 8, 0, tzinfo=UTC)
Collect = Callable[..., CollectAnswer]


@pytest.fixture
def collected(tmp_path: Path, take: Collect) -> CollectAnswer:
    """An old clip, the same mirrored a year later under a claim of newness, and another scene."""
    frames, other = clip(1), clip(2)
    mirrored = [frame[:, ::-1].copy() for frame in frames]
    path = tmp_path / "scratch" / "clip.mp4"
    old = ChannelExport(
        [Post(1, DAY, "A regatta", medium=Medium("video_files/a.mp4", video(path, frames)))], "Old Port", 1700000011
    )
    new = ChannelExport(
        [
            Post(1, DAY + timedelta(days=400), "This morning!", medium=Medium("video_files/b.mp4", video(path, mirrored))),
            Post(2, DAY + timedelta(days=401), "A market", medium=Medium("video_files/c.mp4", video(path, other))),
        ],
        "New Port",
        1700000012,
    )
    return take(old.write(tmp_path / "old"), new.write(tmp_path / "new"))


def _match(context: Context, path: Path) -> MatchAnswer:
    (answer,) = match_files(context, [path], lambda _: None)
    return answer


def test_a_quick_match_finds_what_a_whole_one_does_and_leaves_it_undecided(
    tmp_path: Path, context: Context, collected: CollectAnswer
) -> None:
    assert collected.exhibits
    (dense,) = match_files(context, [tmp_path / "old" / "video_files" / "a.mp4"], lambda _: None)
    (quick,) = match_files(context, [tmp_path / "old" / "video_files" / "a.mp4"], lambda _: None, quick=True)
    assert (dense.speed, quick.speed) == ("dense", "first")
    assert [row.exhibit for row in quick.matches] == [row.exhibit for row in dense.matches]
    assert {row.relation for row in dense.matches} == {"copy"}
    assert {row.relation for row in quick.matches} == {"undecided"}


def test_old_footage_that_returns_as_new_is_flagged(context: Context, collected: CollectAnswer) -> None:
    answer = trace(context)

    assert [len(row.sightings) for row in answer.footage] == [2, 1]
    (flag,) = answer.footage[0].flags
    assert flag.post == "telegram:1700000012/1"
    assert "mirrored" in flag.because


def test_trace_can_be_asked_about_one_post(context: Context, collected: CollectAnswer) -> None:
    (row,) = trace(context, "telegram:1700000012/2").footage
    assert row.earliest.post == "telegram:1700000012/2"


def test_tracing_opens_no_fingerprint(context: Context, collected: CollectAnswer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert collected.exhibits
    before = trace(context)
    monkeypatch.setattr(FingerprintStore, "load", None)
    assert trace(context) == before


def test_a_rebuilt_archive_gives_the_same_answers(tmp_path: Path, context: Context, collected: CollectAnswer) -> None:
    query = tmp_path / "old" / "video_files" / "a.mp4"

    def answers() -> tuple[TraceAnswer, MatchAnswer]:
        return trace(context), _match(context, query)

    before = answers()
    shutil.rmtree(context.root / "derived")
    rebuild(context, lambda _: None, everything=True)

    assert answers() == before


def test_a_match_says_that_it_could_not_search_everything(tmp_path: Path, context: Context, collected: CollectAnswer) -> None:
    shutil.rmtree(context.root / "derived")

    answer = _match(context, tmp_path / "old" / "video_files" / "a.mp4")

    assert (answer.complete, answer.not_searchable, answer.matches) == (False, 3, ())
    assert status(context).states == {"pending": 3}


def test_a_query_is_compared_without_being_preserved(tmp_path: Path, context: Context, collected: CollectAnswer) -> None:
    path = tmp_path / "query.mp4"
    path.write_bytes(video(tmp_path / "scratch" / "clip.mp4", clip(1)[8:]))

    answer = _match(context, path)

    assert [(row.names, row.relation) for row in answer.matches] == [
        (("video_files/a.mp4",), "copy"),
        (("video_files/b.mp4",), "copy"),
    ]
    assert status(context).exhibits == 3


def test_what_is_proven_needs_nothing_of_ours(tmp_path: Path, context: Context, collected: CollectAnswer) -> None:
    prove(context, "telegram:1700000012/1", tmp_path / "proof")

    told = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"], cwd=tmp_path / "proof", capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stdout
    (blob,) = (tmp_path / "proof" / "blobs").iterdir()
    assert blob.name in {row.sha256 for row in collected.exhibits}


@pytest.mark.parametrize("how", ["cited", "number", "digits"])
def test_an_exhibit_is_named_in_three_ways(context: Context, collected: CollectAnswer, how: str) -> None:
    row = collected.exhibits[0]
    asked = {"cited": row.id, "number": f"#{row.id.partition('#')[2]}", "digits": row.sha256[:12]}[how]
    with reading(context) as desk, desk.catalog.reader() as reader:
        assert named(desk, reader, asked).cited == row.id
    assert show(context, asked).posts == ("telegram:1700000011/1",)


@pytest.mark.parametrize("asked", ["telegram:1/2", "telegram:x", "#0", "#99999", "deadbeef00", "..", ""])
def test_what_names_nothing_is_refused(context: Context, collected: CollectAnswer, asked: str) -> None:
    with reading(context) as desk, desk.catalog.reader() as reader, pytest.raises(UsageError):
        named(desk, reader, asked)


def test_outcomes_that_no_longer_read_are_told_and_made_again(context: Context, collected: CollectAnswer) -> None:
    before = trace(context)
    with sqlite3.connect(context.root / "derived" / "derived.sqlite") as connection:
        connection.execute("UPDATE outcome SET body = replace(body, '{', '[')")
    connection.close()
    with pytest.raises(DiskError, match="rebuild --all") as told:
        status(context)
    assert told.value.where.endswith("derived.sqlite")
    rebuild(context, lambda _: None, everything=True)
    assert trace(context) == before
    assert collected.exhibits


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE outcome SET body = replace(body, 'decoded', 'decodee')",
        "UPDATE compared SET body = replace(body, 'copy', 'cppy')",
        "UPDATE compared SET body = replace(body, '\"start_ms\": 0', '\"start_ms\": 4')",
    ],
)
def test_a_flipped_bit_that_still_reads_is_told(context: Context, collected: CollectAnswer, change: str) -> None:
    with sqlite3.connect(context.root / "derived" / "derived.sqlite") as connection:
        assert connection.execute(change).rowcount > 0
    connection.close()
    with pytest.raises(DiskError, match="not as it was written"):
        trace(context)
    assert collected.exhibits


def test_a_catalog_damaged_where_the_operator_stands_is_mended_by_rebuild(context: Context, collected: CollectAnswer) -> None:
    before = trace(context)
    path = context.root / "derived" / "catalog.sqlite"
    raw = bytearray(path.read_bytes())
    for page in range(4096, len(raw), 4096):
        raw[page : page + 64] = bytes(64)
    path.write_bytes(raw)
    rebuild(context, lambda _: None)
    assert trace(context) == before
    assert collected.exhibits


def test_a_fingerprint_that_no_longer_reads_counts_as_not_searchable(context: Context, collected: CollectAnswer) -> None:
    sha256 = collected.exhibits[0].sha256
    (path,) = (context.root / "derived" / "fingerprints").rglob(f"{sha256}*")
    path.write_bytes(b"damaged")
    (answer,) = match_files(context, [context.root / "README.txt"], lambda _: None)
    assert (answer.complete, answer.not_searchable, trace(context).not_searchable) == (False, 1, 1)


def test_tracing_an_empty_name_is_refused(context: Context) -> None:
    with pytest.raises(UsageError, match="nothing in this archive"):
        trace(context, "")


def test_a_derived_file_that_is_no_database_is_made_again(context: Context, collected: CollectAnswer) -> None:
    before = trace(context)
    (context.root / "derived" / "derived.sqlite").write_bytes(b"garbage" * 1000)
    assert status(context).not_searchable == len(collected.exhibits)
    rebuild(context, lambda _: None, everything=True)
    assert trace(context) == before


def test_a_fingerprint_that_no_longer_reads_is_made_again(
    tmp_path: Path, context: Context, collected: CollectAnswer, take: Collect
) -> None:
    before = trace(context)
    (path,) = (context.root / "derived" / "fingerprints").rglob(f"{collected.exhibits[0].sha256}*")
    path.write_bytes(b"damaged")
    take(tmp_path / "old")
    assert trace(context) == before


def test_what_other_rules_found_is_found_again_from_the_same_fingerprints(
    context: Context, collected: CollectAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = trace(context)
    with reading(context) as desk:
        for sha256 in desk.derived.compared():
            desk.derived.keep_compared(sha256, [])
    assert trace(context) != before
    monkeypatch.setattr("indelible.app.opening.MATCHER_VERSION", "of tomorrow")
    with reading(context) as desk:
        assert (len(desk.derived.outcomes()), desk.derived.compared()) == (3, {})
    assert trace(context) == before


def test_through_the_index_of_codes_an_archive_answers_the_same(
    tmp_path: Path, context: Context, collected: CollectAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "old" / "video_files" / "a.mp4"
    before = trace(context), _match(context, asked)
    asking = []
    monkeypatch.setattr(code_index, "EXHAUSTIVE_BELOW", 0)
    monkeypatch.setattr("indelible.app.opening.MATCHER_VERSION", "through the index")
    near = code_index.CodeIndex.near
    monkeypatch.setattr(code_index.CodeIndex, "near", lambda *given: asking.append(given) or near(*given))
    assert (trace(context), _match(context, asked)) == before
    assert len(asking) == 3, "two exhibits that have others before them, and the file"


@pytest.mark.parametrize("harm", ["gone", "garbage", "no manifest", "no folder"])
def test_without_its_library_an_archive_answers_the_same(
    tmp_path: Path, context: Context, collected: CollectAnswer, harm: str
) -> None:
    asked = tmp_path / "old" / "video_files" / "a.mp4"
    before, library = (trace(context), _match(context, asked)), context.root / "derived" / "library"
    (section,) = library.glob("section-*")
    if harm == "gone":
        section.unlink()
    elif harm == "garbage":
        section.unlink()
        section.write_bytes(b"garbage" * 1000)
    elif harm == "no manifest":
        (library / "manifest").unlink()
    else:
        shutil.rmtree(library)
        library.write_bytes(b"in its place")
    assert (_match(context, asked), trace(context)) == (before[1], before[0])
    assert harm == "no folder" or len(list(library.glob("section-*"))) == 1


def test_a_match_loads_no_fingerprint_that_is_no_candidate(
    tmp_path: Path, context: Context, collected: CollectAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []
    load = FingerprintStore.load
    monkeypatch.setattr(FingerprintStore, "load", lambda self, sha256: loaded.append(sha256) or load(self, sha256))
    answer = _match(context, tmp_path / "old" / "video_files" / "a.mp4")
    assert (answer.compared, len(answer.matches)) == (3, 2)
    assert len(loaded) == len(set(loaded)) >= 2, "each candidate once"
    path, loaded[:] = tmp_path / "grey.mp4", []
    path.write_bytes(video(tmp_path / "scratch" / "clip.mp4", [np.full_like(frame, 90) for frame in clip(1)]))
    assert (_match(context, path).compared, loaded) == (3, [])
    assert collected.exhibits


def _flip(context: Context, sha256: str) -> None:
    """Flips a bit of a fingerprint without a trace."""
    (path,) = (context.root / "derived" / "fingerprints").rglob(f"{sha256}*")
    written, data = path.stat().st_mtime_ns, bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(written, written))


def test_a_flipped_bit_in_a_fingerprint_is_mended_before_another_exhibit_is_compared_with_it(
    tmp_path: Path, context: Context, collected: CollectAnswer, take: Collect
) -> None:
    _flip(context, collected.exhibits[0].sha256)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "copy.mp4").write_bytes(video(tmp_path / "scratch" / "clip.mp4", clip(1)[8:]))
    (row,) = take(tmp_path / "more").exhibits
    with reading(context) as desk:
        found = {match.reference for match in desk.derived.compared()[row.sha256]}
    assert found == {each.sha256 for each in collected.exhibits[:2]}
    assert status(context).not_searchable == 0


def test_a_flipped_bit_in_a_fingerprint_is_told_by_who_looks_at_it_and_mended_by_rebuild(
    tmp_path: Path, context: Context, collected: CollectAnswer
) -> None:
    asked = tmp_path / "old" / "video_files" / "a.mp4"
    before = _match(context, asked)
    _flip(context, collected.exhibits[0].sha256)
    answer = _match(context, asked)
    assert (answer.complete, answer.not_searchable, answer.compared, answer.matches) == (False, 1, 2, before.matches[1:])
    rebuild(context, lambda _: None)
    assert _match(context, asked) == before
