"""Making and opening an archive."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from indelible.ledger.house import House
from indelible.model.errors import ArchiveError, IndelibleError, UsageError
from indelible.preserve import layout
from indelible.preserve.archive import Archive
from indelible.preserve.records.keeping import operator_record
from indelible.preserve.records.prepare import By
from preserve.golden import ACT, AT


def create(root: Path, house: House) -> Archive:
    return Archive.create(root, house, origin="test.example/a", operator=By("K7"), at=AT)


def test_a_new_archive_has_the_layout_of_its_format(archive: Archive) -> None:
    assert {path.name for path in archive.root.iterdir()} == {*layout.FILES, *layout.FOLDERS}
    assert (archive.root / "format").read_bytes() == b"indelible-archive/1\n"
    assert len(list((archive.root / "blobs").iterdir())) == 256


def test_its_first_records_say_what_it_is_who_made_it_and_how(archive: Archive) -> None:
    assert [sealed.kind for _, sealed in archive.ledger.records()] == ["archive/1", "key/1", "operator/1", "settings/1"]
    assert archive.ledger.read(0).fields["readme_sha256"] == layout.README_SHA256
    assert archive.ledger.read(1).fields["size"] == archive.ledger.size
    assert archive.ledger.read(3).fields["values"]["sample_ms"] == 250


def test_an_archive_can_be_opened_without_its_house(archive: Archive) -> None:
    opened = Archive.open(archive.root)
    assert opened.ledger.root == archive.ledger.root
    assert opened.settings == archive.settings


def test_an_archive_is_not_made_where_one_is(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(IndelibleError):
        create(archive.root, House.create(tmp_path / "other"))


def test_an_archive_is_not_made_among_other_files(tmp_path: Path, house: House) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(UsageError, match="something else"):
        create(tmp_path, house)


def test_an_archive_is_not_made_in_place_of_a_file(tmp_path: Path, house: House) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="found a file"):
        create(tmp_path / "file", house)


def test_a_making_that_died_is_begun_again(tmp_path: Path, house: House) -> None:
    root = tmp_path / "archive"
    (root / "blobs" / "00").mkdir(parents=True)
    (root / "format").write_bytes(layout.FORMAT_BYTES)
    create(root, house)
    assert Archive.open(root, house).ledger.size == 4


@pytest.mark.parametrize(
    "name", ["format", "settings.toml", "blobs", "records", "log", "incoming", "blobs/7f", "log/checkpoint"]
)
def test_an_archive_that_lacks_a_part_says_which(archive: Archive, name: str) -> None:
    path = archive.root / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(ArchiveError) as caught:
        Archive.open(archive.root)
    assert caught.value.where.startswith(str(path.parent))
    assert caught.value.do


def test_an_archive_without_its_derived_folder_is_whole(archive: Archive) -> None:
    shutil.rmtree(archive.root / "derived")
    assert Archive.open(archive.root).ledger.size == 4


def test_an_archive_of_another_format_is_refused(archive: Archive) -> None:
    (archive.root / "format").unlink()
    (archive.root / "format").write_bytes(b"indelible-archive/2\n")
    with pytest.raises(ArchiveError, match="indelible-archive/2"):
        Archive.open(archive.root)


@pytest.mark.parametrize("name", [".", "nowhere"])
def test_a_folder_that_is_no_archive_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveError, match=r"no archive|no such folder"):
        Archive.open(tmp_path / name)


def test_settings_are_read_from_the_archive(archive: Archive) -> None:
    (archive.root / "settings.toml").write_text("sample_ms = 500\n")
    assert Archive.open(archive.root).settings.sample_ms == 500


def test_settings_that_make_no_sense_are_told(archive: Archive) -> None:
    (archive.root / "settings.toml").write_text("sampel_ms = 500\n")
    with pytest.raises(UsageError, match="sampel_ms"):
        Archive.open(archive.root)


def test_the_readme_checks_the_originals_as_it_says(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"abc")
    kept = archive.blobs.put(tmp_path / "a.mp4")
    (line,) = [line.strip() for line in layout.README_BYTES.decode().splitlines() if line.strip().startswith("cd blobs &&")]
    assert subprocess.run(["bash", "-c", line], cwd=archive.root, capture_output=True, check=True).stdout == b""
    path = archive.blobs.path(kept.sha256)
    path.chmod(0o644)
    path.write_bytes(b"abd")
    failed = subprocess.run(["bash", "-c", line], cwd=archive.root, capture_output=True, check=False)
    assert failed.returncode
    assert b"FAILED" in failed.stdout


def test_an_archive_goes_on_where_it_stopped(archive: Archive, keeper: House) -> None:
    opened = Archive.open(archive.root, House.open(keeper.folder))
    opened.ledger.append([operator_record(ACT, code="M2").record], opened.ledger.size, at=AT)
    assert Archive.open(archive.root).ledger.size == 5
