"""What a log promises: what was appended is read, proven and found again, by one writer at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indelible.ledger.house import House
from indelible.ledger.ledger import Ledger
from indelible.log import merkle
from indelible.log.keys import Keys
from indelible.log.proof import verify_receipt
from indelible.log.tile import tiles_of
from indelible.model.errors import ArchiveError, ConflictError, FormatError, RefusedToSignError, UsageError
from indelible.model.record import Record
from ledger.conftest import ORIGIN, posts


def _leaves(ledger: Ledger) -> list[bytes]:
    return [merkle.leaf_hash(sealed.entry()) for _, sealed in ledger.records()]


def test_a_new_log_holds_its_first_records_and_its_key(ledger: Ledger, house: House) -> None:
    kinds = [sealed.kind for _, sealed in ledger.records()]
    assert kinds == ["archive/1", "key/1"]
    assert ledger.read(1).fields["vkey"] == house.verifier(ORIGIN).vkey


def test_a_key_record_of_the_callers_own_is_not_doubled(tmp_path: Path, house: House) -> None:
    first = [Record("key/1", {"vkey": house.verifier(ORIGIN).vkey, "by": "typed:ana"}), Record("operator/1", {})]
    ledger = Ledger.create(tmp_path / "a", house, ORIGIN, first)
    assert [sealed.kind for _, sealed in ledger.records()] == ["key/1", "operator/1"]
    assert ledger.keys.keys[0].index == 0


@pytest.mark.parametrize("steps", [[1, 1, 1], [254], [253, 1, 1], [255, 256], [700], [100, 200, 300, 400]])
def test_the_root_is_that_of_the_definition_however_it_grew(ledger: Ledger, steps: list[int]) -> None:
    for count in steps:
        ledger.append(posts(count, ledger.size), ledger.size)
    assert ledger.root == merkle.root_hash(_leaves(ledger))
    assert ledger.size == 2 + sum(steps)


@pytest.mark.parametrize("size", [3, 256, 257, 600])
def test_on_disk_stands_what_a_tree_of_this_size_needs_and_no_more(grown: Callable[[int], Ledger], size: int) -> None:
    ledger = grown(size)
    root = ledger.folder
    found = {p.relative_to(root / "log").as_posix() for p in (root / "log" / "tile").rglob("*") if p.is_file()}
    tiles = {tile.path for tile in tiles_of(size)}
    entries = {path.replace("tile/0/", "tile/entries/") for path in tiles if path.startswith("tile/0/")}
    assert found == tiles | entries
    bundles = {p.relative_to(root).as_posix() for p in (root / "records").rglob("*") if p.is_file()}
    assert bundles == {path.replace("tile/0/", "records/") for path in tiles if path.startswith("tile/0/")}


def test_every_record_reads_back_in_order_and_alone(grown: Callable[[int], Ledger]) -> None:
    ledger = Ledger.open(grown(520).folder)
    assert [index for index, _ in ledger.records()] == list(range(520))
    assert [sealed.fields["message"] for _, sealed in ledger.records(255, 258)] == [253, 254, 255]
    assert ledger.read(519).fields["message"] == 517


@pytest.mark.parametrize("index", [-1, 3, 10**9])
def test_a_record_that_is_not_there_is_an_index_error(grown: Callable[[int], Ledger], index: int) -> None:
    ledger = grown(3)
    with pytest.raises(IndexError):
        ledger.read(index)


def test_every_receipt_proves_its_record_and_no_other(grown: Callable[[int], Ledger]) -> None:
    ledger = grown(300)
    keys = Keys.parse((ledger.folder / "log" / "keys").read_bytes())
    for index in (0, 1, 255, 256, 299):
        found, checkpoint = verify_receipt(ledger.receipt(index), ledger.read(index).entry(), keys.open)
        assert (found, checkpoint.size, checkpoint.root) == (index, 300, ledger.root)
    with pytest.raises(FormatError):
        verify_receipt(ledger.receipt(5), ledger.read(6).entry(), keys.open)


def test_old_checkpoints_stay_prefixes(ledger: Ledger) -> None:
    seen = [(ledger.size, ledger.root)]
    for count in (1, 30, 250, 3):
        ledger.append(posts(count), ledger.size)
        seen.append((ledger.size, ledger.root))
    for size, root in seen:
        assert ledger.root_at(size) == root
        merkle.verify_consistency(size, ledger.size, ledger.consistency(size), root, ledger.root)


def test_a_writer_that_did_not_see_the_others_records_is_in_conflict_and_has_caught_up(ledger: Ledger, house: House) -> None:
    other = Ledger.open(ledger.folder, house)
    other.append(posts(3), other.size)

    with pytest.raises(ConflictError):
        ledger.append(posts(1), 2)

    assert ledger.size == 5
    assert ledger.append(posts(1), ledger.size).first == 5


def test_many_writers_at_once_lose_nothing(ledger: Ledger, house: House) -> None:
    def write(number: int) -> int:
        mine = Ledger.open(ledger.folder, House.open(house.folder))
        conflicts = 0
        for message in range(5):
            while True:
                try:
                    mine.append(posts(1, number * 100 + message), mine.size)
                    break
                except ConflictError:
                    conflicts += 1
        return conflicts

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))

    ledger.refresh()
    messages = [sealed.fields["message"] for _, sealed in ledger.records(2)]
    assert sorted(messages) == sorted(number * 100 + message for number in range(6) for message in range(5))
    assert ledger.root == merkle.root_hash(_leaves(ledger))


def test_a_reader_goes_on_while_the_log_outgrows_the_files_it_knows(ledger: Ledger, house: House) -> None:
    ledger.append(posts(50), 2)
    reader = Ledger.open(ledger.folder)
    ledger.append(posts(400), 52)
    assert len(list(reader.records())) == 52
    assert reader.root_at(52) == reader.root


def test_the_clock_may_not_go_back_between_commits(ledger: Ledger) -> None:
    ledger.append(posts(1), 2, at=datetime(2026, 1, 2, tzinfo=UTC))
    with pytest.raises(RefusedToSignError, match="clock"):
        ledger.append(posts(1), 3, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert ledger.append(posts(1), 3, at=datetime(2026, 1, 2, tzinfo=UTC)).size == 4


def test_a_log_opened_for_reading_takes_nothing(ledger: Ledger) -> None:
    with pytest.raises(UsageError):
        Ledger.open(ledger.folder).append(posts(1), 2)


def test_a_commit_of_nothing_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="at least one"):
        ledger.append([], 2)


def test_a_second_log_in_the_same_folder_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Ledger.create(ledger.folder, House.create(tmp_path / "other"), ORIGIN, posts(1))


def test_a_house_signs_one_log(ledger: Ledger, house: House, tmp_path: Path) -> None:
    with pytest.raises(RefusedToSignError):
        Ledger.create(tmp_path / "second", house, "log.example/second", posts(1))
    with pytest.raises(RefusedToSignError):
        House.create(house.folder)


def test_a_folder_without_a_log_is_said_to_be_none(tmp_path: Path, house: House) -> None:
    for key in (None, house):
        with pytest.raises(ArchiveError):
            Ledger.open(tmp_path, key)


def test_opening_reads_no_bundle(grown: Callable[[int], Ledger]) -> None:
    ledger = grown(700)
    for bundle in (ledger.folder / "records").rglob("*"):
        if bundle.is_file():
            bundle.chmod(0o644)
            bundle.write_bytes(b"unreadable")
    assert Ledger.open(ledger.folder).size == 700


@pytest.mark.parametrize("name", ["log/checkpoint", "log/keys"])
def test_a_damaged_head_is_not_opened(ledger: Ledger, name: str) -> None:
    path = ledger.folder / name
    path.write_bytes(path.read_bytes().replace(b"log.example", b"log.exbmple"))
    with pytest.raises(ArchiveError):
        Ledger.open(ledger.folder)


def test_nothing_is_built_on_a_damaged_tail(ledger: Ledger, house: House) -> None:
    bundle = ledger.folder / "records/000.p/2"
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b"indelible-archive/1", b"indelible-archive/2"))
    with pytest.raises(RefusedToSignError, match=r"records/000\.p/2"):
        Ledger.open(ledger.folder, house).append(posts(1), 2)


@pytest.mark.parametrize("name", ["log/tile/0/000.p/2", "log/tile/entries/000.p/2"])
def test_nothing_is_signed_over_a_damaged_tile(ledger: Ledger, house: House, name: str) -> None:
    tile = ledger.folder / name
    tile.chmod(0o644)
    tile.write_bytes(tile.read_bytes()[:-1] + b"\x00")
    with pytest.raises(RefusedToSignError):
        Ledger.open(ledger.folder, house).append(posts(1), 2)
