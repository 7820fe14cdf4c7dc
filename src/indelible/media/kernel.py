"""Calls into the kernel that Python has no name for, by ctypes, with errors as OSError."""

from __future__ import annotations

import ctypes
import os
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long

_CAPABILITY_VERSION_3 = 0x20080522


def call(number: int, *arguments: Any) -> int:
    """The result of one system call by number; raises OSError when it fails."""
    wide = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return _checked(_LIBC.syscall(ctypes.c_long(number), *wide))


def prctl(option: int, value: int) -> None:
    """Set one attribute of this process; raises OSError."""
    zero = ctypes.c_ulong(0)
    _checked(_LIBC.prctl(option, ctypes.c_ulong(value), zero, zero, zero))


def unshare(flags: int) -> None:
    """Move this process into new namespaces; raises OSError."""
    _checked(_LIBC.unshare(flags))


def drop_capabilities() -> None:
    """Give up every capability of this process; raises OSError."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    _checked(_LIBC.capset(header, none))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
