"""Fingerprints on disk come back as they were, or count as absent."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.picture import PictureBuilder
from indelible.fingerprint.sound import fingerprint_sound
from indelible.index.store import FingerprintStore
from indelible.model.errors import FormatError
from indelible.model.speed import Speed

NAME = "ab" * 32


@pytest.fixture(scope="module")
def fingerprint() -> Fingerprint:
    random = np.random.default_rng(1)
    builder = PictureBuilder()
    builder.add(random.integers(0, 255, (8, 90, 160), np.uint8), np.arange(8, dtype=np.int64) * 250)
    sound = fingerprint_sound(random.integers(-9000, 9000, 22_050).astype(np.int16))
    return Fingerprint(VERSION, 640, 360, 2000, "video", builder.finish(), sound)


def _same(one: object, other: object) -> bool:
    if dataclasses.is_dataclass(one):
        return type(one) is type(other) and all(
            _same(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one)
        )
    return np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other


def test_a_fingerprint_comes_back_as_it_was(tmp_path: Path, fingerprint: Fingerprint) -> None:
    store = FingerprintStore(tmp_path)
    store.save(NAME, fingerprint)
    assert _same(store.load(NAME), fingerprint)
    assert list(store.digests()) == [NAME]


def test_a_medium_without_picture_or_sound_comes_back(tmp_path: Path, fingerprint: Fingerprint) -> None:
    bare = dataclasses.replace(fingerprint, picture=None, sound=None)
    store = FingerprintStore(tmp_path)
    store.save(NAME, bare)
    assert store.load(NAME) == bare


def test_the_same_fingerprint_gives_the_same_file(tmp_path: Path, fingerprint: Fingerprint) -> None:
    for folder in ("one", "other"):
        FingerprintStore(tmp_path / folder).save(NAME, fingerprint)
    one, other = (next((tmp_path / folder).rglob("*.npz")).read_bytes() for folder in ("one", "other"))
    assert one == other


def test_a_first_pass_is_told_by_its_speed_and_gives_way_to_a_dense_one(tmp_path: Path, fingerprint: Fingerprint) -> None:
    glance = dataclasses.replace(fingerprint, speed=Speed.FIRST, duration_ms=1)
    store = FingerprintStore(tmp_path)
    store.save(NAME, glance)
    assert _same(store.load(NAME), glance)
    store.save(NAME, fingerprint)
    assert _same(store.load(NAME), fingerprint)
    assert list(store.digests()) == [NAME]


def test_a_dense_pass_leaves_none_of_the_first(tmp_path: Path, fingerprint: Fingerprint) -> None:
    """So none is fallen back on when the dense one is lost: what was compared with it would not be made again."""
    store = FingerprintStore(tmp_path)
    store.save(NAME, dataclasses.replace(fingerprint, speed=Speed.FIRST))
    assert store.speed(NAME) is Speed.FIRST
    store.save(NAME, fingerprint)
    assert store.speed(NAME) is Speed.DENSE
    (kept,) = tmp_path.rglob("*.npz")
    kept.unlink()
    assert store.speed(NAME) is None


def test_a_first_pass_never_takes_the_place_of_a_dense_one(tmp_path: Path, fingerprint: Fingerprint) -> None:
    store = FingerprintStore(tmp_path)
    store.save(NAME, fingerprint)
    store.save(NAME, dataclasses.replace(fingerprint, speed=Speed.FIRST, duration_ms=1))
    assert _same(store.load(NAME), fingerprint)


def test_what_was_not_kept_is_absent(tmp_path: Path) -> None:
    store = FingerprintStore(tmp_path)
    assert store.load(NAME) is None
    assert not store.has(NAME)


@pytest.mark.parametrize("cut", [0, 10, 200, -40])
def test_a_torn_file_counts_as_absent(tmp_path: Path, fingerprint: Fingerprint, cut: int) -> None:
    store = FingerprintStore(tmp_path)
    store.save(NAME, fingerprint)
    path = next(tmp_path.rglob("*.npz"))
    path.write_bytes(path.read_bytes()[:cut])
    assert store.load(NAME) is None


def test_a_flipped_bit_counts_as_absent_or_changes_nothing(tmp_path: Path, fingerprint: Fingerprint) -> None:
    store = FingerprintStore(tmp_path)
    store.save(NAME, fingerprint)
    path = next(tmp_path.rglob("*.npz"))
    whole = path.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 97)):
        damaged = bytearray(whole)
        damaged[place] ^= 4
        path.write_bytes(damaged)
        loaded = store.load(NAME)
        assert loaded is None or _same(loaded, fingerprint)


def test_a_name_that_is_no_digest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        FingerprintStore(tmp_path).load("../escape")
