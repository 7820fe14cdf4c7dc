"""A file behind a descriptor, as the decoders read it: by position, without a name, never past its end."""

from __future__ import annotations

import io
import os


class Reader(io.RawIOBase):
    """Read-only bytes of an open descriptor. Its position is its own, so that the keeper's is not moved.

    The length is told, not asked for: behind the lock there is no stat.
    """

    name = ""  # a demuxer that asks for the name learns nothing

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self._size = size
        self._at = 0

    @property
    def size(self) -> int:
        """The file's length in bytes."""
        return self._size

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most `size`, all of the rest when it is negative; b"" at the end."""
        left = max(0, self._size - self._at)
        raw = os.pread(self._descriptor, left if size < 0 else min(size, left), self._at)
        self._at += len(raw)
        return raw

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # the two buffers that are used
        """Fill the buffer as far as there are bytes; their number."""
        raw = self.read(len(buffer))
        buffer[: len(raw)] = raw
        return len(raw)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """The new position; raises OSError before the start."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("a seek before the start")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """The position."""
        return self._at

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True
