"""One record of each kind, with every field that the kind may have: the source of tests/vectors/records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from indelible.model.found import ChannelFound, Disagreement, FileRole, Refusal, Repair
from indelible.model.record import Record, seal
from indelible.model.span import Span
from indelible.preserve.evidence_settings import evidence_settings
from indelible.preserve.records import keeping, marks, post, source
from indelible.preserve.records.prepare import By
from indelible.settings import Settings
from world.found_posts import full_post

VECTORS = Path(__file__).resolve().parent.parent / "vectors" / "records"
AT = datetime(2026, 11, 25, 14, 0, 0, 250_000, tzinfo=UTC)
ACT = keeping.Act(AT, By("K7"))
ORIGIN = "indelible.example/1f2e3d4c"
VKEY = "indelible.example/1f2e3d4c+5d1a2b3c+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="


def digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()


HELD = {name: digest(name) for name in ("result.json", "messages.html", "video_files/a.mp4", "video_files/a.mp4_thumb.jpg")}
CHANNEL = ChannelFound("exports/harbour", "Harbour Watch", 1700000001, "public_channel", True, 2, 9, (2, 3, 6, 7, 9))


def _records() -> Iterator[Record]:
    yield keeping.archive_record(
        ACT, origin=ORIGIN, archive_format="indelible-archive/1", readme_sha256=digest("README.txt"), software="indelible 0.1.0"
    ).record
    yield keeping.key_record(ACT, vkey=VKEY, size=4).record
    yield keeping.operator_record(ACT, code="K7", note="field desk").record
    yield keeping.settings_record(ACT, evidence_settings(Settings())).record
    yield source.run_record(_run()).record
    yield source.export_record(_export(), run=4).record
    yield source.exhibit_record(
        source.Exhibit(HELD["video_files/a.mp4"], 1000, "video_files/a.mp4", "exports/harbour", FileRole.MEDIA, changed=True),
        run=4,
    ).record
    yield post.post_record(full_post(), post.PostContext(4, HELD, supersedes=2)).record
    yield post.vanished_record(CHANNEL, post.Vanished((4, 5), (10, 11, 12)), run=4, exports=[HELD["result.json"]]).record
    yield source.refused_record(
        Refusal("exports/harbour/result.json", "messages[4]", "no id", 2), run=4, export=HELD["result.json"]
    ).record
    yield from (
        made.record
        for made in source.missing_records(
            "exports/harbour", [source.Missing("telegram:1700000001/7", "b.jpg", "not in the export")], run=4
        )
    )
    yield keeping.custody_record(ACT, _custody()).record
    yield keeping.found_again_record(ACT, sha256=HELD["video_files/a.mp4"], name="copy.mp4", source="copy.mp4", run=4).record
    yield keeping.stamp_record(ACT, keeping.Stamp(12, digest("note"), digest("token"), "CN=Test Authority", AT)).record
    yield keeping.adopt_record(ACT, origin=ORIGIN, vkey=VKEY, checkpoint=f"{ORIGIN}\n12\nroot\n\n— sig\n").record
    yield keeping.hold_record(
        ACT, about=[6, HELD["result.json"]], reason="court order 12/2026", authority="district court"
    ).record
    yield keeping.lock_record(ACT, about=[6], reason="a child is seen").record
    yield keeping.redaction_record(ACT, _redaction()).record
    yield marks.mark_record(ACT, _mark()).record


def _run() -> source.Run:
    return source.Run(
        at=AT,
        by=By("K7", "typed"),
        command="collect",
        sources=("exports/harbour",),
        versions={"indelible": "0.1.0", "python": "3.11.7"},
        settings=3,
        machine={"system": "Linux", "machine": "x86_64", "processors": 2},
        sandbox={"name": "full", "layers": ["seccomp", "landlock"], "missing": []},
    )


def _export() -> source.Export:
    return source.Export(
        sha256=HELD["result.json"],
        size=2048,
        name="result.json",
        source="exports/harbour",
        complete=False,
        cut_from={"sha256": digest("whole"), "size": 90_000, "offset": 512, "length": 2048},
        channels=(CHANNEL,),
        repairs=(Repair("result.json", "control character written as \\x", 3),),
        disagreements=(Disagreement("exports/harbour", "telegram:1700000001/3", "time", ("JSON: 09:00", "HTML: 10:00")),),
        changed=True,
    )


def _custody() -> keeping.Custody:
    return keeping.Custody(
        "received", 4, (5, 6, HELD["result.json"]), "a witness", "2026-11-24, by hand", "consent form 3", "sealed bag"
    )


def _redaction() -> keeping.Redaction:
    return keeping.Redaction({7: ("text", "author")}, [digest("photo")], "names a witness", By("M2", "session"), "review board")


def _mark() -> marks.MarkDecided:
    seen = [(HELD["video_files/a.mp4"], Span(0, 1690)), (digest("another"), Span(120, 1810))]
    rule = {"strangers": 7, "strangers_min": 5, "edge_share": "0.8"}
    return marks.MarkDecided(
        HELD["video_files/a.mp4"], Span(0, 1690), marks.CONFIRMED, "the channel's title, seen whole", seen, rule
    )


def golden() -> dict[str, bytes]:
    """File name → line: sealed with a salt that follows from the name, so that every run gives the same bytes."""
    lines: dict[str, bytes] = {}
    for record in _records():
        kind, version = record.kind.split("/")
        stem = f"{kind}-{version}"
        number = sum(name.startswith(stem) for name in lines)
        name = f"{stem}.json" if number == 0 else f"{stem}-{number + 1}.json"
        lines[name] = seal(record, sha256(name.encode()).digest()[:16]).to_bytes() + b"\n"
    return lines
