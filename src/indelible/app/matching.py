"""`match`: files compared with the archive, without being preserved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from indelible.app.answers.marked import set_aside_rows
from indelible.app.answers.match import MatchAnswer, MatchRow
from indelible.app.fingerprinting import Made, Progress, fingerprint_file, not_searchable
from indelible.app.marking import marked
from indelible.app.method import COMPARED_BY
from indelible.app.opening import Context, Desk, reading
from indelible.app.searching import Asking, glanced
from indelible.app.setting_aside import of_file
from indelible.catalog import exhibits
from indelible.catalog.catalog import Reader
from indelible.catalog.exhibits import ExhibitHeld
from indelible.index.library import Library
from indelible.match.cohort import COHORT
from indelible.match.medium import match_medium
from indelible.media.outcome import Outcome, Plan
from indelible.media.pool import Pool
from indelible.model.ids import exhibit_id
from indelible.model.segment import SegmentMatch
from indelible.preserve.archive import Archive
from indelible.trace.marks import Marks, SetAside

_BOUND_DIGITS = 6


def match_files(context: Context, paths: Sequence[Path], progress: Progress, *, quick: bool = False) -> Iterator[MatchAnswer]:
    """One answer for each file, in their order; a file that cannot be read is an answer too.

    `quick` looks at a film's keyframes alone: that finds nearly as much and settles nothing.
    """
    settings = Archive.open(context.root).settings
    with Pool.start(settings) as pool, reading(context) as desk:
        asking = Asking(desk)
        library, left_out = asking.library, not_searchable(desk, asking.library.media)
        marks = marked(desk, library).marks
        plan = Plan.from_settings(settings)
        plan = plan.first_look() if quick else plan
        for path in paths:
            progress(f"matching {path}")
            made = _made(path, pool, plan)
            stand, aside = asking.ask(partial(_matched, made, marks))
            if asking.library is not library:
                library, left_out = asking.library, not_searchable(desk, asking.library.media)
            with desk.catalog.reader() as reader:
                rows = tuple(_row(desk, reader, match) for match in stand)
                set_aside = set_aside_rows(aside, partial(_cited, desk, reader))
            state, reason = _state(made.outcome)
            yield MatchAnswer(
                query=str(path),
                state=state,
                complete=left_out == 0,
                not_searchable=left_out,
                matches=rows,
                reason=reason,
                speed=made.fingerprint.speed if made.fingerprint else plan.speed,
                compared=len(library.media),
                glanced=glanced(library),
                wrong_copies_max=round(COHORT.wrong_max(len(library.media)), _BOUND_DIGITS),
                cohort=COHORT.version,
                **COMPARED_BY,
                set_aside=set_aside,
            )


def _made(path: Path, pool: Pool, plan: Plan) -> Made:
    try:
        return fingerprint_file(path, path.name, pool, plan)
    except OSError as error:
        return Made(Outcome("undecodable", f"the file cannot be read: {error.strerror or error}"), None)


def _matched(made: Made, marks: Marks, library: Library) -> tuple[list[SegmentMatch], list[SetAside]]:
    """The matches that stand, and those that rest on marks alone."""
    if made.fingerprint is None:
        return [], []
    return of_file(made.fingerprint, library.fingerprint, marks, match_medium(made.fingerprint, library.references))


def _state(outcome: Outcome) -> tuple[str, str]:
    """A query is decoded, partial or undecodable: what is no medium cannot be decoded."""
    if outcome.state == "not media":
        return "undecodable", outcome.reason or "this is no picture, video or sound"
    return outcome.state, outcome.reason


def _row(desk: Desk, reader: Reader, match: SegmentMatch) -> MatchRow:
    exhibit = _held(reader, match.reference)
    return MatchRow.of(match, exhibit_id(desk.origin, exhibit.index), exhibit.names)


def _cited(desk: Desk, reader: Reader, sha256: str) -> str:
    return exhibit_id(desk.origin, _held(reader, sha256).index)


def _held(reader: Reader, sha256: str) -> ExhibitHeld:
    exhibit = exhibits.by_sha256(reader, sha256)
    if exhibit is None:
        raise ValueError(f"no exhibit has the fingerprint {sha256}")
    return exhibit
