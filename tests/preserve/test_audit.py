"""An audit finds whatever is not as the log says, names it, and cries at nothing else."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indelible.ledger.house import House
from indelible.model.errors import ArchiveError, FormatError
from indelible.preserve.archive import Archive
from indelible.preserve.audit import AuditResult, Budget, audit
from indelible.preserve.audit_state import AuditState
from indelible.preserve.records.keeping import operator_record
from preserve.filled import FILES, commit, fill
from preserve.golden import ACT

FLIPS, FLIPS_LONG = 210, 10_000


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, pair: Path) -> Path:
    """A folder with `house` and a filled `archive`; whoever changes it puts it back."""
    folder = tmp_path_factory.mktemp("filled")
    for name in ("house", "archive"):
        shutil.copytree(pair / name, folder / name, copy_function=shutil.copy2)
    fill(Archive.open(folder / "archive", House.open(folder / "house")), folder / "source")
    return folder


@pytest.fixture
def root(tmp_path: Path, filled: Path) -> Path:
    """A filled archive to damage."""
    shutil.copytree(filled / "archive", tmp_path / "damaged", copy_function=shutil.copy2)
    return tmp_path / "damaged"


def evidence_files(root: Path) -> list[Path]:
    """Every file that an audit must vouch for; what settings.toml says besides its values is free."""
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] not in {"derived", "settings.toml", "incoming"}
    )


def paths(result: AuditResult) -> set[str]:
    return {fault.path for fault in result.faults}


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def test_a_whole_archive_has_no_fault_and_no_orphan(filled: Path) -> None:
    result = audit(filled / "archive")
    assert result.faults == ()
    assert result.orphans == ()
    assert result.opened
    assert result.checked["blobs"] == FILES + 2  # the export, and the long text
    assert result.checked["records"] == Archive.open(filled / "archive").ledger.size
    assert result.checked["stamps"] == 1


def test_an_archive_just_made_has_no_fault(archive: Archive) -> None:
    assert audit(archive.root).faults == ()


def test_an_audit_writes_nothing(root: Path) -> None:
    def seen() -> list[tuple[str, int, int]]:
        return [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(root.rglob("*"))]

    before = seen()
    audit(root)
    assert seen() == before


def flip_and_audit(root: Path, count: int, seed: int) -> None:
    """Flips one random bit of one random file at a time, of each kind alike, and demands that an audit names the file."""
    chance = random.Random(seed)
    by_kind: dict[str, list[Path]] = {}
    for path in evidence_files(root):
        by_kind.setdefault("/".join(path.relative_to(root).parts[:3])[:10], []).append(path)
    kinds = sorted(by_kind)
    for number in range(count):
        path = chance.choice(by_kind[kinds[number % len(kinds)]])
        data = path.read_bytes()
        bit = chance.randrange(len(data) * 8)
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        overwrite(path, flipped)
        result = audit(root)
        overwrite(path, data)
        name = path.relative_to(root).as_posix()
        assert name in paths(result), f"bit {bit} of {name}: {result.faults}"
        assert len(paths(result)) <= 2, f"bit {bit} of {name}: {result.faults}"


def test_a_flipped_bit_in_any_kind_of_file_is_named(root: Path) -> None:
    flip_and_audit(root, FLIPS, seed=1)


@pytest.mark.long
def test_ten_thousand_flipped_bits_are_all_named(root: Path) -> None:
    flip_and_audit(root, FLIPS_LONG, seed=2)


def test_any_deleted_file_is_named(root: Path) -> None:
    chance = random.Random(3)
    for path in chance.sample(evidence_files(root), 25):
        data = path.read_bytes()
        path.unlink()
        result = audit(root)
        path.write_bytes(data)
        assert path.relative_to(root).as_posix() in paths(result)


@pytest.mark.parametrize("folder", ["records", "log/tile/0", "log/tile/entries"])
def test_two_files_of_the_log_swapped_are_named(root: Path, folder: str) -> None:
    one, other = root / folder / "000", next((root / folder / "001.p").iterdir())
    first, second = one.read_bytes(), other.read_bytes()
    overwrite(one, second)
    overwrite(other, first)
    assert {one.relative_to(root).as_posix(), other.relative_to(root).as_posix()} <= paths(audit(root))


def test_two_swapped_blobs_are_named(root: Path) -> None:
    one, other = sorted((root / "blobs").glob("*/*"))[:2]
    first, second = one.read_bytes(), other.read_bytes()
    overwrite(one, second)
    overwrite(other, first)
    assert paths(audit(root)) == {one.relative_to(root).as_posix(), other.relative_to(root).as_posix()}


def _reorder_lines(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join([lines[1], lines[0], *lines[2:]])


def _reorder_hashes(data: bytes) -> bytes:
    return data[32:64] + data[:32] + data[64:]


@pytest.mark.parametrize(
    ("name", "reorder"),
    [("records/000", _reorder_lines), ("log/keys", lambda data: data + data), ("log/tile/0/000", _reorder_hashes)],
)
def test_what_is_reordered_within_a_file_is_named(root: Path, name: str, reorder: Callable[[bytes], bytes]) -> None:
    overwrite(root / name, reorder((root / name).read_bytes()))
    assert name in paths(audit(root))


def test_a_record_changed_together_with_its_entry_and_hash_is_found(root: Path, filled: Path, tmp_path: Path) -> None:
    # As a forger would who has no key: another archive's log in place of this one's, up to the checkpoint.
    shutil.copytree(filled / "archive", tmp_path / "other", copy_function=shutil.copy2)
    shutil.copytree(filled / "house", tmp_path / "other-house", copy_function=shutil.copy2)
    other = Archive.open(tmp_path / "other", House.open(tmp_path / "other-house"))
    commit(other, [operator_record(ACT, code="Z9")])
    shutil.rmtree(root / "records")
    shutil.copytree(other.root / "records", root / "records")
    assert paths(audit(root))


def test_a_blob_put_back_as_a_link_is_named(root: Path, tmp_path: Path) -> None:
    blob = min((root / "blobs").glob("*/*"))
    shutil.move(blob, tmp_path / "elsewhere")
    blob.symlink_to(tmp_path / "elsewhere")
    assert paths(audit(root)) == {blob.relative_to(root).as_posix()}


def test_files_that_belong_to_nothing_are_orphans_and_no_faults(root: Path) -> None:
    uncited = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    strays = {
        "notes.txt": b"mine",
        "blobs/00/readme": b"?",
        f"blobs/{uncited[:2]}/{uncited}": b"abc",
        "incoming/.tmp-0123456789abcdef": b"half",
        "stamps/9.tsr": b"never recorded",
        "log/tile/0/005": b"never signed",
    }
    for name, data in strays.items():
        (root / name).write_bytes(data)
    result = audit(root)
    assert result.faults == ()
    assert set(result.orphans) == set(strays)
    assert all(result.why[path] for path in result.orphans)


def test_a_blob_in_the_wrong_folder_is_an_orphan_there_and_missing_in_its_place(root: Path) -> None:
    blob = min((root / "blobs").glob("*/*"))
    wrong = root / "blobs" / ("00" if blob.parent.name != "00" else "01") / blob.name
    shutil.move(blob, wrong)
    result = audit(root)
    assert paths(result) == {blob.relative_to(root).as_posix()}
    assert result.orphans == (wrong.relative_to(root).as_posix(),)


def test_while_records_cannot_be_read_no_original_is_called_an_orphan(root: Path) -> None:
    (root / "records" / "000").unlink()
    assert audit(root).orphans == ()


def test_a_missing_blob_is_named_with_the_record_that_cites_it(root: Path) -> None:
    blob = min((root / "blobs").glob("*/*"))
    blob.unlink()
    (fault,) = audit(root).faults
    assert fault.path == blob.relative_to(root).as_posix()
    assert "missing: record" in fault.fault


def test_a_setting_that_bears_on_evidence_and_was_changed_quietly_is_named(root: Path) -> None:
    (root / "settings.toml").write_text("sample_ms = 500\n")
    (fault,) = audit(root).faults
    assert fault.path == "settings.toml"
    assert "sample_ms is 500, and record 3 says 250" in fault.fault


def test_settings_that_bear_on_nothing_may_change(root: Path) -> None:
    (root / "settings.toml").write_text('operator = "M2"  # on Mondays\ndecoders = 4\n')
    assert audit(root).faults == ()


def test_settings_that_make_no_sense_are_named(root: Path) -> None:
    (root / "settings.toml").write_bytes(b"\xff")
    result = audit(root)
    assert paths(result) == {"settings.toml"}
    assert not result.opened


@pytest.mark.parametrize("name", ["format", "log/checkpoint", "log/keys"])
def test_an_archive_that_cannot_be_opened_is_still_checked_and_the_path_named(root: Path, name: str) -> None:
    blob = min((root / "blobs").glob("*/*"))
    overwrite(blob, b"other bytes")
    (root / name).unlink()
    result = audit(root)
    assert not result.opened
    assert paths(result) == {name, blob.relative_to(root).as_posix()}


def test_a_missing_folder_is_named(root: Path) -> None:
    shutil.rmtree(root / "log")
    result = audit(root)
    assert not result.opened
    assert "log" in paths(result)


def test_a_folder_without_anything_of_an_archive_has_faults(tmp_path: Path) -> None:
    result = audit(tmp_path)
    assert not result.opened
    assert "format" in paths(result)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no such folder"):
        audit(tmp_path / "nowhere")


# --- going on from an earlier audit --------------------------------------------------------------------------------------


def again(state: AuditState) -> AuditState:
    """The state as its caller stored it."""
    return AuditState.from_value(json.loads(json.dumps(state.to_value())))


def test_a_later_audit_reads_only_what_is_new(root: Path, filled: Path, tmp_path: Path) -> None:
    first = audit(root)
    shutil.copytree(filled / "house", tmp_path / "house", copy_function=shutil.copy2)
    archive = Archive.open(root, House.open(tmp_path / "house"))
    archive.blobs.put_bytes([b"new"])
    commit(archive, [operator_record(ACT, code="Z9")])
    second = audit(root, state=again(first.state))
    assert second.faults == ()
    assert second.checked["blobs"] == 1
    assert second.checked["records"] == archive.ledger.size - 256
    assert len(second.orphans) == 1


def test_a_blob_that_went_missing_since_is_named_though_its_record_is_not_read_again(root: Path) -> None:
    state = again(audit(root).state)
    blob = min((root / "blobs").glob("*/*"))
    blob.unlink()
    assert paths(audit(root, state=state)) == {blob.relative_to(root).as_posix()}


class Ticking:
    """A clock that moves on by a second each time that it is looked at."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_under_a_budget_the_blobs_read_longest_ago_come_first(root: Path) -> None:
    state = audit(root).state
    total = len(state.read)
    rounds = 0
    while min(state.read.values()) == 1:
        result = audit(root, state=again(state), budget=Budget(6, Ticking()))
        assert result.faults == ()
        assert result.checked["blobs"] == 5
        state = result.state
        rounds += 1
    assert rounds == -(-total // 5)


def test_damage_to_an_old_blob_is_found_when_its_turn_comes(root: Path) -> None:
    state = audit(root).state
    blob = sorted((root / "blobs").glob("*/*"))[7]
    overwrite(blob, b"x" * blob.stat().st_size)
    assert audit(root, state=again(state)).faults == ()
    assert paths(audit(root, state=again(state), budget=Budget(1000, Ticking()))) == {blob.relative_to(root).as_posix()}


def test_after_a_fault_the_next_audit_reads_it_again(root: Path) -> None:
    blob = min((root / "blobs").glob("*/*"))
    data = blob.read_bytes()
    overwrite(blob, b"x")
    broken = audit(root)
    assert paths(audit(root, state=again(broken.state))) == {blob.relative_to(root).as_posix()}
    overwrite(blob, data)
    assert audit(root, state=again(broken.state)).faults == ()


def test_a_log_that_is_not_the_one_audited_before_is_named(root: Path, archive: Archive) -> None:
    state = audit(root).state
    result = audit(archive.root, state=again(state))
    assert "log" in paths(result)


@pytest.mark.parametrize("value", [None, 5, {}, {"format": "other"}, [1], {"format": "indelible-audit/1", "number": "x"}])
def test_a_state_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(FormatError):
        AuditState.from_value(value)


def test_a_blob_that_cannot_be_read_is_named(root: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    blob = min((root / "blobs").glob("*/*"))
    blob.chmod(0)
    assert paths(audit(root)) == {blob.relative_to(root).as_posix()}


def test_progress_is_told_of_every_blob(root: Path) -> None:
    told: list[tuple[int, int]] = []
    audit(root, progress=lambda done, total: told.append((done, total)))
    assert told == [(number, FILES + 2) for number in range(1, FILES + 3)]
