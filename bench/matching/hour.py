"""Some seconds within an hour: a copy among an hour of other footage, as the query and as what is held.

python -m bench.matching.hour [copies]
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
from bench.matching import found, report, sources, written
from bench.matching.asked import by_turns
from bench.matching.figures import overlap, share

from indelible.fingerprint.medium import Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.model.segment import Relation

HOUR_MS = 3_600_000
_EDIT = "re-encoded"
_FILLING = 0  # the half that fills the hour; the other, by which nothing was tuned, is looked for in it
_LENGTH_MS_MIN = 7500  # the longest that the sources have is eight seconds
_BY_FRAME = ("hashes", "qualities", "thumbs")
_BY_BOX = ("boxes", "box_hashes")
_BY_SPOT = ("points", "sizes", "angles", "codes")


def joined(parts: list[Fingerprint]) -> Fingerprint:
    """The fingerprint of films shown one after another, their small copies brought to the first's size; without sound."""
    pictures = [part.picture for part in parts if part.picture is not None]
    shape = pictures[0].thumbs.shape[1:]
    same = [picture for picture in pictures if picture.thumbs.shape[1:] == shape]
    starts = np.cumsum([0, *(int(picture.times_ms[-1]) + 250 for picture in same)])
    frames = np.cumsum([0, *(len(picture.times_ms) for picture in same)])
    spots = np.cumsum([0, *(len(picture.codes) for picture in same)])
    made = PictureFingerprint(
        width=same[0].width,
        height=same[0].height,
        times_ms=np.concatenate([p.times_ms + at for p, at in zip(same, starts, strict=False)]),
        box_frames=np.concatenate([p.box_frames + at for p, at in zip(same, frames, strict=False)]).astype(np.int32),
        local_frames=np.concatenate([p.local_frames + at for p, at in zip(same, frames, strict=False)]).astype(np.int32),
        local_starts=np.concatenate(
            [*(p.local_starts[:-1] + at for p, at in zip(same, spots, strict=False)), [spots[-1]]]
        ).astype(np.int32),
        **{name: np.concatenate([getattr(p, name) for p in same]) for name in (*_BY_FRAME, *_BY_BOX, *_BY_SPOT)},
    )
    return replace(parts[0], duration_ms=int(starts[-1]), picture=made, sound=None)


def main(count: int) -> None:
    """Tells how many are found, and where."""
    chosen = sources.listed()
    paths = written.originals(chosen)
    marks = found.fingerprints(list(paths.values()))
    others = [marks[paths[source.id]] for source in chosen if source.half == _FILLING]
    held = [(source.id, marks[paths[source.id]]) for source in chosen if source.half != _FILLING]
    shapes = {_shape(other) for other in others}
    long = [
        source
        for source in chosen
        if source.half != _FILLING
        and marks[paths[source.id]].duration_ms >= _LENGTH_MS_MIN
        and _shape(marks[paths[source.id]]) in shapes
    ]
    queries = written.copies(chosen, [(_EDIT, source) for source in by_turns(long)[:count]])
    files = [written.BUILD / query.path for query in queries]
    marks |= found.fingerprints(files)
    hours, at = zip(*(_within(marks[file], others) for file in files), strict=True)
    matched, seconds = found.matches(list(hours), held)
    hits, lines = [], []
    for query, start_ms, matches in zip(queries, at, matched, strict=True):
        mine = [m for m in matches if m.reference == query.source and m.relation in (Relation.COPY, Relation.UNDECIDED)]
        true = (start_ms / 1000, start_ms / 1000 + query.shown[1])
        hits.append(any(overlap(match.query_span, true) > 0.5 for match in mine))
        told = [f"{m.relation} of {m.reference} from {m.query_span.start_ms / 1000:.1f} s" for m in matches]
        lines.append(f"- {query.source}, shown from {true[0]:.1f} s: {'; '.join(told[:3]) or 'nothing'}")
    lines.append(
        f"- found in their place within an hour: {report.shown(share(hits))}; {seconds:.1f} s of CPU a query of an hour"
    )
    print("\n".join(lines))
    report.keep("Seconds within an hour", "\n".join(lines))


def _shape(film: Fingerprint) -> tuple[int, ...]:
    """Height and width of a film's small copies; films that are joined have the same."""
    return film.picture.thumbs.shape[1:] if film.picture is not None else ()


def _within(copy: Fingerprint, others: list[Fingerprint]) -> tuple[Fingerprint, int]:
    """An hour of other films with the copy in it, and when it comes."""
    alike = [other for other in others if _shape(other) == _shape(copy)]
    length_ms = sum(int(other.picture.times_ms[-1]) + 250 for other in alike if other.picture is not None)
    rounds = max(1, HOUR_MS // (2 * length_ms))
    before = alike * rounds
    return joined([*before, copy, *before]), length_ms * rounds


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
