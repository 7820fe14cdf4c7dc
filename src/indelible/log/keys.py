"""The keys that signed a log, oldest first, each with the sizes that it signs: the form of `log/keys`.

One line a key, `<index> <vkey>`: the index of the `key/1` record that brings it in. A key signs the sizes above its own index
and up to the next line's. Source: docs/format/archive.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from indelible.log.checkpoint import Checkpoint, decimal, open_checkpoint
from indelible.log.note import Verifier
from indelible.model.errors import FormatError

KEYS_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True)
class Key:
    """A key and the log index of the record that brings it in."""

    index: int
    verifier: Verifier

    @property
    def line(self) -> str:
        """Its line, with the line end."""
        return f"{self.index} {self.verifier.vkey}\n"


@dataclass(frozen=True)
class Keys:
    """The keys of a log, oldest first, at least one; raises FormatError when their indices do not ascend."""

    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        indices = [key.index for key in self.keys]
        if not indices or indices != sorted(set(indices)):
            raise FormatError("a log has at least one key, and each later one has a higher index")

    @classmethod
    def parse(cls, data: bytes) -> Keys:
        """Reads `log/keys`; raises FormatError on anything else."""
        if len(data) > KEYS_BYTES_MAX:
            raise FormatError(f"a file of keys has at most {KEYS_BYTES_MAX} bytes, this one {len(data)}")
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise FormatError("a file of keys is not UTF-8") from error
        if not text.endswith("\n"):
            raise FormatError("a file of keys ends with a line end")
        return cls(tuple(_key(line) for line in text[:-1].split("\n")))

    def to_bytes(self) -> bytes:
        """The file's bytes."""
        return "".join(key.line for key in self.keys).encode()

    @property
    def newest(self) -> Verifier:
        """The key in force for the next checkpoint."""
        return self.keys[-1].verifier

    def for_size(self, size: int) -> Verifier:
        """The key that signs checkpoints of this size; raises FormatError for sizes that none signs."""
        for key in reversed(self.keys):
            if key.index < size:
                return key.verifier
        raise FormatError(f"no key of this log signs a checkpoint of size {size}")

    def open(self, note: bytes) -> Checkpoint:
        """The checkpoint of a note, signed by the key in force at its size; raises FormatError otherwise."""
        checkpoint = open_checkpoint(note, (key.verifier for key in self.keys))
        in_force = self.for_size(checkpoint.size)
        return open_checkpoint(note, (in_force,))


def _key(line: str) -> Key:
    index, space, vkey = line.partition(" ")
    if not space:
        raise FormatError(f"expected a line of index and key, found {line[:80]!r}")
    return Key(decimal(index), Verifier.parse(vkey))
