"""What every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("house")

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real inputs: $INDELIBLE_CORPUS, or shared/corpus beside the project. Required in CI."""
    root = Path(os.environ.get("INDELIBLE_CORPUS") or PROJECT.parent / "shared" / "corpus")
    if (root / "MANIFEST.tsv").is_file():
        return root
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI needs the corpus of real inputs at {root}")
    pytest.skip(f"no corpus of real inputs at {root}: set INDELIBLE_CORPUS")
