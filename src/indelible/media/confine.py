"""Shuts a process in, layer upon layer, with nothing but the kernel: the house rule that decoders live under.

No one layer is enough. Landlock lets fork and io_uring through, seccomp does not bound memory, limits contain nothing.
The order in which less is accepted: all layers; without namespaces (kernels and containers that forbid them); seccomp and
limits (kernels before 5.13); else nothing is decoded, unless the settings allow it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Collection
from dataclasses import dataclass

from indelible.media import landlock, seccomp
from indelible.media.kernel import drop_capabilities, prctl, unshare
from indelible.media.syscalls import this_machine

LAYERS = ("namespaces", "capabilities", "limits", "landlock", "seccomp")

_NEW_NAMESPACES = 0x10000000 | 0x40000000 | 0x08000000 | 0x04000000  # user, network, IPC, host name
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_OPEN_FILES_MAX = 32


@dataclass(frozen=True)
class Level:
    """How far a process is confined: the level's name, the layers that hold, and what is missing with the reason."""

    name: str
    layers: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def is_sandbox(self) -> bool:
        """Whether this is enough to decode what strangers sent."""
        return self.name != "unsandboxed"

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(self.layers) or 'no layer'})"


@dataclass(frozen=True)
class Limits:
    """What the kernel bounds for a decoder: address space in bytes, processor time in seconds over the process's life."""

    memory_bytes: int
    cpu_seconds: int


def level_of(layers: Collection[str], missing: Collection[str] = ()) -> Level:
    """The level that these layers make; names as the wire and the records use them."""
    held = set(layers)
    if not {"seccomp", "limits"} <= held:
        name = "unsandboxed"
    elif not {"landlock"} <= held:
        name = "seccomp and limits"
    elif not {"namespaces", "capabilities"} <= held:
        name = "without namespaces"
    else:
        name = "full"
    return Level(name, tuple(layer for layer in LAYERS if layer in held), tuple(missing))


def confine(limits: Limits, wanted: Collection[str] = LAYERS) -> Level:
    """Shut this process in, for ever, with every wanted layer that the kernel grants; the level reached.

    Import and open everything needed before. The process must have one thread.
    """
    steps = {
        "namespaces": lambda: unshare(_NEW_NAMESPACES),
        "capabilities": drop_capabilities,
        "limits": lambda: _set_limits(limits),
        "landlock": _set_landlock,
        "seccomp": _set_seccomp,
    }
    held, missing = [], []
    for layer in LAYERS:
        if layer not in wanted:
            missing.append(f"{layer}: not asked for")
            continue
        try:
            steps[layer]()
        except OSError as error:
            missing.append(f"{layer}: {error.strerror or error}")
        else:
            held.append(layer)
    return level_of(held, missing)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when `parent`, which forked it, dies. Nothing of it can be dumped or traced."""
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(_PR_SET_DUMPABLE, 0)
    if os.getppid() != parent:
        os._exit(0)


def _set_limits(limits: Limits) -> None:
    for name, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES_MAX),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
    ):
        hard = resource.getrlimit(name)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (bound, bound))


def _set_landlock() -> None:
    abi = landlock.version()
    if abi < 1:
        raise OSError(0, "the kernel has no Landlock")
    landlock.deny_all(abi)


def _set_seccomp() -> None:
    machine = this_machine()
    if machine is None:
        raise OSError(0, f"the system calls of {os.uname().machine} are not known here")
    seccomp.lock(machine)


def main() -> None:
    """Confine this process and print the level reached, as JSON; for `sandbox_level`, in a process of its own."""
    limits = Limits(memory_bytes=2 << 30, cpu_seconds=60)
    level = confine(limits)
    os.write(1, json.dumps({"layers": level.layers, "missing": level.missing}).encode())


if __name__ == "__main__":
    main()
