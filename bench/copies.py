"""Edited copies of the corpus: how many are found, where, and what else is called a copy.

python bench/copies.py

The corpus ($INDELIBLE_CORPUS, or ../shared/corpus) has match/truth.json, the edited copies, and clips/, tmk/sample-videos/ and photos/,
in which they are looked for.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

from indelible.app.fingerprinting import fingerprint_file
from indelible.fingerprint.medium import Fingerprint
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.media.outcome import Plan
from indelible.media.pool import Pool
from indelible.model.segment import Relation, SegmentMatch
from indelible.model.span import Span
from indelible.settings import Settings

FOLDERS = ("clips", "tmk/sample-videos", "photos")
SUFFIXES = (".mp4", ".mkv", ".avi", ".mov", ".webm", ".png", ".jpg")
SOUND_ONLY = "sound-only"


def clip(name: str) -> str:
    """One name for files of one clip, and for the family of re-cuts of one scene."""
    return "chair" if "chair" in name else name.removeprefix("public/").rpartition(".")[0].removesuffix("-fragmented")


def overlap(found: Span, start_s: float, end_s: float) -> float:
    """Intersection over union."""
    start, end = start_s * 1000, end_s * 1000
    both = min(found.end_ms, end) - max(found.start_ms, start)
    return max(0.0, both) / (max(found.end_ms, end) - min(found.start_ms, start))


def fingerprint(corpus: Path, name: str, pool: Pool) -> Fingerprint:
    made = fingerprint_file(corpus / name, name, pool, Plan()).fingerprint
    if made is None:
        raise SystemExit(f"{name} cannot be decoded")
    return made


def main(corpus: Path) -> None:
    names = [
        str(path.relative_to(corpus))
        for folder in FOLDERS
        for path in sorted((corpus / folder).rglob("*"))
        if path.suffix in SUFFIXES
    ]
    cases = [case for case in json.loads((corpus / "match/truth.json").read_text()) if case["edit"] != SOUND_ONLY]
    with Pool.start(Settings()) as pool:
        references = References.of([(name, fingerprint(corpus, name, pool)) for name in names])
        found = [match_medium(fingerprint(corpus, case["query"], pool), references) for case in cases]
    report(cases, found)


def report(cases: list[dict[str, str]], found: list[list[SegmentMatch]]) -> None:
    by_edit: dict[str, list[bool]] = defaultdict(list)
    overlaps: list[tuple[float, float]] = []
    for case, matches in zip(cases, found, strict=True):
        copies = [match for match in matches if match.relation is Relation.COPY]
        right = [match for match in copies if clip(match.reference) == clip(case["source"])]
        by_edit[case["edit"]].append(bool(right))
        shown = {clip(case["source"]), clip(case.get("other", case["source"]))}
        for match in copies:
            if clip(match.reference) not in shown:
                print(f"STRANGER {case['query']} called a copy of {match.reference}")
        if right and right[0].reference_span.length_ms:
            query, reference = right[0].query_span, right[0].reference_span
            overlaps.append((
                overlap(query, float(case["copy_start"]), float(case["copy_end"])),
                overlap(reference, float(case["src_start"]), float(case["src_end"])),
            ))  # fmt: skip
        if not right:
            print(f"missed {case['query']} ({case['edit']}): {[str(match.relation) for match in matches]}")
    for edit, hits in sorted(by_edit.items()):
        print(f"{edit:22} {sum(hits)} of {len(hits)}")
    print(f"{sum(map(sum, by_edit.values()))} of {len(cases)} called copy")
    mine, theirs = (sum(each) / len(overlaps) for each in zip(*overlaps, strict=True))
    print(f"spans overlap the true ones by {mine:.2f} (query) and {theirs:.2f} (reference), over {len(overlaps)}")


if __name__ == "__main__":
    main(Path(os.environ.get("INDELIBLE_CORPUS", "../shared/corpus")))
