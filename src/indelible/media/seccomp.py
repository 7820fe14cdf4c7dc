"""A filter on system calls: an allow-list, all else kills the process.

Classic BPF over struct seccomp_data: the call's number at 0, the architecture at 4, argument n at 16 + 8 n (its low half
first, on the two little-endian machines that we know). Source: linux/seccomp.h, linux/filter.h, man 2 seccomp.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from indelible.media.kernel import call, prctl
from indelible.media.syscalls import ALLOWED, REFUSED, SECCOMP_CALL, Machine

_KILL = 0x80000000
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_PROT_EXEC = 4
_CLONE_THREAD = 0x00010000
_SET_MODE_FILTER, _TSYNC = 1, 1
_PR_SET_NO_NEW_PRIVS = 38

Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def lock(machine: Machine) -> None:
    """Lock this process, for ever, into the calls of `machine` that decoding needs; raises OSError when the kernel cannot."""
    raw = b"".join(struct.pack("<HBBI", *one) for one in program(machine, os.getpid()))
    buffer = ctypes.create_string_buffer(raw, len(raw))
    given = _Program(len(raw) // 8, ctypes.cast(buffer, ctypes.c_void_p).value)
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    call(machine.numbers[SECCOMP_CALL], _SET_MODE_FILTER, _TSYNC, ctypes.byref(given))


def program(machine: Machine, pid: int) -> list[Instruction]:
    """The filter for a process of this id, as (code, jump if true, jump if false, operand)."""
    numbers = machine.numbers
    lines: list[Instruction] = [
        (_LOAD, 0, 0, 4),
        (_IF_EQUAL, 1, 0, machine.audit_arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
    ]
    if machine.foreign_from is not None:
        lines += [(_IF_AT_LEAST, 0, 1, machine.foreign_from), (_RETURN, 0, 0, _KILL)]
    for name in ALLOWED:
        lines += _when(numbers.get(name), [(_RETURN, 0, 0, _ALLOW)])
    # No memory both written and run: code injected into a decoder stays data.
    for name in ("mmap", "mprotect"):
        lines += _when(numbers[name], _if_bit(2, _PROT_EXEC, _ERRNO | errno.EPERM, _ALLOW))
    # A thread is refused as a busy system would, and a library goes on without; a process is not a thing to ask for.
    lines += _when(numbers["clone"], _if_bit(0, _CLONE_THREAD, _ERRNO | errno.EAGAIN, _KILL))
    lines += _when(numbers["clone3"], [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)])
    # abort() signals its own process and none other.
    lines += _when(
        numbers["tgkill"], [(_LOAD, 0, 0, 16), (_IF_EQUAL, 0, 1, pid), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _KILL)]
    )
    for name in REFUSED:
        lines += _when(numbers.get(name), [(_RETURN, 0, 0, _ERRNO | errno.EACCES)])
    return [*lines, (_RETURN, 0, 0, _KILL)]


def _when(number: int | None, then: list[Instruction]) -> list[Instruction]:
    """The lines that run `then` (which always returns) for this call; none where the machine lacks the call."""
    return [] if number is None else [(_IF_EQUAL, 0, len(then), number), *then]


def _if_bit(argument: int, bit: int, yes: int, no: int) -> list[Instruction]:
    return [(_LOAD, 0, 0, 16 + 8 * argument), (_IF_ANY_BIT, 0, 1, bit), (_RETURN, 0, 0, yes), (_RETURN, 0, 0, no)]
