"""Every peer on the corpus's edited copies: how many their own rules find, and how many the best threshold without a false match.

cd bench/matching && python -m peers.corpus

The corpus is $INDELIBLE_CORPUS, or ../shared/corpus beside the repository. A query's true references are all files that show or
sound its source: the same clip in another container, and the re-cuts of one scene. Nothing else may match.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .peer import AnyPeer, PeerMissing, Scores
from .roster import peers

FOLDERS = ("clips", "tmk/sample-videos")
SUFFIXES = (".mp4", ".mkv", ".avi", ".mov", ".webm", ".gif")


def scene(name: str) -> str:
    """One name for the files of one clip, and for the re-cuts of one scene."""
    name = name.removeprefix("public/")
    if "chair" in name or "padded" in name:
        return "chair"
    if "decord-rotation" in name:
        return "decord"
    return name.replace("intel-gif/", "intel/").rpartition(".")[0].removesuffix("-fragmented")


def row(peer: AnyPeer, scores: Scores, source: NDArray[np.bool_], strange: NDArray[np.bool_]) -> str:
    """One line of the report: found by the rule, strangers matched by the rule, found above every stranger."""
    strangers = scores[strange]
    limit = strangers.max()
    best = np.where(source, scores, -np.inf).max(axis=1)
    by_rule = "  –   –" if peer.rule is None else f"{(best >= peer.rule).sum():3d} {(strangers >= peer.rule).sum():3d}"
    return f"{peer.name:58s} {by_rule}   {(best > limit).sum():3d} of {len(best)}, above {limit:.3f}"


def main(corpus: Path) -> None:
    cases = json.loads((corpus / "match/truth.json").read_text())
    references = [
        path
        for folder in FOLDERS
        for path in sorted((corpus / folder).rglob("*"))
        if path.suffix in SUFFIXES and path.is_file()
    ]
    scenes = [scene(str(path.relative_to(corpus))) for path in references]
    source = np.array([[scene(case["source"]) == each for each in scenes] for case in cases])
    besides = np.array([["other" in case and scene(case["other"]) == each for each in scenes] for case in cases])
    made: dict[str, tuple[list[object], list[object]]] = {}
    print(f"{'peer':58s} rule: found, strangers; above every stranger")
    for peer in peers():
        try:
            if peer.prints not in made:
                queries = [peer.fingerprint(corpus / case["query"]) for case in cases]
                made[peer.prints] = (queries, [peer.fingerprint(path) for path in references])
        except PeerMissing as missing:
            print(f"{peer.name:58s} {missing}")
            continue
        print(row(peer, peer.scores(*made[peer.prints]), source, ~source & ~besides), flush=True)


if __name__ == "__main__":
    main(Path(os.environ.get("INDELIBLE_CORPUS") or Path(__file__).parents[4] / "shared/corpus"))
