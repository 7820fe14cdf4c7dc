"""Landlock with no rule at all: no file opened, made, run or cut; no TCP; no signal and no abstract socket outwards.

Source: linux/landlock.h and Documentation/userspace-api/landlock.rst; each version of the ABI knows more to deny.
"""

from __future__ import annotations

import ctypes
import os
import struct

from indelible.media.kernel import call, prctl

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # one number on every architecture
_ASK_VERSION = 1
_PR_SET_NO_NEW_PRIVS = 38

_FILES_V1 = (1 << 13) - 1
_FILES_ADDED = {2: 1 << 13, 3: 1 << 14, 5: 1 << 15}  # refer, truncate, ioctl on devices
_NETWORK_V4 = 0b11  # bind and connect TCP
_SCOPES_V6 = 0b11  # abstract sockets and signals
_SIZE_BY_VERSION = ((6, 24), (4, 16), (1, 8))


def version() -> int:
    """The kernel's version of the ABI, or 0 where there is none."""
    try:
        return call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def deny_all(abi: int) -> None:
    """Deny this process, for ever, all that this version of the ABI can; raises OSError."""
    files = _FILES_V1 | sum(bit for since, bit in _FILES_ADDED.items() if abi >= since)
    network = _NETWORK_V4 if abi >= 4 else 0  # noqa: PLR2004  # the version that brought it
    scopes = _SCOPES_V6 if abi >= 6 else 0  # noqa: PLR2004  # the version that brought it
    size = next(size for since, size in _SIZE_BY_VERSION if abi >= since)
    attributes = ctypes.create_string_buffer(struct.pack("<QQQ", files, network, scopes)[:size], size)
    ruleset = call(_CREATE_RULESET, attributes, size, 0)
    try:
        prctl(_PR_SET_NO_NEW_PRIVS, 1)
        call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
