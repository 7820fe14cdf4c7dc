"""Originals are kept byte for byte, once, and nothing is followed out of the source."""

from __future__ import annotations

import os
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.durable.disk import Disk
from indelible.durable.lock import lock
from indelible.durable.system import System
from indelible.ledger.house import House
from indelible.model.errors import ArchiveError, DiskError, FormatError, UsageError
from indelible.model.found import FileRole, FoundFile, FoundSlice
from indelible.preserve import blobs as module
from indelible.preserve.archive import Archive
from indelible.preserve.blobs import Blobs, Kept, Unkept
from indelible.preserve.hashing import PIECE_BYTES, PIECES, Hashing
from indelible.preserve.reading import SourceFile, Wanted


def digest_of(data: bytes) -> str:
    return sha256(data).hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


def write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(data)
    return path


def test_a_file_is_kept_under_its_sha256_read_only(archive: Archive, source: Path) -> None:
    kept = archive.blobs.put(write(source / "a.mp4", b"abc"))
    assert kept == Kept(digest_of(b"abc"), 3, new=True)
    path = archive.root / "blobs" / "ba" / digest_of(b"abc")
    assert path.read_bytes() == b"abc"
    assert path.stat().st_mode & 0o777 == 0o444
    assert path.stat().st_nlink == 1


@pytest.mark.parametrize(
    "size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, PIECE_BYTES * (PIECES + 2) + 5, 17 << 20]
)
def test_files_of_every_size_come_out_as_they_went_in(archive: Archive, source: Path, size: int) -> None:
    data = os.urandom(size)
    kept = archive.blobs.put(write(source / "a", data))
    assert (kept.sha256, kept.size) == (digest_of(data), size)
    with archive.blobs.open(kept.sha256) as blob:
        assert blob.read() == data


@given(st.lists(st.integers(1, PIECE_BYTES), max_size=20), st.integers(0, PIECE_BYTES))
def test_hashing_in_pieces_gives_the_hash_of_the_whole(counts: list[int], expected: int) -> None:
    whole = sha256()
    with Hashing(expected) as hashing:
        for number, count in enumerate(counts):
            room = hashing.room()
            piece = room[:count]
            piece[:] = bytes([number]) * len(piece)
            whole.update(bytes(piece))
            hashing.add(piece)
        assert hashing.done()[0] == whole.hexdigest()


def test_the_same_bytes_are_kept_once_whatever_their_names(archive: Archive, source: Path) -> None:
    paths = [write(source / name, b"abc") for name in ("a", "b", "c")]
    kept = archive.blobs.put_all([Wanted(path) for path in paths])
    assert [one.new for one in kept] == [True, False, False]
    assert archive.blobs.put(paths[1]).new is False
    assert list(archive.blobs.digests()) == [digest_of(b"abc")]


def test_keeping_what_is_held_writes_nothing(archive: Archive, source: Path) -> None:
    path = write(source / "a", b"abc")
    archive.blobs.put(path)
    calls: list[str] = []

    class Telling(System):
        def write(self, descriptor: int, path: Path, data: bytes | memoryview) -> None:
            calls.append(str(path))
            super().write(descriptor, path, data)

    assert Blobs(archive.root, Disk(Telling())).put(path).new is False
    assert calls == []


def test_a_file_as_long_as_a_blob_and_not_it_is_kept(archive: Archive, source: Path) -> None:
    archive.blobs.put(write(source / "a", b"abc"))
    assert archive.blobs.put(write(source / "b", b"xyz")).new
    assert sorted(archive.blobs.digests()) == sorted([digest_of(b"abc"), digest_of(b"xyz")])


def test_more_files_than_a_group_holds_are_all_kept(archive: Archive, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GROUP_FILES_MAX", 3)
    paths = [write(source / str(number), str(number % 7).encode()) for number in range(20)]
    kept = archive.blobs.put_all(Wanted(path) for path in paths)
    assert [one.sha256 for one in kept] == [digest_of(path.read_bytes()) for path in paths]
    assert sum(one.new for one in kept) == 7


def test_a_slice_is_kept_by_itself(archive: Archive, source: Path) -> None:
    path = write(source / "result.json", b"0123456789")
    kept = archive.blobs.put(Wanted(path, offset=2, length=5))
    assert (kept.sha256, kept.size) == (digest_of(b"23456"), 5)


def test_a_slice_beyond_the_end_is_refused(archive: Archive, source: Path) -> None:
    path = write(source / "result.json", b"0123456789")
    (unkept,) = archive.blobs.put_all([Wanted(path, offset=8, length=5)])
    assert unkept == Unkept("the file ends before the part that was wanted does")
    assert list(archive.blobs.digests()) == []


def test_one_unreadable_file_does_not_stop_the_others(archive: Archive, source: Path) -> None:
    kept = archive.blobs.put_all([Wanted(source / "none"), Wanted(write(source / "a", b"abc")), Wanted(source)])
    assert kept[0] == Unkept("No such file or directory")
    assert isinstance(kept[1], Kept)
    assert kept[2] == Unkept("expected a file, found a folder")


def test_a_link_is_not_followed(archive: Archive, source: Path, tmp_path: Path) -> None:
    secret = write(tmp_path / "secret", b"secret")
    (source / "a.mp4").symlink_to(secret)
    assert archive.blobs.put_all([Wanted(source / "a.mp4", source)]) == [Unkept("it is a link, and links are not followed")]


def test_a_linked_folder_is_not_followed(archive: Archive, source: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "a.mp4", b"secret")
    (source / "video_files").symlink_to(tmp_path / "elsewhere")
    (unkept,) = archive.blobs.put_all([Wanted(source / "video_files" / "a.mp4", source)])
    assert isinstance(unkept, Unkept)
    assert list(archive.blobs.digests()) == []


def test_a_way_out_of_the_source_is_refused(archive: Archive, source: Path, tmp_path: Path) -> None:
    write(tmp_path / "secret", b"secret")
    (unkept,) = archive.blobs.put_all([Wanted(source / ".." / "secret", source)])
    assert unkept == Unkept("expected a file below the source, found a way out of it")


def test_the_folder_given_as_the_source_may_itself_be_reached_by_a_link(archive: Archive, source: Path, tmp_path: Path) -> None:
    write(source / "video_files" / "a.mp4", b"abc")
    linked = tmp_path / "linked"
    linked.symlink_to(source)
    found = FoundFile(str(linked / "video_files" / "a.mp4"), "video_files/a.mp4", FileRole.MEDIA)
    assert archive.blobs.put(Wanted.of(found)).size == 3


def test_a_pipe_is_refused_at_once(archive: Archive, source: Path) -> None:
    os.mkfifo(source / "pipe")
    assert archive.blobs.put_all([Wanted(source / "pipe")]) == [Unkept("expected a file, found a pipe")]


def test_what_a_source_says_becomes_what_is_wanted() -> None:
    assert Wanted.of(FoundFile("/s/v/a.mp4", "v/a.mp4", FileRole.MEDIA)) == Wanted(Path("/s/v/a.mp4"), Path("/s"))
    assert Wanted.of(FoundFile("/s/v/a.mp4", "b.mp4", FileRole.MEDIA)) == Wanted(Path("/s/v/a.mp4"))
    assert Wanted.of(FoundFile("v/a.mp4", "v/a.mp4", FileRole.MEDIA)) == Wanted(Path("v/a.mp4"))
    assert Wanted.of(FoundSlice("/s/r.json", "r.json#1", 5, 9)) == Wanted(Path("/s/r.json"), None, 5, 9)


class Growing(SourceFile):
    """A file that somebody writes to while it is read."""

    def read_into(self, room: memoryview) -> int:
        with Path(f"/proc/self/fd/{self._descriptor}").resolve().open("ab") as file:
            file.write(b"more" if self._read == 0 else b"")
        return super().read_into(room)


def test_a_file_that_changes_while_it_is_read_is_kept_and_said_to(
    archive: Archive, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(source / "a", b"abc")
    monkeypatch.setattr("indelible.preserve.reading.SourceFile", Growing)
    kept = archive.blobs.put(path)
    assert kept.changed
    with archive.blobs.open(kept.sha256) as blob:
        assert digest_of(blob.read()) == kept.sha256


class Full(System):
    """A disk that is full after some bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, descriptor: int, path: Path, data: bytes | memoryview) -> None:
        self.room -= len(data)
        if self.room < 0:
            raise DiskError("the disk refused: No space left on device", where=str(path))
        super().write(descriptor, path, data)


def test_a_full_disk_is_told_and_loses_nothing(archive: Archive, source: Path) -> None:
    held = archive.blobs.put(write(source / "held", b"held"))
    paths = [write(source / str(number), str(number).encode() * 1000) for number in range(10)]
    full = Blobs(archive.root, Disk(Full(3500)))
    with pytest.raises(DiskError, match="No space"):
        full.put_all([Wanted(path) for path in paths])
    assert list(archive.blobs.digests()) == [held.sha256]
    assert list((archive.root / "incoming").iterdir()) == []
    assert len(archive.blobs.put_all([Wanted(path) for path in paths])) == 10


def test_what_a_dead_process_left_is_swept_at_the_next_opening(archive: Archive, keeper: House) -> None:
    left = write(archive.root / "incoming" / ".tmp-0123456789abcdef", b"half")
    Archive.open(archive.root, keeper)
    assert not left.exists()


def test_what_a_living_process_writes_is_not_swept(archive: Archive, keeper: House) -> None:
    alive = write(archive.root / "incoming" / ".tmp-0123456789abcdef", b"half")
    with lock(archive.root / "incoming"):
        Archive.open(archive.root, keeper)
    assert alive.exists()


def test_two_who_keep_the_same_files_at_once_both_succeed(archive: Archive, source: Path) -> None:
    paths = [write(source / str(number), os.urandom(1000)) for number in range(30)]
    results: list[list[Kept | Unkept]] = []

    def keep() -> None:
        results.append(Blobs(archive.root, Disk()).put_all([Wanted(path) for path in paths]))

    threads = [threading.Thread(target=keep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(kept, Kept) for result in results for kept in result)
    assert len(list(archive.blobs.digests())) == 30


def test_values_too_long_for_records_are_kept_as_they_are(archive: Archive) -> None:
    assert archive.blobs.put_bytes([b"abc", b"", b"abc"]) == [digest_of(b"abc"), digest_of(b""), digest_of(b"abc")]
    with archive.blobs.open(digest_of(b"abc")) as blob:
        assert blob.read() == b"abc"


def test_a_blob_that_does_not_read_back_is_told(archive: Archive, source: Path) -> None:
    class Rotten(System):
        def write(self, descriptor: int, path: Path, data: bytes | memoryview) -> None:
            super().write(descriptor, path, bytes(data).replace(b"a", b"b"))

    with pytest.raises(DiskError, match="read back"):
        Blobs(archive.root, Disk(Rotten()), read_back=True).put(write(source / "a", b"abc"))


def test_an_archive_opened_for_reading_keeps_nothing(archive: Archive, source: Path) -> None:
    reading = Archive.open(archive.root)
    with pytest.raises(UsageError, match="opened for reading"):
        reading.blobs.put(write(source / "a", b"abc"))


def test_a_blob_that_is_not_there_is_told_by_its_path(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match=f"blobs/00/{'0' * 64}"):
        archive.blobs.open("0" * 64)


def test_a_name_that_is_no_sha256_has_no_path(archive: Archive) -> None:
    with pytest.raises(FormatError):
        archive.blobs.path("../../etc/passwd")


def test_what_a_process_left_that_died_since_is_cleared_before_the_next_is_kept(archive: Archive, source: Path) -> None:
    left = archive.root / "incoming" / ".tmp-0123456789abcdef"
    left.write_bytes(b"half of an original")
    (source / "a.bin").write_bytes(b"whole")

    archive.blobs.put(source / "a.bin")

    assert list((archive.root / "incoming").iterdir()) == []
