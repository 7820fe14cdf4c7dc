"""Audits an archive: every blob, record, tile, note and token, and whether they belong together. Writes nothing.

Faults are damage: a file that is not what it must be, or is gone. Orphans are files that belong to nothing: an interrupted
run leaves some, and they do no harm. Neither the house nor the catalog is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indelible.ledger.check import check
from indelible.ledger.findings import Fault, Finding, Orphan, Tally
from indelible.model.errors import ArchiveError, IndelibleError
from indelible.preserve.archive import Archive
from indelible.preserve.audit_files import check_citations, check_folders, check_texts, list_blobs, read_blobs
from indelible.preserve.audit_state import AuditState, Cited
from indelible.preserve.blobs import Blobs


@dataclass(frozen=True)
class AuditResult:
    """What an audit found; paths are relative to the archive.

    `checked` counts what was read, by kind. `opened` is false when the archive cannot be opened at all: the faults say why.
    `state` is for the next audit of the same archive.
    """

    checked: Mapping[str, int]
    faults: tuple[Fault, ...]
    orphans: tuple[str, ...]
    why: Mapping[str, str]  # of each orphan
    opened: bool
    state: AuditState


@dataclass(frozen=True)
class Budget:
    """How long blobs may be read: until `clock`, in seconds, has passed `until`."""

    until: float
    clock: Callable[[], float]

    @property
    def is_spent(self) -> bool:
        """Whether no more may be begun."""
        return self.clock() >= self.until


def audit(
    root: Path,
    *,
    state: AuditState | None = None,
    budget: Budget | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AuditResult:
    """Checks the archive in `root`; all of it unless a `state` says what an earlier audit found clean.

    With a state, only records and blobs new since then are read; with a budget too, those read longest ago after them until
    it is spent. That every cited blob is there is checked each time. `progress` is told of blobs read and to read.
    Raises ArchiveError when nothing of an archive is there.
    """
    if not root.is_dir():
        raise ArchiveError("there is no such folder", where=str(root), do="name the archive's folder.")
    return _Audit(root, state or AuditState(), budget, progress or (lambda _done, _all: None)).run(full=state is None)


class _Audit:
    def __init__(self, root: Path, state: AuditState, budget: Budget | None, progress: Callable[[int, int], None]) -> None:
        self.root = root
        self.before = state
        self.budget = budget
        self.progress = progress
        self.faults: dict[Fault, None] = {}
        self.orphans: dict[str, str] = {}
        self.tally = Tally()
        self.cited = _copied(state.cited)
        self.whole = False  # whether every record could be read

    def run(self, *, full: bool) -> AuditResult:
        self._take(check_folders(self.root))
        self._log()
        self._take(check_texts(self.root, self.cited))
        read = self._blobs(full=full)
        opened = self._opened()
        after = AuditState(self.before.number + 1, self.tally.mark, self._remembered(), read)
        return AuditResult(self.tally.checked, tuple(self.faults), tuple(self.orphans), self.orphans, opened, after)

    def _remembered(self) -> Cited:
        if self.tally.mark is None:
            return Cited()
        self.cited.records = self.tally.mark.size  # those after it are read, and counted, again
        return self.cited

    def _take(self, findings: Iterator[Finding] | Sequence[Finding]) -> None:
        for finding in findings:
            if isinstance(finding, Orphan):
                self.orphans.setdefault(finding.path, finding.why)
            else:
                self.faults.setdefault(finding)

    def _log(self) -> None:
        try:
            self._take(check(self.root, since=self.before.mark, tally=self.tally, visit=self.cited.visit))
        except IndelibleError as error:
            self._take([self._fault_of(error)])
        self.whole = self.tally.mark is not None and self.cited.records >= self.tally.size

    def _blobs(self, *, full: bool) -> dict[str, int]:
        """Checks blobs; returns which audit last found each of them sound."""
        held = list_blobs(self.root)
        self._take(held.findings)
        self._take(check_citations(held.digests, self.cited, whole=self.whole))
        there = set(held.digests)
        read = {digest: number for digest, number in self.before.read.items() if digest in there}
        new = [digest for digest in held.digests if digest not in read]
        old = sorted((digest for digest in held.digests if digest in read), key=lambda digest: (read[digest], digest))
        self.tally.count("blobs", 0)
        self._read(new, read, bounded=False)
        if full or self.budget:
            self._read(old, read, bounded=True)
        return read

    def _read(self, digests: Sequence[str], read: dict[str, int], *, bounded: bool) -> None:
        for done, (digest, fault) in enumerate(read_blobs(Blobs(self.root), self._while_allowed(digests, bounded=bounded)), 1):
            self.tally.count("blobs")
            if fault:
                self._take([fault])
                read.pop(digest, None)
            else:
                read[digest] = self.before.number + 1
            self.progress(done, len(digests))

    def _while_allowed(self, digests: Sequence[str], *, bounded: bool) -> Iterator[str]:
        for digest in digests:
            if bounded and self.budget and self.budget.is_spent:
                return
            yield digest

    def _opened(self) -> bool:
        """Whether the archive can be opened; when not, some fault says why."""
        try:
            Archive.open(self.root)
        except IndelibleError as error:
            fault = self._fault_of(error)
            if not any(other.path == fault.path for other in self.faults):
                self._take([fault])
            return False
        return True

    def _fault_of(self, error: IndelibleError) -> Fault:
        where = Path(error.where or self.root)
        inside = where.is_relative_to(self.root)
        return Fault(where.relative_to(self.root).as_posix() if inside else str(where), error.message)


def _copied(cited: Cited) -> Cited:
    return replace(cited, blobs=dict(cited.blobs), released=set(cited.released))
