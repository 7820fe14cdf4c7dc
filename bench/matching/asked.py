"""What a run asks: which copies of which originals, as the command line says, and what the product answers."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from bench.matching import found, sources, written
from bench.matching.figures import Answered
from bench.matching.held_out import HELD_OUT
from bench.matching.known import KNOWN
from bench.matching.sources import Source
from bench.matching.stills import STILLS
from bench.matching.written import Query

from indelible.fingerprint.medium import Fingerprint
from indelible.media.outcome import Plan

TITLES = {"known": "Known edits", "held-out": "Edits left out of all tuning", "stills": "Stills"}
HALVES = {"both": "", "0": ", tuning half alone", "1": ", other half alone"}
_STRIDE = 5  # sources between where one edit begins and where the next does


@dataclass(frozen=True)
class Asked:
    """The copies that have a fingerprint, each with it, and the originals that they are looked for among."""

    chosen: list[Source]
    originals: dict[str, Path]
    queries: list[Query]
    copies: list[Fingerprint]
    held: list[tuple[str, Fingerprint]]

    def answered(self, references: list[tuple[str, Fingerprint]]) -> tuple[list[Answered], float]:
        """What is found among the references, and the processor seconds a query took."""
        matched, seconds = found.matches(self.copies, references)
        return [Answered(query, tuple(each)) for query, each in zip(self.queries, matched, strict=True)], seconds


def arguments(prog: str, description: str, per: int) -> argparse.ArgumentParser:
    """What says which copies are asked for, and whether the report is kept; more may be added."""
    parser = argparse.ArgumentParser(prog=prog, description=description)
    parser.add_argument("--per", type=int, default=per, help="copies of each edit in each half")
    parser.add_argument("--edits", nargs="*", default=[], help="only edits with this in their names")
    parser.add_argument("--half", choices=tuple(HALVES), default="both")
    parser.add_argument("--set", choices=tuple(TITLES), default="known", help="the families left out of all tuning, or stills")
    parser.add_argument("--quick", action="store_true", help="look at the copies in a first pass alone")
    parser.add_argument("--keep", action="store_true", help="write it into REPORT.md")
    return parser


def title(args: argparse.Namespace) -> str:
    """What the section of the report is called."""
    return TITLES[args.set] + HALVES[args.half] + (", looked at in a first pass" if args.quick else "")


def asked(args: argparse.Namespace) -> Asked:
    """Makes and fingerprints what is not there yet."""
    chosen = sources.listed()
    originals = written.originals(chosen)
    queries = written.copies(chosen, wanted(args, chosen))
    plan = Plan().first_look() if args.quick else Plan()
    marks = found.fingerprints(list(originals.values())) | found.fingerprints(
        [written.BUILD / query.path for query in queries], plan
    )
    seen = [query for query in queries if written.BUILD / query.path in marks]
    held = [(name, marks[path]) for name, path in originals.items() if path in marks]
    return Asked(chosen, originals, seen, [marks[written.BUILD / query.path] for query in seen], held)


def wanted(args: argparse.Namespace, chosen: list[Source]) -> list[tuple[str, Source]]:
    """For each edit the sources that it is done to, another stretch of the list for each, groups taken in turn."""
    names = [
        name
        for name in {"known": KNOWN, "held-out": HELD_OUT, "stills": STILLS}[args.set]
        if not args.edits or any(e in name for e in args.edits)
    ]
    halves = (0, 1) if args.half == "both" else (int(args.half),)
    made = []
    for number, name in enumerate(names):
        for half in halves:
            mine = by_turns([source for source in chosen if source.half == half])
            made += [(name, mine[(_STRIDE * number + i) % len(mine)]) for i in range(min(args.per, len(mine)))]
    return made


def by_turns(chosen: list[Source]) -> list[Source]:
    """One of each group, then the second of each that has one, and so on."""
    rank: dict[str, int] = {}
    order = []
    for source in chosen:
        rank[source.group] = rank.get(source.group, -1) + 1
        order.append((rank[source.group], source))
    return [source for _, source in sorted(order, key=lambda pair: pair[0])]
