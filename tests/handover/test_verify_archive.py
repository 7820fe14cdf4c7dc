"""The script that travels, over a whole archive written by the book."""

from __future__ import annotations

import random
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from handover.folders import CLIP, EXPORT, digest, log
from indelible.handover.verify_package import check_archive, main
from indelible.log.checkpoint import Checkpoint
from indelible.model.record import Record
from world.paper_log import PaperLog, put, token_over

SIZE = 300
FLIPS_A_FILE = 5


@pytest.fixture(scope="module")
def book() -> PaperLog:
    return log(more=SIZE - 5)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, book) -> Path:
    root = tmp_path_factory.mktemp("archive")
    book.write(root, blobs=[CLIP, EXPORT], earlier=[5, 270])
    note = book.checkpoint(270)
    put(root, "stamps/270.checkpoint", note)
    put(root, "stamps/270.tsr", token_over(note))
    return root


@pytest.fixture
def archive(tmp_path, whole) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "archive"))


def places(root: Path, pinned: str | None = None) -> set[str]:
    return {place for place, _ in check_archive(root, pinned).faults}


def test_an_archive_made_by_the_book_passes(whole, book, capsys):
    assert main(["--archive", str(whole), "--key", book.verifier.vkey]) == 0
    out = capsys.readouterr().out
    assert "GOOD" in out
    assert f"{SIZE} records" in out


def test_every_flipped_bit_is_found_and_named(archive):
    chance, missed, tried = random.Random(300), [], 0
    for path in sorted(p for p in archive.rglob("*") if p.is_file() and p.suffix != ".tsr"):
        data, name = path.read_bytes(), path.relative_to(archive).as_posix()
        for bit in chance.sample(range(len(data) * 8), FLIPS_A_FILE):
            changed = bytearray(data)
            changed[bit // 8] ^= 1 << bit % 8
            path.write_bytes(changed)
            tried += 1
            if name not in places(archive):
                missed.append((name, bit))
        path.write_bytes(data)
    assert missed == []
    assert tried == 18 * FLIPS_A_FILE


def test_every_missing_file_of_the_current_size_is_named(archive):
    gone = [
        *("log/checkpoint", "log/keys", "log/tile/0/000", "log/tile/0/001.p/44", "log/tile/1/000.p/1", "log/tile/entries/000"),
        *("log/tile/entries/001.p/44", "records/000", "records/001.p/44", f"blobs/{digest(CLIP)[:2]}/{digest(CLIP)}"),
    ]
    for name in gone:
        data = (archive / name).read_bytes()
        (archive / name).unlink()
        assert name in places(archive)
        put(archive, name, data)


def test_partial_files_of_earlier_sizes_may_go(archive):
    for path in [*archive.rglob("270*"), *archive.rglob("000.p")]:
        if "stamps" not in path.parts and "1" not in path.parts:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert places(archive) == set()


def test_two_swapped_records_are_named(archive):
    path = archive / "records/001.p/44"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[7], lines[8] = lines[8], lines[7]
    path.write_bytes(b"".join(lines))
    assert places(archive) == {"records/001.p/44"}


def test_a_reordered_tile_is_named(archive):
    path = archive / "log/tile/0/000"
    hashes = path.read_bytes()
    path.write_bytes(hashes[32:64] + hashes[:32] + hashes[64:])
    assert places(archive) == {"log/tile/0/000"}


def test_records_entries_and_tiles_rewritten_together_do_not_reach_the_signed_root(archive, book):
    forged = log(more=SIZE - 5)
    forged.sealed[100] = forged.sealed[101]
    forged.leaves[100] = forged.leaves[101]
    note = (archive / "log/checkpoint").read_bytes()
    forged.write(archive)
    put(archive, "log/checkpoint", note)
    assert "log/checkpoint" in places(archive)


def test_a_stamp_of_a_fork_is_named(archive, book):
    note = Checkpoint(book.origin, 270, sha256(b"fork").digest()).sign(book.private_key)
    put(archive, "stamps/270.checkpoint", note)
    put(archive, "stamps/270.tsr", token_over(note))
    assert places(archive) == {"stamps/270.checkpoint"}


def test_a_stamp_of_a_later_size_shows_that_the_archive_was_rolled_back(archive):
    later = log(more=SIZE).checkpoint()
    put(archive, f"stamps/{SIZE + 5}.checkpoint", later)
    put(archive, f"stamps/{SIZE + 5}.tsr", token_over(later))
    assert places(archive) == {f"stamps/{SIZE + 5}.checkpoint"}


def test_a_stamp_whose_token_is_gone_is_named(archive):
    (archive / "stamps/270.tsr").unlink()
    assert places(archive) == {"stamps/270.tsr"}


def test_keys_that_no_record_brings_in_are_refused(tmp_path):
    book = PaperLog([Record("key/1", {"vkey": "another"})])
    book.write(tmp_path)
    assert places(tmp_path) == {"log/keys"}


@pytest.mark.parametrize(
    "name", ["records/x", "records/1", "records/x000/000", "log/tile/0/000.p/256", "log/tile/10/000", "blobs/x"]
)
def test_a_file_that_does_not_belong_is_named(archive, name):
    put(archive, name, b"")
    assert places(archive) == {name}


@pytest.mark.parametrize(
    "name", ["records/002.p/1", "log/tile/0/001.p/45", "log/tile/2/000.p/1", "records/.tmp-0011223344556677"]
)
def test_what_nothing_signs_yet_is_remarked_and_no_fault(archive, name):
    put(archive, name, b"torn")
    report = check_archive(archive)
    assert report.faults == []
    assert [remark for remark in report.remarks if remark.startswith(name)]


def test_a_blob_that_no_record_names_is_remarked_and_no_fault(archive):
    name = f"blobs/{digest(b'orphan')[:2]}/{digest(b'orphan')}"
    put(archive, name, b"orphan")
    report = check_archive(archive)
    assert report.faults == []
    assert report.remarks == [f"{name} is named by no record."]


def test_blobs_that_posts_and_long_values_cite_must_be_there(tmp_path):
    cited = {what: digest(what.encode()) for what in ("medium", "thumbnail", "pointer", "long", "digest alone")}
    book = PaperLog(
        [
            Record(
                "post/1",
                {
                    "media": [{"sha256": cited["medium"], "thumbnail_sha256": cited["thumbnail"]}, {"sha256": None}],
                    "pointers": [{"sha256": cited["pointer"], "offset": 0}],
                    "text": {"blob": cited["long"], "length": 20_000},
                },
            ),
            Record("export/1", {"sha256": cited["digest alone"], "keep": "digest"}),
        ]
    )
    book.write(tmp_path)
    wanted = {f"blobs/{d[:2]}/{d}" for what, d in cited.items() if what != "digest alone"}
    assert places(tmp_path) == wanted


def test_a_redacted_blob_is_remarked_and_no_fault(tmp_path):
    gone = digest(b"gone")
    book = PaperLog(
        [Record("exhibit/1", {"sha256": gone}), Record("redaction/1", {"blobs": [gone], "reason": "consent withdrawn"})]
    )
    book.write(tmp_path)
    report = check_archive(tmp_path)
    assert report.faults == []
    assert report.remarks == [f"The file {gone}, which record 2 (exhibit/1) is about, was redacted."]


def test_an_archive_that_is_not_there_is_refused(tmp_path):
    assert main(["--archive", str(tmp_path / "none")]) == 1
