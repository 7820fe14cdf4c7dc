"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "src" / "indelible"
FILES = sorted(SOURCE.rglob("*.py"))

FILE_LINES_MAX = 400
TRAVELS = "verify_package.py"  # one file on purpose: see docs/decisions/0002-log-format.md
FUNCTION_LINES_MAX = 60
SAYS_NOTHING = {"utils", "core", "helpers", "common", "services", "managers", "base", "misc"}

# One door for each foreign thing: who may import it, as folders or modules of the source.
DOORS = {
    "av": ("media",),
    "PIL": ("media",),
    "cv2": ("media", "fingerprint", "match", "app/demo"),
    "numba": ("match/compiler.py",),
    "llvmlite": ("match/compiler.py",),
    "sqlite3": ("catalog",),
    "subprocess": ("media/programs.py", "ledger/openssl.py"),
    "socket": ("media",),
    "ctypes": ("media", "durable"),
    "fcntl": ("durable",),
    "argparse": ("cli",),
    "ijson": (),
    "lxml": ("collect",),
    "rfc3161_client": ("ledger",),
    "cryptography": ("log", "ledger"),
    "urllib.request": ("app",),
}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_file_is_short_and_so_are_its_functions(path: Path) -> None:
    assert path.name == TRAVELS or path.read_text(encoding="utf-8").count("\n") <= FILE_LINES_MAX
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert lines <= FUNCTION_LINES_MAX, f"{node.name} has {lines} lines"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_each_foreign_thing_has_one_door(path: Path) -> None:
    if path.name == TRAVELS:
        return  # standard library only, kept by an import contract
    place = path.relative_to(SOURCE).as_posix()
    for name in _imports(_tree(path)):
        for thing, doors in DOORS.items():
            if name == thing or name.startswith(thing + "."):
                assert any(place == door or place.startswith(door + "/") for door in doors), f"{place} imports {name}"


def test_only_durable_syncs() -> None:
    for path in FILES:
        if path.relative_to(SOURCE).parts[0] != "durable":
            assert not re.search(r"\b(fsync|fdatasync|syncfs|sync_file_range)\(", path.read_text(encoding="utf-8")), path


def test_a_package_file_holds_one_docstring() -> None:
    for path in SOURCE.rglob("__init__.py"):
        body = _tree(path).body
        assert len(body) == 1, path
        assert isinstance(body[0], ast.Expr), path


def test_no_name_says_nothing() -> None:
    for path in SOURCE.rglob("*"):
        assert path.stem not in SAYS_NOTHING, path


def test_only_the_sandbox_catches_everything() -> None:
    for path in FILES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ExceptHandler):
                everything = node.type is None or (
                    isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
                )
                passes_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                assert not everything or passes_on or path.relative_to(SOURCE).parts[0] == "media", f"{path}:{node.lineno}"


def test_nothing_is_left_to_do_in_the_code() -> None:
    for path in FILES:
        assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", path.read_text(encoding="utf-8")), path


def test_the_project_names_no_machine_and_no_registry() -> None:
    banned = re.compile("/" + "work/|/" + r"tmp/plan|https?://(pypi|files\.pythonhosted)|--(extra-)?index-url")
    kinds = {".py", ".md", ".toml", ".lock", ".txt", ""}
    for path in PROJECT.rglob("*"):
        inside = path.relative_to(PROJECT)
        not_ours = any(
            (part.startswith(".") and part != ".ci") or part == "build" or "egg-info" in part for part in inside.parts
        )
        if path.is_file() and path.suffix in kinds and not not_ours:
            assert not banned.search(path.read_text(encoding="utf-8", errors="replace")), inside
