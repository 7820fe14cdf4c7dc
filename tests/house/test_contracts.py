"""Each import contract holds, and each is seen to fail when it is broken on purpose."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

BREAKS = {
    "Evidence flows one way": ("collect/breaks.py", "import indelible.trace\n"),
    "exhaustive": ("utilities/__init__.py", '"""An undeclared room."""\n'),
    "The core does no IO": ("match/breaks.py", "import sqlite3\n"),
    "Nouns and log are plain Python": ("log/breaks.py", "import numpy\n"),
    "The verifier that travels": ("handover/verify_package.py", "import indelible.model.errors\n"),
    "The room with the network": ("collect/breaks.py", "import cryptography\n"),
    "The compiler of the search": ("match/breaks.py", "import numba\n"),
}


def _lint(project: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"],
        cwd=project,
        env={"PYTHONPATH": str(project / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "src" / "indelible", tmp_path / "src" / "indelible", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy: Path) -> None:
    result = _lint(copy)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("contract", BREAKS)
def test_a_contract_fails_when_it_is_broken(copy: Path, contract: str) -> None:
    name, line = BREAKS[contract]
    path = copy / "src" / "indelible" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + line)

    result = _lint(copy)

    assert result.returncode != 0
    assert contract in result.stdout or contract == "exhaustive"
