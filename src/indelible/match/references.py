"""What queries are compared with, laid out once: every reference's frame hashes and local codes, stacked.

One row of a stack is one 64-bit word of all hashes or codes, so that comparing a query's with all of them is one pass over
contiguous memory a word.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.medium import Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.code_search import CodeSearch, Exhaustive, Prepare
from indelible.match.sound import SoundReferences

HASH_QUALITY_MIN = 20  # PDQ's quality: below it frames of any two clips look alike, so they are never evidence
SIDE_PX_MIN = 16  # the hash tells 16 frequencies a side: what a smaller picture would give it is made up


def words(rows: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Hashes or codes uint8[n, 8 w] as uint64[w, n]."""
    whole = np.ascontiguousarray(rows).view(np.uint64)
    return np.ascontiguousarray(whole.T)


@dataclass(frozen=True)
class FrameHashes:
    """The hashes of one picture that may be evidence: whole frames, then their boxes.

    `bits`: uint64[4, n], the view as it stands. `frames`: int64[n], which frame. `parts`: int64[n], 0 for the whole frame, i for
    its i-th box.
    """

    bits: NDArray[np.uint64]
    frames: NDArray[np.int64]
    parts: NDArray[np.int64]


def frame_hashes(picture: PictureFingerprint, view: int = 0) -> FrameHashes:
    """The hashes of `picture` in one of the eight views, those of low quality and of tiny pictures left out."""
    evident = (picture.qualities >= HASH_QUALITY_MIN) & (min(picture.width, picture.height) >= SIDE_PX_MIN)
    whole = np.flatnonzero(evident)
    boxed = np.flatnonzero(evident[picture.box_frames])
    rows = np.concatenate([picture.hashes[whole, view], picture.box_hashes[boxed, view]])
    nth = np.arange(len(picture.box_frames)) - np.searchsorted(picture.box_frames, picture.box_frames)
    return FrameHashes(
        bits=words(rows),
        frames=np.concatenate([whole, picture.box_frames[boxed]]).astype(np.int64),
        parts=np.concatenate([np.zeros(len(whole), np.int64), 1 + nth[boxed]]),
    )


@dataclass(frozen=True)
class References:
    """Media to compare with, by their keys; made by `References.of`.

    `hashes` uint64[4, h] with `hash_starts` int64[m + 1]: the hashes of picture i are columns hash_starts[i] to [i + 1].
    `code_search` has the codes of f local frames and maybe of more that come after; `code_owner` int64[f] says whose each is
    and `code_frame` int64[f] which of its local frames. Only media with a picture stand in `pictures` (m of them).
    """

    keys: tuple[str, ...]
    fingerprints: tuple[Fingerprint, ...]
    sounds: SoundReferences
    pictures: tuple[tuple[int, PictureFingerprint], ...]
    each_hashes: tuple[FrameHashes, ...]
    hashes: NDArray[np.uint64] = field(repr=False)
    hash_starts: NDArray[np.int64] = field(repr=False)
    code_search: CodeSearch = field(repr=False)
    code_owner: NDArray[np.int64] = field(repr=False)
    code_frame: NDArray[np.int64] = field(repr=False)

    @classmethod
    def of(cls, media: Iterable[tuple[str, Fingerprint]], prepare: Prepare = Exhaustive) -> References:
        """Prepares media given as (key, fingerprint); the order is kept in the answers where scores are equal.

        `prepare` makes of all codes what searches them.
        """
        listed = tuple(media)
        pictures = tuple((i, f.picture) for i, (_, f) in enumerate(listed) if f.picture is not None)
        each = tuple(frame_hashes(picture) for _, picture in pictures)
        counts = [np.diff(picture.local_starts) for _, picture in pictures]
        frames = [np.arange(len(count)) for count in counts]
        return cls(
            keys=tuple(key for key, _ in listed),
            fingerprints=tuple(fingerprint for _, fingerprint in listed),
            sounds=SoundReferences([(key, f.sound) for key, f in listed if f.sound is not None]),
            pictures=pictures,
            each_hashes=each,
            hashes=np.concatenate([np.zeros((4, 0), np.uint64), *(h.bits for h in each)], axis=1),
            hash_starts=np.cumsum([0, *(len(h.frames) for h in each)]).astype(np.int64),
            code_search=prepare(
                np.concatenate([np.zeros((2, 0), np.uint64), *(words(p.codes) for _, p in pictures)], axis=1),
                np.cumsum(np.concatenate([[0], *counts])).astype(np.int64),
            ),
            code_owner=np.repeat(np.arange(len(pictures)), [len(count) for count in counts]),
            code_frame=np.concatenate([np.zeros(0, np.int64), *frames]),
        )

    def before(self, count: int) -> References:
        """The first `count` of the media, as `of` would prepare them alone; shares the arrays."""
        pictures = bisect_left(self.pictures, count, key=lambda held: held[0])
        frames = int(np.searchsorted(self.code_owner, pictures))
        hashes = int(self.hash_starts[pictures])
        return References(
            keys=self.keys[:count],
            fingerprints=self.fingerprints[:count],
            sounds=self.sounds.before(sum(fingerprint.sound is not None for fingerprint in self.fingerprints[:count])),
            pictures=self.pictures[:pictures],
            each_hashes=self.each_hashes[:pictures],
            hashes=self.hashes[:, :hashes],
            hash_starts=self.hash_starts[: pictures + 1],
            code_search=self.code_search,
            code_owner=self.code_owner[:frames],
            code_frame=self.code_frame[:frames],
        )
