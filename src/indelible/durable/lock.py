"""One writer at a time, by flock: the lock dies with its process, so none is ever stale."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indelible.durable.system import told
from indelible.model.errors import DiskError

WAIT_SECONDS_MAX = 600.0
_ASK_EVERY_SECONDS = 0.01


@contextmanager
def lock(folder: Path, *, wait_seconds_max: float = WAIT_SECONDS_MAX) -> Iterator[None]:
    """Holds the lock of `folder` itself, so that no lock file stands in an archive; raises DiskError when it stays taken."""
    with told(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _take(descriptor, folder, time.monotonic() + wait_seconds_max)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, folder: Path, until: float) -> None:
    while True:
        try:
            with told(folder):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except DiskError as error:
            if not isinstance(error.__cause__, BlockingIOError):
                raise
            if time.monotonic() >= until:
                raise DiskError(
                    "another process has been writing here all the while",
                    where=str(folder),
                    do="wait until it is done (fuser names it), then run the command again.",
                ) from error
            time.sleep(_ASK_EVERY_SECONDS)
        else:
            return
