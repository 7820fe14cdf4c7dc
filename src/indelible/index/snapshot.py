"""The index as it is at one moment: what one manifest names, pinned, whatever a writer does meanwhile.

Files that a newer manifest no longer names are removed by the writer, and stay mapped here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indelible.index import manifest as manifests
from indelible.index import tail as tails
from indelible.index.cuts import Integers
from indelible.index.halves import Words
from indelible.index.manifest import Manifest
from indelible.index.segment import Segment, open_segment, unsealed
from indelible.index.spread import spread
from indelible.match.hash_index import Answer, NearPlaces, media_of
from indelible.model.errors import FormatError

PLACES_MAX = 10_000  # of one hash and segment; one that stands at more is reported as common instead
_TRIES = 100  # to read a manifest and what it names before it is replaced
_TAIL_PREFIX = "tail-"


def tail_path(folder: Path, number: int) -> Path:
    """Where a tail lies."""
    return folder / f"{_TAIL_PREFIX}{number:08d}"


def tail_numbers(folder: Path) -> list[int]:
    """The numbers of all tails that are there, ascending."""
    names = (path.name.removeprefix(_TAIL_PREFIX) for path in folder.glob(f"{_TAIL_PREFIX}*"))
    return sorted(int(name) for name in names if name.isdigit())


@dataclass(frozen=True)
class Recent:
    """What the tails hold: `rows` uint64[n, 4], `places` int64[n], the media that went, and which tails are damaged."""

    rows: Words
    places: Integers
    removed: frozenset[int]
    damaged: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path, first: int) -> Recent:
        """All tails from number `first` on."""
        numbers = [number for number in tail_numbers(folder) if number >= first]
        read = {tail_path(folder, number).name: tails.read(tail_path(folder, number).read_bytes()) for number in numbers}
        batches = [batch for tail in read.values() for batch in tail.batches]
        return cls(
            rows=np.concatenate([np.zeros((0, 4), np.uint64), *(batch.rows for batch in batches)]),
            places=np.concatenate([np.zeros(0, np.int64), *(batch.places for batch in batches)]),
            removed=frozenset(medium for batch in batches for medium in batch.removed.tolist()),
            damaged=tuple(name for name, tail in read.items() if tail.damaged),
        )


@dataclass(frozen=True)
class Snapshot:
    """An index that can be searched: a HashIndex. `removed` int64[r], ascending; `missing` names what could not be read."""

    version: int
    segments: tuple[Segment, ...]
    removed: Integers
    missing: tuple[str, ...]

    @classmethod
    def open(cls, folder: Path) -> Snapshot:
        """The newest index in a folder; where there is none, one that says that everything is missing."""
        for _ in range(_TRIES):
            manifest = manifests.read(folder)
            if manifest is None:
                return cls(0, (), np.zeros(0, np.int64), (manifests.NAME,))
            snapshot = _opened(folder, manifest)
            if manifests.read(folder) == manifest:
                return snapshot
        return cls(0, (), np.zeros(0, np.int64), (f"{manifests.NAME} changed {_TRIES} times while it was read",))

    def near(self, hashes: NDArray[np.uint8], most: int, *, places_max: int = PLACES_MAX) -> Answer:
        """As HashIndex.near."""
        queries = spread(hashes)
        found, common = [np.zeros((0, 3), np.int64)], [np.zeros((0, 3), np.int64)]
        for segment in self.segments:
            near = segment.search.within(queries, most)
            if len(near):  # mostly nothing is, and each step costs as much as scanning thousands of hashes
                counts = segment.starts[near[:, 1] + 1] - segment.starts[near[:, 1]]
                many = counts > places_max
                common.append(np.stack([near[many, 0], near[many, 2], counts[many]], axis=1))
                found.append(segment.expand(near[~many]))
        every = _once(np.concatenate(found), self.removed)
        return Answer(NearPlaces(every[:, 0], every[:, 1], every[:, 2]), np.concatenate(common), self.version, self.missing)


def _once(found: Integers, removed: Integers) -> Integers:
    """(query, place, apart) in order, without those of removed media, each once: int64[k, 3]."""
    if not len(found):
        return found
    if len(removed):
        found = found[~np.isin(media_of(found[:, 1]), removed)]
    found = found[np.lexsort((found[:, 2], found[:, 1], found[:, 0]))]
    again = np.zeros(len(found), bool)  # added twice, as by a caller who was told of a full disk and tried again
    again[1:] = (found[1:] == found[:-1]).all(axis=1)
    return found[~again]


def _opened(folder: Path, manifest: Manifest) -> Snapshot:
    segments, missing = [], ["hashes that a rebuild will add"] if manifest.lacking else []
    for name in manifest.segments:
        try:
            segments.append(open_segment(folder, name))
        except (OSError, FormatError):
            missing.append(name)
    try:
        recent = Recent.read(folder, manifest.first_tail)
    except OSError:  # sealed and removed meanwhile: the manifest will be another
        return Snapshot(manifest.version, (), np.zeros(0, np.int64), ("tail",))
    return snapshot_of(manifest, segments, recent, missing)


def snapshot_of(manifest: Manifest, segments: Iterable[Segment], recent: Recent, missing: Iterable[str]) -> Snapshot:
    """What a manifest names, and the tails behind it, as one."""
    newest = [unsealed(recent.rows, recent.places)] if len(recent.rows) else []
    removed = np.array(sorted({*manifest.removed, *recent.removed}), np.int64)
    return Snapshot(manifest.version, (*segments, *newest), removed, (*missing, *recent.damaged))
