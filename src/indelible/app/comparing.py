"""Every exhibit compared with those recorded before it: the matches that tracing stands on, derived and kept.

An exhibit's references are exactly the exhibits of lower index, so that a rebuilt archive gives the same matches as one that
grew run by run.
"""

from __future__ import annotations

from indelible.app.fingerprinting import Progress, searchable
from indelible.app.opening import Desk
from indelible.index.code_index import code_search
from indelible.match.medium import match_medium
from indelible.match.references import References


def compare_pending(desk: Desk, progress: Progress) -> int:
    """Compares the exhibits that were not compared yet; returns how many those were."""
    done = desk.derived.compared()
    media = searchable(desk, settled=True)
    work = [position for position, (sha256, _) in enumerate(media) if sha256 not in done]
    references = References.of(media[: work[-1]] if work else [], code_search)
    for count, position in enumerate(work, 1):
        sha256, fingerprint = media[position]
        desk.derived.keep_compared(sha256, match_medium(fingerprint, references.before(position)))
        progress(f"compared {count} of {len(work)}")
    return len(work)
