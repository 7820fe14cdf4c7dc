"""The sandbox: what cannot be done behind it, at each level and for each user."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from indelible.media import seccomp, syscalls
from indelible.media.confine import LAYERS, level_of
from indelible.media.pool import sandbox_level
from media.bpf import verdict

PROBES = Path(__file__).parent / "probes.py"
NOBODY = "65534"
LEVELS = {
    "full": LAYERS,
    "without namespaces": ("capabilities", "limits", "landlock", "seccomp"),
    "seccomp and limits": ("limits", "seccomp"),
}
ALLOW, KILL = 0x7FFF0000, 0x80000000
USERS = ("-", NOBODY) if os.getuid() == 0 else ("-",)


def probed(layers, user):
    done = subprocess.run(
        [sys.executable, PROBES, ",".join(layers), user], capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


def allowed(outcomes):
    return {name for name, outcome in outcomes.items() if not outcome.startswith(("denied", "killed"))}


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("name", LEVELS)
def test_every_escape_is_denied(name, user):
    told = probed(LEVELS[name], user)
    if told["level"][0] != name:
        pytest.skip(f"this kernel does not make the level {name}: {told['level'][2]}")
    assert len(told["outcomes"]) >= 12
    assert allowed(told["outcomes"]) == set()


def test_the_probes_escape_where_nothing_holds_them():
    told = probed((), "-")
    # Some kernels and containers deny these to everybody; the rest must come through, or the probes prove nothing.
    may_be_denied = {
        "raise the limits", "new user namespace", "set up io_uring", "load a BPF program", "userfaultfd", "keyring",
        "set the host name", "trace the parent", "read the parent's memory", "shared memory",
    }  # fmt: skip
    assert set(told["outcomes"]) - allowed(told["outcomes"]) <= may_be_denied


def test_without_seccomp_the_other_layers_still_hold_files_network_and_signals():
    told = probed(("namespaces", "capabilities", "limits", "landlock"), "-")
    if "landlock" not in told["level"][1]:
        pytest.skip("this kernel has no Landlock")
    held = {
        "read a file", "write a file", "list a folder", "reopen the handed file", "connect by TCP", "run a program", "allocate 3 GiB",
        "trace the parent", "raise the limits",
    }  # fmt: skip
    assert held & allowed(told["outcomes"]) == set()


@pytest.mark.parametrize(
    ("layers", "name"),
    [
        (LAYERS, "full"),
        (("limits", "landlock", "seccomp", "capabilities"), "without namespaces"),
        (("limits", "landlock", "seccomp", "namespaces"), "without namespaces"),
        (("limits", "seccomp"), "seccomp and limits"),
        (("limits", "seccomp", "namespaces", "capabilities"), "seccomp and limits"),
        (("namespaces", "capabilities", "limits", "landlock"), "unsandboxed"),
        (("seccomp",), "unsandboxed"),
        ((), "unsandboxed"),
    ],
)
def test_a_level_is_named_by_the_layers_that_hold(layers, name):
    assert level_of(layers).name == name


def test_only_levels_with_seccomp_and_limits_are_a_sandbox():
    assert [level_of(layers).is_sandbox for layers in (*LEVELS.values(), ("limits", "landlock"))] == [True, True, True, False]


def test_doctor_learns_the_level_without_being_confined_itself():
    level = sandbox_level()
    assert level.name in {*LEVELS, "unsandboxed"}
    assert set(level.layers) | {line.split(":")[0] for line in level.missing} == set(LAYERS)
    assert Path(__file__).read_text()


@pytest.mark.parametrize("name", ["x86_64", "aarch64"])
class TestTheFilterOfEachMachine:
    def filter_of(self, name, pid=77):
        machine = syscalls._MACHINES[name]
        return seccomp.program(machine, pid), machine

    def test_allows_what_decoding_needs(self, name):
        program, machine = self.filter_of(name)
        known = [one for one in syscalls.ALLOWED if one in machine.numbers]
        assert {"read", "pread64", "write", "recvmsg", "futex", "exit_group", "munmap"} <= set(known)
        assert {verdict(program, machine, machine.numbers[one]) for one in known} == {ALLOW}

    def test_kills_for_what_stands_in_no_list(self, name):
        program, machine = self.filter_of(name)
        listed = set(machine.numbers.values()) - {machine.numbers["seccomp"], machine.numbers["clone"]}
        assert {verdict(program, machine, number) for number in range(460) if number not in listed} - {KILL} == set()

    def test_refuses_what_a_library_may_try(self, name):
        program, machine = self.filter_of(name)
        refused = [machine.numbers[one] for one in syscalls.REFUSED if one in machine.numbers]
        assert {verdict(program, machine, number) for number in refused} == {0x00050000 | 13}

    def test_refuses_memory_that_runs(self, name):
        program, machine = self.filter_of(name)
        answers = [
            verdict(program, machine, machine.numbers[one], (0, 4096, mode))
            for one in ("mmap", "mprotect")
            for mode in (3, 5, 7)
        ]
        assert answers == [ALLOW, 0x00050001, 0x00050001] * 2

    def test_tells_a_thread_from_a_process(self, name):
        program, machine = self.filter_of(name)
        clone = machine.numbers["clone"]
        assert [verdict(program, machine, clone, (flags,)) for flags in (0x10000, 17)] == [0x00050000 | 11, KILL]

    def test_signals_its_own_process_only(self, name):
        program, machine = self.filter_of(name, pid=77)
        assert [verdict(program, machine, machine.numbers["tgkill"], (pid,)) for pid in (77, 78)] == [ALLOW, KILL]

    def test_kills_for_a_foreign_architecture(self, name):
        program, machine = self.filter_of(name)
        assert verdict(program, replace(machine, audit_arch=0x40000003), machine.numbers["read"]) == KILL

    def test_jumps_stay_within_a_byte_and_the_program_within_the_kernels_bound(self, name):
        program, _ = self.filter_of(name)
        assert len(program) <= 4096
        assert all(0 <= jump < 256 for line in program for jump in line[1:3])


def test_the_other_call_set_of_x86_is_killed():
    machine = syscalls._MACHINES["x86_64"]
    assert verdict(seccomp.program(machine, 1), machine, 0x40000000) == KILL
