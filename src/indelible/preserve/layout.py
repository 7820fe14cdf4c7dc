"""What an archive's folder holds, and the text of README.txt: how to check it all without Indelible."""

from __future__ import annotations

from hashlib import sha256

FORMAT = "indelible-archive/1"
FORMAT_BYTES = f"{FORMAT}\n".encode()

README_FILE = "README.txt"
FORMAT_FILE = "format"
SETTINGS_FILE = "settings.toml"
BLOBS = "blobs"
INCOMING = "incoming"
DERIVED = "derived"
RECORDS = "records"
LOG = "log"
STAMPS = "stamps"
CHECKPOINT = "log/checkpoint"
FILES = (README_FILE, FORMAT_FILE, SETTINGS_FILE)
FOLDERS = (BLOBS, RECORDS, LOG, STAMPS, INCOMING, DERIVED)
BLOB_FOLDERS = tuple(f"{number:02x}" for number in range(256))

SETTINGS_BYTES = b"""\
# Settings of this archive. What is not set here has the value that docs/settings.md names.
# Those that bear on evidence are recorded in the log whenever they change.
"""

README_BYTES = b"""\
This folder is an archive of evidence, of the format indelible-archive/1.

Please do not change, rename or remove anything in it except derived/, which is made again from the rest.

What is here
  blobs/      the originals. The name of each file is the SHA-256 of its bytes; nothing was re-encoded.
  records/    what is known of them: one JSON object a line, up to 256 lines a file, in the order recorded.
  log/        a Merkle tree over the records (c2sp.org/tlog-tiles) and its signed checkpoint (c2sp.org/signed-note).
  stamps/     checkpoints as a time-stamp authority saw them, and its RFC 3161 tokens.
  incoming/   unfinished copies; may be emptied when nothing is running.
  derived/    tables and fingerprints; may be deleted.

How to check it without Indelible
  1. The originals. Each line that this prints says "FAILED", or nothing is wrong:
       cd blobs && for f in ??/*; do echo "${f##*/}  $f"; done | sha256sum --check --quiet
     On a Mac: shasum -a 256 --check. With OpenSSL: openssl dgst -sha256 blobs/ab/ab...
  2. A record, its place in the log, and the checkpoint's signature. A folder made by "indelible prove" holds verify.py,
     which needs only Python 3.11 or newer:
       python3 verify.py
     log/checkpoint is an Ed25519 signature over its own first lines; log/keys holds the public key.
  3. A time-stamp, with the certificate of its authority:
       openssl ts -verify -data stamps/SIZE.checkpoint -in stamps/SIZE.tsr -CAfile authority.pem

What this proves, and what not
  The log proves that nothing recorded was changed, removed or put in between since a checkpoint was signed. It is signed with
  a key of whoever keeps the archive: alone it does not prove when. Time-stamps and checkpoints handed to others do that.
  What a record says of the world is what its source said; see the field "voucher" beside each time.

The format is described in docs/format/archive.md and docs/format/records.md of Indelible's source.
"""
README_SHA256 = sha256(README_BYTES).hexdigest()


def blob_path(sha256_hex: str) -> str:
    """A blob's path relative to the archive."""
    return f"{BLOBS}/{sha256_hex[:2]}/{sha256_hex}"
