"""The house: what belongs to whoever signs, and never travels with an archive.

A folder of mode 0700 with the signing key (0600) and the note last signed with it. One house signs one log. The private key is
read in `sign` and nowhere else, once for each commit.

    key            PKCS #8 in PEM, Ed25519
    key.pub        the public key in base64, so that opening an archive need not read the private one
    last-signed    the instant of the commit on the first line, then the whole note that was signed
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from indelible.durable.disk import SECRET_MODE, Disk
from indelible.ledger.shelf import read_file
from indelible.log import base64
from indelible.log.checkpoint import Checkpoint
from indelible.log.note import NOTE_BYTES_MAX, Note, Verifier
from indelible.model.errors import ArchiveError, FormatError, RefusedToSignError
from indelible.model.moment import from_wire, to_wire

KEY = "key"
PUBLIC_KEY = "key.pub"
LAST_SIGNED = "last-signed"
_FOLDER_MODE = 0o700
_OTHERS = 0o077
_KEY_BYTES_MAX = 4096


@dataclass(frozen=True)
class LastSigned:
    """The note last signed here, verbatim, what it says, and the instant of its commit when one was given."""

    note: bytes
    checkpoint: Checkpoint
    at: datetime | None

    def to_bytes(self) -> bytes:
        """The file's bytes."""
        return (to_wire(self.at) if self.at else "").encode() + b"\n" + self.note

    @classmethod
    def from_bytes(cls, data: bytes) -> LastSigned:
        """Reads it back; raises FormatError. Its signature is the ledger's to check."""
        instant, _, note = data.partition(b"\n")
        at = from_wire(instant.decode("ascii", "replace")) if instant else None
        return cls(note, Checkpoint.from_text(Note.parse(note).text), at)


class House:
    """The signing key and the note last signed, in a folder of their own."""

    def __init__(self, folder: Path, disk: Disk, public_key: bytes) -> None:
        self.folder = folder
        self.disk = disk
        self.public_key = public_key

    @classmethod
    def create(cls, folder: Path, disk: Disk | None = None) -> House:
        """A house with a fresh key; one that has signed nothing yet is taken as it is. Raises RefusedToSignError, DiskError."""
        disk = disk or Disk()
        disk.make_folder(folder)
        folder.chmod(_FOLDER_MODE)
        disk.refuse_kind(folder)
        if (folder / LAST_SIGNED).exists():
            raise RefusedToSignError(
                "this house already signs for a log", where=str(folder), do="open that archive, or name another house_dir."
            )
        if not (folder / KEY).exists():
            key = Ed25519PrivateKey.generate()
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            disk.create_once(folder / KEY, pem, mode=SECRET_MODE)
        public = _private_key(folder).public_key().public_bytes_raw()
        disk.replace_head(folder / PUBLIC_KEY, f"{base64.encode(public)}\n".encode(), mode=SECRET_MODE)
        return cls(folder, disk, public)

    @classmethod
    def open(cls, folder: Path, disk: Disk | None = None) -> House:
        """The house in this folder; raises ArchiveError when there is none, or when others can read its key."""
        public = read_file(folder / PUBLIC_KEY, _KEY_BYTES_MAX)
        if public is None or not (folder / KEY).exists():
            raise ArchiveError(
                "no signing key is here",
                where=str(folder),
                do="name the house_dir that has it, or take the archive over with a new key: indelible adopt.",
            )
        for path in (folder, folder / KEY):
            if path.stat().st_mode & _OTHERS:
                raise ArchiveError("others can read the signing key", where=str(path), do=f"chmod go= {path}")
        disk = disk or Disk()
        disk.refuse_kind(folder)
        return cls(folder, disk, base64.decode(public.decode("ascii", "replace").removesuffix("\n")))

    def verifier(self, origin: str) -> Verifier:
        """The public key as it signs under an origin."""
        return Verifier.of(origin, self.public_key)

    def last_signed(self) -> LastSigned | None:
        """The note last signed here, None when nothing was."""
        data = read_file(self.folder / LAST_SIGNED, NOTE_BYTES_MAX)
        if data is None:
            return None
        try:
            return LastSigned.from_bytes(data)
        except FormatError as error:
            raise RefusedToSignError(
                f"the note last signed cannot be read: {error.message}",
                where=str(self.folder / LAST_SIGNED),
                do="bring it back from a copy of the house, or take the archive over with a new key: indelible adopt.",
            ) from error

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """The signed note of a checkpoint: the one place where the private key is read. Raises RefusedToSignError."""
        key = _private_key(self.folder)
        if key.public_key().public_bytes_raw() != self.public_key:
            raise RefusedToSignError(
                "the private key does not belong to key.pub beside it", where=str(self.folder), do="bring back the right pair."
            )
        return checkpoint.sign(key)

    def remember(self, signed: LastSigned) -> None:
        """Makes this the note last signed, durable on return."""
        self.disk.replace_head(self.folder / LAST_SIGNED, signed.to_bytes(), mode=SECRET_MODE)

    def settle(self) -> None:
        """Makes durable what stands here, whoever wrote it: a process may have died between its write and its sync."""
        self.disk.sync_file(self.folder / LAST_SIGNED)


def _private_key(folder: Path) -> Ed25519PrivateKey:
    data = read_file(folder / KEY, _KEY_BYTES_MAX)
    try:
        key = load_pem_private_key(data or b"", password=None)
    except (ValueError, TypeError) as error:
        raise RefusedToSignError("the signing key cannot be read", where=str(folder / KEY), do="bring it back.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise RefusedToSignError("the signing key is not an Ed25519 key", where=str(folder / KEY), do="bring it back.")
    return key
