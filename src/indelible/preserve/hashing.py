"""SHA-256 of a stream, hashed in another thread while the next piece is read and written.

hashlib lets other threads run while it hashes, so copying costs the longer of the two, not their sum.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from types import TracebackType
from typing import Self

# Measured: writing pieces of 1 MiB or more costs the kernel three times the work of 256 KiB.
PIECE_BYTES = 256 * 1024
PIECES = 8
_SMALLEST_ROOM = 4096


class Hashing:
    """Hands out rooms to read into, and hashes what was read, in order. A room is valid until the next is asked for.

    `expected` bytes are a hint: a file shorter than a piece gets one room of its size and no thread.
    """

    def __init__(self, expected: int = PIECE_BYTES) -> None:
        self._hash = sha256()
        self._size = 0
        self._room_bytes = min(PIECE_BYTES, max(_SMALLEST_ROOM, expected + 1))
        self._rooms: list[memoryview] = []
        self._pending: list[Future[None] | None] = [None] * PIECES
        self._next = 0
        self._worker: ThreadPoolExecutor | None = None  # of one thread, so pieces are hashed in the order given

    def room(self) -> memoryview:
        """The next room to read into; waits until what it held has been hashed."""
        if self._next == len(self._rooms):
            self._rooms.append(memoryview(bytearray(self._room_bytes)))
        pending = self._pending[self._next]
        if pending is not None:
            pending.result()
        return self._rooms[self._next]

    def add(self, piece: memoryview) -> None:
        """Hashes what was read into the room last handed out."""
        self._size += len(piece)
        if self._worker is None:
            if len(piece) < PIECE_BYTES:
                self._hash.update(piece)
                return
            self._worker = ThreadPoolExecutor(1, thread_name_prefix="sha256")
        self._pending[self._next] = self._worker.submit(self._hash.update, piece)
        self._next = (self._next + 1) % PIECES

    def done(self) -> tuple[str, int]:
        """The SHA-256 in hex and the number of bytes."""
        self._stop()
        return self._hash.hexdigest(), self._size

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()
