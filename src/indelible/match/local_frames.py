"""The local frames of a picture by themselves: their spots and when they are shown, without the rest of its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indelible.fingerprint.local import Spots
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match.by_definition import Integers


@dataclass(frozen=True)
class LocalFrames:
    """The k local frames of one picture.

    `width`, `height`: of the frames, in pixels. `times_ms` int64[k]: when each is shown. Of `spots` those of frame i are
    starts[i] to [i + 1], int64[k + 1].
    """

    width: int
    height: int
    times_ms: Integers
    starts: Integers
    spots: Spots

    @classmethod
    def of(cls, picture: PictureFingerprint) -> LocalFrames:
        """Those of a picture; shares its spots."""
        spots = Spots(picture.points, picture.sizes, picture.angles, picture.codes)
        return cls(
            picture.width, picture.height, picture.times_ms[picture.local_frames], picture.local_starts.astype(np.int64), spots
        )

    def frame(self, number: int) -> Spots:
        """The spots of one of them."""
        begin, end = int(self.starts[number]), int(self.starts[number + 1])
        held = self.spots
        return Spots(held.points[begin:end], held.sizes[begin:end], held.angles[begin:end], held.codes[begin:end])
