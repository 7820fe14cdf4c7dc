"""Files are whole or absent, replaced whole, kept when they are there, and refused where a disk cannot keep promises."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from crash.systems import Failing
from indelible.durable.disk import Disk, is_passing
from indelible.durable.early import EVERY_BYTES
from indelible.durable.group import SYNC_FILES_MAX
from indelible.durable.system import System
from indelible.model.errors import DiskError, PoisonedError


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_created_with_its_bytes_for_reading_alone(tmp_path: Path) -> None:
    Disk().create_once(tmp_path / "a", [b"one", b"two"])
    assert (tmp_path / "a").read_bytes() == b"onetwo"
    assert _mode(tmp_path / "a") == 0o444
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_secret_is_never_open_to_others(tmp_path: Path) -> None:
    Disk().create_once(tmp_path / "key", b"secret", mode=0o600)
    assert _mode(tmp_path / "key") == 0o600


def test_the_same_bytes_again_are_no_error(tmp_path: Path) -> None:
    Disk().create_once(tmp_path / "a", b"same")
    inode = (tmp_path / "a").stat().st_ino
    Disk().create_once(tmp_path / "a", b"same")
    assert (tmp_path / "a").stat().st_ino == inode
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("other", [b"", b"sam", b"samf", b"same and more"])
def test_other_bytes_are_never_written_over_what_was_created_once(tmp_path: Path, other: bytes) -> None:
    Disk().create_once(tmp_path / "a", b"same")
    with pytest.raises(DiskError, match="other bytes"):
        Disk().create_once(tmp_path / "a", other)
    assert (tmp_path / "a").read_bytes() == b"same"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_head_is_replaced_whole(tmp_path: Path) -> None:
    disk, head = Disk(), tmp_path / "head"
    disk.replace_head(head, b"first")
    with head.open("rb") as reader:
        disk.replace_head(head, b"second, longer")
        assert reader.read() == b"first"
    assert head.read_bytes() == b"second, longer"
    assert [path.name for path in tmp_path.iterdir()] == ["head"]


@pytest.mark.parametrize("count", [1, SYNC_FILES_MAX, SYNC_FILES_MAX + 1, 60])
def test_a_group_makes_all_its_files_and_the_folders_they_need(tmp_path: Path, count: int) -> None:
    with Disk().group(tmp_path) as group:
        for number in range(count):
            group.add(tmp_path / f"x{number % 3}" / "deep" / str(number), str(number).encode())
        assert not [path for path in tmp_path.rglob("*") if path.is_file() and not is_passing(path.name)]
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert sorted(int(path.read_bytes()) for path in files) == list(range(count))


def test_a_group_that_is_left_by_an_error_leaves_nothing(tmp_path: Path) -> None:
    def change_my_mind() -> None:
        with Disk().group(tmp_path) as group:
            group.add(tmp_path / "a", b"a")
            group.draft(tmp_path).write(b"half")
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        change_my_mind()
    assert list(tmp_path.iterdir()) == []


def test_a_draft_that_is_not_kept_is_discarded(tmp_path: Path) -> None:
    with Disk().group(tmp_path) as group:
        group.draft(tmp_path).write(b"not wanted after all")
        group.add(tmp_path / "a", b"a")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_closed_draft_takes_no_more(tmp_path: Path) -> None:
    with Disk().group(tmp_path) as group:
        draft = group.draft(tmp_path)
        draft.keep(tmp_path / "a")
        with pytest.raises(ValueError, match="closed"):
            draft.write(b"more")


def test_a_group_replaces_what_was_never_signed_when_told_to(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"left over")
    with Disk().group(tmp_path) as group:
        group.add(tmp_path / "a", b"new", replace=True)
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_folder_is_made_with_all_above_it(tmp_path: Path) -> None:
    disk = Disk()
    disk.make_folder(tmp_path / "a" / "b" / "c")
    disk.make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()


def test_a_file_where_a_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(DiskError, match="found a file"):
        Disk().make_folder(tmp_path / "a")
    with pytest.raises(DiskError, match="found a file"), Disk().group(tmp_path) as group:
        group.add(tmp_path / "a" / "b", b"")


@pytest.mark.parametrize(
    ("magic", "name"), [(0x6969, "NFS"), (0xFF534D42, "CIFS"), (0xFE534D42, "SMB"), (0x65735546, "FUSE"), (0x01021997, "9P")]
)
def test_a_volume_that_cannot_keep_promises_is_refused(tmp_path: Path, magic: int, name: str) -> None:
    class Foreign(System):
        def kind(self, path: Path) -> int:
            del path
            return magic

    with pytest.raises(DiskError, match=name) as raised:
        Disk(Foreign()).refuse_kind(tmp_path)
    assert "local disk" in raised.value.do


def test_the_volume_of_a_folder_here_is_known(tmp_path: Path) -> None:
    assert System().kind(tmp_path) not in {0, 0x6969}
    with pytest.raises(DiskError):
        System().kind(tmp_path / "absent")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("fail_at", range(3))
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, number: int, fail_at: int) -> None:
    with pytest.raises(DiskError, match=os.strerror(number)) as raised:
        Disk(Failing([0, 1, 3][fail_at], number)).create_once(tmp_path / "a", b"bytes" * 100)
    assert raised.value.do
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_old_head(tmp_path: Path) -> None:
    Disk().replace_head(tmp_path / "head", b"old")
    for fail_at in (0, 1, 3):
        with pytest.raises(DiskError):
            Disk(Failing(fail_at)).replace_head(tmp_path / "head", b"new")
        assert [path.name for path in tmp_path.iterdir()] == ["head"]
        assert (tmp_path / "head").read_bytes() == b"old"


@pytest.mark.parametrize("files", [1, SYNC_FILES_MAX + 1])
def test_a_failed_sync_poisons(tmp_path: Path, files: int) -> None:
    disk = Disk(Failing(2 * files))
    group = disk.new_group(tmp_path)
    for number in range(files):
        group.add(tmp_path / str(number), b"x")
    with pytest.raises(PoisonedError) as raised:
        group.commit()
    group.close()
    assert "start again" in raised.value.do
    assert not [path for path in tmp_path.iterdir() if not is_passing(path.name)]
    for attempt in (
        lambda: disk.create_once(tmp_path / "a", b""),
        lambda: disk.replace_head(tmp_path / "a", b""),
        lambda: disk.make_folder(tmp_path / "b"),
        lambda: disk.sync_folder(tmp_path),
        lambda: disk.remove(tmp_path / "0"),
        disk.check,
    ):
        with pytest.raises(PoisonedError):
            attempt()


def test_a_volume_without_second_names_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    Disk().create_once(tmp_path / "a", b"same")
    Disk().create_once(tmp_path / "a", b"same")
    with pytest.raises(DiskError, match="other bytes"):
        Disk().create_once(tmp_path / "a", b"else")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"same")]


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    Disk().remove(tmp_path / "absent")
    Disk().remove(tmp_path / ".tmp-absent")
    Disk().remove_folder(tmp_path / "absent")


class Watched(System):
    """Counts the early syncs, and lets them fail."""

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__()
        self.early = 0
        self._fails = fails

    def sync_data(self, descriptor: int, path: Path) -> None:
        self.early += 1
        os.fstat(descriptor)  # it must still be open
        if self._fails:
            self.poison(path, OSError(errno.EIO, "input/output error"))
        super().sync_data(descriptor, path)


def test_a_large_file_is_on_its_way_before_it_is_whole(tmp_path: Path) -> None:
    system, piece = Watched(), bytes(EVERY_BYTES // 2)
    Disk(system).create_once(tmp_path / "a", [piece] * 5)
    assert (tmp_path / "a").stat().st_size == 5 * len(piece)
    assert 1 <= system.early <= 2  # one may still run when the next is due

    system.early = 0
    Disk(system).create_once(tmp_path / "b", piece)
    assert system.early == 0


def test_an_early_sync_that_fails_poisons_as_any_other(tmp_path: Path) -> None:
    disk = Disk(Watched(fails=True))
    with pytest.raises(PoisonedError, match="input/output error"):
        disk.create_once(tmp_path / "a", [bytes(EVERY_BYTES)])
    assert not (tmp_path / "a").exists()
    with pytest.raises(PoisonedError):
        disk.check()
