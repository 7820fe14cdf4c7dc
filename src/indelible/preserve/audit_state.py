"""What an audit remembers for the next: how far the log was clean, what it cites, and when each blob was last read."""

from __future__ import annotations

from dataclasses import dataclass, field

from indelible.ledger.findings import Mark
from indelible.model.errors import FormatError
from indelible.model.record import Sealed, Value
from indelible.preserve.records.kinds import citations, up_cast

STATE_FORMAT = "indelible-audit/1"


@dataclass
class Cited:
    """What the records say that the other files must be."""

    blobs: dict[str, int] = field(default_factory=dict)  # SHA-256 → the first record that cites it
    released: set[str] = field(default_factory=set)  # of which no blob need be there: kept by digest alone, or redacted
    settings: dict[str, Value] = field(default_factory=dict)
    settings_index: int = -1
    readme_sha256: str = ""
    records: int = 0  # how many were read to know all this

    def visit(self, index: int, sealed: Sealed) -> None:
        """Takes in one record."""
        kind, fields = up_cast(sealed.kind, sealed.fields)
        self.records += 1
        for digest in citations(kind, fields):
            self.blobs.setdefault(digest, index)
        if kind == "export/1" and fields.get("keep") == "digest":
            self._release([fields.get("sha256")])
        elif kind == "redaction/1":
            self._release(fields.get("blobs"))
        elif kind == "settings/1" and isinstance(values := fields.get("values"), dict):
            self.settings, self.settings_index = values, index
        elif kind == "archive/1" and isinstance(readme := fields.get("readme_sha256"), str):
            self.readme_sha256 = readme

    def _release(self, digests: Value) -> None:
        if isinstance(digests, list):
            self.released.update(digest for digest in digests if isinstance(digest, str))


@dataclass
class AuditState:
    """Kept by the caller outside the archive. `read` maps a blob's SHA-256 to the number of the audit that last read it."""

    number: int = 0
    mark: Mark | None = None
    cited: Cited = field(default_factory=Cited)
    read: dict[str, int] = field(default_factory=dict)

    def to_value(self) -> dict[str, Value]:
        """As plain JSON."""
        released: list[Value] = [*sorted(self.cited.released)]
        return {
            "format": STATE_FORMAT,
            "number": self.number,
            "mark": _mark_value(self.mark),
            "blobs": dict(self.cited.blobs),
            "released": released,
            "settings": self.cited.settings,
            "settings_index": self.cited.settings_index,
            "readme_sha256": self.cited.readme_sha256,
            "records": self.cited.records,
            "read": dict(self.read),
        }

    @classmethod
    def from_value(cls, value: Value) -> AuditState:
        """Reads it back; raises FormatError on anything else. A lost or broken state only makes the next audit a full one."""
        try:
            return cls._from_members(value)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FormatError(f"expected the state of an audit, found something else: {error!r:.80}") from error

    @classmethod
    def _from_members(cls, value: Value) -> AuditState:
        if not isinstance(value, dict) or value["format"] != STATE_FORMAT:
            raise FormatError(f"expected the state of an audit in the format {STATE_FORMAT}")
        cited = Cited(
            _numbers(value["blobs"]),
            set(_texts(value["released"])),
            _members(value["settings"]),
            _number(value["settings_index"]),
            str(value["readme_sha256"]),
            _number(value["records"]),
        )
        return cls(_number(value["number"]), _mark(value["mark"]), cited, _numbers(value["read"]))


def _mark_value(mark: Mark | None) -> Value:
    if mark is None:
        return None
    stamps: list[Value] = [[size, note, token] for size, note, token in mark.stamps]
    return {"size": mark.size, "root": mark.root, "keys": list(mark.keys), "stamps": stamps}


def _mark(value: Value) -> Mark | None:
    if value is None:
        return None
    members = _members(value)
    stamps = tuple((_number(size), str(note), str(token)) for size, note, token in _lists(members["stamps"]))
    return Mark(_number(members["size"]), str(members["root"]), tuple(_texts(members["keys"])), stamps)


def _members(value: Value) -> dict[str, Value]:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _number(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a number")
    return value


def _numbers(value: Value) -> dict[str, int]:
    return {name: _number(item) for name, item in _members(value).items()}


def _lists(value: Value) -> list[list[Value]]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return [item for item in value if isinstance(item, list)]


def _texts(value: Value) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError("not a list of texts")
    return [item for item in value if isinstance(item, str)]
