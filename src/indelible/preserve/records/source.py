"""What was collected and how: runs, exports, exhibits, and what could not be had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from indelible.model.found import ChannelFound, Disagreement, FileRole, Refusal, Repair
from indelible.preserve.records.prepare import By, Prepared, Preparing, ranges

MISSING_PER_RECORD_MAX = 64  # so that one record's list stays a value, not a blob


@dataclass(frozen=True)
class Run:
    """One run of a command that adds evidence: by whom, with what, on what machine. No path of the machine but `sources`."""

    at: datetime
    by: By
    command: str
    sources: Sequence[str] = ()  # as given
    versions: Mapping[str, str] = field(default_factory=dict)  # of everything that bears on the outcome
    settings: int | None = None  # index of the settings record in force
    machine: Mapping[str, str | int] = field(default_factory=dict)
    sandbox: Mapping[str, object] = field(default_factory=dict)  # level reached, its layers, those missing


def run_record(run: Run) -> Prepared:
    """A `run/1`."""
    return (
        Preparing("run/1")
        .put("at", run.at)
        .put("by", run.by.value())
        .put("command", run.command)
        .put("sources", list(run.sources))
        .put("versions", dict(run.versions))
        .put("settings", run.settings)
        .put("machine", dict(run.machine))
        .put("sandbox", dict(run.sandbox))
        .done()
    )


@dataclass(frozen=True)
class Export:
    """A preserved source text. Of one kept by digest alone (`whole` false) no blob exists."""

    sha256: str
    size: int
    name: str  # relative to the source
    source: str  # as given
    whole: bool = True
    complete: bool = True
    cut_from: Mapping[str, object] | None = None  # of a slice: the whole file's sha256, size, and where it stood
    channels: Sequence[ChannelFound] = ()
    repairs: Sequence[Repair] = ()
    disagreements: Sequence[Disagreement] = ()
    changed: bool = False  # the file changed while it was read


def export_record(export: Export, *, run: int) -> Prepared:
    """An `export/1`."""
    return (
        Preparing("export/1")
        .put("sha256", export.sha256)
        .put("size", export.size)
        .put("name", export.name)
        .put("source", export.source)
        .put("keep", "whole" if export.whole else "digest")
        .put("complete", export.complete)
        .put("cut_from", dict(export.cut_from) if export.cut_from else None)
        .put("channels", [_channel_value(channel) for channel in export.channels])
        .put("ids", [{"channel_id": row.channel_id, "ids": ranges(row.message_ids)} for row in export.channels])
        .put("repairs", [{"file": repair.source, "rule": repair.rule, "count": repair.count} for repair in export.repairs])
        .put("disagreements", [_disagreement_value(row) for row in export.disagreements])
        .put("run", run)
        .note(["the file changed while it was read"] if export.changed else [])
        .done()
    )


def _channel_value(channel: ChannelFound) -> dict[str, object]:
    return {
        "channel": channel.channel,
        "channel_id": channel.channel_id,
        "kind": channel.kind,
        "complete": channel.complete,
        "first_id": channel.first_id,
        "last_id": channel.last_id,
    }


def _disagreement_value(row: Disagreement) -> dict[str, object]:
    return {"source": row.source, "where": row.where, "about": row.about, "statements": list(row.statements)}


@dataclass(frozen=True)
class Exhibit:
    """A preserved original, under the name that it first came by."""

    sha256: str
    size: int
    name: str  # relative to the source
    source: str  # as given
    role: FileRole = FileRole.MEDIA
    changed: bool = False  # the file changed while it was read


def exhibit_record(exhibit: Exhibit, *, run: int) -> Prepared:
    """An `exhibit/1`; there is one for each SHA-256, whatever names its bytes come by later."""
    return (
        Preparing("exhibit/1")
        .put("sha256", exhibit.sha256)
        .put("size", exhibit.size)
        .put("name", exhibit.name)
        .put("source", exhibit.source)
        .put("role", str(exhibit.role))
        .put("run", run)
        .note(["the file changed while it was read: these bytes may mix two states of it"] if exhibit.changed else [])
        .done()
    )


def refused_record(refusal: Refusal, *, run: int, export: str | None = None) -> Prepared:
    """A `failure/1` of what the source holds and could not be taken; `export` is the SHA-256 of the text it stands in."""
    return (
        Preparing("failure/1")
        .put("what", "refused")
        .put("source", refusal.source)
        .put("where", refusal.where)
        .put("reason", refusal.reason)
        .put("count", refusal.count)
        .put("export", export)
        .put("run", run)
        .done()
    )


@dataclass(frozen=True)
class Missing:
    """A medium that a post refers to and the source does not hold."""

    post: str
    file: str  # its own name if given, else its path, else what it is
    reason: str


def missing_records(source: str, missing: Iterable[Missing], *, run: int) -> Iterator[Prepared]:
    """The `failure/1` records of missing media: one for each reason and every 64 files, in the order found."""
    by_reason: dict[str, list[Missing]] = {}
    for row in missing:
        by_reason.setdefault(row.reason, []).append(row)
    for reason, rows in by_reason.items():
        for start in range(0, len(rows), MISSING_PER_RECORD_MAX):
            part = rows[start : start + MISSING_PER_RECORD_MAX]
            yield (
                Preparing("failure/1")
                .put("what", "missing")
                .put("source", source)
                .put("reason", reason)
                .put("count", len(part))
                .put("files", [{"post": row.post, "file": row.file} for row in part])
                .put("run", run)
                .done()
            )
