"""What strangers share: one mark, frame, ticker or sticker on many unrelated clips, and what is said of each pair and of true copies.

python -m bench.matching.marks [sets] [clips of each] [only sets with this in their names …]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from bench.matching import report, sources, written
from bench.matching.asked import by_turns
from bench.matching.edits import cut, fill, graded
from bench.matching.figures import share
from bench.matching.footage import FPS, Frames, read, resized
from bench.matching.mark_kinds import MARKS, SIZE, Mark
from bench.matching.sources import Source

from indelible.app.setting_aside import compared_beside, parted
from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.picture import PictureBuilder
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.model.segment import Relation, SegmentMatch
from indelible.trace.learning import marks_of
from indelible.trace.marks import InPart, Marks
from indelible.trace.seen import Link

_EVERY = 6  # of 25 frames a second: nearly the product's sampling
_CLIP_FRAMES = 150
_COPY, _CLEAN = "copy of ", "without its mark: "
_FOUND = (Relation.COPY, Relation.UNDECIDED)


def shown(source: Source) -> Frames:
    """An original's first seconds, all originals in one size."""
    original = read(written.BUILD / "originals" / f"{source.id}.mp4", 0, _CLIP_FRAMES / FPS)
    return fill(original.frames, SIZE)


def printed(frames: Frames) -> Fingerprint:
    """The fingerprint of frames, without an encoder between."""
    builder = PictureBuilder()
    luma = np.stack([cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames[::_EVERY]]).astype(np.uint8)
    builder.add(luma, np.arange(len(luma), dtype=np.int64) * (1000 * _EVERY // FPS))
    _, high, wide, _ = frames.shape
    return Fingerprint(VERSION, wide, high, 1000 * len(frames) // FPS, "video", builder.finish(), None)


@dataclass(frozen=True)
class Told:
    """What is said of the pairs of one set: by the matcher alone, and with the marks that the set teaches set aside.

    `copies`: what is then said of a true copy of each clip, with its mark on it, and its clip; `unmarked`: of that copy and the
    clip without the mark. None where nothing is.
    """

    name: str
    pairs: int
    alone: dict[tuple[str, str], Relation]
    learnt: dict[tuple[str, str], Relation]
    marks: int
    copies: list[Relation | None]
    unmarked: list[Relation | None]


def copied(frames: Frames) -> Frames:
    """A tenth of both sides cut away, darker."""
    return graded(resized(cut(frames, 0.1, (0.5, 0.5)), SIZE), 0.85, 0)


def told(name: str, chosen: list[Source]) -> Told:
    """What is said of each pair of one set: the best match, of pairs that have one."""
    frames = {source.id: shown(source) for source in chosen}
    clips = [(source, printed(MARKS[name](frames[source.id]))) for source in chosen]
    media = {source.id: made for source, made in clips}
    links = []
    for at, (source, query) in enumerate(clips):
        others = [(other.id, made) for other, made in clips[:at] if other.group != source.group]
        links += [Link(source.id, match) for match in (match_medium(query, References.of(others)) if others else [])]
    marks = Marks(marks_of(links, {source: made.duration_ms for source, made in media.items()}))
    stand = _standing(marks, links, media)
    pairs = sum(a.group != b.group for i, a in enumerate(chosen) for b in chosen[:i])
    return Told(name, pairs, _best(links), _best(stand), len(marks.all), *_of_copies(MARKS[name], frames, media, marks))


def _standing(marks: Marks, links: Iterable[Link], media: Mapping[str, Fingerprint]) -> list[Link]:
    """The matches that do not rest on marks alone."""

    def beside(link: Link, in_part: InPart) -> list[SegmentMatch]:
        return compared_beside(media[link.query], media[link.match.reference], link, in_part)

    return parted(marks, links, beside)[0]


def _of_copies(
    lay: Mark, frames: Mapping[str, Frames], media: Mapping[str, Fingerprint], marks: Marks
) -> tuple[list[Relation | None], list[Relation | None]]:
    """What is said of each clip's true copy and the clip, with its mark and without, all of them held."""
    held = {**media, **{_CLEAN + key: printed(each) for key, each in frames.items()}}
    references = References.of(held.items())
    said: dict[tuple[str, str], Relation] = {}
    for key, each in frames.items():
        copy = printed(copied(lay(each)))
        links = [Link(_COPY + key, match) for match in match_medium(copy, references)]
        said |= _best(_standing(marks, links, {**held, _COPY + key: copy}))
    marked, unmarked = ([said.get((_COPY + key, kind + key)) for key in frames] for kind in ("", _CLEAN))
    return marked, unmarked


def _best(links: Iterable[Link]) -> dict[tuple[str, str], Relation]:
    """The relation of the best match of each pair."""
    ordered = sorted(links, key=lambda link: -link.match.score)
    return {(link.query, link.match.reference): link.match.relation for link in reversed(ordered)}


def main(sets: int, clips: int, named: Sequence[str]) -> None:
    """Tells what is said of each set, and of all; in the report, sets asked for by name have a section of their own."""
    listed = sources.listed()
    written.originals(listed)
    chosen = by_turns(listed)[:clips]
    names = [name for name in list(MARKS)[:sets] if not named or any(word in name for word in named)]
    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(told, names, [chosen] * len(names)))
    lines = ["| shared | pairs | said of them | marks learnt | said then |", "|---|---|---|---|---|"]
    lines += [f"| {row.name} | {row.pairs} | {_counts(row.alone)} | {row.marks} | {_counts(row.learnt)} |" for row in rows]
    lines.append("")
    for row in rows:
        copies = (pair for pair, relation in row.learnt.items() if relation is Relation.COPY)
        lines += [f"- called a copy: {row.name}: {query} and {reference}" for query, reference in copies]
    lines += [
        _summed("by the matcher alone", rows, lambda row: row.alone),
        _summed("with marks learnt", rows, lambda row: row.learnt),
        _recalled("with their marks on both", rows, lambda row: row.copies),
        _recalled("and the clips without them", rows, lambda row: row.unmarked),
    ]
    print("\n".join(lines))
    title = "One mark on many strangers"
    report.keep(f"{title}: {' '.join(named)}" if named else title, "\n".join(lines))


def _counts(said: dict[tuple[str, str], Relation]) -> str:
    counts = Counter(said.values())
    return ", ".join(f"{counts[relation]} {relation}" for relation in Relation if counts[relation]) or "nothing"


def _summed(how: str, rows: Sequence[Told], said: Callable[[Told], dict[tuple[str, str], Relation]]) -> str:
    counts = Counter(relation for row in rows for relation in said(row).values())
    pairs = sum(row.pairs for row in rows)
    copies, undecided = counts[Relation.COPY], counts[Relation.UNDECIDED]
    return f"- {how}: of {pairs:,} pairs {copies} are called copy and {undecided} undecided ({100 * undecided / max(1, pairs):.2f} %)"


def _recalled(how: str, rows: Sequence[Told], said: Callable[[Told], list[Relation | None]]) -> str:
    every = [relation for row in rows for relation in said(row)]
    found, copies = (report.shown(share(each in kinds for each in every)) for kinds in (_FOUND, _FOUND[:1]))
    least = min(rows, key=lambda row: share(each in _FOUND for each in said(row)).value)
    return f"- true copies, {how}: found {found}, called copy {copies}; fewest under: {least.name}"


if __name__ == "__main__":
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    words = [given for given in sys.argv[1:] if not given.isdigit()]
    main(*(numbers or [len(MARKS)]), *([] if len(numbers) > 1 else [40]), words)
