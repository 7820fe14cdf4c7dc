"""Golden bytes: still made alike, still read alike, and the page's worked example is computed from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indelible.handover.verify_package import check_archive
from indelible.log.keys import Keys
from indelible.log.merkle import leaf_hash
from indelible.log.proof import verify_receipt
from indelible.log.tile import Tree, grow
from indelible.model.record import Sealed
from vectors.make import BLOB, GOLDEN, PAGE, book, example, made, trees


def test_golden_files_are_still_made_byte_for_byte():
    there = {path.relative_to(GOLDEN).as_posix(): path.read_bytes() for path in GOLDEN.rglob("*") if path.is_file()}
    assert there == made()


def test_the_golden_archive_passes_the_stand_alone_verifier():
    report = check_archive(GOLDEN / "archive", book().verifier.vkey)
    assert (report.faults, report.remarks) == ([], [])
    assert report.counts["original files"] == 1


@pytest.mark.parametrize("index", range(3))
def test_golden_records_are_proven_by_golden_receipts(index):
    lines = (GOLDEN / "archive/records/000.p/3").read_bytes().splitlines()
    keys = Keys.parse((GOLDEN / "archive/log/keys").read_bytes())
    receipt = (GOLDEN / f"receipts/{index}.tlog-proof").read_bytes()
    assert verify_receipt(receipt, Sealed.from_bytes(lines[index]).entry(), keys.open)[0] == index


@pytest.mark.parametrize("row", json.loads((GOLDEN / "trees.json").read_bytes()), ids=lambda row: str(row["size"]))
def test_tiles_give_the_golden_roots_and_proofs(row):
    size = row["size"]
    tiles = grow(0, [leaf_hash(str(i).encode()) for i in range(size)], lambda *_: b"")
    tree = Tree(
        size, lambda level, index, width: next(tiles[t] for t in tiles if (t.level, t.index, t.width) == (level, index, width))
    )
    assert tree.root().hex() == row["root"]
    if size:
        assert [step.hex() for step in tree.inclusion(size // 2)] == row["inclusion"]
        assert [step.hex() for step in tree.consistency(size // 2)] == row["consistency"]


def test_golden_trees_are_those_of_the_definition():
    assert json.loads((GOLDEN / "trees.json").read_bytes()) == trees()


def test_the_page_s_worked_example_is_computed_from_the_golden_bytes():
    assert example() in Path(PAGE).read_text(encoding="utf-8")


def test_the_golden_blob_bears_its_hash_as_name():
    assert [path.read_bytes() for path in (GOLDEN / "archive/blobs").rglob("*") if path.is_file()] == [BLOB]
