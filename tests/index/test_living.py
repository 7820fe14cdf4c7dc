from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from crash.systems import Failing
from indelible.durable.disk import Disk
from indelible.index import manifest, segment
from indelible.index.manifest import Manifest
from indelible.index.snapshot import Snapshot, tail_path
from indelible.index.writer import Writer, writing
from indelible.match.hash_index import Answer, HashIndex, at_ms_of, media_of, place_of
from indelible.model.errors import DiskError, FormatError, PoisonedError

Hashes = NDArray[np.uint8]


def hashes(seed: int, count: int) -> Hashes:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def medium(number: int, count: int = 20) -> tuple[Hashes, NDArray[np.int64]]:
    """A medium's hashes, the last of them one that all media share, and their places."""
    made = hashes(number, count)
    made[-1] = 7
    return made, place_of(number, np.arange(count) * 250)


def found(index: HashIndex, number: int, most: int = 0) -> list[list[int]]:
    """Which moments of a medium the index finds for each of its hashes."""
    answer = index.near(medium(number)[0], most)
    mine = media_of(answer.near.places) == number
    return [at_ms_of(answer.near.places[mine & (answer.near.mine == i)]).tolist() for i in range(20)]


ALL = [[250 * i] for i in range(20)]


def whole(answer: Answer) -> bool:
    return answer.complete and answer.version > 0


def test_what_is_added_is_found_at_once_and_after_opening_again(tmp_path: Path) -> None:
    with writing(tmp_path / "index") as writer:
        writer.add(*medium(1))
        assert found(writer.snapshot(), 1) == ALL
    with writing(tmp_path / "index") as writer:
        writer.add(*medium(2))
    reader = Snapshot.open(tmp_path / "index")
    assert [found(reader, number) for number in (1, 2)] == [ALL, ALL]
    assert whole(reader.near(hashes(9, 1), 31))


@pytest.mark.parametrize("act", [Writer.seal, Writer.merge, lambda _: None], ids=["sealed", "merged", "in the tail"])
def test_one_entry_is_found_after_a_restart(tmp_path: Path, act: Callable[[Writer], None]) -> None:
    with writing(tmp_path) as writer:
        writer.add(hashes(1, 1), np.array([place_of(3, np.array([40]))[0]]))
        act(writer)
    answer = Snapshot.open(tmp_path).near(hashes(1, 1), 31)
    assert (answer.near.places.tolist(), answer.near.apart.tolist()) == ([(3 << 32) + 40], [0])


def test_seals_and_merges_change_no_answer(tmp_path: Path) -> None:
    with writing(tmp_path, seal_min=50) as writer:
        for number in range(30):
            writer.add(*medium(number))
        names = writer.manifest.segments
        assert 0 < len(names) < 5
        assert sorted(path.name for path in tmp_path.glob("segment-*")) == sorted(names)
        assert [found(writer.snapshot(), number) for number in range(30)] == [ALL] * 30
        writer.merge()
    assert len(Snapshot.open(tmp_path).segments) == 1
    assert [found(Snapshot.open(tmp_path), number) for number in range(30)] == [ALL] * 30


def test_a_removed_medium_is_found_no_more_and_then_forgotten(tmp_path: Path) -> None:
    with writing(tmp_path) as writer:
        writer.add(*medium(1))
        writer.add(*medium(2))
        writer.seal()
        writer.remove(np.array([1]))
        assert (found(writer.snapshot(), 1), found(writer.snapshot(), 2)) == ([[]] * 20, ALL)
        with pytest.raises(ValueError, match="removed"):
            writer.add(*medium(1))
    with writing(tmp_path) as writer:
        with pytest.raises(ValueError, match="removed"):
            writer.add(*medium(1))
        writer.merge()
        assert writer.manifest.removed == ()
        assert sum(len(each) for each in writer.snapshot().segments) == 20
        writer.add(*medium(1))
        assert found(writer.snapshot(), 1) == ALL


def test_all_removed_leaves_an_index_that_finds_nothing(tmp_path: Path) -> None:
    with writing(tmp_path) as writer:
        writer.add(*medium(1))
        writer.remove(np.array([1]))
        writer.merge()
        answer = writer.snapshot().near(medium(1)[0], 256)
    assert len(answer.near.places) == 0
    assert whole(answer)


def test_a_reader_keeps_what_it_opened_while_files_go(tmp_path: Path) -> None:
    with writing(tmp_path, seal_min=10) as writer:
        writer.add(*medium(1))
        reader = Snapshot.open(tmp_path)
        for number in range(2, 8):
            writer.add(*medium(number))
        assert not {path.name for path in tmp_path.iterdir()} & {each.name for each in reader.segments}
    assert found(reader, 1) == ALL
    assert found(reader, 5) == [[]] * 20
    assert Snapshot.open(tmp_path).version > reader.version


def test_what_stands_at_too_many_places_is_told_as_common(tmp_path: Path) -> None:
    with writing(tmp_path) as writer:
        for number in range(12):
            writer.add(*medium(number))
    reader = Snapshot.open(tmp_path)
    asked = medium(1)[0][-2:]
    few, many = reader.near(asked, 3, places_max=11), reader.near(asked, 3, places_max=12)
    assert (few.near.mine.tolist(), few.common.tolist()) == ([0], [[1, 0, 12]])
    assert (many.near.mine.tolist(), many.common.tolist()) == ([0] + [1] * 12, [])


def test_an_index_that_is_not_there_is_no_answer(tmp_path: Path) -> None:
    answer = Snapshot.open(tmp_path / "nowhere").near(hashes(1, 1), 31)
    assert (answer.complete, answer.version, answer.missing) == (False, 0, ("manifest",))


@pytest.mark.parametrize("harm", ["gone", "short", "another head"])
def test_a_segment_that_does_not_read_is_named_and_the_rest_is_asked(tmp_path: Path, harm: str) -> None:
    with writing(tmp_path) as writer:
        writer.add(*medium(1))
        writer.seal()
        (name,) = writer.manifest.segments
        writer.add(*medium(2))
    path = tmp_path / name
    data = path.read_bytes()
    path.unlink()
    if harm != "gone":
        path.write_bytes(data[:-1] if harm == "short" else b"JUNK" + data[4:])
    reader = Snapshot.open(tmp_path)
    assert reader.near(hashes(1, 1), 31).missing == (name,)
    assert found(reader, 2) == ALL
    with writing(tmp_path) as writer:
        writer.seal()  # leaves it alone
        assert name in writer.manifest.segments


def test_a_changed_byte_of_a_segment_is_seen_by_reading_it_whole(tmp_path: Path) -> None:
    with writing(tmp_path) as writer:
        writer.add(*medium(1))
        writer.seal()
        (name,) = writer.manifest.segments
    segment.verify(tmp_path, name)
    data = bytearray((tmp_path / name).read_bytes())
    data[-1] ^= 1
    (tmp_path / name).chmod(0o644)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FormatError):
        segment.verify(tmp_path, name)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"format":"indelible-index/2"}', Manifest(1, ("../x",)).to_bytes()])
def test_what_is_no_manifest_is_refused_and_nothing_is_believed(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FormatError):
        Manifest.from_bytes(data)
    with writing(tmp_path) as writer:
        writer.add(*medium(1))
    (tmp_path / manifest.NAME).write_bytes(data)
    assert not Snapshot.open(tmp_path).near(hashes(1, 1), 31).complete
    with writing(tmp_path) as writer:
        writer.add(*medium(2))
        assert writer.snapshot().near(hashes(1, 1), 31).missing
        writer.start_anew()
        writer.add(*medium(1))
        writer.finish()
        assert whole(writer.snapshot().near(hashes(1, 1), 31))
        assert (found(writer.snapshot(), 1), found(writer.snapshot(), 2)) == (ALL, [[]] * 20)


def test_damage_within_a_tail_is_told_also_after_sealing(tmp_path: Path) -> None:
    with writing(tmp_path) as writer:
        writer.add(*medium(1))
        writer.add(*medium(2))
    data = bytearray(tail_path(tmp_path, 0).read_bytes())
    data[100] ^= 1
    tail_path(tmp_path, 0).write_bytes(data)
    reader = Snapshot.open(tmp_path)
    assert (found(reader, 1), found(reader, 2), reader.missing) == ([[]] * 20, ALL, ("tail-00000000",))
    with writing(tmp_path) as writer:
        writer.seal()
    assert Snapshot.open(tmp_path).missing


@given(calls=st.lists(st.integers(0, 40), min_size=1, max_size=3))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_full_disk_loses_nothing_that_was_promised(tmp_path_factory: pytest.TempPathFactory, calls: list[int]) -> None:
    folder = tmp_path_factory.mktemp("index")
    promised = set()
    for fail_at in calls:
        try:
            with writing(folder, Disk(Failing(fail_at)), seal_min=45) as writer:
                for number in range(max(promised, default=0) + 1, max(promised, default=0) + 4):
                    try:
                        writer.add(*medium(number))
                    except DiskError:
                        writer.add(*medium(number))  # room was made
                    promised.add(number)
        except (DiskError, PoisonedError):
            pass
    reader = Snapshot.open(folder)
    assert [found(reader, number) for number in promised] == [ALL] * len(promised)
    assert not promised or whole(reader.near(hashes(1, 1), 31))


def test_places_hold_medium_and_moment() -> None:
    places = place_of(2**31 - 1, np.array([0, 2**32 - 1]))
    assert (media_of(places).tolist(), at_ms_of(places).tolist()) == ([2**31 - 1] * 2, [0, 2**32 - 1])
    for number, at_ms in ((2**31, 0), (-1, 0), (0, 2**32), (0, -1)):
        with pytest.raises(ValueError, match="below"):
            place_of(number, np.array([at_ms]))
