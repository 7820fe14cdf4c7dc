"""Signed notes: a text, a blank line, and lines that sign it with Ed25519.

Parsing is strict: one spelling for everything, no signature from a key twice, nothing after the last line. A signature by a
key that is not known is left alone, as the format demands; one by a known key must hold. Source: c2sp.org/signed-note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from indelible.log import base64
from indelible.model.errors import FormatError

NOTE_BYTES_MAX = 1024 * 1024
SIGNATURES_MAX = 100
ED25519 = b"\x01"
KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_DASH = "\N{EM DASH} "


def key_id(name: str, public_key: bytes) -> bytes:
    """The four bytes that, with the name, say which Ed25519 key signed."""
    return sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:KEY_ID_BYTES]


def key_name(name: str) -> str:
    """`name` when a key may bear it: not empty, no spaces, no plus, no control characters. Raises FormatError otherwise."""
    if not name or "+" in name or _CONTROL.search(name) or any(c.isspace() for c in name):
        raise FormatError(f"a key's name is not empty and holds neither space nor plus, found {name[:80]!r}")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise FormatError(f"a key's name is not text that UTF-8 can carry: {name[:80]!r}") from error
    return name


@dataclass(frozen=True)
class Verifier:
    """A public key and the name that it signs under; `key_id` has 4 bytes, `public_key` 32."""

    name: str
    key_id: bytes
    public_key: bytes

    def __post_init__(self) -> None:
        key_name(self.name)
        if len(self.public_key) != PUBLIC_KEY_BYTES or self.key_id != key_id(self.name, self.public_key):
            raise FormatError(f"the key id of {self.name} does not belong to its name and public key")

    @classmethod
    def of(cls, name: str, public_key: bytes) -> Verifier:
        """The verifier of a 32-byte public key under a name."""
        return cls(name, key_id(name, public_key), public_key)

    @classmethod
    def of_private(cls, name: str, private_key: Ed25519PrivateKey) -> Verifier:
        """The verifier of what this private key signs under a name."""
        return cls.of(name, private_key.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Reads `name+keyid+base64`; raises FormatError on another spelling, and on keys other than Ed25519."""
        parts = vkey.split("+", 2)
        if len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):  # noqa: PLR2004  name, id, key
            raise FormatError(f"expected a verifier key like name+33d7b496+AeHT…, found {vkey[:120]!r}")
        key = base64.decode(parts[2])
        if key[:1] != ED25519:
            raise FormatError(f"the key of {parts[0]!r} is not an Ed25519 key")
        return cls(parts[0], bytes.fromhex(parts[1]), key[1:])

    @property
    def vkey(self) -> str:
        """The key as one word of text."""
        return f"{self.name}+{self.key_id.hex()}+{base64.encode(ED25519 + self.public_key)}"

    def holds(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signature:
    """One signature line: the key's name and id, and what it made."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its line end."""
        return f"{_DASH}{self.name} {base64.encode(self.key_id + self.signature)}\n"


@dataclass(frozen=True)
class Note:
    """A text that ends with a line end, and the signatures that stand below it, whoever made them."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, note: bytes) -> Note:
        """Reads a note without judging its signatures; raises FormatError on anything but the one form."""
        if len(note) > NOTE_BYTES_MAX:
            raise FormatError(f"a signed note has at most {NOTE_BYTES_MAX} bytes, this one {len(note)}")
        try:
            whole = note.decode()
        except UnicodeDecodeError as error:
            raise FormatError("a signed note is not UTF-8") from error
        if _CONTROL.search(whole):
            raise FormatError("a signed note holds a control character")
        text, gap, lines = whole.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise FormatError("a signed note is a text, an empty line, and signature lines that end with a line end")
        signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
        if len(signatures) > SIGNATURES_MAX:
            raise FormatError(f"a signed note has at most {SIGNATURES_MAX} signatures")
        if len({(s.name, s.key_id) for s in signatures}) != len(signatures):
            raise FormatError("a signed note is signed by one key twice")
        return cls(f"{text}\n", signatures)

    def to_bytes(self) -> bytes:
        """The note as it stands in a file."""
        return (self.text + "\n" + "".join(s.line for s in self.signatures)).encode()

    def signed_by(self, verifiers: Iterable[Verifier]) -> tuple[Verifier, ...]:
        """Those of `verifiers` that signed, never none; raises FormatError when none did or one's signature is false."""
        known = {(v.name, v.key_id): v for v in verifiers}
        text = self.text.encode()
        signers: list[Verifier] = []
        for signature in self.signatures:
            verifier = known.get((signature.name, signature.key_id))
            if verifier is None:
                continue
            if not verifier.holds(text, signature.signature):
                raise FormatError(f"the signature of {signature.name} does not belong to this text")
            signers.append(verifier)
        if not signers:
            names = ", ".join(sorted(v.name for v in known.values()))
            raise FormatError(f"a signed note bears no signature by {names or 'any key given'}")
        return tuple(signers)


def sign(text: str, name: str, private_key: Ed25519PrivateKey) -> bytes:
    """A note of `text`, which ends with a line end, signed under `name`. The result is parsed back before it is given."""
    verifier = Verifier.of_private(name, private_key)
    made = Signature(name, verifier.key_id, private_key.sign(text.encode()))
    note = Note(text, (made,))
    data = note.to_bytes()
    if Note.parse(data) != note:
        raise FormatError("a note's text ends with a line end")
    return data


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise FormatError(f"expected a signature line, found {line[:80]!r}")
    data = base64.decode(encoded)
    if len(data) <= KEY_ID_BYTES:
        raise FormatError(f"the signature of {name[:80]!r} is empty")
    return Signature(key_name(name), data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])
