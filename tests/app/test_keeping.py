"""The archive's own life: its making, its taking over, its stamps, and what a machine lacks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indelible.app.adopting import adopt
from indelible.app.auditing import audit
from indelible.app.checkpointing import checkpoint
from indelible.app.doctoring import doctor
from indelible.app.init import init
from indelible.app.opening import Context, writing
from indelible.model.errors import ArchiveError, RefusedToSignError
from indelible.preserve.archive import Archive
from indelible.preserve.records.keeping import operator_record


def test_a_new_archive_is_clean_and_its_checkpoint_can_be_mailed(context: Context) -> None:
    answer = checkpoint(context)
    assert answer.lines[0].endswith(f"holds {answer.checkpoint.size} records")
    assert answer.checkpoint.root in answer.lines[1]
    assert audit(context.root).faults == ()


def test_an_archive_without_its_house_is_read_but_not_written(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(context.root.parent / "elsewhere"))
    assert checkpoint(context).checkpoint.size
    with pytest.raises(ArchiveError, match="no signing key"), writing(context):
        pass


def test_another_machine_takes_the_archive_over_and_says_so(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    old = Archive.open(context.root).ledger
    monkeypatch.setenv("XDG_STATE_HOME", str(context.root.parent / "elsewhere"))

    answer = adopt(context.root, "berta")

    assert (answer.continues_origin, answer.continues.size) == (old.origin, old.size)
    with writing(context) as desk:
        assert desk.origin == answer.origin
    assert audit(context.root).faults == ()


def test_an_older_copy_refuses_to_sign_and_can_be_adopted_here(context: Context) -> None:
    copy = context.root.with_name("copy")
    shutil.copytree(context.root, copy)
    adopted = adopt(context.root)
    older = Context(copy)
    with writing(older) as desk:  # the same log, at the size last signed under its own key
        assert desk.origin != adopted.origin


def test_a_restored_older_copy_refuses_to_sign(context: Context) -> None:
    copy = context.root.with_name("copy")
    shutil.copytree(context.root, copy)
    with writing(context) as desk:
        desk.archive.ledger.append([operator_record(desk.act(), code="carla").record], desk.archive.ledger.size)
    with pytest.raises(RefusedToSignError, match="adopt"), writing(Context(copy)):
        pass


def test_settings_beside_a_new_archive_are_taken_over(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "settings.toml").write_text(f'house_dir = "{tmp_path / "safe"}"\noperator = "dora"\n')

    answer = init(tmp_path / "archive")

    assert Path(answer.house).parent == tmp_path / "safe"
    assert answer.operator == "dora"


def test_doctor_names_what_is_here_and_what_is_missing(context: Context) -> None:
    names = {row.name: row.state for row in doctor(context.root).checks}
    assert names["sandbox"] in {"good", "weak"}
    assert names["archive"] == names["signing key"] == "good"
    assert names["time-stamps"] == "weak"


def test_doctor_says_that_a_folder_is_no_archive(tmp_path: Path) -> None:
    answer = doctor(tmp_path)
    assert answer.amiss
