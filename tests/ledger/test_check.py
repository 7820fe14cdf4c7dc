"""Whatever was done to a log on disk is found and named; what belongs to nothing is told apart; nothing is written."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from indelible.ledger.check import check
from indelible.ledger.findings import Fault, Orphan, Tally
from indelible.ledger.house import House
from indelible.ledger.ledger import Ledger
from indelible.model.record import Record
from ledger.conftest import posts


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def _write(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def _paths(root: Path) -> list[str]:
    return [found.path for found in check(root) if isinstance(found, Fault)]


@pytest.fixture
def stamped(ledger: Ledger) -> Ledger:
    """A log of 600 records, stamped at 2, with a full bundle, a partial one and a second level."""
    note, token = ledger.checkpoint(), b"a token " * 40
    (ledger.folder / "stamps/2.checkpoint").write_bytes(note)
    (ledger.folder / "stamps/2.tsr").write_bytes(token)
    fields = {"size": 2, "checkpoint_sha256": sha256(note).hexdigest(), "token_sha256": sha256(token).hexdigest()}
    ledger.append([Record("stamp/1", fields), *posts(597)], 2)
    return ledger


@pytest.mark.parametrize("size", [2, 3, 255, 256, 257, 512, 700])
def test_a_whole_log_is_clean(ledger: Ledger, size: int) -> None:
    if size > 2:
        ledger.append(posts(size - 2), 2)
    tally = Tally()
    assert list(check(ledger.folder, tally=tally)) == []
    assert (tally.size, tally.checked["records"]) == (size, size)


def test_a_flipped_bit_anywhere_is_named(stamped: Ledger) -> None:
    draw = random.Random(5)
    for path in _files(stamped.folder):
        good = path.read_bytes()
        for _ in range(3):
            at, bit = draw.randrange(len(good)), draw.randrange(8)
            _write(path, good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :])
            assert _paths(stamped.folder) == [path.relative_to(stamped.folder).as_posix()], (path, at, bit)
        _write(path, good)
    assert _paths(stamped.folder) == []


@pytest.mark.parametrize("name", ["log/checkpoint", "log/keys"])
def test_every_byte_of_the_head_counts(ledger: Ledger, name: str) -> None:
    path = ledger.folder / name
    good = path.read_bytes()
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1 :])
        assert _paths(ledger.folder) == [name], at


def test_a_deleted_file_is_named(stamped: Ledger) -> None:
    for path in _files(stamped.folder):
        good = path.read_bytes()
        path.unlink()
        assert _paths(stamped.folder) == [path.relative_to(stamped.folder).as_posix()]
        path.write_bytes(good)


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"\n", lambda data: b"", lambda data: data * 2])
def test_a_cut_or_longer_file_is_named(stamped: Ledger, change: Callable[[bytes], bytes]) -> None:
    for path in _files(stamped.folder):
        good = path.read_bytes()
        _write(path, change(good))
        assert _paths(stamped.folder) == [path.relative_to(stamped.folder).as_posix()]
        _write(path, good)


def test_swapped_records_are_named(stamped: Ledger) -> None:
    path = stamped.folder / "records/001"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3], lines[4] = lines[4], lines[3]
    _write(path, b"".join(lines))
    faults = [found for found in check(stamped.folder) if isinstance(found, Fault)]
    assert [(fault.path, "259" in fault.fault) for fault in faults] == [("records/001", True)]


def test_a_record_replaced_with_its_entry_and_its_hash_is_still_named(stamped: Ledger) -> None:
    names = ["records/000", "log/tile/entries/000", "log/tile/0/000"]
    sizes = [None, 34, 32]
    for name, size in zip(names, sizes, strict=True):
        path = stamped.folder / name
        data = path.read_bytes()
        parts = data.splitlines(keepends=True) if size is None else [data[at : at + size] for at in range(0, len(data), size)]
        parts[7], parts[9] = parts[9], parts[7]
        _write(path, b"".join(parts))
    assert set(names) < set(_paths(stamped.folder))


def test_a_tail_replaced_with_its_entries_and_hashes_does_not_give_the_root(ledger: Ledger) -> None:
    ledger.append(posts(2), 2)
    names = {"records/000.p/4": None, "log/tile/entries/000.p/4": 34, "log/tile/0/000.p/4": 32}
    for name, size in names.items():
        path = ledger.folder / name
        data = path.read_bytes()
        parts = data.splitlines(keepends=True) if size is None else [data[at : at + size] for at in range(0, len(data), size)]
        _write(path, b"".join([*parts[:2], parts[3], parts[2]]))
    assert _paths(ledger.folder) == ["log/checkpoint"]


def test_two_tiles_in_each_others_place_are_named(stamped: Ledger) -> None:
    one, two = stamped.folder / "log/tile/0/000", stamped.folder / "log/tile/0/001"
    first, second = one.read_bytes(), two.read_bytes()
    _write(one, second)
    _write(two, first)
    assert _paths(stamped.folder) == ["log/tile/0/000", "log/tile/0/001"]


def test_two_bundles_in_each_others_place_are_named(stamped: Ledger) -> None:
    one, two = stamped.folder / "records/000", stamped.folder / "records/001"
    first, second = one.read_bytes(), two.read_bytes()
    _write(one, second)
    _write(two, first)
    assert _paths(stamped.folder)[:2] == ["records/000", "records/001"]


def test_an_older_checkpoint_of_the_log_is_no_fault_but_its_newer_files_are_orphans(ledger: Ledger) -> None:
    old = ledger.checkpoint()
    kept = {path: path.read_bytes() for path in _files(ledger.folder)}
    ledger.append(posts(300), 2)
    for path, data in kept.items():
        path.parent.mkdir(exist_ok=True)
        _write(path, data) if path.exists() else path.write_bytes(data)
    assert (ledger.folder / "log/checkpoint").read_bytes() == old
    found = list(check(ledger.folder))
    assert {type(one) for one in found} == {Orphan}
    assert "records/000" in {one.path for one in found}


def test_a_checkpoint_by_another_key_is_named(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger.create(tmp_path / "other", House.create(tmp_path / "house2"), ledger.origin, posts(1))
    shutil.copy(other.folder / "log/checkpoint", ledger.folder / "log/checkpoint")
    assert _paths(ledger.folder) == ["log/checkpoint"]


def test_keys_put_in_place_of_the_recorded_ones_are_named(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger.create(tmp_path / "other", House.create(tmp_path / "house2"), ledger.origin, posts(1))
    shutil.copy(other.folder / "log/keys", ledger.folder / "log/keys")
    assert _paths(ledger.folder) == ["log/keys"]


def test_what_belongs_to_nothing_is_an_orphan(stamped: Ledger) -> None:
    names = ["records/.tmp-0011", "records/002.p/9", "records/003", "log/tile/0/002.p/200", "log/notes.txt", "stamps/9.tsr"]
    for name in names:
        path = stamped.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    found = list(check(stamped.folder))
    assert {type(one) for one in found} == {Orphan}
    assert sorted(one.path for one in found) == sorted(names)


def test_it_goes_on_from_where_it_found_the_log_clean(ledger: Ledger) -> None:
    ledger.append(posts(600), 2)
    first = Tally()
    assert list(check(ledger.folder, tally=first)) == []
    ledger.append(posts(700), 602)

    second = Tally()
    assert list(check(ledger.folder, since=first.mark, tally=second)) == []

    assert second.checked["records"] == 1302 - 512
    assert second.mark is not None
    assert second.mark.size == 1280
    third = Tally()
    assert list(check(ledger.folder, since=second.mark, tally=third)) == []
    assert third.checked["records"] == 22


def test_going_on_still_finds_what_is_new(ledger: Ledger) -> None:
    ledger.append(posts(600), 2)
    tally = Tally()
    list(check(ledger.folder, tally=tally))
    path = ledger.folder / "records/002.p/90"
    _write(path, path.read_bytes().replace(b"post 599", b"post 598"))
    assert [found.path for found in check(ledger.folder, since=tally.mark)] == ["records/002.p/90"]


def test_a_mark_of_another_log_makes_it_check_all(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger.create(tmp_path / "other", House.create(tmp_path / "house2"), ledger.origin, posts(600))
    tally, again = Tally(), Tally()
    list(check(other.folder, tally=tally))
    ledger.append(posts(600), 2)
    found = list(check(ledger.folder, since=tally.mark, tally=again))
    assert [type(one) for one in found] == [Fault]
    assert again.checked["records"] == 602
    assert again.mark is None


def test_each_record_is_shown_once_to_the_visitor(ledger: Ledger) -> None:
    ledger.append(posts(300), 2)
    seen: list[int] = []
    list(check(ledger.folder, visit=lambda index, _: seen.append(index)))
    assert seen == list(range(302))


def test_checking_writes_nothing(stamped: Ledger) -> None:
    def state() -> dict[Path, tuple[int, int, bytes]]:
        return {path: (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes()) for path in _files(stamped.folder)}

    (stamped.folder / "records/.tmp-1").write_bytes(b"left over")
    before = state()
    list(check(stamped.folder))
    assert state() == before


def test_a_log_without_anything_is_all_faults(tmp_path: Path) -> None:
    assert _paths(tmp_path) == ["log/keys", "log/checkpoint"]
