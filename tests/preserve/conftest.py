"""A house and an archive to work in: copies of one pair, since making an archive syncs hundreds of folders."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indelible.ledger.house import House
from indelible.preserve.archive import Archive
from indelible.preserve.records.prepare import By
from preserve.golden import AT


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `house` and `archive`; copied, never written to."""
    folder = tmp_path_factory.mktemp("pair")
    house = House.create(folder / "house")
    Archive.create(folder / "archive", house, origin="test.example/a", operator=By("K7"), at=AT)
    return folder


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A house that has signed nothing yet."""
    return House.create(tmp_path / "fresh-house")


@pytest.fixture
def keeper(tmp_path: Path, pair: Path) -> House:
    """The house that signs `archive`."""
    shutil.copytree(pair / "house", tmp_path / "house", copy_function=shutil.copy2)
    return House.open(tmp_path / "house")


@pytest.fixture
def archive(tmp_path: Path, pair: Path, keeper: House) -> Archive:
    """An archive with its first four records, open for writing."""
    shutil.copytree(pair / "archive", tmp_path / "archive", copy_function=shutil.copy2)
    return Archive.open(tmp_path / "archive", keeper)
