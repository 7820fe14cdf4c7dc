"""What one frame of a query, held still, makes of a stretch by a map that moves.

A map that follows a thing over plain ground, as a figure of a drawn film, makes its movement wherever that thing is shown again.
Then one frame fits as well as the film, and nothing speaks for the moment.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from indelible.match.alignment import Rival, run_of
from indelible.match.candidate import Candidate, Found, measured
from indelible.match.pixels import agreement
from indelible.match.settle import holding

_FRAMES_MAX = 120  # around the one that is held: it bounds the cost of a long stretch


def held(candidate: Candidate, how: Found) -> Rival | None:
    """How sure the frame that looks most alike, held, is of the moment that was found; None where it cannot be followed."""
    run = run_of(how.agreed, how.line)
    if run is None:
        return None
    most = int(how.agreed.looks[run].argmax())
    start = max(0, most - _FRAMES_MAX // 2)
    rows, columns = (side[start : start + _FRAMES_MAX] for side in run)
    query, reference = candidate.query, candidate.reference
    laid = holding(query, reference, how.laid, (rows, columns), most - start)
    if laid is None:
        return None
    frozen = replace(query, thumbs=np.broadcast_to(query.thumbs[rows[most - start]], query.thumbs.shape))
    agreed = agreement(frozen, reference, laid)
    frames = np.full(len(how.line.frames), -1)
    frames[rows] = columns
    beside = replace(how.line, frames=frames)
    made = measured(replace(candidate, query=frozen), Found(laid, agreed, beside)) if agreed is not None else None
    return Rival.best([made]) if made is not None else None
