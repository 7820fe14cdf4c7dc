"""`collect`: sources into the archive, fingerprinted and compared, and the completeness report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from indelible.app.answers.collect import (
    CheckpointRef,
    CollectAnswer,
    DisagreementRow,
    ExhibitRow,
    GapRow,
    MediaCount,
    MissingRow,
    PostsCount,
    RefusedRow,
    RepairRow,
    SourceRow,
    VanishedRow,
)
from indelible.app.comparing import compare_pending
from indelible.app.fingerprinting import Progress, fingerprint_pending, state_of
from indelible.app.intake.closing import Statement
from indelible.app.intake.namesakes import held_twice
from indelible.app.intake.run import Run
from indelible.app.intake.source import Intake, Taken
from indelible.app.opening import Context, Desk, writing
from indelible.app.stamping import authority_of, stamp_pending
from indelible.catalog import channels, exhibits
from indelible.catalog.catalog import Reader
from indelible.collect.sources import Source, open_source
from indelible.media.pool import Pool
from indelible.model.errors import SourceError
from indelible.model.ids import PostId, exhibit_id
from indelible.preserve.archive import Archive


@dataclass(frozen=True)
class Scope:
    """What is taken of the sources, and how closely it is looked at.

    `chats` of a whole account's export, all when there are none. `quick`: films' keyframes alone, so that they can be searched many
    times sooner; they are traced once they were looked at closely.
    """

    chats: Sequence[str] = ()
    quick: bool = False


def collect(context: Context, sources: Sequence[Path], statement: Statement, scope: Scope, progress: Progress) -> CollectAnswer:
    """Takes the sources in and says what they hold, what we hold of it, and what is missing and why.

    Raises SourceError when a source cannot be opened at all; nothing is written then.
    """
    settings = Archive.open(context.root).settings
    authority_of(settings)  # one that is named by half is said before anything is written
    opened = [open_source(path, settings, scope.chats) for path in sources]
    with Pool.start(settings) as pool, writing(context) as desk:  # decoders fork before any key is read
        run = Run(desk, "collect", [source.name for source in opened], pool.level)
        taken = [_take(desk, run, source, statement, progress) for source in opened]
        fingerprint = partial(fingerprint_pending, desk, pool, progress, quick=scope.quick)
        fingerprint()
        compare_pending(desk, progress, fingerprint)
        notes = stamp_pending(desk)
        return _answer(desk, taken, notes)


def _take(desk: Desk, run: Run, source: Source, statement: Statement, progress: Progress) -> Taken:
    intake = Intake(desk, run, source)
    progress(f"collecting {source.name}")
    try:
        for finding in source.findings():
            intake.take(finding)
    except SourceError as error:  # what came before it is kept
        intake.taken.failure = error.message
    intake.close(statement)
    return intake.taken


def _answer(desk: Desk, taken: Sequence[Taken], notes: Iterable[str]) -> CollectAnswer:
    ledger = desk.archive.ledger
    with desk.catalog.reader() as reader:
        return CollectAnswer(
            posts=_posts(taken),
            media=_media(taken),
            exhibits=tuple(_exhibits(desk, reader, taken)),
            gaps=tuple(_gaps(reader, taken)),
            disagreements=tuple(
                DisagreementRow(row.source, row.where, row.about, row.statements)
                for each in taken
                for row in each.disagreements
            ),
            repairs=tuple(RepairRow(row.source, row.rule, row.count) for each in taken for row in each.repairs),
            checkpoint=CheckpointRef.of(ledger.size, ledger.root),
            sources=tuple(SourceRow(each.source.name, each.source.kind, each.complete, each.reason) for each in taken),
            vanished=tuple(_vanished(taken)),
            notes=(*notes, *_older(taken), *held_twice(reader, [found for each in taken for found in each.channels])),
        )


def _posts(taken: Sequence[Taken]) -> PostsCount:
    refused = tuple(RefusedRow(row.source, row.where, row.reason, row.count) for each in taken for row in each.refusals)
    recorded, known = sum(each.recorded for each in taken), sum(each.known for each in taken)
    return PostsCount(recorded + known + sum(row.count for row in refused), recorded, known, refused)


def _media(taken: Sequence[Taken]) -> MediaCount:
    missing = tuple(MissingRow(each.source.name, row.post, row.file, row.reason) for each in taken for row in each.missing)
    referenced = sum(each.referenced for each in taken)
    return MediaCount(referenced, referenced - len(missing), missing)


def _exhibits(desk: Desk, reader: Reader, taken: Sequence[Taken]) -> Iterator[ExhibitRow]:
    outcomes = desk.derived.outcomes()
    for sha256 in dict.fromkeys(chain.from_iterable(each.exhibits for each in taken)):
        exhibit = exhibits.by_sha256(reader, sha256)
        if exhibit is None:
            continue
        outcome = outcomes.get(sha256)
        state, reason = state_of(desk, sha256, outcome), outcome.reason if outcome else ""
        yield ExhibitRow(exhibit_id(desk.origin, exhibit.index), sha256, exhibit.names, state, reason)


def _gaps(reader: Reader, taken: Sequence[Taken]) -> Iterator[GapRow]:
    for channel_id in dict.fromkeys(channel.channel_id for each in taken for channel in each.channels):
        for gap in channels.gaps(reader, channel_id):
            yield GapRow(gap.channel, gap.channel_id, gap.after, gap.before)


def _vanished(taken: Sequence[Taken]) -> Iterator[VanishedRow]:
    for each in taken:
        for channel, vanished in each.vanished:
            for message in vanished.inside:
                yield VanishedRow(str(PostId(channel.channel_id, message)), channel.channel)


def _older(taken: Sequence[Taken]) -> Iterator[str]:
    for each in taken:
        for channel, vanished in each.vanished:
            if vanished.after_end:
                count = len(vanished.after_end)
                yield f"{channel.channel}: {count} posts after this export's last are held from another; this may be the older one"
