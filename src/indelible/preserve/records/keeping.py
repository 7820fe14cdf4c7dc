"""The archive's own life: its making, operators, settings, custody, holds, locks, redactions, keys and stamps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from indelible.preserve.records.prepare import By, Prepared, Preparing


@dataclass(frozen=True)
class Act:
    """Who did something, and when."""

    at: datetime
    by: By


def archive_record(act: Act, *, origin: str, archive_format: str, readme_sha256: str, software: str) -> Prepared:
    """An `archive/1`: the first record of every log."""
    return (
        _acted("archive/1", act)
        .put("origin", origin)
        .put("format", archive_format)
        .put("readme_sha256", readme_sha256)
        .put("software", software)
        .done()
    )


def key_record(act: Act, *, vkey: str, size: int) -> Prepared:
    """A `key/1`: a public key, in C2SP verifier-key form, and the first size of the log that it signs."""
    return _acted("key/1", act).put("vkey", vkey).put("size", size).done()


def adopt_record(act: Act, *, origin: str, vkey: str, checkpoint: str) -> Prepared:
    """An `adopt/1`: the log goes on under a new key and origin; `checkpoint` is the last note under the old ones."""
    return _acted("adopt/1", act).put("origin", origin).put("vkey", vkey).put("checkpoint", checkpoint).done()


def operator_record(act: Act, *, code: str, note: str = "") -> Prepared:
    """An `operator/1`: from now on records name this code. Who it is stands in the house, never here."""
    return _acted("operator/1", act).put("code", code).put("note", note).done()


def settings_record(act: Act, values: Mapping[str, object]) -> Prepared:
    """A `settings/1`: the settings in force from now on that bear on evidence; see preserve.evidence_settings."""
    return _acted("settings/1", act).put("values", dict(values)).done()


def stamp_record(act: Act, stamp: Stamp) -> Prepared:
    """A `stamp/1`: an authority's time-stamp token over a checkpoint."""
    return (
        _acted("stamp/1", act)
        .put("size", stamp.size)
        .put("checkpoint_sha256", stamp.checkpoint_sha256)
        .put("token_sha256", stamp.token_sha256)
        .put("authority", stamp.authority)
        .put("stamped_at", stamp.stamped_at)
        .done()
    )


@dataclass(frozen=True)
class Stamp:
    """A token as kept under stamps/<size>.tsr, and the time it vouches for."""

    size: int
    checkpoint_sha256: str
    token_sha256: str
    authority: str
    stamped_at: datetime


@dataclass(frozen=True)
class Custody:
    """One handling: what was done with what, why, and by what authority (ISO/IEC 27037)."""

    event: str  # received, collected, found again, handed over, …
    run: int | None = None
    about: Sequence[int | str] = ()  # record indexes, or SHA-256 of blobs
    received_from: str = ""
    acquired_at: str = ""  # as told; a time we did not see
    authority: str = ""
    note: str = ""


def custody_record(act: Act, custody: Custody) -> Prepared:
    """A `custody/1`."""
    return (
        _acted("custody/1", act)
        .put("event", custody.event)
        .put("run", custody.run)
        .put("about", list(custody.about))
        .put("received_from", custody.received_from)
        .put("acquired_at", custody.acquired_at)
        .put("authority", custody.authority)
        .put("note", custody.note)
        .done()
    )


def found_again_record(act: Act, *, sha256: str, name: str, source: str, run: int) -> Prepared:
    """A `custody/1` of bytes already held that came again under another name and that no post refers to by it."""
    return (
        _acted("custody/1", act)
        .put("event", "found again")
        .put("run", run)
        .put("sha256", sha256)
        .put("name", name)
        .put("source", source)
        .done()
    )


def hold_record(act: Act, *, about: Sequence[int | str], reason: str, authority: str = "") -> Prepared:
    """A `hold/1`: these may not be redacted while it stands."""
    return _about("hold/1", act, about, reason).put("authority", authority).done()


def lock_record(act: Act, *, about: Sequence[int | str], reason: str) -> Prepared:
    """A `lock/1`: no rendition, match result or package of these from now on."""
    return _about("lock/1", act, about, reason).done()


@dataclass(frozen=True)
class Redaction:
    """What was withheld from the archive for good: fields by record, and blobs."""

    fields: Mapping[int, Sequence[str]]
    blobs: Sequence[str]
    reason: str
    second: By  # the other of the two people it takes
    authority: str = ""


def redaction_record(act: Act, redaction: Redaction) -> Prepared:
    """A `redaction/1`; recorded before anything is taken away."""
    fields = [{"record": index, "names": list(names)} for index, names in sorted(redaction.fields.items())]
    return (
        _acted("redaction/1", act)
        .put("fields", fields)
        .put("blobs", list(redaction.blobs))
        .put("reason", redaction.reason)
        .put("authority", redaction.authority)
        .put("second", redaction.second.value())
        .done()
    )


def _acted(kind: str, act: Act) -> Preparing:
    return Preparing(kind).put("at", act.at).put("by", act.by.value())


def _about(kind: str, act: Act, about: Sequence[int | str], reason: str) -> Preparing:
    return _acted(kind, act).put("about", list(about)).put("reason", reason)
