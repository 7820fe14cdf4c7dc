"""What a source says as a whole, recorded when it has been read: its exports, what vanished, what was refused, custody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass

from indelible.app.intake.files import Filed
from indelible.app.intake.run import Ground
from indelible.catalog import posts, runs
from indelible.collect.telegram.account import NOT_CHOSEN
from indelible.model.found import ChannelFound, Disagreement, Refusal, Repair
from indelible.preserve.records.keeping import Act, Custody, custody_record
from indelible.preserve.records.post import Vanished, vanished_from, vanished_record
from indelible.preserve.records.prepare import Prepared
from indelible.preserve.records.source import Export, export_record, refused_record

_SAYS = ("about", "received_from", "acquired_at", "authority", "note")


@dataclass(frozen=True)
class Whole:
    """All that a source said beside its posts. `export_of` maps a channel's number to the export that its posts stand in."""

    source: str
    exports: Sequence[Filed]
    channels: Sequence[ChannelFound]
    export_of: Mapping[int, str]
    refusals: Sequence[Refusal]
    repairs: Sequence[Repair]
    disagreements: Sequence[Disagreement]
    exhibits: Sequence[str]


@dataclass(frozen=True)
class Statement:
    """How the source came to us, as the operator states it."""

    received_from: str = ""
    acquired_at: str = ""
    authority: str = ""
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.received_from or self.acquired_at or self.authority or self.note)


def decide_whole(ground: Ground, whole: Whole, act: Act, statement: Statement, *, added: bool) -> list[Prepared]:
    """The records that end a source; none when all of it was known and nothing is stated that was not said before."""
    fresh = [each for each in whole.exports if runs.export(ground.reader, each.kept.sha256) is None]
    records = list(_exports(fresh, whole, ground.run))
    if fresh:
        records += _vanished(ground, whole)
    records += _refused(ground, whole)
    about = [each.kept.sha256 for each in whole.exports] or list(whole.exhibits)
    said = custody_record(act, Custody("collected", ground.run, about, *astuple(statement)))
    if added or records or (statement and not _is_said(ground, said)):
        records.append(said)
    return records


def lacking(ground: Ground, channel: ChannelFound) -> Vanished:
    """Which posts held of the channel this source lacks."""
    return vanished_from(channel, posts.ids_held(ground.reader, channel.channel_id))


def _exports(fresh: Sequence[Filed], whole: Whole, run: int) -> Iterator[Prepared]:
    """A record for each new export; what was mended and what disagrees stands in the first of them."""
    for each in fresh:
        first = each is fresh[0]
        channels = [found for found in whole.channels if whole.export_of.get(found.channel_id) == each.name]
        yield export_record(
            Export(
                sha256=each.kept.sha256,
                size=each.kept.size,
                name=each.name,
                source=whole.source,
                whole=each.whole,
                complete=all(channel.complete for channel in channels),
                cut_from=_cut_from(each, whole.exports),
                channels=channels,
                repairs=whole.repairs if first else (),
                disagreements=whole.disagreements if first else (),
                changed=each.kept.changed,
            ),
            run=run,
        )


def _cut_from(each: Filed, exports: Sequence[Filed]) -> dict[str, object] | None:
    if each.slice_of is None:
        return None
    cut: dict[str, object] = {"offset": each.slice_of.offset, "length": each.slice_of.length}
    for other in exports:
        if not other.whole and each.name.startswith(other.name + "#"):
            cut |= {"sha256": other.kept.sha256, "size": other.kept.size, "name": other.name}
    return cut


def _vanished(ground: Ground, whole: Whole) -> Iterator[Prepared]:
    digests = {each.name: each.kept.sha256 for each in whole.exports}
    for channel in whole.channels:
        vanished = lacking(ground, channel)
        if vanished.inside or vanished.after_end:
            name = whole.export_of.get(channel.channel_id, "")
            exports = [digests[name]] if name in digests else []
            yield vanished_record(channel, vanished, run=ground.run, exports=exports)


def _refused(ground: Ground, whole: Whole) -> Iterator[Prepared]:
    """What was refused and was not so recorded before of the same bytes."""
    if not whole.refusals:
        return
    export = whole.exports[0].kept.sha256 if whole.exports else None
    refusals = [refusal for refusal in whole.refusals if refusal.reason != NOT_CHOSEN]
    others = [refusal for refusal in whole.refusals if refusal.reason == NOT_CHOSEN]
    if others:  # the report names private chats to the operator; the record only counts them
        refusals.append(Refusal(whole.source, "", NOT_CHOSEN, sum(refusal.count for refusal in others)))
    failures = [held.fields for held in runs.of_kind(ground.reader, "failure/1")]
    said = {(fields.get("export"), fields.get("where"), fields.get("reason")) for fields in failures}
    for refusal in refusals:
        prepared = refused_record(refusal, run=ground.run, export=export)
        fields = prepared.record.fields
        if (export, fields.get("where"), fields.get("reason")) not in said:
            yield prepared


def _is_said(ground: Ground, said: Prepared) -> bool:
    """Whether the same was stated of the same bytes before."""
    told = said.record.fields
    return any(
        all(held.fields.get(name) == told.get(name) for name in _SAYS) for held in runs.of_kind(ground.reader, "custody/1")
    )
