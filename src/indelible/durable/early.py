"""A large file on its way to the disk while it is still being written, so that its last sync waits for little."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from indelible.durable.system import System

# Measured: docs/decisions/0005-records.md.
EVERY_BYTES = 16 * 1024 * 1024


class EarlySync:
    """Syncs one growing file in a thread of its own. It promises nothing: only the sync at the end does."""

    def __init__(self, system: System, descriptor: int, path: Path) -> None:
        self._system = system
        self._descriptor = descriptor
        self._path = path
        self._waiting_bytes = 0
        self._thread: ThreadPoolExecutor | None = None
        self._running: Future[None] | None = None

    def grown(self, count: int) -> None:
        """Takes note of `count` more bytes; starts a sync when there are enough and none is running."""
        self._waiting_bytes += count
        if self._waiting_bytes < EVERY_BYTES or (self._running is not None and not self._running.done()):
            return
        self._waiting_bytes = 0
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="sync")
        self._running = self._thread.submit(self._system.sync_data, self._descriptor, self._path)

    def stop(self) -> None:
        """Waits for what is running. A sync that failed has poisoned the system, which refuses what would follow."""
        if self._thread is not None:
            self._thread.shutdown()
