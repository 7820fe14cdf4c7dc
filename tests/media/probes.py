"""Tries to escape, one way after another, each in a fork of its own that is confined first; prints what came of it.

Run as a program: `probes.py <layers, comma-separated> <uid or ->`. Prints one JSON object: the level, and for each probe
"allowed", "denied <why>" or "killed <signal>".
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import mmap
import os
import resource
import signal
import socket
import sys
import tempfile
from pathlib import Path

from indelible.media.confine import Limits, confine, die_with_parent

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p
LIBC.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
MACHINE = os.uname().machine
NUMBERS = {
    "io_uring_setup": {"x86_64": 425, "aarch64": 425},
    "process_vm_readv": {"x86_64": 310, "aarch64": 270},
    "bpf": {"x86_64": 321, "aarch64": 280},
    "userfaultfd": {"x86_64": 323, "aarch64": 282},
    "tgkill": {"x86_64": 234, "aarch64": 131},
    "keyctl": {"x86_64": 250, "aarch64": 219},
    "pidfd_open": {"x86_64": 434, "aarch64": 434},
}
LISTENER = socket.create_server(("127.0.0.1", 0))
FOLDER = tempfile.mkdtemp()
UNIX = socket.socket(socket.AF_UNIX)
UNIX.bind(f"{FOLDER}/socket")
UNIX.listen()
ABSTRACT = socket.socket(socket.AF_UNIX)
ABSTRACT.bind(f"\0indelible-probe-{os.getpid()}")
ABSTRACT.listen()
PLAIN = f"{FOLDER}/plain"
Path(PLAIN).write_text("secret")
Path(FOLDER).chmod(0o777)
Path(f"{FOLDER}/socket").chmod(0o777)
HANDED = os.open(PLAIN, os.O_RDONLY)


def checked(result):
    if result is None or result < 0 or result == ctypes.c_void_p(-1).value:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def call(name, *arguments):
    return checked(LIBC.syscall(NUMBERS[name][MACHINE], *arguments))


def connect(family, address):
    with socket.socket(family) as one:
        one.settimeout(2)
        one.connect(address)


def send_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", ("127.0.0.1", LISTENER.getsockname()[1]))


def fork():
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def run_program():
    # A program that took our place writes this word itself.
    os.execv("/bin/echo", ["echo", "-n", "allowed"])


def signal_by_descriptor():
    """The kernel sends the signal in our name when the descriptor gets ready: no kill() is called."""
    fcntl.fcntl(LISTENER, fcntl.F_SETOWN, os.getppid())
    fcntl.fcntl(LISTENER, fcntl.F_SETFL, os.O_ASYNC)
    fcntl.fcntl(LISTENER, fcntl.F_SETFL, 0)


def write_and_run(start):
    """Memory that is written first and run later."""
    page = checked(LIBC.mmap(None, 4096, start, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0))
    checked(LIBC.mprotect(ctypes.c_void_p(page), 4096, mmap.PROT_READ | mmap.PROT_EXEC))


def map_write_and_run():
    checked(LIBC.mmap(None, 4096, 7, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0))


def read_parent():
    raw = ctypes.create_string_buffer(8)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(raw), 8)
    theirs = (ctypes.c_size_t * 2)(id(LISTENER), 8)
    call("process_vm_readv", os.getppid(), vector, 1, theirs, 1, 0)


def raise_limits():
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))


def allocate():
    mmap.mmap(-1, 3 << 30)


PROBES = {
    "read a file": lambda: Path(PLAIN).read_text(),
    "write a file": lambda: Path(f"{FOLDER}/made").write_text("x"),
    "list a folder": lambda: list(Path(FOLDER).iterdir()),
    "rename a file": lambda: Path(PLAIN).rename(PLAIN),
    "reopen the handed file": lambda: os.open(f"/proc/self/fd/{HANDED}", os.O_RDONLY),
    "connect by TCP": lambda: connect(socket.AF_INET, LISTENER.getsockname()),
    "send by UDP": send_datagram,
    "connect to a Unix socket": lambda: connect(socket.AF_UNIX, f"{FOLDER}/socket"),
    "connect to an abstract socket": lambda: connect(socket.AF_UNIX, ABSTRACT.getsockname()),
    "fork": fork,
    "run a program": run_program,
    "signal the parent": lambda: os.kill(os.getppid(), 0),
    "signal the parent's thread": lambda: call("tgkill", os.getppid(), os.getppid(), 0),
    "signal by descriptor": signal_by_descriptor,
    "trace the parent": lambda: checked(LIBC.ptrace(0x4206, os.getppid(), 0, 0)),
    "read the parent's memory": read_parent,
    "open the parent by pidfd": lambda: call("pidfd_open", os.getppid(), 0),
    "allocate 3 GiB": allocate,
    "map memory to write and run": map_write_and_run,
    "make written memory run": lambda: write_and_run(mmap.PROT_READ | mmap.PROT_WRITE),
    "raise the limits": raise_limits,
    "new user namespace": lambda: checked(LIBC.unshare(0x10000000)),
    "set up io_uring": lambda: call("io_uring_setup", 1, ctypes.create_string_buffer(120)),
    "load a BPF program": lambda: call(
        "bpf", 0, ctypes.create_string_buffer(b"\x02\0\0\0\x04\0\0\0\x04\0\0\0\x01" + b"\0" * 100), 72
    ),
    "userfaultfd": lambda: call("userfaultfd", 1),
    "keyring": lambda: call("keyctl", 0, -3, 0),
    "anonymous file": lambda: os.memfd_create("x"),
    "shared memory": lambda: checked(LIBC.shmget(0, 4096, 0o1600)),
    "set the host name": lambda: socket.sethostname(socket.gethostname()),
}


def outcome_of(probe, layers, uid):
    read_end, write_end = os.pipe()
    number = os.fork()
    if number == 0:
        report = "the set-up failed"
        try:
            os.dup2(write_end, 1)
            if uid is not None:
                os.setgroups([])
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
            if layers:
                die_with_parent(PARENT)
                confine(Limits(2 << 30, 60), layers)
            try:
                probe()
                report = "allowed"
            except OSError as error:
                report = f"denied {error.errno}"
            except (MemoryError, ValueError) as error:
                report = f"denied {type(error).__name__}"
        finally:
            os.write(write_end, report.encode())
            os._exit(0)
    os.close(write_end)
    told = os.read(read_end, 200).decode()
    os.close(read_end)
    _, status = os.waitpid(number, 0)
    if told:
        return told
    return f"killed {signal.Signals(os.WTERMSIG(status)).name}" if os.WIFSIGNALED(status) else "nothing"


def level_reached(layers, uid):
    read_end, write_end = os.pipe()
    number = os.fork()
    if number == 0:
        if uid is not None:
            os.setresuid(uid, uid, uid)
        level = confine(Limits(2 << 30, 60), layers)
        os.write(write_end, json.dumps([level.name, level.layers, level.missing]).encode())
        os._exit(0)
    os.waitpid(number, 0)
    return json.loads(os.read(read_end, 4096))


PARENT = os.getpid()

if __name__ == "__main__":
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    wanted = [layer for layer in sys.argv[1].split(",") if layer]
    user = None if sys.argv[2] == "-" else int(sys.argv[2])
    outcomes = {name: outcome_of(probe, wanted, user) for name, probe in PROBES.items()}
    sys.stdout.write(json.dumps({"level": level_reached(wanted, user), "outcomes": outcomes}))
