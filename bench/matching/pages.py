"""One frame of each of some strangers on one page, phone's screen or mark: what is said of it, of them, and of its own film there.

python -m bench.matching.pages [clips] [only kinds with this in their names …]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from bench.matching import report, sources, written
from bench.matching.asked import by_turns
from bench.matching.edits import resized
from bench.matching.figures import share
from bench.matching.footage import Frames
from bench.matching.mark_kinds import MARKS
from bench.matching.marks import printed, shown
from bench.matching.sources import Source
from bench.matching.stills import on_page, on_phone

from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.model.segment import Relation

_HALF = 0  # by which it is tuned
_KINDS = {"page": on_page, "phone": on_phone, **MARKS}


@dataclass(frozen=True)
class Said:
    """What is said of one frame on one page: of strangers' films and frames there, and of its own film."""

    kind: str
    strangers: list[tuple[str, Relation | None]]
    own: list[Relation | None]


def said(kind: str, chosen: list[Source]) -> Said:
    """Asks for one frame of each among the films and the frames of all; its own frame is left out."""
    frames = {source.id: _KINDS[kind](shown(source)) for source in chosen}
    films = {f"film {key}": printed(each) for key, each in frames.items()}
    stills = {f"frame {key}": printed(_middle(each)) for key, each in frames.items()}
    made = Said(kind, [], [])
    for source in chosen:
        held = {key: each for key, each in (films | stills).items() if key != f"frame {source.id}"}
        found = match_medium(printed(_smaller(_middle(frames[source.id]))), References.of(held.items()))
        best = {match.reference: match.relation for match in sorted(found, key=lambda match: match.score)}
        made.own.append(best.get(f"film {source.id}"))
        made.strangers.extend(
            (f"{source.id} and {what} {other.id}", best.get(f"{what} {other.id}"))
            for other in chosen
            if other.group != source.group
            for what in ("film", "frame")
        )
    return made


def _middle(frames: Frames) -> Frames:
    return frames[len(frames) // 2 :][:1]


def _smaller(frames: Frames) -> Frames:
    """Two thirds of the size: the same picture, but not the same pixels."""
    return resized(frames, (frames.shape[2] * 2 // 3, frames.shape[1] * 2 // 3))


def main(clips: int, named: Sequence[str]) -> None:
    """Tells what is said on each page, and on all."""
    listed = sources.listed()
    written.originals(listed)
    chosen = by_turns([source for source in listed if source.half == _HALF])[:clips]
    kinds = [kind for kind in _KINDS if not named or any(word in kind for word in named)]
    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(said, kinds, [chosen] * len(kinds)))
    every = [(row.kind, *pair) for row in rows for pair in row.strangers]
    copies, undecided = ([each for each in every if each[2] is what] for what in (Relation.COPY, Relation.UNDECIDED))
    lines = [
        "| on | pairs | said of strangers | own film found |",
        "|---|---|---|---|",
        *(
            f"| {row.kind} | {len(row.strangers)} | {_counts(row)} | {report.shown(share(map(bool, row.own)))} |"
            for row in rows
        ),
        "",
        *(f"- called a copy: {kind}: {pair}" for kind, pair, _ in copies),
        f"- of {len(every):,} pairs {len(copies)} are called copy, {len(undecided)} undecided ({100 * len(undecided) / len(every):.2f} %)",
    ]
    print("\n".join(lines))
    title = "One page on many strangers' stills"
    report.keep(f"{title}: {' '.join(named)}" if named else title, "\n".join(lines))


def _counts(row: Said) -> str:
    counts = Counter(what for _, what in row.strangers if what)
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "nothing"


if __name__ == "__main__":
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    main(*(numbers or [10]), [given for given in sys.argv[1:] if not given.isdigit()])
