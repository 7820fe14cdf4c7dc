from __future__ import annotations

import pytest

from handover.folders import CLIP, digest, log, prove
from indelible.handover.prove import write_proof
from indelible.model.errors import DiskError, FormatError, UsageError
from world.paper_log import put


@pytest.fixture(scope="module")
def book():
    return log(more=3)


def parts(folder, book, **changed):
    put(folder, "source", CLIP)
    given = {
        "receipts": [(4, book.sealed[4])],
        "receipt_of": book.receipt,
        "vkeys": book.keys,
        "blobs": {digest(CLIP): folder / "source"},
    }
    return given | changed


def test_the_words_say_that_a_receipt_does_not_prove_when(tmp_path, book):
    words = (prove(tmp_path, book, stamp_at=None) / "README.txt").read_text()
    assert "NOT WHEN" in words
    assert "openssl" not in words


def test_the_words_say_how_to_check_a_time_stamp_that_is_there(tmp_path, book):
    words = (prove(tmp_path, book) / "README.txt").read_text()
    assert "openssl ts -verify" in words
    assert "NOT WHEN" not in words


def test_the_words_name_each_record_and_what_it_is_about(tmp_path, book):
    words = (prove(tmp_path, book) / "README.txt").read_text()
    assert f"record 4: exhibit/1, about blobs/{digest(CLIP)}" in words
    assert "record 3: export/1, about the file" in words
    assert "which is not here" in words


def test_facts_of_the_source_are_said_as_stated_and_cannot_turn_a_line(tmp_path, book):
    words = (prove(tmp_path, book) / "README.txt").read_text()
    assert "WHAT THE SOURCE STATED" in words
    assert "a name \\u202ethat turns\\u000aaround" in words


def test_files_are_read_only(tmp_path, book):
    folder = prove(tmp_path, book)
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o444}


@pytest.mark.parametrize("there", ["a folder", "a file", "a link to nowhere"])
def test_nothing_that_is_there_is_written_over(tmp_path, book, there):
    out = tmp_path / "out"
    if there == "a folder":
        out.mkdir()
    elif there == "a file":
        out.write_text("mine")
    else:
        out.symlink_to("nowhere")
    with pytest.raises(UsageError, match="not there yet"):
        write_proof(out, **parts(tmp_path, book))


def test_nothing_is_proven_of_no_record(tmp_path, book):
    with pytest.raises(UsageError, match="nothing to prove"):
        write_proof(tmp_path / "out", **parts(tmp_path, book, receipts=[]))


@pytest.mark.parametrize("wrong", ["receipt", "blob", "keys", "record"])
def test_parts_that_do_not_prove_each_other_are_not_handed_over(tmp_path, book, wrong):
    put(tmp_path, "rotten", b"rotten")
    changed = {
        "receipt": {"receipt_of": lambda _: book.receipt(3)},
        "blob": {"blobs": {digest(CLIP): tmp_path / "rotten"}},
        "keys": {"vkeys": log(0).keys.replace("1 ", "900 ")},
        "record": {"receipts": [(4, book.sealed[3])]},
    }[wrong]
    with pytest.raises(FormatError, match="does not prove itself"):
        write_proof(tmp_path / "out", **parts(tmp_path, book, **changed))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["rotten", "source"]


def test_a_blob_that_cannot_be_read_leaves_nothing_behind(tmp_path, book):
    with pytest.raises(DiskError, match="could not be written"):
        write_proof(tmp_path / "out", **parts(tmp_path, book, blobs={digest(CLIP): tmp_path / "none"}))
    assert [p.name for p in tmp_path.iterdir()] == ["source"]


def test_a_folder_above_that_is_missing_is_made(tmp_path, book):
    out = tmp_path / "a" / "b" / "out"
    write_proof(out, **parts(tmp_path, book))
    assert (out / "verify.py").is_file()


def test_a_place_that_cannot_be_made_is_refused(tmp_path, book):
    (tmp_path / "file").write_text("x")
    with pytest.raises(DiskError, match="could not be written"):
        write_proof(tmp_path / "file" / "out", **parts(tmp_path, book))
