"""The corpus's own edited copies: how many are found, where, and what else is called a copy.

python -m bench.matching.given

The corpus ($INDELIBLE_CORPUS, or ../shared/corpus) has match/truth.json, the edited copies, and clips/, tmk/sample-videos/ and photos/,
in which they are looked for.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

from bench.matching import found
from bench.matching.figures import overlap

from indelible.model.segment import Relation, SegmentMatch

FOLDERS = ("clips", "tmk/sample-videos", "photos")
SUFFIXES = (".mp4", ".mkv", ".avi", ".mov", ".webm", ".png", ".jpg")
SOUND_ONLY = "sound-only"


def clip(name: str) -> str:
    """One name for files of one clip, and for the family of re-cuts of one scene."""
    return "chair" if "chair" in name else name.removeprefix("public/").rpartition(".")[0].removesuffix("-fragmented")


def main(corpus: Path) -> None:
    names = [
        str(path.relative_to(corpus))
        for folder in FOLDERS
        for path in sorted((corpus / folder).rglob("*"))
        if path.suffix in SUFFIXES
    ]
    cases = [case for case in json.loads((corpus / "match/truth.json").read_text()) if case["edit"] != SOUND_ONLY]
    marks = found.fingerprints([corpus / name for name in [*names, *(case["query"] for case in cases)]])
    matched, _ = found.matches(
        [marks[corpus / case["query"]] for case in cases], [(name, marks[corpus / name]) for name in names]
    )
    report(cases, matched)


def report(cases: list[dict[str, str]], matched: list[list[SegmentMatch]]) -> None:
    by_edit: dict[str, list[bool]] = defaultdict(list)
    overlaps: list[tuple[float, float]] = []
    for case, matches in zip(cases, matched, strict=True):
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
                overlap(query, (float(case["copy_start"]), float(case["copy_end"]))),
                overlap(reference, (float(case["src_start"]), float(case["src_end"]))),
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
