"""Chromaprint: about eight 32-bit fingerprints a second of sound, compared at the offset where most bits are equal."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .peer import NOTHING, Peer, PeerMissing, Scores

OVERLAP_MIN = 8  # items, about a second
CONSTANT_MIN = 3  # equal items in a row: silence or a tone, in which any two recordings agree
_ITEM_BITS = 32
_SECONDS_MAX = 600
_INSTALL = "the chromaprint peer needs the program fpcalc: apt-get install libchromaprint-tools"

Items = NDArray[np.uint32]  # [n]


def fingerprint(path: Path) -> Items:
    """All raw items of a file's sound, uint32[n]; none without sound; raises PeerMissing."""
    program = shutil.which("fpcalc")
    if program is None:
        raise PeerMissing(_INSTALL)
    command = [program, "-raw", "-json", "-length", "0", str(path.absolute())]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return np.zeros(0, np.uint32)
    told = json.loads(done.stdout) if done.stdout.strip() else {"fingerprint": []}
    return np.array(told["fingerprint"], np.uint32)


def lively(items: Items) -> NDArray[np.bool_]:
    """Which items do not stand in a run of CONSTANT_MIN or more equal ones, bool[n]."""
    if not len(items):
        return np.zeros(0, bool)
    starts = np.flatnonzero(np.r_[True, items[1:] != items[:-1]])
    lengths = np.diff(np.r_[starts, len(items)])
    return np.repeat(lengths < CONSTANT_MIN, lengths)


def _laid_out(references: Sequence[Items], gap: int) -> tuple[Items, NDArray[np.bool_], NDArray[np.int64]]:
    """All references in one row with `gap` dead items after each: items[k], which of them count bool[k], starts int64[m]."""
    dead = np.zeros(gap, np.uint32)
    row = np.concatenate([part for items in references for part in (items, dead)])
    counts = np.concatenate([part for items in references for part in (lively(items), dead.astype(bool))])
    starts = np.cumsum([0, *(len(items) + gap for items in references)])[:-1]
    return row, counts, starts


def _agreement(query: Items, row: Items, counts: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The share of equal bits with the query's last item laid on each place of the row, float64[k + n - 1]."""
    equal = np.zeros(len(row) + len(query) - 1, np.int64)
    items = np.zeros_like(equal)
    for at in np.flatnonzero(lively(query)):
        shift = len(query) - 1 - at
        equal[shift : shift + len(row)] += np.where(counts, _ITEM_BITS - np.bitwise_count(row ^ query[at]), 0)
        items[shift : shift + len(row)] += counts
    return np.where(items >= OVERLAP_MIN, equal / np.maximum(items, 1) / _ITEM_BITS, NOTHING)


def best_offset(queries: Sequence[Items], references: Sequence[Items]) -> Scores:
    """The share of equal bits at the best offset of at least OVERLAP_MIN lively items, 0 to 1; NOTHING where there is none."""
    scores = np.full((len(queries), len(references)), NOTHING, np.float32)
    if not queries or not references:
        return scores
    row, counts, starts = _laid_out(references, gap=max(1, *(len(query) for query in queries)))
    for line, query in zip(scores, queries, strict=True):
        if len(query):
            line[:] = np.maximum.reduceat(_agreement(query, row, counts), starts)
    return scores


def chromaprint_peers() -> list[Peer[Items]]:
    """The best offset's agreement; the project names no threshold of its own."""
    return [Peer("chromaprint, best offset", "chromaprint", fingerprint, best_offset, None)]
