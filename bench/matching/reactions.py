"""What others add while footage plays: somebody who watches it, in a corner, or the lines of a live chat."""

from __future__ import annotations

from bench.matching import overlays
from bench.matching.edits import Edited, Scissors, fill, looped, placed, whole
from bench.matching.footage import Footage, even
from bench.matching.overlays import laid

_LINES, _SHOWN = 40, 6
_LETTERS = list("abcdefgh ijklmno")


def watched(original: Footage, cut_in: Scissors) -> Edited:
    """Another film over a corner, more than a third as wide."""
    width, height = original.size
    size = even(width * 0.38), even(width * 0.38 * 0.75)
    head = fill(looped(cut_in.other(0).frames, len(original.frames)), size)
    x = 0 if cut_in.random.random() < 0.5 else width - size[0]
    y = 0 if cut_in.random.random() < 0.3 else height - size[1]
    return whole(original, placed(original.frames, head, x, y), crf=30)


def talked_over(original: Footage, cut_in: Scissors) -> Edited:
    """Six lines of a live chat in the lower left, which step up twice a second or so."""
    random, (width, height) = cut_in.random, original.size
    texts = ["".join(random.choice(_LETTERS, int(random.integers(8, 22)))) for _ in range(_LINES)]
    lines = [overlays.words(text, even(width * random.uniform(0.3, 0.6))) for text in texts]
    step = int(random.integers(9, 16))
    frames = original.frames.copy()
    for number in range(len(frames)):
        for place in range(_SHOWN):
            y = height - 20 - (_SHOWN - place) * int(height * 0.07)
            frames[number] = laid(frames[number][None], lines[(number // step + place) % _LINES], 6, y)[0]
    return whole(original, frames, crf=30)
