"""Which system calls a confined decoder may make, by name, and their numbers on each architecture that we know.

Numbers: Linux's arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (aarch64).
"""

from __future__ import annotations

import platform
from dataclasses import dataclass

ALLOWED = (
    "read", "pread64", "write", "close", "fstat", "lseek", "recvmsg", "brk", "munmap", "mremap", "madvise",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
    "getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "uname", "sysinfo", "getrusage", "times",
    "futex", "sched_yield", "sched_getaffinity", "getcpu", "membarrier", "rseq", "set_robust_list", "set_tid_address",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "getrandom",
    "exit", "exit_group",
)  # fmt: skip
"""What decoding needs once all is imported. Memory, its own signals, the clock, descriptors that it was handed."""

REFUSED = (
    "open", "openat", "openat2", "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink",
    "readlinkat", "getcwd", "getdents64", "mkdir", "unlink", "ioctl", "fcntl", "prctl", "prlimit64", "sched_setaffinity",
    "sched_getparam", "sched_getscheduler", "mbind", "get_mempolicy", "set_mempolicy",
)  # fmt: skip
"""What a library may try in good faith: it gets EACCES. All that stands in neither list kills the worker."""

CHECKED = ("mmap", "mprotect", "clone", "clone3", "tgkill")
"""What is allowed or refused by its arguments."""

SECCOMP_CALL = "seccomp"

_X86_64 = {
    "read": 0, "write": 1, "open": 2, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "lseek": 8, "mmap": 9, "mprotect": 10,
    "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "ioctl": 16, "pread64": 17,     "access": 21, "sched_yield": 24, "mremap": 25, "madvise": 28, "nanosleep": 35, "getpid": 39,
    "recvmsg": 47, "clone": 56, "exit": 60, "uname": 63, "fcntl": 72, "getcwd": 79, "mkdir": 83, "unlink": 87, "readlink": 89,
    "gettimeofday": 96, "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108,
    "getppid": 110, "sigaltstack": 131, "sched_getparam": 143, "sched_getscheduler": 145, "prctl": 157,
    "gettid": 186, "time": 201, "futex": 202, "sched_setaffinity": 203, "sched_getaffinity": 204, "getdents64": 217,
    "set_tid_address": 218, "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230,
    "exit_group": 231, "tgkill": 234, "mbind": 237, "set_mempolicy": 238, "get_mempolicy": 239, "openat": 257, "newfstatat": 262,
    "readlinkat": 267, "faccessat": 269, "set_robust_list": 273, "prlimit64": 302, "getcpu": 309, "seccomp": 317,
    "getrandom": 318, "membarrier": 324, "statx": 332, "rseq": 334, "clone3": 435, "openat2": 437, "faccessat2": 439,
}  # fmt: skip

_AARCH64 = {
    "getcwd": 17, "fcntl": 25, "ioctl": 29, "faccessat": 48, "openat": 56, "close": 57, "getdents64": 61, "lseek": 62,
    "read": 63, "write": 64, "pread64": 67, "readlinkat": 78, "newfstatat": 79, "fstat": 80,
    "exit": 93, "exit_group": 94, "set_tid_address": 96, "futex": 98, "set_robust_list": 99, "nanosleep": 101, "clock_gettime": 113,
    "clock_getres": 114, "clock_nanosleep": 115, "sched_getscheduler": 120, "sched_getparam": 121, "sched_setaffinity": 122,
    "sched_getaffinity": 123, "sched_yield": 124, "restart_syscall": 128, "tgkill": 131, "sigaltstack": 132, "rt_sigaction": 134,
    "rt_sigprocmask": 135, "rt_sigreturn": 139, "times": 153, "uname": 160, "getrusage": 165, "prctl": 167, "getcpu": 168,
    "gettimeofday": 169, "getpid": 172, "getppid": 173, "getuid": 174, "geteuid": 175, "getgid": 176, "getegid": 177, "gettid": 178,
    "sysinfo": 179, "recvmsg": 212, "brk": 214, "munmap": 215, "mremap": 216, "clone": 220, "mmap": 222, "mprotect": 226,     "madvise": 233, "mbind": 235, "get_mempolicy": 236, "set_mempolicy": 237, "prlimit64": 261, "seccomp": 277,
    "getrandom": 278, "membarrier": 283, "statx": 291, "rseq": 293, "clone3": 435, "openat2": 437, "faccessat2": 439,
}  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """One architecture: its name, its AUDIT_ARCH word, its numbers, and the first number of a foreign set (x32), if any."""

    name: str
    audit_arch: int
    numbers: dict[str, int]
    foreign_from: int | None = None


_MACHINES = {
    "x86_64": Machine("x86_64", 0xC000003E, _X86_64, foreign_from=0x40000000),
    "aarch64": Machine("aarch64", 0xC00000B7, _AARCH64),
}


def this_machine() -> Machine | None:
    """The architecture that this process runs on, or None when its call numbers are not known here."""
    return _MACHINES.get(platform.machine())
