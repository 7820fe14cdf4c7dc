"""The door: options before and after, light help, errors for people and for scripts, calm ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indelible.cli.main import COMMANDS, main, make_parser

HEAVY = ("numpy", "av", "sqlite3", "numba", "cv2", "PIL", "cryptography", "ijson", "lxml")
NAMES = [command.name for command in COMMANDS]


def _run(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    code = "import sys; from indelible.cli.main import main; sys.exit(main())"
    env = {**os.environ, "PYTHONWARNINGS": "error"}
    env.pop("INDELIBLE_ARCHIVE", None)
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=env, capture_output=True, text=True, check=False, timeout=60, **more
    )


def test_help_imports_nothing_heavy() -> None:
    code = """
import sys
from indelible.cli.main import main
for arguments in (["--help"], *([name, "--help"] for name in sys.argv[2].split())):
    try:
        main(arguments)
    except SystemExit as end:
        assert end.code == 0, arguments
print("heavy:", [name for name in sys.argv[1].split() if name in sys.modules])
"""
    result = subprocess.run(
        [sys.executable, "-c", code, " ".join(HEAVY), " ".join(NAMES)], capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("heavy: []\n")
    assert all(f"usage: indelible {name}" in result.stdout for name in NAMES)


def test_the_commands_are_those_that_scripts_know() -> None:
    wanted = "init collect status show match trace marks prove checkpoint audit rebuild adopt doctor demo"
    assert " ".join(NAMES) == wanted


def test_the_version_is_printed() -> None:
    result = _run("--version")
    assert (result.returncode, result.stdout.split()[0]) == (0, "indelible")


@pytest.mark.parametrize(
    "given",
    [
        ["--archive", "a", "--as", "kim", "--json", "collect", "src"],
        ["collect", "src", "--archive", "a", "--as", "kim", "--json"],
        ["--archive", "a", "collect", "--as", "kim", "src", "--json"],
        ["--archive", "other", "collect", "--archive", "a", "--json", "src", "--as=kim"],
    ],
)
def test_shared_options_may_stand_before_or_after_the_command(given: list[str]) -> None:
    args = make_parser().parse_args(given)
    assert (args.archive, args.operator, args.json, args.source) == ("a", "kim", True, ["src"])


def test_custody_and_chats_are_parsed() -> None:
    given = ["collect", "a", "b", "--chat", "one", "--chat", "2", "--received-from", "K", "--authority", "order 7"]
    args = make_parser().parse_args([*given, "--acquired-at", "2023-04-12", "--note", "by stick"])
    assert (args.source, args.chat, args.received_from, args.authority) == (["a", "b"], ["one", "2"], "K", "order 7")
    assert (args.acquired_at, args.note) == ("2023-04-12", "by stick")


@pytest.mark.parametrize(
    "given",
    [[], ["colect"], ["collect"], ["match"], ["prove", "x"], ["show"], ["collect", "--bogus", "a"], ["status", "--arch", "a"]],
)
def test_what_it_cannot_take_is_refused_with_code_2(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(given) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("indelible: ")
    assert "--help" in told.err


@pytest.mark.parametrize("given", [["--confirm", "seen"], ["m", "--confirm", "seen", "--refuse", "seen"]])
def test_a_judgement_is_of_one_mark_and_one_way(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["marks", *given]) == 2
    assert capsys.readouterr().err.startswith("indelible: ")


def test_a_usage_error_is_json_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collect", "--json"]) == 2
    error = json.loads(capsys.readouterr().err)["error"]
    assert set(error) == {"kind", "message", "where", "do"}
    assert error["kind"] == "usage"


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("doctor", "demo")])
def test_a_command_without_an_archive_says_how_to_name_one(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INDELIBLE_ARCHIVE", raising=False)
    more = {"collect": ["x"], "show": ["x"], "match": ["x"], "prove": ["x", "--out", "y"]}
    assert main([name, *more.get(name, [])]) == 2
    assert "INDELIBLE_ARCHIVE" in capsys.readouterr().err


def test_a_reader_that_goes_away_ends_it_calmly(tmp_path: Path) -> None:
    code = "import sys; from indelible.cli.main import main; sys.exit(main(['doctor']))"
    read, write = os.pipe()
    os.close(read)
    try:
        result = subprocess.run(
            [sys.executable, "-c", code], stdout=write, stderr=subprocess.PIPE, text=True, check=False, timeout=60, cwd=tmp_path
        )
    finally:
        os.close(write)
    assert result.stderr == ""
    assert result.returncode == 0


def test_an_interrupt_ends_it_calmly_and_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    parser = make_parser()
    parser.set_defaults(run=interrupted)
    monkeypatch.setattr("indelible.cli.main.make_parser", lambda: _Given(interrupted))
    assert main(["status"]) == 130
    assert "What is preserved stays" in capsys.readouterr().err


class _Given:
    """A parser that knows one command."""

    def __init__(self, run: object) -> None:
        self.run = run

    def parse_args(self, _: list[str]) -> object:
        return type("Args", (), {"run": staticmethod(self.run), "json": False})


def test_an_error_in_a_hostile_path_cannot_lead_the_terminal_astray(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "bad\x1b[31m\u202e"]) == 2
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert "\\x1b[31m\\u202e" in told
