"""A folder in memory where the machine has one: what is tested there is the order of calls, not the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SHARED = Path("/dev/shm")


@contextmanager
def room_in_memory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=_SHARED if _SHARED.is_dir() else None) as folder:
        yield Path(folder)
