"""Docs that must be true: what they name exists, and what exists is named."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from indelible.model import errors
from indelible.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])


def test_every_setting_is_documented_with_its_default() -> None:
    page = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    for field in dataclasses.fields(Settings):
        row = re.search(rf"^\| `{field.name}` \| `([^`]*)` \|", page, re.MULTILINE)
        assert row, f"docs/settings.md does not name {field.name}"
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        shown = (
            str(default).lower() if isinstance(default, bool) else f'"{default}"' if isinstance(default, str) else str(default)
        )
        assert row[1] == shown, field.name


def test_no_documented_setting_is_gone() -> None:
    page = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    names = {field.name for field in dataclasses.fields(Settings)}
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == names


def test_every_error_kind_is_documented() -> None:
    page = (PROJECT / "docs" / "errors.md").read_text(encoding="utf-8")
    for kind in (value.kind for value in vars(errors).values() if isinstance(value, type)):
        assert f"| `{kind}` |" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(PROJECT)))
def test_a_page_names_only_files_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"\b((?:docs|src|tests|bench)/[\w./-]+\.(?:md|py|sql|toml|txt))", text):
        assert (PROJECT / name).exists(), f"{page.name} names {name}"


def test_the_readme_is_short() -> None:
    assert (PROJECT / "README.md").read_text(encoding="utf-8").count("\n") <= 150
