"""Every exhibit compared with those recorded before it: the matches that tracing stands on, derived and kept.

An exhibit's references are exactly the exhibits of lower index, so that a rebuilt archive gives the same matches as one that
grew run by run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from indelible.app.fingerprinting import Progress
from indelible.app.opening import Desk
from indelible.app.searching import Asking
from indelible.index.library import Library
from indelible.match.medium import match_medium
from indelible.model.segment import SegmentMatch


def compare_pending(desk: Desk, progress: Progress, mend: Callable[[], object] = lambda: None) -> int:
    """Compares the exhibits that were not compared yet; returns how many those were.

    `mend` makes fingerprints again that turn out to be lost; without it nothing is compared with those.
    """
    done = desk.derived.compared()
    asking = Asking(desk, settled=True, mend=mend)
    work = [sha256 for sha256 in asking.library.media if sha256 not in done]
    for count, sha256 in enumerate(work, 1):
        matches = asking.ask(partial(_matches, sha256))
        if matches is not None:
            desk.derived.keep_compared(sha256, matches)
        progress(f"compared {count} of {len(work)}")
    return len(work)


def _matches(sha256: str, library: Library) -> Sequence[SegmentMatch] | None:
    """What one of the media shows of those before it; None when its fingerprint turned out to be lost."""
    if sha256 not in library.media:
        return None
    query = library.fingerprint(sha256)
    return match_medium(query, library.references.before(list(library.media).index(sha256)))
