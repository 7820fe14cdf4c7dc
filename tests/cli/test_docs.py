"""docs/commands.md names every command and option, and none that is gone."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from indelible.cli.main import COMMANDS, make_parser

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
SHARED = {"--archive", "--as", "--json", "--help"}


def _subparsers() -> dict[str, argparse.ArgumentParser]:
    actions = [action for action in make_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(actions[0].choices)


def test_every_command_has_a_section_in_the_order_of_help() -> None:
    assert list(SECTIONS) == [command.name for command in COMMANDS]


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_option_is_named_and_none_that_is_gone(name: str) -> None:
    options = {text for action in _subparsers()[name]._actions for text in action.option_strings if text.startswith("--")}
    assert set(re.findall(r"^\| `(--[\w-]+)", SECTIONS[name], re.MULTILINE)) == options - SHARED


def test_the_shared_options_are_named_first() -> None:
    first = PAGE.split("\n## ")[0]
    assert set(re.findall(r"^\| `(--[\w-]+)", first, re.MULTILINE)) == SHARED - {"--help"}
