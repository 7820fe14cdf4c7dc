"""What queries are compared with, laid out once: every reference's frame hashes, local codes and landmarks of sound.

A whole fingerprint is asked for only of references that are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from indelible.fingerprint.medium import Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.by_definition import Integers
from indelible.match.code_search import CodeSearch, Exhaustive, Prepare
from indelible.match.frame_hashes import HashStacks, frame_hashes, words
from indelible.match.local_frames import LocalFrames
from indelible.match.sound import SoundReferences


@dataclass(frozen=True)
class References:
    """Media to compare with, by their keys; made by `References.of` of media in memory, and by who keeps them on disk.

    `fingerprint` gives that of the i-th of `keys`, `local_frames` those of the i-th picture. `pictured` int64[m], `heard` int64[s]:
    which of the media have a picture and a sound, ascending; pictures are numbered in that order, and so are sounds.
    `code_search` has the codes of f local frames and maybe of more that come after; `code_owner` int64[f] says which picture's
    each is and `code_frame` int64[f] which of its local frames.
    """

    keys: tuple[str, ...]
    fingerprint: Callable[[int], Fingerprint] = field(repr=False)
    local_frames: Callable[[int], LocalFrames] = field(repr=False)
    pictured: Integers
    heard: Integers
    sounds: SoundReferences = field(repr=False)
    hashes: HashStacks = field(repr=False)
    code_search: CodeSearch = field(repr=False)
    code_owner: Integers = field(repr=False)
    code_frame: Integers = field(repr=False)

    @classmethod
    def of(cls, media: Iterable[tuple[str, Fingerprint]], prepare: Prepare = Exhaustive) -> References:
        """Prepares media given as (key, fingerprint); the order is kept in the answers where scores are equal.

        `prepare` makes of all codes what searches them.
        """
        listed = tuple(media)
        fingerprints = tuple(fingerprint for _, fingerprint in listed)
        pictures = [fingerprint.picture for fingerprint in fingerprints if fingerprint.picture is not None]
        counts = [np.diff(picture.local_starts) for picture in pictures]
        frames = [np.arange(len(count)) for count in counts]
        return cls(
            keys=tuple(key for key, _ in listed),
            fingerprint=fingerprints.__getitem__,
            local_frames=[LocalFrames.of(picture) for picture in pictures].__getitem__,
            pictured=np.flatnonzero([fingerprint.picture is not None for fingerprint in fingerprints]),
            heard=np.flatnonzero([fingerprint.sound is not None for fingerprint in fingerprints]),
            sounds=SoundReferences.of([(key, each.sound) for key, each in listed if each.sound is not None]),
            hashes=HashStacks.of([frame_hashes(picture) for picture in pictures]),
            code_search=prepare(
                np.concatenate([np.zeros((2, 0), np.uint64), *(words(picture.codes) for picture in pictures)], axis=1),
                np.cumsum(np.concatenate([[0], *counts])).astype(np.int64),
            ),
            code_owner=np.repeat(np.arange(len(pictures)), [len(count) for count in counts]),
            code_frame=np.concatenate([np.zeros(0, np.int64), *frames]),
        )

    def before(self, count: int) -> References:
        """The first `count` of the media, as `of` would prepare them alone; shares the arrays."""
        pictures, sounds = (int(np.searchsorted(having, count)) for having in (self.pictured, self.heard))
        frames = int(np.searchsorted(self.code_owner, pictures))
        return References(
            keys=self.keys[:count],
            fingerprint=self.fingerprint,
            local_frames=self.local_frames,
            pictured=self.pictured[:pictures],
            heard=self.heard[:sounds],
            sounds=self.sounds.before(sounds),
            hashes=self.hashes.before(pictures),
            code_search=self.code_search,
            code_owner=self.code_owner[:frames],
            code_frame=self.code_frame[:frames],
        )

    def picture(self, number: int) -> PictureFingerprint:
        """One of the pictures."""
        picture = self.fingerprint(int(self.pictured[number])).picture
        if picture is None:
            raise ValueError(f"expected a picture of {self.keys[self.pictured[number]]}")
        return picture
