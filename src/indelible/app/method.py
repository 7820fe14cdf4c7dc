"""With what a run was made: versions of everything that bears on its outcome, and the machine, without its name."""

from __future__ import annotations

import platform
from importlib import metadata

import indelible
from indelible.fingerprint.medium import VERSION as FINGERPRINT_VERSION
from indelible.match.version import VERSION as MATCHER_VERSION

COMPARED_BY = {"fingerprint_version": FINGERPRINT_VERSION, "matcher_version": MATCHER_VERSION}
_BEARING = ("av", "cryptography", "lxml", "numba", "numpy", "opencv-python-headless", "pillow", "rfc3161-client")


def software() -> str:
    """This program's name and version."""
    return f"indelible {metadata.version(indelible.__name__)}"


def versions() -> dict[str, str]:
    """Versions of the program, of Python, and of the libraries that read or prove."""
    found = {name: metadata.version(name) for name in _BEARING}
    return {"indelible": metadata.version(indelible.__name__), "python": platform.python_version(), **found}


def machine() -> dict[str, str | int]:
    """The kind of machine: system, kernel and processor; no host name, user or path."""
    return {"system": platform.system(), "kernel": platform.release(), "processor": platform.machine()}
