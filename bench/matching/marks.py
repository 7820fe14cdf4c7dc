"""What strangers share: one mark, frame, ticker or sticker on many unrelated clips, and what is said of each pair.

python -m bench.matching.marks [sets] [clips of each] [only sets with this in their names …]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from bench.matching import overlays, report, sources, written
from bench.matching.asked import by_turns
from bench.matching.edits import cornered, each, fill, low_captioned, padded
from bench.matching.footage import FPS, Frames, read
from bench.matching.overlays import laid
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

_SIZE = (384, 216)
_EVERY = 6  # of 25 frames a second: nearly the product's sampling
_CLIP_FRAMES = 150

Mark = Callable[[Frames], Frames]


def _across(text: str, opaque: float) -> Mark:
    """A half-transparent agency name over the middle."""

    def lay(frames: Frames) -> Frames:
        name = overlays.words(text, 300, opaque=opaque)
        return laid(frames, name, 42, (frames.shape[1] - len(name.opaque)) // 2)

    return lay


def _moving(text: str) -> Mark:
    """A mark that wanders over the picture, half transparent."""

    def lay(frames: Frames) -> Frames:
        name = overlays.words(text, 130, opaque=0.6)
        made = [
            laid(frame[None], name, int(120 + 110 * np.sin(i / 30)), int(90 + 80 * np.cos(i / 47)))[0]
            for i, frame in enumerate(frames)
        ]
        return np.stack(made)

    return lay


def _ticker(text: str) -> Mark:
    """A line of text that runs along the lower edge on a plate, at one speed and from one start."""

    def lay(frames: Frames) -> Frames:
        band = overlays.words(text, 1100, back=(20, 20, 120))
        strip = np.concatenate([band.colours, band.colours], axis=1)
        high = min(len(strip), 34)
        made = frames.copy()
        for i, frame in enumerate(made):
            start = (3 * i) % band.colours.shape[1]
            frame[-high:] = strip[:high, start : start + frame.shape[1]]
        return made

    return lay


def _framed(colour: tuple[int, int, int], text: str) -> Mark:
    """A frame with a title and a logo around a smaller picture."""

    def lay(frames: Frames) -> Frames:
        small = each(frames, lambda f: cv2.resize(f, (300, 168), interpolation=cv2.INTER_AREA))
        page = padded(small, _SIZE)
        page[:, :24] = page[:, -24:] = page[:, :, :42] = page[:, :, -42:] = colour
        page = laid(page, overlays.words(text, 220), 80, 1)
        return laid(page, overlays.sticker(36), 3, 90)

    return lay


def _stuck(side: int, x: int, y: int) -> Mark:
    return lambda frames: laid(frames, overlays.sticker(side), x, y)


def _ident(seed: int) -> Mark:
    """A second and a half of one animated title before the clip."""

    def lay(frames: Frames) -> Frames:
        random = np.random.default_rng(seed)
        ground = cv2.resize(random.integers(30, 200, (6, 9, 3), dtype=np.uint8), _SIZE, interpolation=cv2.INTER_CUBIC)
        title = [laid(ground[None], overlays.words("CHANNEL ONE", 40 + 6 * i), 20 + i, 80)[0] for i in range(38)]
        return np.concatenate([np.stack(title), frames])

    return lay


MARKS: dict[str, Mark] = {
    "agency across": _across("WORLD PRESS AGENCY", 0.45),
    "agency across, faint": _across("NORTH NEWS WIRE", 0.25),
    "agency across, strong": _across("EYEWITNESS 24", 0.8),
    "wandering mark": _moving("@channel_live"),
    "wandering name": _moving("FRONT REPORT"),
    "corner logo": lambda f: cornered(f, "NEWS24"),
    "large corner logo": lambda f: cornered(f, "CITY TV", 0.4),
    "caption": low_captioned,
    "caption in two rows": lambda f: low_captioned(low_captioned(f, "EXCLUSIVE FOOTAGE FROM THE SCENE")),
    "ticker": _ticker("LATEST  *  markets open higher  *  storm warning in the north  *  talks resume on monday  *  "),
    "ticker and logo": lambda f: cornered(
        _ticker("WEATHER  *  rain in the west, sunny in the east, wind from the sea  *  ")(f)
    ),
    "blue frame": _framed((20, 40, 140), "EVENING EDITION"),
    "red frame": _framed((150, 20, 20), "BREAKING NOW"),
    "white frame": _framed((240, 240, 240), "daily clips"),
    "sticker": _stuck(70, 20, 20),
    "large sticker": _stuck(130, 230, 60),
    "ident": _ident(1),
    "ident and logo": lambda f: _ident(2)(cornered(f, "ONE")),
    "two marks": lambda f: cornered(_across("SOURCE: NET", 0.5)(f), "LIVE"),
    "mark and caption": lambda f: low_captioned(_across("ARCHIVE", 0.4)(f), "as it happened, minute by minute"),
}


def shown(source: Source) -> Frames:
    """An original's first seconds, all originals in one size."""
    original = read(written.BUILD / "originals" / f"{source.id}.mp4", 0, _CLIP_FRAMES / FPS)
    return fill(original.frames, _SIZE)


def printed(frames: Frames) -> Fingerprint:
    """The fingerprint of frames, without an encoder between."""
    builder = PictureBuilder()
    luma = np.stack([cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames[::_EVERY]]).astype(np.uint8)
    builder.add(luma, np.arange(len(luma), dtype=np.int64) * (1000 * _EVERY // FPS))
    return Fingerprint(VERSION, *_SIZE, 1000 * len(frames) // FPS, "video", builder.finish(), None)


@dataclass(frozen=True)
class Told:
    """What is said of the pairs of one set: by the matcher alone, and with the marks that the set teaches set aside."""

    name: str
    pairs: int
    alone: dict[tuple[str, str], Relation]
    learnt: dict[tuple[str, str], Relation]
    marks: int


def told(name: str, chosen: list[Source]) -> Told:
    """What is said of each pair of one set: the best match, of pairs that have one."""
    clips = [(source, printed(MARKS[name](shown(source)))) for source in chosen]
    media = {source.id: made for source, made in clips}
    links = []
    for at, (source, query) in enumerate(clips):
        others = [(other.id, made) for other, made in clips[:at] if other.group != source.group]
        links += [Link(source.id, match) for match in (match_medium(query, References.of(others)) if others else [])]

    def beside(link: Link, in_part: InPart) -> list[SegmentMatch]:
        return compared_beside(media[link.query], media[link.match.reference], link, in_part)

    marks = Marks(marks_of(links, {source: made.duration_ms for source, made in media.items()}))
    stand, _ = parted(marks, links, beside)
    pairs = sum(a.group != b.group for i, a in enumerate(chosen) for b in chosen[:i])
    return Told(name, pairs, _best(links), _best(stand), len(marks.all))


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


if __name__ == "__main__":
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    words = [given for given in sys.argv[1:] if not given.isdigit()]
    main(*(numbers or [len(MARKS)]), *([] if len(numbers) > 1 else [40]), words)
