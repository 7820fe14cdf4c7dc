"""`match`: files compared with the archive, without being preserved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from indelible.app.answers.match import MatchAnswer, MatchRow
from indelible.app.fingerprinting import Made, Progress, fingerprint_file, not_searchable, searchable
from indelible.app.opening import Context, Desk, reading
from indelible.catalog import exhibits
from indelible.catalog.catalog import Reader
from indelible.match.cohort import COHORT
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.media.outcome import Outcome, Plan
from indelible.media.pool import Pool
from indelible.model.ids import exhibit_id
from indelible.model.segment import SegmentMatch
from indelible.preserve.archive import Archive

_BOUND_DIGITS = 6


def match_files(context: Context, paths: Sequence[Path], progress: Progress, *, quick: bool = False) -> Iterator[MatchAnswer]:
    """One answer for each file, in their order; a file that cannot be read is an answer too.

    `quick` looks at a film's keyframes alone: that finds nearly as much and settles nothing.
    """
    settings = Archive.open(context.root).settings
    with Pool.start(settings) as pool, reading(context) as desk:
        found = searchable(desk)
        references = References.of(found)
        left_out = not_searchable(desk, dict(found))
        plan = Plan.from_settings(settings)
        plan = plan.first_look() if quick else plan
        for path in paths:
            progress(f"matching {path}")
            made = _made(path, pool, plan)
            matches = match_medium(made.fingerprint, references) if made.fingerprint else []
            with desk.catalog.reader() as reader:
                rows = tuple(_row(desk, reader, match) for match in matches)
            state, reason = _state(made.outcome)
            speed = made.fingerprint.speed if made.fingerprint else plan.speed
            bound = round(COHORT.wrong_max(len(found)), _BOUND_DIGITS)
            yield MatchAnswer(str(path), state, left_out == 0, left_out, rows, reason, speed, len(found), bound, COHORT.version)


def _made(path: Path, pool: Pool, plan: Plan) -> Made:
    try:
        return fingerprint_file(path, path.name, pool, plan)
    except OSError as error:
        return Made(Outcome("undecodable", f"the file cannot be read: {error.strerror or error}"), None)


def _state(outcome: Outcome) -> tuple[str, str]:
    """A query is decoded, partial or undecodable: what is no medium cannot be decoded."""
    if outcome.state == "not media":
        return "undecodable", outcome.reason or "this is no picture, video or sound"
    return outcome.state, outcome.reason


def _row(desk: Desk, reader: Reader, match: SegmentMatch) -> MatchRow:
    exhibit = exhibits.by_sha256(reader, match.reference)
    if exhibit is None:
        raise ValueError(f"no exhibit has the fingerprint {match.reference}")
    return MatchRow.of(match, exhibit_id(desk.origin, exhibit.index), exhibit.names)
