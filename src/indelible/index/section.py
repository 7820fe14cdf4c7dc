"""A section of a library: what matching needs of some media that follow on each other, laid out for search.

Sections are joined without asking for fingerprints again, and then are what they would be of all their media at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.local import CODE_BYTES, Spots
from indelible.fingerprint.medium import Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.index.cells import Cells
from indelible.index.code_lists import CodeLists
from indelible.index.cuts import Integers
from indelible.index.halves import Words
from indelible.index.roster import Row
from indelible.match.frame_hashes import FrameHashes, frame_hashes, words
from indelible.match.landmarks import Landmarks, LandmarkTable
from indelible.match.local_frames import LocalFrames
from indelible.match.sound import landmarks_of


@dataclass(frozen=True)
class Section:
    """r media, m of them with a picture, s with a sound.

    `hash_counts` int64[m]: how many of `hashes` each picture has. `sizes_px` int64[m, 2]: width and height of each picture;
    `frame_counts` int64[m]: how many local frames it has. `frame_times_ms` int64[f]: when each of those is shown; `spot_counts`
    int64[f]: how many of the c `spots` it has. `lists` has the spots' codes, by frame counted within the section, `first_codes`
    uint64[2, k] the first of them as they came. `landmarks` are those of the s sounds.
    """

    rows: tuple[Row, ...]
    hashes: FrameHashes
    hash_counts: Integers
    sizes_px: Integers
    frame_counts: Integers
    frame_times_ms: Integers
    spot_counts: Integers
    spots: Spots
    lists: CodeLists
    first_codes: Words
    landmarks: LandmarkTable

    @property
    def names(self) -> list[tuple[str, str]]:
        """The media, in order."""
        return [row.named for row in self.rows]

    @property
    def size(self) -> int:
        """How much it holds: hashes, codes and landmarks together."""
        return len(self.hashes) + len(self.lists) + len(self.landmarks.owner)

    def local_frames(self, picture: int) -> LocalFrames:
        """Those of one of the pictures."""
        begin, end = self._frame_starts[picture : picture + 2].tolist()
        starts = self._spot_starts[begin : end + 1]
        spots = Spots(*(rows[starts[0] : starts[-1]] for rows in _rows(self.spots)))
        width, height = self.sizes_px[picture].tolist()
        return LocalFrames(width, height, self.frame_times_ms[begin:end], starts - starts[0], spots)

    @cached_property
    def _frame_starts(self) -> Integers:
        return starts_of(self.frame_counts)

    @cached_property
    def _spot_starts(self) -> Integers:
        return starts_of(self.spot_counts)

    @classmethod
    def joined(cls, sections: Sequence[Section]) -> Section:
        """One of several that follow on each other."""
        firsts = list(accumulate((len(section.spot_counts) for section in sections), initial=0))[:-1]
        return cls(
            rows=tuple(row for section in sections for row in section.rows),
            hashes=FrameHashes.joined([section.hashes for section in sections]),
            hash_counts=np.concatenate([section.hash_counts for section in sections]),
            sizes_px=np.concatenate([section.sizes_px for section in sections]),
            frame_counts=np.concatenate([section.frame_counts for section in sections]),
            frame_times_ms=np.concatenate([section.frame_times_ms for section in sections]),
            spot_counts=np.concatenate([section.spot_counts for section in sections]),
            spots=_joined([section.spots for section in sections]),
            lists=CodeLists.joined([section.lists for section in sections], firsts),
            first_codes=np.concatenate([section.first_codes for section in sections], axis=1),
            landmarks=LandmarkTable.joined([section.landmarks for section in sections]),
        )


def starts_of(counts: Integers) -> Integers:
    """Where each one's begin, and where the last one's end."""
    return np.concatenate([[0], np.cumsum(counts)])


def _rows(spots: Spots) -> Sequence[NDArray[Any]]:
    return spots.points, spots.sizes, spots.angles, spots.codes


def _joined(each: Sequence[Spots]) -> Spots:
    none = np.zeros((0, 2), np.uint16), np.zeros(0, np.uint8), np.zeros(0, np.uint8), np.zeros((0, CODE_BYTES), np.uint8)
    return Spots(*map(np.concatenate, zip(none, *map(_rows, each), strict=True)))


class Shelving:
    """Takes fingerprints one after the other and makes a section of them; of each it keeps what is laid out alone.

    `first_codes_max`: how many codes are kept as they came beside their cells. `size`: of the section so far.
    """

    def __init__(self, cells: Cells, first_codes_max: int) -> None:
        self.size = 0
        self._cells = cells
        self._first_codes_max = first_codes_max
        self._rows: list[Row] = []
        self._hashes: list[FrameHashes] = []
        self._local: list[LocalFrames] = []
        self._landmarks: list[Landmarks] = []

    def add(self, row: Row, fingerprint: Fingerprint | None) -> None:
        """Adds a medium, or a row that stands for none."""
        self._rows.append(row)
        if fingerprint is None:
            return
        if fingerprint.picture is not None:
            self._add_picture(fingerprint.picture)
        if fingerprint.sound is not None:
            self._landmarks.append(landmarks_of(fingerprint.sound))
            self.size += len(self._landmarks[-1].keys)

    def _add_picture(self, picture: PictureFingerprint) -> None:
        self._hashes.append(frame_hashes(picture))
        self._local.append(LocalFrames.of(picture))
        self.size += len(self._hashes[-1]) + len(picture.codes)

    def finish(self) -> Section:
        """The section."""
        spots = _joined([local.spots for local in self._local])
        codes = words(spots.codes)
        counts = _concatenated(np.diff(local.starts) for local in self._local)
        frames = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
        return Section(
            rows=tuple(self._rows),
            hashes=FrameHashes.joined(self._hashes),
            hash_counts=np.array([len(hashes) for hashes in self._hashes], np.int64),
            sizes_px=np.array([(local.width, local.height) for local in self._local], np.int64).reshape(-1, 2),
            frame_counts=np.array([len(local.times_ms) for local in self._local], np.int64),
            frame_times_ms=_concatenated(local.times_ms for local in self._local),
            spot_counts=counts,
            spots=spots,
            lists=CodeLists.of(codes, frames, self._cells.holding(codes), len(self._cells)),
            first_codes=codes[:, : self._first_codes_max].copy(),
            landmarks=LandmarkTable.of(self._landmarks),
        )


def _concatenated(arrays: Iterable[Integers]) -> Integers:
    return np.concatenate([np.zeros(0, np.int64), *arrays]).astype(np.int64, copy=False)
