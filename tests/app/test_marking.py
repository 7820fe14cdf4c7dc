"""A person has the last word on what is a mark: recorded with a reason, and taken back by the next record."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.footage import clip, video
from indelible.app.answers.marks import MarkRow
from indelible.app.collecting import Scope, collect
from indelible.app.init import init
from indelible.app.intake.closing import Statement
from indelible.app.judging import Decision, judge
from indelible.app.marking import marks
from indelible.app.matching import match_files
from indelible.app.opening import Context, reading
from indelible.app.proving import prove
from indelible.app.rebuilding import rebuild
from indelible.app.showing import show
from indelible.catalog import exhibits
from indelible.model.errors import UsageError

TITLE = clip(77, seconds=1.5)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """An archive of two films that share a title: too few to learn it. Every test judges anew."""
    place = tmp_path_factory.mktemp("judged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(place / "state"))
        init(place / "archive", "anna")
        for name, seed in (("one", 11), ("two", 12)):
            _film(place / "films" / f"{name}.mp4", seed)
        made = Context(place / "archive")
        collect(made, [place / "films"], Statement(), Scope(), lambda _: None)
        yield made


def _film(path: Path, seed: int) -> Path:
    content = video(path, [*TITLE, *clip(seed, 5)])
    path.write_bytes(content)
    return path


def _cited(context: Context, number: int) -> str:
    with reading(context) as desk, desk.catalog.reader() as reader:
        return f"#{list(exhibits.all_exhibits(reader))[number].index}"


def _judged(context: Context, decision: str, asked: str | None = None) -> MarkRow:
    stretch = f"{_cited(context, 0)}@0-1500"
    (row,) = judge(Context(context.root, "omar"), Decision(asked or stretch, decision, " seen whole ")).marks
    return row


def test_what_a_person_confirms_is_set_aside_where_too_few_share_it(context: Context) -> None:
    row = _judged(context, "confirmed")
    assert (row.state, row.set_aside, row.by, row.reason) == ("confirmed", 1, "omar", "seen whole")
    assert len(row.stretches) == 2
    assert marks(context).marks == (row,)


def test_what_was_judged_of_an_exhibit_is_shown_and_proven_with_it(context: Context, tmp_path: Path) -> None:
    _judged(context, "confirmed")
    judged = [row for row in show(context, _cited(context, 0)).records if row.kind == "mark/1"]
    assert {row.fields["decision"] for row in judged} >= {"confirmed"}
    assert not [row for row in show(context, _cited(context, 1)).records if row.kind == "mark/1"]
    assert {row.index for row in judged} <= set(prove(context, _cited(context, 0), tmp_path / "proof").records)
    subprocess.run([sys.executable, "-I", "-S", "verify.py"], cwd=tmp_path / "proof", capture_output=True, check=True)


def test_what_a_person_refuses_counts_again(context: Context) -> None:
    _judged(context, "confirmed")
    row = _judged(context, "refused")
    assert (row.state, row.set_aside) == ("refused", 0)
    assert marks(context, _cited(context, 1)).marks == (row,)


def test_a_mark_is_judged_by_any_exhibit_that_shows_no_other(context: Context) -> None:
    named_by = _judged(context, "confirmed").mark
    assert _judged(context, "refused", _cited(context, 1)).mark == named_by


def test_a_query_is_told_what_was_set_aside_for_it(context: Context, tmp_path: Path) -> None:
    film = _film(tmp_path / "three.mp4", 33)
    _judged(context, "refused", _judged(context, "confirmed").mark)
    (before,) = match_files(context, [film], lambda _: None)
    _judged(context, "confirmed")
    (after,) = match_files(context, [film], lambda _: None)
    assert ([row.relation for row in before.matches], before.set_aside) == (["copy", "copy"], ())
    assert after.matches == ()
    assert [(row.state, row.matches, len(row.exhibits)) for row in after.set_aside] == [("confirmed", 2, 2)]


def test_a_judgement_is_a_record_of_who_when_why_and_what_was_known(context: Context) -> None:
    answer = judge(Context(context.root, "omar"), Decision(f"{_cited(context, 0)}@0-1500", "confirmed", "seen whole"))
    with reading(context) as desk:
        sealed = desk.archive.ledger.read(answer.recorded or 0)
    assert sealed.kind == "mark/1"
    assert (sealed.fields["by"]["code"], sealed.fields["decision"], sealed.fields["span_ms"]) == (
        "omar",
        "confirmed",
        [0, 1500],
    )
    assert len(sealed.fields["seen"]) == 2
    assert sealed.fields["rule"]["strangers_min"] == 5


def test_a_code_that_judges_for_the_first_time_is_recorded_once(context: Context) -> None:
    for _ in range(2):
        judge(Context(context.root, "vera"), Decision(f"{_cited(context, 0)}@0-1500", "confirmed", "seen whole"))
    with reading(context) as desk:
        kinds = [record.kind for _, record in desk.archive.ledger.records() if record.fields.get("code") == "vera"]
    assert kinds == ["operator/1"]


def test_a_rebuilt_archive_has_the_same_marks(context: Context) -> None:
    _judged(context, "confirmed")
    before = marks(context)
    rebuild(context, lambda _: None, everything=True)
    assert marks(context) == before


@pytest.mark.parametrize(
    ("asked", "decision", "reason"),
    [
        ("{}@0-1500", "confirmed", "  "),
        ("{}@1500-1500", "confirmed", "empty"),
        ("{}@0-99000", "confirmed", "longer than the exhibit"),
        ("{}@3000-5000", "refused", "nothing is there"),
        ("telegram:1/2", "confirmed", "a post"),
        ("#0@0-1500", "confirmed", "no exhibit"),
        ("nonsense", "refused", "no name"),
    ],
)
def test_a_judgement_that_is_about_nothing_is_refused(context: Context, asked: str, decision: str, reason: str) -> None:
    with reading(context) as desk:
        size = desk.archive.ledger.size
    with pytest.raises(UsageError):
        judge(context, Decision(asked.format(_cited(context, 0)), decision, reason))
    with reading(context) as desk:
        assert desk.archive.ledger.size == size


def test_what_shows_no_mark_is_not_listed_as_one(context: Context) -> None:
    with pytest.raises(UsageError, match="expected one mark, found 0"):
        marks(context, f"{_cited(context, 0)}@3000-5000")
