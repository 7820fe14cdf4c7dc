"""What an index consists of at one moment; replacing this one file is what commits a change."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from indelible.durable.disk import Disk
from indelible.model.errors import FormatError

FORMAT = "indelible-index/1"
NAME = "manifest"
_SEGMENT = re.compile(r"segment-[0-9a-f]{64}")


@dataclass(frozen=True)
class Manifest:
    """Segments oldest first, the number of the first tail that is not in one of them, and media that are not to be found.

    `lacking`: whether hashes are known not to be held, as while the index is made anew, or after damage.
    """

    version: int
    segments: tuple[str, ...] = ()
    first_tail: int = 0
    removed: tuple[int, ...] = ()
    lacking: bool = False

    def next(self, **changes: object) -> Manifest:
        """The manifest that follows, with these changes."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]  # the fields' own names

    def to_bytes(self) -> bytes:
        """As it lies on the disk."""
        held = {"format": FORMAT} | vars(self)
        return json.dumps(held, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Raises FormatError when this is no manifest of this format."""
        try:
            held = json.loads(data)
            kind = held.pop("format")
            made = cls(**held | {"segments": tuple(held["segments"]), "removed": tuple(held["removed"])})
            formed = kind == FORMAT and _formed(made)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _no_manifest(str(error)) from error
        if not formed:
            raise _no_manifest("a field is not of its form")
        return made


def _formed(made: Manifest) -> bool:
    numbers: tuple[object, ...] = (made.version, made.first_tail, *made.removed)
    names: tuple[object, ...] = made.segments
    return (
        all(isinstance(number, int) and number >= 0 for number in numbers)
        and all(isinstance(name, str) and _SEGMENT.fullmatch(name) for name in names)
        and made.lacking in (False, True)
    )


def _no_manifest(why: str) -> FormatError:
    return FormatError(f"expected a manifest of {FORMAT}: {why}", do="run indelible rebuild.")


def read(folder: Path) -> Manifest | None:
    """The manifest of an index, or None when there is none that reads."""
    try:
        return Manifest.from_bytes((folder / NAME).read_bytes())
    except (OSError, FormatError):
        return None


def commit(folder: Path, manifest: Manifest, disk: Disk) -> None:
    """Makes a manifest the index's, durable on return. Raises DiskError."""
    disk.replace_head(folder / NAME, manifest.to_bytes())
