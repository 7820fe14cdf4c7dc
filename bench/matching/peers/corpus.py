"""Every peer on the corpus's edited copies: how many their own rules find, and how many the best threshold without a false match.

cd bench/matching && python -m peers.corpus

The corpus is $INDELIBLE_CORPUS, or ../shared/corpus beside the repository. A query's true references are all files that show or
sound its source: the same clip in another container, and the re-cuts of one scene. Nothing else may match.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Truth:
    """Which of n queries copies which of m references.

    Attributes:
        source: bool[n,m].
        strange: bool[n,m], pairs that share neither picture nor sound.
        picture: bool[n], queries whose picture is copied.
        sound: bool[n], queries whose sound is.
    """

    source: NDArray[np.bool_]
    strange: NDArray[np.bool_]
    picture: NDArray[np.bool_]
    sound: NDArray[np.bool_]


def counted(found: NDArray[np.bool_], truth: Truth) -> str:
    """How many queries, of those with a copied picture, and of those with a copied sound."""
    return f"{found[truth.picture].sum():3d} /{truth.picture.sum():3d} {found[truth.sound].sum():3d} /{truth.sound.sum():3d}"


def row(peer: AnyPeer, scores: Scores, truth: Truth) -> str:
    """One line of the report."""
    strangers = scores[truth.strange]
    limit = strangers.max()
    best = np.where(truth.source, scores, -np.inf).max(axis=1)
    rule = f"{'–':^25s}"
    if peer.rule is not None:
        rule = f"{counted(best >= peer.rule, truth)}, {(strangers >= peer.rule).sum():4d}"
    return f"{peer.name:54s} {rule}   {counted(best > limit, truth)}, {limit:8.3f}"


def truth_of(cases: list[dict[str, str]], scenes: list[str]) -> Truth:
    """The truth of match/truth.json for references of the named scenes; what a query borrows besides is neither found nor strange."""
    source = np.array([[scene(case["source"]) == each for each in scenes] for case in cases])
    besides = np.array([["other" in case and scene(case["other"]) == each for each in scenes] for case in cases])
    picture = np.array([case["edit"] != "sound-only" for case in cases])
    return Truth(source, ~source & ~besides, picture, np.array([bool(case["has_audio"]) for case in cases]))


def main(corpus: Path) -> None:
    cases = json.loads((corpus / "match/truth.json").read_text())
    references = [
        path
        for folder in FOLDERS
        for path in sorted((corpus / folder).rglob("*"))
        if path.suffix in SUFFIXES and path.is_file()
    ]
    scenes = [scene(str(path.relative_to(corpus))) for path in references]
    truth = truth_of(cases, scenes)
    made: dict[str, tuple[list[object], list[object]]] = {}
    print(f"{'':54s} {'by its rule':25s}   above every stranger")
    print(f"{'peer':54s} {'picture   sound  strangers':25s}  picture   sound   threshold")
    for peer in peers():
        try:
            if peer.prints not in made:
                queries = [peer.fingerprint(corpus / case["query"]) for case in cases]
                made[peer.prints] = (queries, [peer.fingerprint(path) for path in references])
        except PeerMissing as missing:
            print(f"{peer.name:54s} {missing}")
            continue
        print(row(peer, peer.scores(*made[peer.prints]), truth), flush=True)


if __name__ == "__main__":
    main(Path(os.environ.get("INDELIBLE_CORPUS") or Path(__file__).parents[4] / "shared/corpus"))
