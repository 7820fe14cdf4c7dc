"""Confined decoders for the whole program: lends one worker a file, replaces those that died, never stops for a bad file."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
import weakref
from collections.abc import Collection
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from indelible.media import wire
from indelible.media.confine import LAYERS, Level, Limits, level_of
from indelible.media.decoded import Decoded, Gathered
from indelible.media.keeper import Keeper, Worker
from indelible.media.outcome import Plan
from indelible.media.programs import output_of_python
from indelible.model.errors import SandboxError
from indelible.settings import Settings

FILES_MAX = 100  # of one worker, then a fresh one follows
_AGE_SECONDS_MAX = 300.0
_RESIDENT_BYTES_MAX = 1 << 30
_PROBE_SECONDS_MAX = 20.0


class Pool:
    """Decodes files in at most settings.decoders confined processes. Safe to use from several threads.

    Use it in a `with`, or close it. What it lends is not trusted: every byte that comes back is checked.
    """

    def __init__(self, keeper: Keeper, first: Worker, settings: Settings) -> None:
        self._keeper = keeper
        self._settings = settings
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(settings.decoders)
        self._idle: list[Worker] = [first]
        self._level = first.level
        self._finalizer = weakref.finalize(self, _shut, keeper, self._idle)

    @classmethod
    def start(cls, settings: Settings, *, wanted: Collection[str] = LAYERS) -> Pool:
        """A pool, its first worker ready. Raises SandboxError when that is not confined and the settings do not allow it.

        `wanted` leaves layers out, to test the levels that lesser kernels give.
        """
        # Processor time is counted over a worker's life, which ends some time after its five minutes.
        limits = Limits(settings.decode_memory_bytes_max, settings.decode_seconds_max + 2 * int(_AGE_SECONDS_MAX))
        keeper = Keeper(limits, wanted)
        try:
            first = keeper.start_worker()
        except SandboxError:
            keeper.close()
            raise
        pool = cls(keeper, first, settings)
        if not (first.level.is_sandbox or settings.allow_unsandboxed):
            pool.close()
            raise SandboxError(
                f"nothing may be decoded here without a sandbox; missing: {'; '.join(first.level.missing)}",
                do="use a kernel with seccomp, or set allow_unsandboxed = true, which every record will then say.",
            )
        return pool

    @property
    def level(self) -> Level:
        """How far the workers are confined."""
        return self._level

    def decode(self, descriptor: int, plan: Plan | None = None) -> Decoded:
        """The file behind a descriptor opened read-only, being decoded. The descriptor must stay open until the end.

        Nothing runs until the first batch is asked for; that waits for a free worker. A bad file is an outcome; raises
        SandboxError only when no worker can be had at all.
        """
        return Decoded(self, descriptor, plan or Plan.from_settings(self._settings))

    def decode_all(self, descriptor: int, plan: Plan | None = None) -> Gathered:
        """The file behind a descriptor, decoded whole: for stills and short clips."""
        return self.decode(descriptor, plan).gathered()

    def lend(self, descriptor: int, plan: Plan) -> Worker:
        """A worker that has been handed the descriptor; waits for a free one. For Decoded."""
        request = wire.pack_request(os.fstat(descriptor).st_size, plan)
        with ExitStack() as slot:
            self._slots.acquire()
            slot.callback(self._slots.release)
            worker = self._handed(request, descriptor)
            slot.pop_all()  # given back by settle
            return worker

    def settle(self, worker: Worker, *, in_order: bool) -> int:
        """Take a worker back, or end it: when its answer did not end in good order, or when it is spent. For Decoded."""
        try:
            if in_order and self._finalizer.alive and not _is_spent(worker):
                with self._lock:
                    self._idle.append(worker)
                return 0
            return self._retire(worker)
        finally:
            self._slots.release()

    def close(self) -> None:
        """End all workers and the zygote. Files still being decoded break off."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _handed(self, request: bytes, descriptor: int) -> Worker:
        """A worker that took the file. One that died while it was idle is replaced: that is not this file's doing."""
        while True:
            idle = self._idle_worker()
            worker = idle or self._keeper.start_worker()
            try:
                socket.send_fds(worker.channel, [request], [descriptor])
            except OSError as error:
                self._retire(worker)
                if idle is None:
                    raise SandboxError(f"a fresh decoder takes no file: {error}", do="run `indelible doctor`.") from error
            else:
                worker.files += 1
                return worker

    def _idle_worker(self) -> Worker | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _retire(self, worker: Worker) -> int:
        worker.channel.close()
        return self._keeper.end(worker.number)


def sandbox_level() -> Level:
    """The level that a decoder reaches on this machine, tried in a process of its own. Raises SandboxError when that fails."""
    try:
        told = json.loads(output_of_python("indelible.media.confine", _PROBE_SECONDS_MAX))
    except (OSError, ValueError) as error:
        raise SandboxError(f"the sandbox cannot be tried: {error}") from error
    return level_of(told["layers"], told["missing"])


def _is_spent(worker: Worker) -> bool:
    """Whether a worker is replaced though it is well: what one file left in it shall not meet many others."""
    age_s = time.monotonic() - worker.born
    return worker.files >= FILES_MAX or age_s > _AGE_SECONDS_MAX or worker.resident_bytes() > _RESIDENT_BYTES_MAX


def _shut(keeper: Keeper, idle: list[Worker]) -> None:
    for worker in idle:
        worker.channel.close()
    keeper.close()
