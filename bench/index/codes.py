"""Candidates by local codes, through the index and by comparing all: writes a section of REPORT.md for each size.

python -m bench.index.codes [--codes N ...] [--few N] [--faiss] [--keep]

Held are the originals on which bench/matching reports (its half 1) and made-up films up to the size (films.py). Asked is the
middle local frame of edited copies of those originals, of every known edit and every one left out of all tuning. A frame's
candidates are the films with most votes. CPU time of one thread, votes included, eight frames asked at once.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import numpy as np
from bench.index.films import Archive, films, joined
from bench.index.pictures import frames
from bench.matching import sources, written
from bench.matching.asked import wanted
from bench.matching.found import fingerprints
from numpy.typing import NDArray

from indelible.fingerprint.picture import PictureFingerprint
from indelible.index import code_index
from indelible.index.cells import standard
from indelible.index.code_index import CodeIndex
from indelible.match import local_votes
from indelible.match.code_search import CodeSearch, Exhaustive
from indelible.match.frame_hashes import words
from indelible.match.references import References

TOP = 50
SIZES = (1_000_000, 10_000_000, 65_000_000)
_REPORT = Path(__file__).with_name("REPORT.md")


@dataclass(frozen=True)
class Asked:
    """A frame of an edited copy, and which film it is from."""

    frame: local_votes.Asked
    film: int


def planted(per: int) -> tuple[Archive, list[Asked]]:
    """The originals as an archive, and frames of their copies."""
    chosen = [source for source in sources.listed() if source.half == 1]
    files = written.originals(chosen)
    args = [argparse.Namespace(set=name, edits=[], half="1", per=per) for name in ("known", "held-out")]
    copies = [query for each in args for query in written.copies(chosen, wanted(each, chosen))]
    prints = fingerprints([*files.values(), *(written.BUILD / query.path for query in copies)])
    held = {
        name: made.picture
        for name, path in files.items()
        if (made := prints.get(path)) is not None and made.picture is not None
    }
    ids = {name: i for i, name in enumerate(held)}
    asked = []
    for query in copies:
        made = prints.get(written.BUILD / query.path)
        if query.source in ids and made is not None and made.picture is not None and len(made.picture.local_frames):
            each = local_votes.asked(made.picture)
            asked.append(Asked(each[len(each) // 2], ids[query.source]))
    return _archive(list(held.values())), asked


def _archive(pictures: Sequence[PictureFingerprint]) -> Archive:
    counts = [np.diff(picture.local_starts) for picture in pictures]
    return Archive(
        np.concatenate([words(picture.codes) for picture in pictures], axis=1),
        np.cumsum(np.concatenate([[0], *counts])).astype(np.int64),
        np.repeat(np.arange(len(pictures)), [len(count) for count in counts]),
    )


def references(archive: Archive, search: CodeSearch) -> References:
    """An archive as the matcher holds it, as far as codes go."""
    none = References.of([])
    begins = np.flatnonzero(np.diff(archive.owner, prepend=-1))
    return replace(
        none,
        pictured=np.arange(len(begins)),
        code_search=search,
        code_owner=archive.owner,
        code_frame=np.arange(len(archive.owner)) - begins[archive.owner],
    )


@dataclass(frozen=True)
class Answers:
    """The films of each frame asked, those with most votes first: `ranks`, where the true one stands; `tops`, the first TOP."""

    ranks: NDArray[np.int64]
    tops: tuple[frozenset[int], ...]
    ms: float
    hits: float

    def recall(self, top: int = TOP) -> float:
        """How many true films stand among the first."""
        return float((self.ranks < top).mean())

    def beside(self, exact: Answers) -> float:
        """Of the true films that exact search has among its first TOP, how many are so here."""
        there = exact.ranks < TOP
        return float((self.ranks[there] < TOP).mean())

    def shared(self, exact: Answers) -> float:
        """Which share of exact search's first TOP films is so here, true or by chance."""
        return float(np.mean([len(mine & theirs) / TOP for mine, theirs in zip(self.tops, exact.tops, strict=True)]))


def answers(held: References, asked: Sequence[Asked]) -> Answers:
    begins = np.flatnonzero(np.diff(held.code_owner, prepend=-1))
    ranks, tops, spent, hits = [], [], 0.0, 0
    for each in asked:
        begin = time.thread_time()
        (near,) = held.code_search.near([each.frame.codes], len(held.code_owner))
        votes = list(local_votes.votes_of(each.frame, near, held))
        for some in votes:
            local_votes.chosen(some, held)
        spent += time.thread_time() - begin
        hits += len(near.codes)
        best = np.zeros(len(begins))
        for some in votes:
            np.maximum.at(best, held.code_owner[some.frames], some.votes)
        ranks.append(int((best > best[each.film]).sum()))
        tops.append(frozenset(np.argsort(-best, kind="stable")[:TOP].tolist()))
    return Answers(np.array(ranks), tuple(tops), spent / len(asked) * 1000, hits / len(asked))


def row(name: str, made: Answers, exact: Answers) -> str:
    return (
        f"| {name} | {made.recall(1):.3f} | {made.recall():.3f} | **{made.beside(exact):.3f}** | {made.shared(exact):.3f} |"
        f" {made.hits:,.0f} | **{made.ms:.1f}** | {exact.ms / made.ms:.0f} |"
    )


def section(count: int, whole: tuple[Archive, list[Asked]], few: int, *, with_faiss: bool) -> Iterator[str]:
    originals, asked = whole
    held = joined(originals, films(frames(), count - originals.codes.shape[1]))
    begin = time.thread_time()
    index = CodeIndex.of(held.codes, held.starts, standard())
    built = time.thread_time() - begin
    step = max(1, len(asked) // few)
    mine = answers(references(held, index), asked)
    yield (
        f"## {count:,} local codes, {datetime.now(UTC):%Y-%m-%d}\n\n"
        f"{len(held.owner):,} frames of {held.owner[-1] + 1:,} films. Built in {built:.1f} s ({built / count * 1e6:.2f} µs a code);"
        f" {index.lists.each[0].nbytes / count:.1f} bytes a code. Of {len(asked)} frames of copies of {originals.owner[-1] + 1} originals the true film"
        f" is first for {mine.recall(1):.3f}, among {TOP} for {mine.recall():.3f}, at {mine.ms:.1f} ms a frame. Of {len(asked[::step])} of them:\n\n"
        f"| search | true film first | among {TOP} | of exact's | exact's {TOP} shared | hits a frame | ms a frame | times faster |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    exact = answers(references(held, Exhaustive(held.codes, held.starts)), asked[::step])
    yield row("every code with every code", exact, exact)
    yield row("cells", answers(references(held, index), asked[::step]), exact)
    if with_faiss:
        from bench.index.faiss_cells import FaissCells  # noqa: PLC0415  # a peer that need not be there

        yield row("faiss BinaryIVF, the same centres", answers(references(held, FaissCells.of(held)), asked[::step]), exact)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.index.codes", description="Candidates by local codes.")
    parser.add_argument("--codes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--per", type=int, default=2, help="copies of each edit")
    parser.add_argument("--few", type=int, default=1000, help="how many frames are compared with all codes too")
    parser.add_argument("--faiss", action="store_true", help="faiss beside it: bench/index/requirements.txt")
    parser.add_argument("--keep", action="store_true", help="append to REPORT.md")
    args = parser.parse_args()
    whole = planted(args.per)
    with mock.patch.object(code_index, "EXHAUSTIVE_BELOW", 0):
        for count in args.codes:
            lines = []
            for line in section(count, whole, args.few, with_faiss=args.faiss):
                print(line, flush=True)
                lines.append(line)
            if args.keep:
                with _REPORT.open("a", encoding="utf-8") as report:
                    report.write("\n".join([*lines, "", ""]))


if __name__ == "__main__":
    main()
