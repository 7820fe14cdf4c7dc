"""Media to fingerprints: confined decoders at work, one thread each, whatever has none of the current version yet.

What is left to do is computed, not queued: an exhibit without an outcome of the current version is work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from indelible.app.answers.collect import FIRST_PASS, NOT_MEDIA, PENDING, UNDECODABLE
from indelible.app.opening import Desk
from indelible.catalog.exhibits import ExhibitHeld, all_exhibits
from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.picture import PictureBuilder
from indelible.fingerprint.sound import fingerprint_sound
from indelible.index.growing import rows
from indelible.index.roster import Row
from indelible.match.comparable import nothing_to_compare
from indelible.media.outcome import Outcome, Plan
from indelible.media.pool import Pool
from indelible.model.found import FileRole
from indelible.model.speed import Speed

Progress = Callable[[str], None]
_UNSEARCHED = (PENDING, UNDECODABLE)
SEARCHED = (FileRole.MEDIA.value, FileRole.UNREFERENCED.value)  # a platform's thumbnails would match everything twice


@dataclass(frozen=True)
class Made:
    """What became of a file, and its fingerprint when there is something to compare."""

    outcome: Outcome
    fingerprint: Fingerprint | None


def fingerprint_file(path: Path, name: str, pool: Pool, plan: Plan) -> Made:
    """Decodes a file in the sandbox and fingerprints what comes; a bad file is an outcome."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        builder = PictureBuilder()
        has_picture = False
        with pool.decode(descriptor, plan.of_name(Path(name).suffix.lower())) as decoded:
            for batch in decoded.batches:
                has_picture = True
                builder.add(batch.frames, batch.times_ms)
            outcome, samples = decoded.outcome, decoded.sound
    finally:
        os.close(descriptor)
    if outcome.state not in ("decoded", "partial"):
        return Made(outcome, None)
    sound = fingerprint_sound(samples, plan.sound_rate_hz) if outcome.has_sound else None
    picture = builder.finish() if has_picture else None
    kind = outcome.media_kind
    speed = plan.speed if kind == "video" else Speed.DENSE  # of all else a first pass sees everything
    made = Fingerprint(VERSION, outcome.width, outcome.height, outcome.duration_ms, kind, picture, sound, speed)
    return Made(_with_reason(outcome, nothing_to_compare(made)), made)


def _with_reason(outcome: Outcome, also: str) -> Outcome:
    return replace(outcome, reason="; ".join(filter(None, (outcome.reason, also))))


def pending(desk: Desk) -> list[ExhibitHeld]:
    """The exhibits that have no outcome of the current version, in the order recorded."""
    known, laid_out = desk.derived.outcomes(), {row.sha256: row for row in rows(desk.library)}
    with desk.catalog.reader() as reader:
        return [
            exhibit
            for exhibit in all_exhibits(reader, *SEARCHED)
            if exhibit.sha256 not in known
            or (
                known[exhibit.sha256].state in ("decoded", "partial")
                and not _is_dense(desk, laid_out.get(exhibit.sha256), exhibit)
            )
        ]


def _is_dense(desk: Desk, row: Row | None, exhibit: ExhibitHeld) -> bool:
    """Whether an exhibit has a dense fingerprint that reads; one that did when it was laid out is not read again."""
    if row is not None and row.about is not None and row.stamp == desk.fingerprints.stamp(exhibit.sha256):
        return row.about.speed is Speed.DENSE
    fingerprint = desk.fingerprints.load(exhibit.sha256)
    return fingerprint is not None and fingerprint.speed is Speed.DENSE


def fingerprint_pending(desk: Desk, pool: Pool, progress: Progress, *, quick: bool = False) -> int:
    """Fingerprints what has no current fingerprint; returns how many files were decoded.

    `quick` looks at the keyframes of films that nobody looked at yet: they can be searched so much sooner, and stay pending.
    """
    work, plan = pending(desk), Plan.from_settings(desk.settings)
    if quick:
        known, plan = desk.derived.outcomes(), plan.first_look()
        work = [each for each in work if each.sha256 not in known and not desk.fingerprints.has(each.sha256)]
    with ThreadPoolExecutor(desk.settings.decoders) as threads:
        jobs = [threads.submit(_fingerprint, desk, exhibit, pool, plan) for exhibit in work]
        for done, job in enumerate(as_completed(jobs), 1):
            job.result()
            progress(f"fingerprinted {done} of {len(work)}")
    return len(work)


def _fingerprint(desk: Desk, exhibit: ExhibitHeld, pool: Pool, plan: Plan) -> None:
    path = desk.archive.blobs.path(exhibit.sha256)
    made = fingerprint_file(path, exhibit.names[0] if exhibit.names else "", pool, plan)
    if made.fingerprint is not None:
        desk.fingerprints.save(exhibit.sha256, made.fingerprint)
    if plan.speed is Speed.DENSE or _settles(made):
        desk.derived.keep_outcome(exhibit.sha256, made.outcome)


def _settles(made: Made) -> bool:
    """Whether a first pass saw all that there is: of what is no film it does, and what does not decode is tried again."""
    whole = made.fingerprint is not None and made.fingerprint.speed is Speed.DENSE
    return whole or made.outcome.state == NOT_MEDIA


def state_of(desk: Desk, sha256: str, outcome: Outcome | None) -> str:
    """What became of an exhibit: its outcome's state, or, where it has none, how far it was looked at."""
    if outcome is not None:
        return outcome.state
    return FIRST_PASS if desk.fingerprints.speed(sha256) is Speed.FIRST else PENDING


def not_searchable(desk: Desk, loaded: Container[str] | None = None) -> int:
    """How many exhibits that are media, or may be, cannot be searched: not decoded yet, not to be decoded, or without a fingerprint.

    `loaded` has the SHA-256 of the fingerprints that did read; without it, one that is there counts as one that reads.
    """
    outcomes = desk.derived.outcomes()
    with desk.catalog.reader() as reader:
        held = [exhibit.sha256 for exhibit in all_exhibits(reader, *SEARCHED)]
    lost = {sha256 for sha256 in held if not (desk.fingerprints.has(sha256) if loaded is None else sha256 in loaded)}
    states = {sha256: state_of(desk, sha256, outcomes.get(sha256)) for sha256 in held}
    return sum(state in _UNSEARCHED or (state != NOT_MEDIA and sha256 in lost) for sha256, state in states.items())
