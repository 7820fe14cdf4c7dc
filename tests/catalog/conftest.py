"""A catalog over a plain log."""

from __future__ import annotations

from pathlib import Path

import pytest

from indelible.catalog.catalog import Catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog.open(tmp_path / "catalog.sqlite")
