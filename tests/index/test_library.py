"""A library on disk answers as one laid out in memory, whatever became of its files and in whatever order media came."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crash.journal import Journal, State
from crash.systems import Failing, Killed, Recording
from indelible.durable.disk import Disk
from indelible.durable.lock import lock
from indelible.fingerprint.sound import fingerprint_sound
from indelible.index import code_index, growing
from indelible.index.growing import grow, open_library, read
from indelible.index.library import Library, OutOfStepError
from indelible.index.store import FingerprintStore
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.model.errors import DiskError, PoisonedError
from indelible.model.speed import Speed
from index.library_media import in_memory, medium, name, saved, told
from world import footage, sounds

FOLDER = "library"


@pytest.fixture
def store(tmp_path: Path) -> FingerprintStore:
    return FingerprintStore(tmp_path / "fingerprints")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sections of a few media, and codes in cells from a hundred on."""
    monkeypatch.setattr(growing, "_LAID_OUT_MAX", 60)
    monkeypatch.setattr(growing, "_JOIN_RATIO", 2)
    monkeypatch.setattr(code_index, "EXHAUSTIVE_BELOW", 100)


def opened(folder: Path, numbers: Sequence[int], settled: int | None = None) -> Library:
    media = [name(number) for number in numbers]
    store = FingerprintStore(folder / "fingerprints")
    return open_library(folder / FOLDER, store, media, len(media) if settled is None else settled)


def same(library: Library, numbers: Sequence[int]) -> bool:
    return told(library.references) == told(in_memory(numbers))


def named(store: FingerprintStore, numbers: Sequence[int]) -> list[tuple[str, str]]:
    return [(name(number), store.stamp(name(number))) for number in numbers]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / FOLDER).iterdir())


def lies(folder: Path) -> list[tuple[str, str]]:
    """What lies on disk."""
    return [row.named for row in growing.rows(folder / FOLDER)]


events = st.lists(
    st.tuples(
        st.sampled_from(["add", "insert", "lose", "harm", "doubt", "settle", "gone", "torn", "manifest", "anew"]),
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=events)
@example(events=[("add", 9), ("insert", 0), ("lose", 2), ("torn", 0), ("add", 5)])
@example(events=[("settle", 3), ("add", 9), ("add", 9), ("add", 1), ("gone", 1), ("settle", 99)])
def test_whatever_happened_it_answers_as_one_laid_out_anew(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    archive = Archive(folder)
    for event, number in events:
        getattr(archive, event)(number)
        library = opened(folder, archive.listed, archive.settled)
        assert same(library, archive.reading)
        for count in (0, len(archive.reading) // 2):
            assert told(library.references.before(count)) == told(in_memory(archive.reading[:count]))


class Archive:
    """Which media are listed, in order; which of them read, and how many have settled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = FingerprintStore(folder / "fingerprints")
        self.listed: list[int] = []
        self.lost: set[int] = set()
        self.settled = 1 << 30
        self.next = 0
        self.add(6)

    @property
    def reading(self) -> list[int]:
        return [number for number in self.listed if number not in self.lost]

    def insert(self, at: int) -> None:
        saved(self.store, [self.next])
        self.listed.insert(at % (len(self.listed) + 1), self.next)
        self.next += 1

    def add(self, count: int) -> None:
        for _ in range(1 + count % 12):
            self.insert(len(self.listed))

    def _file(self, number: int) -> Path:
        return next((self.folder / "fingerprints").rglob(f"{name(number)}*"))

    def lose(self, at: int) -> None:
        if self.reading:
            number = self.reading[at % len(self.reading)]
            self._file(number).unlink()
            self.lost.add(number)

    def harm(self, at: int) -> None:
        if self.reading:
            number = self.reading[at % len(self.reading)]
            self._file(number).write_bytes(b"damaged")
            self.lost.add(number)

    def doubt(self, at: int) -> None:
        self.store.doubt(name(self.listed[at % len(self.listed)]))

    def settle(self, count: int) -> None:
        self.settled = count

    def _sections(self) -> list[Path]:
        return sorted((self.folder / FOLDER).glob("section-*"))

    def gone(self, at: int) -> None:
        if self._sections():
            self._sections()[at % len(self._sections())].unlink()

    def torn(self, at: int) -> None:
        if self._sections():
            torn(self._sections()[at % len(self._sections())])

    def manifest(self, at: int) -> None:
        path = self.folder / FOLDER / growing.MANIFEST
        if path.exists():
            path.write_bytes(path.read_bytes()[: at - 50] if at % 2 else b'{"format":"indelible-library/2","sections":[]}')

    def anew(self, _: int) -> None:
        growing.clear(self.folder / FOLDER)


def torn(path: Path) -> None:
    data = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(data[: len(data) // 2])


def test_what_lies_on_disk_is_used_and_only_what_came_since_is_laid_out(
    tmp_path: Path, store: FingerprintStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(store, range(20))
    opened(tmp_path, range(18))
    read_again: list[str] = []
    load = FingerprintStore.load
    monkeypatch.setattr(FingerprintStore, "load", lambda self, sha256: read_again.append(sha256) or load(self, sha256))
    opened(tmp_path, range(20))
    assert read_again == [name(18), name(19)]
    assert same(opened(tmp_path, range(20)), range(20))
    assert read_again == [name(18), name(19)]


def test_sections_stay_few_and_are_the_same_as_laid_out_at_once(tmp_path: Path, store: FingerprintStore) -> None:
    saved(store, range(60))
    for count in range(1, 61):
        opened(tmp_path, range(count))
    sizes = [section.size for section in read(tmp_path / FOLDER)]
    assert all(one >= growing._JOIN_RATIO * other for one, other in pairwise(sizes))
    assert len(files(tmp_path)) == len(sizes) + 1
    assert same(opened(tmp_path, range(60)), range(60))


def test_a_section_grows_no_larger_than_can_be_joined_in_memory(
    tmp_path: Path, store: FingerprintStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing, "_JOINED_MAX", 400)
    saved(store, range(40))
    opened(tmp_path, range(40))
    assert len(read(tmp_path / FOLDER)) > 2
    assert all(section.size <= 400 for section in read(tmp_path / FOLDER))
    assert same(opened(tmp_path, range(40)), range(40))


def test_media_that_have_not_settled_are_searched_and_not_kept(tmp_path: Path, store: FingerprintStore) -> None:
    saved(store, range(10))
    assert same(opened(tmp_path, range(10), settled=4), range(10))
    assert lies(tmp_path) == named(store, range(4))


def test_who_knows_fewer_media_than_lie_on_disk_uses_them_and_leaves_them(tmp_path: Path, store: FingerprintStore) -> None:
    saved(store, range(12))
    opened(tmp_path, range(12))
    before = files(tmp_path)
    for count in (12, 7, 1, 0):
        assert same(opened(tmp_path, range(count)), range(count))
    assert files(tmp_path) == before


def test_a_fingerprint_that_does_not_read_is_not_read_again_and_again(
    tmp_path: Path, store: FingerprintStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(store, range(6))
    next((tmp_path / "fingerprints").rglob(f"{name(2)}*")).write_bytes(b"damaged")
    assert same(opened(tmp_path, range(6)), [0, 1, 3, 4, 5])
    monkeypatch.setattr(FingerprintStore, "load", lambda *_: pytest.fail("it was read again"))
    assert list(opened(tmp_path, range(6)).media) == [name(number) for number in (0, 1, 3, 4, 5)]


def test_a_first_pass_that_gave_way_to_a_dense_one_is_laid_out_again(tmp_path: Path, store: FingerprintStore) -> None:
    saved(store, [0, 2])
    store.save(name(1), replace(medium(1), speed=Speed.FIRST))
    assert opened(tmp_path, range(3)).media[name(1)].speed is Speed.FIRST
    saved(store, [1])
    library = opened(tmp_path, range(3))
    assert library.media[name(1)].speed is Speed.DENSE
    assert same(library, range(3))


def test_a_fingerprint_lost_without_a_trace_is_told_when_it_is_looked_at(tmp_path: Path, store: FingerprintStore) -> None:
    saved(store, range(6))
    library = opened(tmp_path, range(6))
    path = next((tmp_path / "fingerprints").rglob(f"{name(3)}*"))
    stamp, data = path.stat().st_mtime_ns, bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(stamp, stamp))
    assert list(opened(tmp_path, range(6)).media) == [name(number) for number in range(6)]
    with pytest.raises(OutOfStepError):
        library.fingerprint(name(3))
    assert library.find(name(3)) is None
    assert same(opened(tmp_path, range(6)), [0, 1, 2, 4, 5])


def test_a_fingerprint_made_again_under_an_open_library_is_told_when_it_is_looked_at(
    tmp_path: Path, store: FingerprintStore
) -> None:
    saved(store, range(6))
    library = opened(tmp_path, range(6))
    saved(store, [2])
    with pytest.raises(OutOfStepError):
        library.fingerprint(name(2))
    assert library.fingerprint(name(3)).duration_ms == medium(3).duration_ms
    assert opened(tmp_path, range(6)).fingerprint(name(2)).duration_ms == medium(2).duration_ms


def test_where_it_cannot_be_written_it_is_laid_out_in_memory(tmp_path: Path, store: FingerprintStore) -> None:
    saved(store, range(8))
    (tmp_path / FOLDER).write_bytes(b"no folder")
    assert same(opened(tmp_path, range(8)), range(8))


def test_whichever_write_fails_the_answer_is_whole_and_the_next_one_mends_it(tmp_path: Path, store: FingerprintStore) -> None:
    saved(store, range(7))
    wanted, failed, whole = named(store, range(7)), set(), told(in_memory(range(7)))
    for at in range(0, 400, 3):
        opened(tmp_path, range(3))
        failing = Failing(at)
        with suppress(DiskError, PoisonedError):
            grow(tmp_path / FOLDER, store, wanted, Disk(failing))
        if not failing.failed:
            break
        failed.add(failing.failed)
        assert set(lies(tmp_path)) <= set(wanted)
        assert told(opened(tmp_path, range(7)).references) == whole
        assert len(files(tmp_path)) == 1 + len(read(tmp_path / FOLDER))
        shutil.rmtree(tmp_path / FOLDER)
    assert failed >= {"create", "write", "sync_file", "sync_folder", "rename", "link", "remove"}


def test_a_writer_killed_anywhere_leaves_a_library_that_answers(tmp_path: Path, store: FingerprintStore) -> None:
    saved(store, range(7))
    died, whole = 0, told(in_memory(range(7)))
    for at in range(1, 200, 3):
        opened(tmp_path, range(3))
        try:
            grow(tmp_path / FOLDER, store, named(store, range(7)), Disk(Recording(Journal(State.read(tmp_path)), tmp_path, at)))
        except Killed:
            died += 1
        else:
            break
        assert told(opened(tmp_path, range(7)).references) == whole
        assert len(files(tmp_path)) == 1 + len(read(tmp_path / FOLDER))
        shutil.rmtree(tmp_path / FOLDER)
    assert 20 < died < 66


def test_a_reader_keeps_what_it_opened_while_sections_are_joined(tmp_path: Path, store: FingerprintStore) -> None:
    saved(store, range(30))
    opened(tmp_path, range(10))
    reader, before = opened(tmp_path, range(10)), files(tmp_path)
    for count in range(11, 31):
        opened(tmp_path, range(count))
    assert not set(before) & set(files(tmp_path)) - {growing.MANIFEST}
    assert same(reader, range(10))


def test_two_that_grow_it_at_once_leave_one_whole_library(tmp_path: Path, store: FingerprintStore) -> None:
    saved(store, range(40))
    with lock(tmp_path):  # both have found it absent before either may write
        made: list[Library] = []
        threads = [
            threading.Thread(target=lambda count=count: made.append(opened(tmp_path, range(count)))) for count in (25, 40)
        ]
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()
    for library in made:
        assert same(library, range(library.rows_count))
    assert len(files(tmp_path)) == 1 + len(read(tmp_path / FOLDER))
    assert same(opened(tmp_path, range(40)), range(40))


@pytest.mark.parametrize("name_of", ["rows", "cells", "hash_frames", "key_counts", "spot_counts"])
def test_a_flipped_bit_in_numbers_that_others_are_looked_up_by_is_seen(
    tmp_path: Path, store: FingerprintStore, name_of: str
) -> None:
    saved(store, range(12))
    opened(tmp_path, range(12))
    path = max((tmp_path / FOLDER).glob("section-*"), key=lambda path: path.stat().st_size)
    data = bytearray(path.read_bytes())
    _, count, at = json.loads(data[16:4096])["arrays"][name_of]
    assert count
    data[at] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    assert len(lies(tmp_path)) < 12
    assert same(opened(tmp_path, range(12)), range(12))


@pytest.mark.parametrize("name_of", ["bits", "a", "code_frames", "first_codes", "points", "angles", "owner", "first", "second"])
def test_no_flipped_bit_of_the_rest_stops_a_query(tmp_path: Path, store: FingerprintStore, name_of: str) -> None:
    saved(store, range(12))
    opened(tmp_path, range(12))
    path = max((tmp_path / FOLDER).glob("section-*"), key=lambda path: path.stat().st_size)
    data = bytearray(path.read_bytes())
    element, count, at = json.loads(data[16:4096])["arrays"][name_of]
    size = np.dtype(element).itemsize
    for place in range(count):
        data[at + size * place + size - 1] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(data)
    assert told(opened(tmp_path, range(12)).references)


@pytest.mark.parametrize("below", [0, 1 << 60], ids=["in cells", "every code"])
def test_matches_are_those_of_references_in_memory(
    tmp_path: Path, store: FingerprintStore, below: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_index, "EXHAUSTIVE_BELOW", below)
    monkeypatch.setattr(growing, "_JOINED_MAX", 0)
    clip, heard = footage.clip(41, 3), [fingerprint_sound(sounds.melody(seed)) for seed in (1, 1)]
    shown = [
        footage.fingerprint(frames) for frames in (clip, footage.clip(42, 3), footage.mirrored(clip), 255 - clip, clip[4:])
    ]
    media = [shown[0], replace(shown[1], sound=heard[0]), *shown[2:4], replace(shown[4], sound=heard[1])]
    for number, fingerprint in enumerate(media):
        store.save(name(number), fingerprint)
    library = opened(tmp_path, range(len(media)))
    alone = References.of([(name(number), each) for number, each in enumerate(media)], code_index.code_search)
    told = 0
    for query in media:
        for count in range(len(media) + 1):
            found = match_medium(query, library.references.before(count))
            assert found == match_medium(query, alone.before(count))
            told += len(found)
    assert told > 20
    assert len(read(tmp_path / FOLDER)) > 1


def test_of_another_version_nothing_is_read(tmp_path: Path, store: FingerprintStore, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(store, range(8))
    opened(tmp_path, range(8))
    monkeypatch.setattr(growing, "MATCHER", "of tomorrow")
    assert read(tmp_path / FOLDER) == []
    assert same(opened(tmp_path, range(8)), range(8))
    assert len(files(tmp_path)) == 1 + len(read(tmp_path / FOLDER))
