"""The program's end of the zygote: starts workers, ends them, tells how they ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from indelible.media import control, wire
from indelible.media.confine import Level, Limits
from indelible.media.outcome import Plan
from indelible.media.programs import start_python
from indelible.model.errors import FormatError, SandboxError

_START_SECONDS_MAX = 60.0
_DOCTOR = "run `indelible doctor`, which says what the sandbox lacks here."
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Worker:
    """One confined worker: its process id, the keeper's end of its channel, and what it has done so far."""

    number: int
    channel: socket.socket
    level: Level
    born: float = field(default_factory=time.monotonic)
    files: int = 0

    def resident_bytes(self) -> int:
        """Its memory as the kernel counts it; 0 where /proc does not tell."""
        try:
            return int(Path(f"/proc/{self.number}/statm").read_text("ascii").split()[1]) * _PAGE_BYTES
        except OSError:
            return 0


class Keeper:
    """Starts and ends workers through the zygote. Safe to call from several threads."""

    def __init__(self, limits: Limits, wanted: Collection[str]) -> None:
        self._lock = threading.Lock()
        self._given = json.dumps(
            {"memory_bytes": limits.memory_bytes, "cpu_seconds": limits.cpu_seconds, "wanted": list(wanted)}
        )
        self._owner = os.getpid()
        self._is_closed = False
        self._launch()

    def start_worker(self) -> Worker:
        """A new worker, confined and ready; raises SandboxError."""
        with self._lock:
            try:
                answer, descriptors = self._ask(control.START)
            except _GoneError:
                # The kernel may have ended the zygote for want of memory. A second failure is not chance.
                self._relaunch()
                answer, descriptors = self._ask(control.START)
        channel = socket.socket(fileno=descriptors[0])
        number = control.ID.unpack(answer[1:])[0]
        channel.settimeout(_START_SECONDS_MAX)
        try:
            return Worker(number, channel, _level_told(channel))
        except (OSError, EOFError, FormatError) as error:
            channel.close()
            raise _failed(f"a worker did not report ready: {error}; {how_it_ended(self.end(number))}") from error

    def end(self, number: int) -> int:
        """The wait status of a worker, killed if it still runs."""
        with self._lock:
            try:
                answer, _ = self._ask(control.END + control.ID.pack(number))
            except _GoneError:
                return signal.SIGKILL  # the kernel ended it with the zygote
        return int(control.ID.unpack(answer[1:])[0])

    def close(self) -> None:
        """End the zygote, and with it every worker. Does nothing in a fork of the process that started it."""
        if os.getpid() != self._owner:
            return
        self._is_closed = True
        self._process.kill()
        self._process.wait()
        self._control.close()

    def _launch(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            arguments = (str(theirs.fileno()), str(self._owner), self._given)
            self._process = start_python("indelible.media.zygote", arguments, [theirs.fileno()])
        self._control.settimeout(_START_SECONDS_MAX)

    def _relaunch(self) -> None:
        if self._is_closed:
            raise _failed("the pool of decoders is closed")
        self._process.kill()
        self._process.wait()
        self._control.close()
        self._launch()

    def _ask(self, request: bytes) -> tuple[bytes, list[int]]:
        """The answer and its descriptors; raises _GoneError when the zygote is no more."""
        try:
            self._control.send(request)
            answer, descriptors, _, _ = socket.recv_fds(self._control, control.PACKET_BYTES_MAX, 1)
        except OSError as error:
            raise _GoneError(f"the process that starts decoders does not answer: {error}", do=_DOCTOR) from error
        if not answer:
            raise _GoneError("the process that starts decoders has ended", do=_DOCTOR)
        if answer[:1] == control.FAILED:
            raise _failed(f"the process that starts decoders cannot: {answer[1:].decode('utf-8', 'replace')}")
        return answer, descriptors


class _GoneError(SandboxError):
    """The zygote is no more."""


def how_it_ended(status: int) -> str:
    """A wait status in words; says which signals mean that the sandbox held."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in signal.valid_signals() else str(number)
        known: dict[int, str] = {
            signal.SIGSYS: "the decoder asked for what the sandbox forbids",
            signal.SIGSEGV: "the decoder crashed",
            signal.SIGABRT: "the decoder gave up",
            signal.SIGXCPU: "the decoder used up its processor time",
            signal.SIGKILL: "the decoder was killed",
        }
        return f"{known.get(number, 'the decoder died')} ({name})"
    return f"the decoder ended by itself (status {os.waitstatus_to_exitcode(status)})"


def receive(channel: socket.socket, size: int, until: float) -> bytearray:
    """Exactly `size` bytes; raises TimeoutError when they are not there by `until` on the monotonic clock, EOFError at the end."""
    buffer = bytearray(size)
    view = memoryview(buffer)
    while view:
        channel.settimeout(max(until - time.monotonic(), 0.001))
        got = channel.recv_into(view)
        if not got:
            raise EOFError("the channel is closed")
        view = view[got:]
    return buffer


def _level_told(channel: socket.socket) -> Level:
    until = time.monotonic() + _START_SECONDS_MAX
    kind, size = wire.unpack_header(bytes(receive(channel, wire.HEADER.size, until)), Plan())
    if kind != wire.HELLO:
        raise FormatError(f"a worker says hello first, found a message of kind {kind}")
    return wire.unpack_hello(bytes(receive(channel, size, until)))


def _failed(message: str) -> SandboxError:
    return SandboxError(message, do=_DOCTOR)
