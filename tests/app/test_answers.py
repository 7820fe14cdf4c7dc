"""What scripts read keeps its keys, and what a terminal shows cannot lead it astray."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.app import answers
from indelible.app.answers.audit import AuditAnswer, FaultRow
from indelible.app.answers.collect import (
    CheckpointRef,
    CollectAnswer,
    ExhibitRow,
    GapRow,
    MediaCount,
    MissingRow,
    PostsCount,
    RefusedRow,
)
from indelible.app.answers.error import ErrorAnswer
from indelible.app.answers.match import EditRow, MatchAnswer, MatchRow
from indelible.app.answers.plain import Answer, one_line, plain
from indelible.app.answers.trace import EarliestRow, EdgeRow, FlagRow, FootageRow, SightingRow, TraceAnswer
from indelible.app.answers.visible import clipped, visible, width
from indelible.model.errors import SourceError
from indelible.model.segment import Box, Edit, Evidence, Relation, SegmentMatch
from indelible.model.span import Span

PROJECT = Path(__file__).resolve().parents[2]
AT = datetime(2023, 4, 11, 8, 12, 31, tzinfo=UTC)
ROOT = CheckpointRef.of(3, bytes(32))
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}

MODULES = [importlib.import_module(f"{answers.__name__}.{m.name}") for m in pkgutil.iter_modules(answers.__path__)]
SHAPES = sorted(
    {
        value
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, type)
        and dataclasses.is_dataclass(value)
        and value is not Answer
        and value.__module__.startswith(answers.__name__)
    },
    key=lambda shape: shape.__name__,
)


def _collected() -> CollectAnswer:
    return CollectAnswer(
        posts=PostsCount(4, 1, 1, (RefusedRow("a/result.json", "message 9", "not an object", 2),)),
        media=MediaCount(2, 1, (MissingRow("a", "telegram:1/2", "full.mp4", "not in the export"),)),
        exhibits=(ExhibitRow("o#1", "0" * 64, ("video_files/a.mp4",), "decoded"),),
        gaps=(GapRow("A", 1, 3, 6),),
        disagreements=(),
        repairs=(),
        checkpoint=ROOT,
    )


def _earliest() -> EarliestRow:
    return EarliestRow("telegram:1/2", "A", 1, 2, AT, "stated", (AT, AT))


def _footage(**changes: object) -> FootageRow:
    sighting = SightingRow(
        "telegram:2/2", "B", 2, 2, AT, "stated", "o#1", "copy", (EdgeRow("telegram:1/2", "inferred"),), (AT, AT)
    )
    return dataclasses.replace(FootageRow(("o#1",), _earliest(), (sighting,)), **changes)


def test_collect_keeps_the_keys_that_scripts_read() -> None:
    told = json.loads(one_line(_collected().to_json()))
    assert next(iter(told)) == "schema"
    assert told["schema"] == "indelible/collect/1"
    assert set(told) >= {"posts", "media", "exhibits", "gaps", "disagreements", "repairs", "checkpoint"}
    assert set(told["posts"]) >= {"seen", "recorded", "known", "refused"}
    assert set(told["posts"]["refused"][0]) >= {"source", "where", "reason"}
    assert set(told["media"]["missing"][0]) >= {"source", "post", "file", "reason"}
    assert set(told["exhibits"][0]) >= {"id", "sha256", "names", "state"}
    assert told["gaps"] == [{"channel": "A", "channel_id": 1, "after": 3, "before": 6}]
    assert told["checkpoint"] == {"size": 3, "root": "A" * 43 + "="}


def test_match_keeps_the_keys_that_scripts_read() -> None:
    found = SegmentMatch(
        "0" * 64,
        Relation.COPY,
        0.91234567,
        Span(0, 8000),
        Span(3000, 11000),
        Edit(mirrored=True, box=Box(1, 2, 3, 4)),
        "Mirrored.",
        Evidence(9, 41, 0.93, 0.88, 2.5, detectors=("local features",)),
    )
    row = MatchRow.of(found, "o#1", ("a.mp4",))
    told = json.loads(one_line(MatchAnswer("q.mp4", "decoded", True, 0, (row,)).to_json()))
    assert set(told) >= {"schema", "query", "state", "complete", "not_searchable", "matches", "speed", "matcher_version"}
    assert told["matches"][0] == {
        "exhibit": "o#1",
        "names": ["a.mp4"],
        "relation": "copy",
        "score": 0.9123,
        "query_span_ms": [0, 8000],
        "reference_span_ms": [3000, 11000],
        "edit": {"mirrored": True, "rotated_deg": 0, "speed_ratio": 1.0, "box": [1, 2, 3, 4], "query_box": None},
        "why": "Mirrored.",
        "sha256": "0" * 64,
        "evidence": {
            "aligned_frames": 9,
            "inliers": 41,
            "motion_correlation": 0.93,
            "nearer_moment": 0.88,
            "hash_votes": 2.5,
            "sound_landmarks": 0,
            "detectors": ["local features"],
        },
    }
    assert '"rotated_deg": 0,' in one_line(told["matches"][0]["edit"])  # 0 and 0.0 are equal in Python alone


def test_trace_keeps_the_keys_that_scripts_read() -> None:
    flag = FlagRow("old as new", "telegram:2/2", "B", 2, "because")
    told = TraceAnswer((_footage(flags=(flag,)),)).to_json()
    footage = json.loads(one_line(told))["footage"][0]
    assert footage["earliest"]["bounds"] == ["2023-04-11T08:12:31.000Z"] * 2
    assert set(footage["earliest"]) >= {"post", "channel", "channel_id", "message_id", "at", "voucher", "bounds"}
    assert set(footage["sightings"][0]) >= {
        "post",
        "channel",
        "channel_id",
        "message_id",
        "at",
        "voucher",
        "exhibit",
        "relation",
        "edges",
    }
    assert set(footage["sightings"][0]["edges"][0]) >= {"to", "kind"}
    assert set(footage["flags"][0]) >= {"kind", "post", "channel", "message_id", "because"}
    assert told["not_collected"] == []


def test_audit_and_errors_keep_the_keys_that_scripts_read() -> None:
    told = AuditAnswer({"blobs": 3}, (FaultRow("blobs/ab/x", "a flipped bit"),), ("blobs/cd/y",)).to_json()
    assert told["faults"] == [{"path": "blobs/ab/x", "fault": "a flipped bit"}]
    error = ErrorAnswer.of(SourceError("no such file", where="x.json", do="Check the path."))
    assert error.to_json() == {
        "error": {"kind": "source", "message": "no such file", "where": "x.json", "do": "Check the path."}
    }


@pytest.mark.parametrize(
    "break_it",
    [
        lambda: PostsCount(3, 1, 1),
        lambda: MediaCount(2, 1),
        lambda: ExhibitRow("o#1", "0" * 64, (), "fine"),
        lambda: GapRow("A", 1, 3, 4),
        lambda: MatchAnswer("q", "pending", True, 0),
        lambda: MatchAnswer(
            "q",
            "undecodable",
            True,
            0,
            (MatchRow("e", (), "copy", 1.0, Span(0, 0), Span(0, 0), EditRow(False, 0, 1, None), ""),),
        ),
        lambda: AuditAnswer({}, (), (), opened=False),
        lambda: _footage(flags=(FlagRow("old as new", "telegram:1/2", "A", 2, ""),)),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(break_it: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        break_it()  # type: ignore[operator]


def test_what_has_no_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        plain(b"")


def test_collect_is_amiss_when_something_is_missing_and_not_for_a_gap() -> None:
    whole = dataclasses.replace(_collected(), posts=PostsCount(1, 1, 0), media=MediaCount(0, 0))
    assert _collected().amiss
    assert not whole.amiss


@given(st.text(st.characters() | st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp"))))
def test_nothing_that_leads_astray_is_printed(text: str) -> None:
    for shown in (visible(text), one_line({"text": text})):
        assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
        assert not [c for c in shown if unicodedata.bidirectional(c) in BIDI or c in "\u200b\u200c\u200d\u200e\u200f\ufeff"]


@given(st.text(st.characters() | st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp"))), st.booleans())
def test_json_that_is_safe_to_print_reads_back_the_same(text: str, ascii_only: bool) -> None:  # noqa: FBT001
    assert json.loads(one_line({"text": text}, ascii_only=ascii_only)) == {"text": text}


@given(st.text(), st.integers(1, 40))
def test_a_clipped_text_fits(text: str, columns: int) -> None:
    assert width(clipped(text, columns)) <= columns


def test_words_of_every_script_stay_as_they_are() -> None:
    text = "Сегодня утром · اليوم · היום · 今天 · ວັນນີ້"
    assert visible(text) == text
    assert visible("a\u202eb\x1b[31m\n") == "a\\u202eb\\x1b[31m\\n"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_key_is_documented(shape: type) -> None:
    page = (PROJECT / "docs" / "answers.md").read_text(encoding="utf-8")
    section = re.search(rf"^### {shape.__name__}\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)
    assert section, f"docs/answers.md has no section {shape.__name__}"
    keys = {field.name for field in dataclasses.fields(shape)}
    assert set(re.findall(r"^\| `(\w+)` \|", section[1], re.MULTILINE)) == keys
    schema = getattr(shape, "schema", None)
    assert schema is None or f"`{schema}`" in page
