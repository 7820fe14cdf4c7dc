"""`audit`: whether what is on the disk is what the log says. Reads everything, writes nothing."""

from __future__ import annotations

from pathlib import Path

from indelible.app.answers.audit import AuditAnswer, FaultRow
from indelible.model.errors import ArchiveError
from indelible.preserve.audit import audit as audit_archive


def audit(root: Path) -> AuditAnswer:
    """Every fault and orphan of the archive at `root`, faults named by path; also when there is nothing to open."""
    try:
        result = audit_archive(root)
    except ArchiveError as error:
        return AuditAnswer({}, (FaultRow(error.where or str(root), error.message),), (), opened=False)
    faults = tuple(FaultRow(fault.path, fault.fault) for fault in result.faults)
    return AuditAnswer(dict(result.checked), faults, tuple(result.orphans), opened=result.opened)
