"""Answers in plain words fit 100 columns, name everything, and cannot lead a terminal astray."""

from __future__ import annotations

import io
import typing
import unicodedata
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from types import NoneType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indelible.app.answers.archive import (
    AdoptAnswer,
    CheckRow,
    DoctorAnswer,
    InitAnswer,
    ProveAnswer,
    RebuildAnswer,
    ShowAnswer,
    StatusAnswer,
)
from indelible.app.answers.audit import AuditAnswer, FaultRow
from indelible.app.answers.collect import (
    STATES,
    CheckpointRef,
    CollectAnswer,
    ExhibitRow,
    GapRow,
    MediaCount,
    MissingRow,
    PostsCount,
    RefusedRow,
)
from indelible.app.answers.demo import DemoAnswer
from indelible.app.answers.marks import MARK_STATES, MarkRow, MarksAnswer, MarkStretchRow, SetAsideRow
from indelible.app.answers.match import QUERY_STATES, EditRow, MatchAnswer, MatchRow
from indelible.app.answers.trace import EarliestRow, EdgeRow, FlagRow, FootageRow, SightingRow, TraceAnswer
from indelible.app.answers.visible import width
from indelible.cli.output import Progress
from indelible.cli.words import archive, audit, collect, demo, marks, match, trace
from indelible.cli.words.layout import COLUMNS, clock, seconds, table, wrapped
from indelible.model.segment import Box
from indelible.model.span import Span
from indelible.model.speed import Speed

HOSTILE = st.text(st.characters() | st.sampled_from("\x1b\n\r\x9b\u202e\u2066\u200b\u2028 \t漢á"), max_size=30)
LONG = st.one_of(HOSTILE, st.just("слово" * 60))
INSTANTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  bounds are naive
COUNTS = st.integers(0, 10**9)
FIXED = {
    PostsCount: st.lists(st.builds(RefusedRow, LONG, LONG, LONG, st.integers(1, 99)), max_size=3).map(
        lambda rows: PostsCount(7 + sum(r.count for r in rows), 3, 4, tuple(rows))
    ),
    MediaCount: st.lists(st.builds(MissingRow, LONG, LONG, LONG, LONG), max_size=3).map(
        lambda rows: MediaCount(2 + len(rows), 2, tuple(rows))
    ),
    GapRow: st.builds(lambda name, after: GapRow(name, 1, after, after + 3), LONG, COUNTS),
    Speed: st.sampled_from(Speed),
    Span: st.builds(lambda start, length: Span(start, start + length), COUNTS, COUNTS),
    Box: st.builds(Box, COUNTS, COUNTS, COUNTS, COUNTS),
    bool: st.booleans(),
    int: COUNTS,
    float: st.floats(-10, 1000),
    str: LONG,
    datetime: INSTANTS,
    NoneType: st.none(),
}
CHOICES = {
    (ExhibitRow, "state"): STATES,
    (MatchAnswer, "state"): QUERY_STATES[:2],
    (CheckRow, "state"): ("good", "weak", "missing"),
    (MarkRow, "state"): MARK_STATES,
}


def _any(kind: object) -> st.SearchStrategy:
    """A strategy for any value that the type allows."""
    if kind in FIXED:
        return FIXED[kind]
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind)
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple and parts[-1:] == (...,):
        return st.lists(_any(parts[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(_any(part) for part in parts))
    if origin is dict:
        return st.dictionaries(LONG, COUNTS if parts[1] is int else LONG, max_size=2)
    return st.one_of(*(_any(part) for part in parts))


def _dataclass(kind: type) -> st.SearchStrategy:
    hints = typing.get_type_hints(kind)
    chosen = {name: st.sampled_from(values) for (owner, name), values in CHOICES.items() if owner is kind}
    parts = {field.name: chosen.get(field.name, _any(hints[field.name])) for field in fields(kind)}
    if kind is FootageRow:
        parts["flags"] = st.just(())
    return st.builds(kind, **parts)


WORDS = [
    (CollectAnswer, collect.collect_words),
    (MatchAnswer, match.match_words),
    (TraceAnswer, trace.trace_words),
    (MarksAnswer, marks.marks_words),
    (AuditAnswer, audit.audit_words),
    (InitAnswer, archive.init_words),
    (StatusAnswer, archive.status_words),
    (ShowAnswer, archive.show_words),
    (ProveAnswer, archive.prove_words),
    (RebuildAnswer, archive.rebuild_words),
    (AdoptAnswer, archive.adopt_words),
    (DoctorAnswer, archive.doctor_words),
]


@pytest.mark.parametrize(("kind", "words"), WORDS, ids=lambda value: getattr(value, "__name__", ""))
def test_any_answer_fits_and_leads_no_terminal_astray(kind: type, words: typing.Callable) -> None:
    if kind is AuditAnswer:
        strategy = st.builds(kind, _any(dict[str, int]), _any(tuple[FaultRow, ...]), _any(tuple[str, ...]))
    else:
        strategy = _any(kind)

    @settings(max_examples=25)
    @given(strategy)
    def check(answer: object) -> None:
        for line in words(answer):
            assert width(line) <= COLUMNS, line
            assert not [c for c in line if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")], line
            assert not [c for c in line if c in "\u202e\u2066\u200b"], line

    check()


AT = datetime(2023, 4, 11, 8, 12, 31, tzinfo=UTC)
LOG = CheckpointRef.of(60, bytes(32))
COLLECTED = CollectAnswer(
    posts=PostsCount(24, 20, 2, (RefusedRow("bereh/result.json", "message 9", "it is no object", 2),)),
    media=MediaCount(14, 13, (MissingRow("bereh", "telegram:1700000002/9", "full_version.mp4", "File exceeds maximum size"),)),
    exhibits=(ExhibitRow("o#7", "0" * 64, ("video_files/broken.mp4",), "undecodable", "no stream in it"),),
    gaps=(GapRow("Голос Берега", 1700000002, 3, 6),),
    disagreements=(),
    repairs=(),
    checkpoint=LOG,
)


def test_the_completeness_report_names_what_is_missing_and_why() -> None:
    told = "\n".join(collect.collect_words(COLLECTED))
    for expected in (
        "24  seen        =  20  recorded  +  2  known    +  2  refused",
        "14  referenced  =  13  held      +  1  missing",
        "full_version.mp4",
        "File exceeds maximum size",
        "telegram:1700000002/9",
        "2 records at message 9 in bereh/result.json: it is no object",
        "video_files/broken.mp4: undecodable, no stream in it (o#7)",
        "Голос Берега  between 3 and 6  2 numbers not in the source",
        "a gap is not proof of a deletion",
        "Something needs a look",
    ):
        assert expected in told, told


TRACED = TraceAnswer(
    (
        FootageRow(
            ("o#1", "o#2"),
            EarliestRow("telegram:3/2", "Harbour Watch", 3, 2, AT, "stated", (AT, AT)),
            (
                SightingRow("telegram:3/2", "Harbour Watch", 3, 2, AT, "stated", "o#1", "copy"),
                SightingRow(
                    "telegram:2/2",
                    "Берег",
                    2,
                    2,
                    AT,
                    "stated",
                    "o#2",
                    "copy",
                    (EdgeRow("telegram:3/2", "inferred"),),
                    text="Сегодня",
                ),
            ),
            (FlagRow("old as new", "telegram:2/2", "Берег", 2, "Because of “today”."),),
        ),
    )
)


def test_the_trace_tells_the_earliest_known_the_way_and_the_flag() -> None:
    told = "\n".join(trace.trace_words(TRACED))
    assert "earliest known to this archive: 2023-04-11 08:12:31Z (stated), Harbour Watch, message 2" in told
    assert "!  2023-04-11 08:12:31Z  Берег 2          telegram:2/2  inferred from Harbour Watch 2" in told
    assert "OLD AS NEW: Because of “today”." in told


def test_no_match_is_never_said_of_what_was_not_compared() -> None:
    told = "\n".join(match.match_words(MatchAnswer("x.mp4", "undecodable", True, 0, reason="no stream")))
    assert "Cannot be decoded, so it was not compared: no stream" in told
    assert "No match" not in told
    partly = "\n".join(match.match_words(MatchAnswer("x.mp4", "decoded", False, 3)))
    assert "3 exhibits cannot be searched yet" in partly


def test_a_quick_match_says_that_it_settles_nothing() -> None:
    told = "\n".join(match.match_words(MatchAnswer("x.mp4", "decoded", True, 0, speed=Speed.FIRST)))
    assert "ask again without --quick" in told


def test_a_match_is_told_with_its_stretch_and_edit() -> None:
    edit = EditRow(True, 0.0, -1.0, Box(10, 20, 300, 200))
    row = MatchRow("o#7", ("a/drill.mp4",), "copy", 0.934, Span(0, 8000), Span(3000, 11000), edit, "31 frames agree.")
    told = "\n".join(match.match_words(MatchAnswer("q.mp4", "decoded", True, 0, (row,))))
    assert "copy, score 0.93: a/drill.mp4" in told
    assert "0:00.0–0:08.0 of the file shows 0:03.0–0:11.0 of the exhibit" in told
    assert "mirrored, played backwards, cropped to 300×200+10+20" in told


SHARED = SetAsideRow("o#3@0-1500", "learnt", 8, ("o#3", "o#4"), "the same 1.5 s in 8 exhibits")


def test_what_rests_on_a_mark_alone_is_told_and_is_no_match() -> None:
    told = "\n".join(match.match_words(MatchAnswer("q.mp4", "decoded", True, 0, set_aside=(SHARED,))))
    assert "No match but of marks with what could be searched" in told
    assert "8 matches rest on a mark alone" in told
    assert "o#3@0-1500: 8 matches, 2 exhibits; the same 1.5 s in 8 exhibits" in told
    assert "8 matches rest on a mark alone" in "\n".join(trace.trace_words(TraceAnswer((), set_aside=(SHARED,))))


def test_a_mark_is_told_with_where_it_is_seen_and_what_rests_on_it() -> None:
    rows = tuple(MarkStretchRow(f"o#{n}", Span(0, 1500), (f"v/{n}.mp4",)) for n in range(20))
    row = MarkRow("o#3@0-1500", "learnt", 19, 31, "the same 1.5 s in 20 exhibits", rows)
    told = "\n".join(marks.marks_words(MarksAnswer((row, row))))
    for expected in (
        "2 marks: 2 learnt",
        "31 matches set aside",
        "--confirm REASON",
        "o#0  0:00.0–0:01.5  v/0.mp4",
        "and 12 stretches more",
    ):
        assert expected in told, told
    judged = MarkRow("o#3@0-1500", "refused", 19, 0, "footage", rows, "omar", AT, "a bulletin's first picture")
    told = "\n".join(marks.marks_words(MarksAnswer((judged,), 61)))
    assert "Recorded as number 61 of the log." in told
    assert "refused by omar, 2023-04-11 08:12:31Z: a bulletin's first picture" in told


def test_the_demo_tells_every_step() -> None:
    clean = AuditAnswer({"blobs": 12}, (), ())
    queried = MatchAnswer("q.mp4", "decoded", True, 0)
    told = "\n".join(
        demo.demo_words(DemoAnswer("f", "a", ("mirrored",), COLLECTED, (queried,), TRACED, clean, COLLECTED, 81.2))
    )
    for expected in (
        "· mirrored",
        "full_version.mp4",
        "OLD AS NEW",
        "Clean: everything",
        "took     81 s",
        "twice change nothing",
    ):
        assert expected in told, told


def test_an_audit_names_every_fault_by_its_path() -> None:
    told = audit.audit_words(AuditAnswer({}, (FaultRow("blobs/ab/abcd", "its bytes have another digest"),), ()))
    assert told[0] == "1 fault: what is on the disk is not what the log says."
    assert told[1:3] == ["  blobs/ab/abcd", "      fault  its bytes have another digest"]


@given(LONG, st.integers(0, 20))
def test_wrapping_loses_no_word(text: str, indent: int) -> None:
    lines = wrapped(text, indent)
    assert all(width(line) <= COLUMNS for line in lines)
    assert all(line.startswith(" " * indent) for line in lines)


@given(st.lists(st.lists(LONG, min_size=3, max_size=3), max_size=4))
def test_a_table_fits(rows: list[list[str]]) -> None:
    assert all(width(line) <= COLUMNS for line in table(rows))


def test_media_time_reads_as_people_say_it() -> None:
    assert (clock(61_250), clock(3_600_000), seconds(500, 500)) == ("1:01.2", "1:00:00.0", "0:00.5")


class _Stream(io.StringIO):
    def __init__(self, *, watched: bool) -> None:
        super().__init__()
        self._watched = watched

    def isatty(self) -> bool:
        return self._watched


MESSAGES = ["collecting a", "collecting b", *(f"compared {n} of 3" for n in (1, 2, 3)), "auditing"]


def test_progress_is_one_line_a_stage_when_nobody_watches() -> None:
    stream = _Stream(watched=False)
    with Progress(stream) as progress:
        for message in MESSAGES:
            progress(message)
    assert stream.getvalue().splitlines() == ["collecting a", "collecting b", "compared 3 of 3", "auditing"]


def test_progress_is_one_line_that_changes_on_a_terminal_and_goes_away() -> None:
    stream = _Stream(watched=True)
    with Progress(stream) as progress:
        for message in [*MESSAGES, "bad\x1b[31m\n"]:
            progress(message)
    told = stream.getvalue()
    assert "\n" not in told
    assert told.count("\x1b") == told.count("\r\x1b[K") == len(MESSAGES) + 2
    assert told.endswith("\r\x1b[K")
