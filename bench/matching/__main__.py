"""Run by `python -m bench.matching`; `--help` says how to run a part of it."""

from __future__ import annotations

import argparse

from bench.matching import against, figures, found, report, sources, written
from bench.matching.held_out import HELD_OUT
from bench.matching.known import KNOWN
from bench.matching.sources import Source
from bench.matching.stills import STILLS

TITLES = {"known": "Known edits", "held-out": "Edits left out of all tuning", "stills": "Stills"}
_STRIDE = 5  # sources between where one edit begins and where the next does


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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description="What is found of edited copies.")
    parser.add_argument("--per", type=int, default=8, help="copies of each edit in each half")
    parser.add_argument("--edits", nargs="*", default=[], help="only edits with this in their names")
    parser.add_argument("--half", choices=("0", "1", "both"), default="both")
    parser.add_argument("--set", choices=tuple(TITLES), default="known", help="the families left out of all tuning, or stills")
    parser.add_argument("--peers", action="store_true", help="the peers beside it: peers/requirements.txt says what they need")
    parser.add_argument("--keep", action="store_true", help="write it into REPORT.md")
    args = parser.parse_args()
    chosen = sources.listed()
    originals = written.originals(chosen)
    queries = written.copies(chosen, wanted(args, chosen))
    marks = found.fingerprints([*originals.values(), *(written.BUILD / query.path for query in queries)])
    seen = [query for query in queries if written.BUILD / query.path in marks]
    references = [(name, marks[path]) for name, path in originals.items() if path in marks]
    matched, seconds = found.matches([marks[written.BUILD / query.path] for query in seen], references)
    answered = [figures.Answered(query, tuple(each)) for query, each in zip(seen, matched, strict=True)]
    told = report.text(answered, chosen, seconds)
    beside = "\n".join(against.rows(seen, chosen, originals)) if args.peers else ""
    print(told, beside, sep="\n\n")
    title = TITLES[args.set]
    if args.keep:
        report.keep(title, told)
    if args.keep and args.peers:
        report.keep(f"{title}: the peers", beside)


if __name__ == "__main__":
    main()
