"""The one door to other programs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_PACKAGES = str(Path(__file__).resolve().parents[2])
_KEPT = ("LD_LIBRARY_PATH",)  # without it some Pythons do not start
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# A picture's memory is kept for the next one: giving it back to the kernel costs a fault for each page, each time.
_KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(128 << 20)}


def start_python(module: str, arguments: Sequence[str], descriptors: Sequence[int]) -> subprocess.Popen[bytes]:
    """A fresh Python that runs `main()` of one of our modules: isolated, silent, away from the terminal's signals."""
    return subprocess.Popen(  # noqa: S603  # our own interpreter, our own module
        _python(module, arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=tuple(descriptors),
        env=_environment(),
        cwd="/",
        start_new_session=True,
    )


def output_of_python(module: str, seconds_max: float) -> bytes:
    """What `main()` of one of our modules prints in a fresh Python; raises OSError when it fails or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter, our own module
            _python(module, ()),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=_environment(),
            cwd="/",
            timeout=seconds_max,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise OSError(f"{module} failed: {error}") from error
    return done.stdout


def _python(module: str, arguments: Sequence[str]) -> list[str]:
    # Isolated from the caller's environment and folder; the package is found where this file stands.
    line = f"import sys; sys.path.append({_PACKAGES!r}); from {module} import main; main()"
    return [sys.executable, "-I", "-c", line, *arguments]


def _environment() -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        **_ONE_THREAD,
        **_KEEP_MEMORY,
        "LC_ALL": "C.UTF-8",
    }
