"""Footage that shows little: the same at night, in fog, out of focus. What is found of stills and of copies of it.

python -m bench.matching.faint [sources of each half]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
from bench.matching import figures, found, report, sources, written
from bench.matching.asked import by_turns
from bench.matching.figures import Answered, share
from bench.matching.footage import Frames, seeded
from bench.matching.sources import Source
from bench.matching.stills import STILLS

_FILMS = ("crop 25 %", "logo + caption", "mirror", "dark", "screen recording", "filmed screen")


def _noisy(frame: Frames, light: np.ndarray, level: float, random: np.random.Generator) -> Frames:
    return np.clip(np.rint(light + random.normal(0, level, frame.shape)), 0, 255).astype(np.uint8)


def _fog(frame: Frames, random: np.random.Generator) -> Frames:
    """A tenth of the contrast."""
    return _noisy(frame, 30 + (frame - frame.mean()) * 0.1, 1.0, random)


def _night(frame: Frames, random: np.random.Generator) -> Frames:
    """What is bright of it, in the dark, on a sensor that makes noise of its own."""
    return _noisy(frame, 18 + 60 * (frame / 255) ** 2.2, 2.5, random)


def _soft(frame: Frames, _: np.random.Generator) -> Frames:
    """Out of focus, with half the contrast."""
    return np.rint(cv2.GaussianBlur(frame.astype(np.float32), (0, 0), 9) * 0.5 + 60).astype(np.uint8)


_KINDS: dict[str, Callable[[Frames, np.random.Generator], Frames]] = {"fog": _fog, "night": _night, "out of focus": _soft}


def _made(kind: str, source: Source) -> Source:
    """A source of its own, with its original on disk."""
    made = replace(source, id=f"{kind.replace(' ', '-')}-{source.id}")
    path, random = written.original_path(made), seeded(made.id)
    if not path.exists():
        shown = written.again(source)
        frames = np.stack([_KINDS[kind](frame, random) for frame in shown.frames])
        written.write_original(made, replace(shown, frames=frames))
    return made


def _asked(chosen: Sequence[Source], edits: Sequence[str]) -> list[Answered]:
    """What is found of each edit of each, among all of them."""
    made = written.copies(list(chosen), [(edit, source) for source in chosen for edit in edits])
    copies = [replace(copy, others=()) for copy in made]  # none of these edits mixes anything in
    originals = {source.id: written.original_path(source) for source in chosen}
    marks = found.fingerprints([*originals.values(), *(written.BUILD / copy.path for copy in copies)])
    seen = [copy for copy in copies if written.BUILD / copy.path in marks]
    held = [(name, marks[path]) for name, path in originals.items() if path in marks]
    matched, _ = found.matches([marks[written.BUILD / copy.path] for copy in seen], held)
    return [Answered(copy, tuple(each)) for copy, each in zip(seen, matched, strict=True)]


def _row(kind: str, half: int, stills: Sequence[Answered], films: Sequence[Answered]) -> str:
    told = [
        *(share(each.found for each in stills), share(each.called_copy for each in stills), figures.placed(stills)),
        *(share(each.found for each in films), share(each.called_copy for each in films)),
    ]
    return f"| {kind}, {report.HALVES[half]} | {' | '.join(map(report.shown, told))} |"


def main(count: int) -> None:
    """Tells what is found of each kind and half."""
    listed = sources.listed()
    written.originals(listed)
    each = [source for half in (0, 1) for source in by_turns([source for source in listed if source.half == half])[:count]]
    wanted = [(kind, source) for source in each for kind in _KINDS]
    with ProcessPoolExecutor(2) as pool:
        chosen = list(pool.map(_made, *zip(*wanted, strict=True)))
    of = {made.id: (kind, source.half) for made, (kind, source) in zip(chosen, wanted, strict=True)}
    stills, films = _asked(chosen, list(STILLS)), _asked(chosen, _FILMS)
    rows = []
    for kind in _KINDS:
        for half in (0, 1):
            mine = ([one for one in part if of[one.query.source] == (kind, half)] for part in (stills, films))
            rows.append(_row(kind, half, *mine))
    wrong, pairs = figures.strangers([*stills, *films], chosen)
    lines = [
        "| | stills found | called copy | video and moment | films found | called copy |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        *(f"- STRANGER: {query.path} is called a copy of {match.reference}: {match.why}" for query, match in wrong),
        f"{len(wrong)} copies of unrelated footage in {pairs:,} unrelated pairs",
    ]
    print("\n".join(lines))
    report.keep("Footage that shows little", "\n".join(lines))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
