"""What can go wrong, for people and for scripts.

One root, few classes. A message says what was expected and what was found; `where` names the place, `do` the next step.
One bad thing among many (a post, a clip) is a value, never one of these: these stop the command.
"""

from __future__ import annotations

EXIT_DONE = 0
EXIT_AMISS = 1
EXIT_USAGE = 2
EXIT_FAILED = 3


class IndelibleError(Exception):
    """The command cannot go on; says what was found, where, and what to do."""

    kind = "failed"
    exit_code = EXIT_FAILED

    def __init__(self, message: str, *, where: str = "", do: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.do = do

    def __str__(self) -> str:
        parts = [self.message]
        if self.where:
            parts.append(f"Where: {self.where}.")
        if self.do:
            parts.append(f"What to do: {self.do}")
        return " ".join(parts)


class UsageError(IndelibleError):
    """The command was given something it cannot take."""

    kind = "usage"
    exit_code = EXIT_USAGE


class ArchiveError(IndelibleError):
    """The archive cannot be opened: absent, of another format, or not an archive."""

    kind = "archive"


class FormatError(IndelibleError):
    """Bytes do not have the form that the format's page demands."""

    kind = "format"


class ConflictError(IndelibleError):
    """Another writer appended first; catch up and decide again."""

    kind = "conflict"


class RefusedToSignError(IndelibleError):
    """The log on disk is not the one last signed here: an older copy or a fork."""

    kind = "refused-to-sign"


class PoisonedError(IndelibleError):
    """A sync failed, so nothing more may be written through this open archive."""

    kind = "poisoned"


class DiskError(IndelibleError):
    """The disk is full, read-only, or of a kind that cannot keep promises."""

    kind = "disk"


class SourceError(IndelibleError):
    """A source cannot be read at all, or is not of a kind that we know."""

    kind = "source"


class SandboxError(IndelibleError):
    """Nothing may be decoded here: no layer of confinement is available, or the worker cannot be started."""

    kind = "sandbox"


class StampError(IndelibleError):
    """A time-stamp token is not what its authority, digest or chain should make it."""

    kind = "stamp"
