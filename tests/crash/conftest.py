"""Where the crash harnesses work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from world.memory import room_in_memory


@pytest.fixture
def room() -> Iterator[Path]:
    with room_in_memory() as folder:
        yield folder
