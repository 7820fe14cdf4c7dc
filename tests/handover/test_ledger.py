"""What the ledger writes, judged by the script that travels: through growth, adoption and a time-stamp."""

from __future__ import annotations

from pathlib import Path

import pytest

from indelible.handover.prove import Stamped, write_proof
from indelible.handover.verify_package import check_archive, check_folder
from indelible.ledger.house import House
from indelible.ledger.ledger import Ledger
from indelible.model.record import Record
from world.paper_log import put, token_over


def posts(count: int) -> list[Record]:
    return [Record("post/1", {"id": f"telegram:1/{i}", "text": "Гавань"}) for i in range(count)]


@pytest.fixture
def ledger(tmp_path) -> Ledger:
    root = tmp_path / "archive"
    origin = "archive.example/ledger"
    ledger = Ledger.create(root, House.create(tmp_path / "house"), origin, [Record("archive/1", {"origin": origin})])
    for count in (1, 5, 300):
        ledger.append(posts(count), ledger.size)
    return ledger


def proven(ledger: Ledger, out: Path, indices: list[int], stamps: list[Stamped]) -> Path:
    write_proof(
        out,
        receipts=[(index, ledger.read(index)) for index in indices],
        receipt_of=ledger.receipt,
        vkeys=ledger.keys.to_bytes().decode(),
        blobs={},
        stamps=stamps,
    )
    return out


def test_a_ledger_s_archive_passes(ledger):
    report = check_archive(ledger.folder)
    assert (report.faults, report.remarks) == ([], [])
    assert report.heads[ledger.size].root == ledger.root


def test_an_adopted_archive_passes_and_proves_what_was_stamped_under_the_old_key(ledger, tmp_path):
    size, note = ledger.size, ledger.checkpoint()
    adopted = Ledger.adopt(ledger.folder, House.create(tmp_path / "other"))
    adopted.append(posts(3), adopted.size)
    put(adopted.folder, f"stamps/{size}.checkpoint", note)
    put(adopted.folder, f"stamps/{size}.tsr", token_over(note))
    stamps = [Stamped(note, token_over(note), adopted.consistency(size))]
    folder = proven(adopted, tmp_path / "proof", [0, 1, 7, size - 1, size + 1], stamps)
    assert check_archive(adopted.folder).faults == []
    assert check_folder(folder, adopted.keys.newest.vkey).faults == []
    assert adopted.origin != ledger.origin


def test_a_folder_proven_before_an_adoption_still_passes(ledger, tmp_path):
    folder = proven(ledger, tmp_path / "proof", [0, 1, 200], [])
    Ledger.adopt(ledger.folder, House.create(tmp_path / "other"))
    assert check_folder(folder, ledger.keys.newest.vkey).faults == []


def test_a_fork_signed_by_an_old_key_after_an_adoption_is_refused(ledger, tmp_path):
    copy = tmp_path / "copy"
    for path in [p for p in ledger.folder.rglob("*") if p.is_file()]:
        put(copy, path.relative_to(ledger.folder).as_posix(), path.read_bytes())
    ledger.append(posts(9), ledger.size)
    adopted = Ledger.adopt(copy, House.create(tmp_path / "other"))
    adopted.append(posts(7), adopted.size)
    assert adopted.size == ledger.size
    put(copy, "log/checkpoint", ledger.checkpoint())
    assert {place for place, _ in check_archive(copy).faults} >= {"log/checkpoint"}
