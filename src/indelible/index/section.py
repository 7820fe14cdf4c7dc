"""A section of a library: what matching needs of some media that follow on each other, laid out for search.

Sections are joined without asking for fingerprints again, and then are what they would be of all their media at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from indelible.fingerprint.medium import Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.index.cells import Cells
from indelible.index.code_lists import CodeLists
from indelible.index.cuts import Integers
from indelible.index.halves import Words
from indelible.index.roster import Row
from indelible.match.frame_hashes import FrameHashes, frame_hashes, words
from indelible.match.landmarks import Landmarks, LandmarkTable
from indelible.match.sound import landmarks_of


@dataclass(frozen=True)
class Section:
    """r media, m of them with a picture, s with a sound.

    `hash_counts` int64[m]: how many of `hashes` each picture has. `frame_counts` int64[m]: how many local frames; `code_counts`
    int64[f]: how many codes each of those. `lists` has all c codes, by frame counted within the section, `first_codes`
    uint64[2, k] the first of them as they came. `landmarks` are those of the s sounds.
    """

    rows: tuple[Row, ...]
    hashes: FrameHashes
    hash_counts: Integers
    frame_counts: Integers
    code_counts: Integers
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

    @classmethod
    def joined(cls, sections: Sequence[Section]) -> Section:
        """One of several that follow on each other."""
        firsts = list(accumulate((len(section.code_counts) for section in sections), initial=0))[:-1]
        return cls(
            rows=tuple(row for section in sections for row in section.rows),
            hashes=FrameHashes.joined([section.hashes for section in sections]),
            hash_counts=np.concatenate([section.hash_counts for section in sections]),
            frame_counts=np.concatenate([section.frame_counts for section in sections]),
            code_counts=np.concatenate([section.code_counts for section in sections]),
            lists=CodeLists.joined([section.lists for section in sections], firsts),
            first_codes=np.concatenate([section.first_codes for section in sections], axis=1),
            landmarks=LandmarkTable.joined([section.landmarks for section in sections]),
        )


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
        self._spots: list[tuple[Integers, Words]] = []
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
        self._spots.append((np.diff(picture.local_starts).astype(np.int64), words(picture.codes)))
        self.size += len(self._hashes[-1]) + len(picture.codes)

    def finish(self) -> Section:
        """The section."""
        codes = np.concatenate([np.zeros((2, 0), np.uint64), *(codes for _, codes in self._spots)], axis=1)
        counts = _concatenated(counts for counts, _ in self._spots)
        frames = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
        return Section(
            rows=tuple(self._rows),
            hashes=FrameHashes.joined(self._hashes),
            hash_counts=np.array([len(hashes) for hashes in self._hashes], np.int64),
            frame_counts=np.array([len(counts) for counts, _ in self._spots], np.int64),
            code_counts=counts,
            lists=CodeLists.of(codes, frames, self._cells.holding(codes), len(self._cells)),
            first_codes=codes[:, : self._first_codes_max].copy(),
            landmarks=LandmarkTable.of(self._landmarks),
        )


def _concatenated(arrays: Iterable[Integers]) -> Integers:
    return np.concatenate([np.zeros(0, np.int64), *arrays])
