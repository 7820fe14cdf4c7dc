"""Run by `python -m bench.matching.sound`; `--help` says how to run a part of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from bench.matching import found, report
from bench.matching.figures import share
from bench.matching.peers import chromaprint_rule
from bench.matching.peers.peer import PeerMissing
from bench.matching.sound import clips, told, written
from bench.matching.sound.clips import Clip
from bench.matching.sound.held_out import HELD_OUT
from bench.matching.sound.known import LINES
from bench.matching.sound.told import Heard, Lines

_STRIDE = 7  # clips between where one edit begins and where the next does


def wanted(args: argparse.Namespace, lines: Lines, chosen: list[Clip]) -> list[tuple[str, Clip]]:
    """For each edit the clips that it is done to, another stretch of the list for each."""
    names = [name for edits in lines.values() for name in edits if not args.edits or any(e in name for e in args.edits)]
    halves = (0, 1) if args.half == "both" else (int(args.half),)
    made = []
    for number, name in enumerate(names):
        for half in halves:
            mine = by_turns([clip for clip in chosen if clip.half == half])
            made += [(name, mine[(_STRIDE * number + i) % len(mine)]) for i in range(min(args.per, len(mine)))]
    return made


def by_turns(chosen: list[Clip]) -> list[Clip]:
    """Speech, music and surroundings in turns, and of each kind one of each group before the second of any."""
    rank: dict[str, int] = {}
    ranked = []
    for clip in chosen:
        rank[clip.group] = rank.get(clip.group, -1) + 1
        ranked.append((rank[clip.group], clip))
    kinds = [
        [c for _, c in sorted(ranked, key=lambda pair: pair[0]) if c.kind == kind] for kind in sorted({c.kind for c in chosen})
    ]
    places = sorted((at / len(mine), number, at) for number, mine in enumerate(kinds) for at in range(len(mine)))
    return [kinds[number][at] for _, number, at in places]


def chromaprint(heard: Sequence[Heard], chosen: Sequence[Clip], paths: dict[str, Path], lines: Lines) -> str:
    """What chromaprint finds above every stranger of this very set, by line."""
    files = [written.HERE / each.query.path for each in heard]
    with ThreadPoolExecutor(2) as threads:
        try:
            mine = list(threads.map(chromaprint_rule.fingerprint, files))
            theirs = list(threads.map(chromaprint_rule.fingerprint, [paths[clip.id] for clip in chosen]))
        except PeerMissing as missing:
            return str(missing)
    scores = chromaprint_rule.best_offset(mine, theirs)
    group = {clip.id: clip.group for clip in chosen}
    held = [{group[e.query.source], *(group[other] for other in e.query.others)} for e in heard]
    strange = np.array([[clip.group not in groups for clip in chosen] for groups in held])
    true = np.array([[clip.id == each.query.source for clip in chosen] for each in heard])
    above = scores[true] > scores[strange].max()
    rows = ["| line | chromaprint, both halves, above every stranger of this set |", "|---|---|"]
    every = [name for edits in lines.values() for name in edits]
    for line, edits in {**lines, "**all**": every}.items():
        within = set(edits)
        part = share(bool(hit) for hit, each in zip(above, heard, strict=True) if each.query.edit in within)
        rows += [f"| {line} | {report.shown(part)} |"] if part.of else []
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.matching.sound", description="What is found of edited sounds.")
    parser.add_argument("--per", type=int, default=13, help="copies of each edit in each half")
    parser.add_argument("--edits", nargs="*", default=[], help="only edits with this in their names")
    parser.add_argument("--half", choices=("0", "1", "both"), default="both")
    parser.add_argument("--held-out", action="store_true", help="the families left out of all tuning")
    parser.add_argument("--peers", action="store_true", help="chromaprint beside it: peers/requirements.txt says what it needs")
    parser.add_argument("--keep", action="store_true", help="write it into REPORT.md")
    args = parser.parse_args()
    lines: Lines = {"left out": HELD_OUT} if args.held_out else LINES
    chosen = clips.listed()
    paths = written.originals(chosen)
    queries = written.copies(chosen, wanted(args, lines, chosen))
    marks = found.fingerprints([*paths.values(), *(written.HERE / query.path for query in queries)])
    half = {clip.id: clip.half for clip in chosen}
    references = [(name, marks[path]) for name, path in paths.items()]
    matched, seconds = found.matches([marks[written.HERE / query.path] for query in queries], references)
    heard = [Heard(query, half[query.source], tuple(each)) for query, each in zip(queries, matched, strict=True)]
    body = told.text(heard, chosen, lines, seconds)
    beside = chromaprint(heard, chosen, paths, lines) if args.peers else ""
    print(body, beside, sep="\n\n")
    title = "Sound, edits left out of all tuning" if args.held_out else "Sound, known edits"
    if args.keep:
        report.keep(title, body)
    if args.keep and args.peers:
        report.keep(f"{title}: the peer", beside)


if __name__ == "__main__":
    main()
