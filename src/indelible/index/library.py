"""The library of an archive: what matching needs of its media, laid out in sections, and their fingerprints when asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, islice

import numpy as np

from indelible.fingerprint.medium import Fingerprint
from indelible.index import code_index
from indelible.index.cells import standard
from indelible.index.code_hits import ListsInTurn
from indelible.index.code_index import CodeIndex
from indelible.index.cuts import Integers
from indelible.index.halves import Words
from indelible.index.roster import About, Row
from indelible.index.section import Section, starts_of
from indelible.index.store import FingerprintStore
from indelible.match.code_search import CodeSearch, Exhaustive
from indelible.match.frame_hashes import HashStacks
from indelible.match.landmarks import LandmarkTables
from indelible.match.local_frames import LocalFrames
from indelible.match.references import References
from indelible.match.sound import SoundReferences
from indelible.model.errors import IndelibleError

_LOADED_MAX = 16  # fingerprints kept in memory: 40 MB for an hour of film


class OutOfStepError(IndelibleError):
    """A fingerprint is lost, or not the one that was laid out: the library is to be opened again."""

    kind = "out-of-step"


@dataclass(frozen=True)
class Library:
    """Sections, and how many of their rows count: what comes after them was not asked for."""

    sections: Sequence[Section]
    rows_count: int
    store: FingerprintStore = field(repr=False)

    @cached_property
    def media(self) -> dict[str, About]:
        """The media whose fingerprint reads, by SHA-256, in order."""
        return {row.sha256: row.about for row in self._rows() if row.about is not None}

    @cached_property
    def fingerprint(self) -> Callable[[str], Fingerprint]:
        """Gives the whole fingerprint of one of the media. Raises OutOfStepError."""
        stamps = dict(row.named for row in self._rows())

        def loaded(sha256: str) -> Fingerprint:
            found = self.store.load(sha256)
            if found is None:
                self.store.doubt(sha256)
            if found is None or self.store.stamp(sha256) != stamps[sha256]:
                raise OutOfStepError("a fingerprint changed while it was used", where=sha256, do="run the command again.")
            return found

        return lru_cache(_LOADED_MAX)(loaded)

    def find(self, sha256: str) -> Fingerprint | None:
        """A whole fingerprint, or None where there is none, or none any more."""
        try:
            return self.fingerprint(sha256) if sha256 in self.media else None
        except OutOfStepError:
            return None

    @cached_property
    def references(self) -> References:
        """The media as queries are compared with them."""
        media = [(row.sha256, row.about) for section in self.sections for row in section.rows if row.about is not None]
        keys = tuple(sha256 for sha256, _ in media)
        sounds_ms = {number: about.sound_ms for number, (_, about) in enumerate(media) if about.sound_ms is not None}
        frames = np.concatenate([np.zeros(0, np.int64), *(section.frame_counts for section in self.sections)])
        whole = References(
            keys=keys,
            fingerprint=lambda number: self.fingerprint(keys[number]),
            local_frames=self._local_frames,
            pictured=np.flatnonzero([about.pictured for _, about in media]),
            heard=np.array(list(sounds_ms), np.int64),
            sounds=SoundReferences(
                [keys[number] for number in sounds_ms],
                list(sounds_ms.values()),
                LandmarkTables.of([section.landmarks for section in self.sections]),
            ),
            hashes=HashStacks(
                tuple(section.hashes for section in self.sections), _starts(section.hash_counts for section in self.sections)
            ),
            code_search=search_of(self.sections),
            code_owner=np.repeat(np.arange(len(frames)), frames),
            code_frame=np.arange(int(frames.sum())) - np.repeat(np.cumsum(frames) - frames, frames),
        )
        return whole if len(self.media) == len(media) else whole.before(len(self.media))

    def _local_frames(self, picture: int) -> LocalFrames:
        section = bisect_right(self._first_pictures, picture) - 1
        return self.sections[section].local_frames(picture - self._first_pictures[section])

    @cached_property
    def _first_pictures(self) -> list[int]:
        """The number of each section's first picture."""
        return list(accumulate((len(section.frame_counts) for section in self.sections), initial=0))[:-1]

    def _rows(self) -> Iterator[Row]:
        return islice((row for section in self.sections for row in section.rows), self.rows_count)


def search_of(sections: Sequence[Section]) -> CodeSearch:
    """What searches the codes of sections with least work."""
    starts = _starts(section.spot_counts for section in sections)
    first = Exhaustive(_side_by_side([section.first_codes for section in sections if section.first_codes.size]), starts)
    if starts[-1] < code_index.EXHAUSTIVE_BELOW:
        return first
    firsts = list(accumulate((len(section.spot_counts) for section in sections), initial=0))[:-1]
    return CodeIndex(standard(), ListsInTurn(tuple(section.lists for section in sections), tuple(firsts)), starts, first)


def _side_by_side(codes: Sequence[Words]) -> Words:
    """Codes uint64[2, n] in one row a word; not copied where there is but one."""
    return codes[0] if len(codes) == 1 else np.concatenate([np.zeros((2, 0), np.uint64), *codes], axis=1)


def _starts(counts: Iterable[Integers]) -> Integers:
    """Where each one's begin, and where the last one's end, of several arrays of counts in turn."""
    return starts_of(np.concatenate([np.zeros(0, np.int64), *counts]))
