"""The peers on the same copies and originals, in the same run."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from bench.matching.peers.peer import AnyPeer, PeerMissing
from bench.matching.peers.roster import peers
from bench.matching.sources import Source
from bench.matching.written import BUILD, Query
from numpy.typing import NDArray


def rows(queries: Sequence[Query], chosen: Sequence[Source], originals: dict[str, Path]) -> list[str]:
    """A line for each peer: mean recall over the edits by its own rule, and by the best threshold that this very set allows."""
    truth, strange = _truth(queries, chosen)
    lines = [
        "| peer | recall by its rule | strangers by its rule | recall above every stranger of this set |",
        "|---|---|---|---|",
    ]
    made: dict[str, tuple[list[object], list[object]]] = {}
    for peer in peers():
        try:
            if peer.prints not in made:
                made[peer.prints] = _prints(peer, queries, [originals[source.id] for source in chosen])
        except PeerMissing as missing:
            lines.append(f"| {peer.name} | {missing} | | |")
            continue
        scores = peer.scores(*made[peer.prints])
        best = np.where(truth, scores, -np.inf).max(axis=1)
        above = _mean(best > scores[strange].max(), queries)
        ruled = ("–", "–")
        if peer.rule is not None:
            ruled = (f"{_mean(best >= peer.rule, queries):.3f}", str(int((scores[strange] >= peer.rule).sum())))
        lines.append(f"| {peer.name} | {ruled[0]} | {ruled[1]} | {above:.3f} |")
    return lines


def _prints(peer: AnyPeer, queries: Sequence[Query], references: list[Path]) -> tuple[list[object], list[object]]:
    with ThreadPoolExecutor(2) as threads:
        mine = list(threads.map(peer.fingerprint, [BUILD / query.path for query in queries]))
        return mine, list(threads.map(peer.fingerprint, references))


def _truth(queries: Sequence[Query], chosen: Sequence[Source]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pairs are a copy and its source, and which are strangers, bool[n, m] each."""
    group = {source.id: source.group for source in chosen}
    truth = np.array([[source.id == query.source for source in chosen] for query in queries])
    shown = [{group[query.source], *(group[other] for other in query.others)} for query in queries]
    return truth, np.array([[source.group not in groups for source in chosen] for groups in shown])


def _mean(found: NDArray[np.bool_], queries: Sequence[Query]) -> float:
    """The mean over the edits of the share found."""
    edits = np.array([query.edit for query in queries])
    return float(np.mean([found[edits == edit].mean() for edit in dict.fromkeys(edits.tolist())]))
