"""The plain words that stand in a folder of proofs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from indelible.model.record import Sealed

_TEXT = """\
WHAT THIS FOLDER IS

Records from an archive kept with Indelible, the original files that they are about, and what proves them. It can be
checked without Indelible, without a network, and without trust in whoever gave it to you:

    python3 verify.py                 (Python 3.8 or newer, nothing else; better from a copy that you got elsewhere)
    sha256sum -c MANIFEST.sha256      (every file is as it was when this folder was written)

WHAT IS HERE

    records/N.json             record number N of the log: its fields, each with its key, or only its digest where withheld
    receipts/N.tlog-proof      the proof that record N stands in the log (c2sp.org/tlog-proof@v1)
    keys                       the public keys of the log: compare them with a copy that you had another way
    blobs/<SHA-256>            original files, byte for byte; the name is the file's own SHA-256
    stamps/                    time-stamps over the log by an outside authority, when there are any
    MANIFEST.sha256            the SHA-256 of every other file here

{records}
WHAT IS PROVED

    These records stood in the log when its key signed the checkpoint that the receipts bear, and they have not been changed
    since, not by a single bit. The files in blobs/ are the ones that the records are about.
{when}
WHAT IS NOT PROVED

    That what a record says is true. Dates, names and texts that came with a source are what that source stated.
    That nothing else exists: these are the records that were chosen for you.
    That a thing was first: "earliest" always means the earliest known to this archive.
{facts}
HOW A RECORD IS HASHED

    Each field has a key k (32 bytes, in hex) and a value v. Its digest is SHA-256(k then v in canonical JSON, RFC 8785).
    The record's entry is SHA-256 of the canonical JSON object {{name: digest in hex}}. Entries are the leaves of a Merkle
    tree as in RFC 6962; the receipt leads from the leaf to the root that is signed.
"""

_NOT_WHEN = """\
    NOT WHEN: no outside time-stamp stands here. The signature is by the archive's own key, so whoever holds that key could
    have made all of this later than it says.
"""
_WHEN = """\
    WHEN: each token in stamps/ is over the checkpoint beside it, and the .consistency file shows that checkpoint to be an
    earlier state of the same log. A record whose number is below the checkpoint's size existed at the token's time:
        openssl ts -verify -data stamps/SIZE.checkpoint -in stamps/SIZE.tsr -CAfile (the authority's root certificate)
"""


def readme(receipts: Sequence[tuple[int, Sealed]], *, held: AbstractSet[str], stamped: bool, facts: Iterable[str]) -> str:
    """The text of README.txt: what is here, what is proved, what is not, and what the source stated."""
    rows = [
        f"    record {index}: {_plain(sealed.kind) or 'kind withheld'}{_about(sealed, held)}\n" for index, sealed in receipts
    ]
    stated = [f"    {_plain(fact)}\n" for fact in facts]
    return _TEXT.format(
        records="THE RECORDS\n\n" + "".join(rows),
        when=_WHEN if stamped else _NOT_WHEN,
        facts="\nWHAT THE SOURCE STATED\n\n" + "".join(stated) if stated else "",
    )


def _about(sealed: Sealed, held: AbstractSet[str]) -> str:
    digest = sealed.fields.get("sha256")
    if not isinstance(digest, str):
        return ""
    return f", about blobs/{_plain(digest)}" if digest in held else f", about the file {_plain(digest)}, which is not here"


def _plain(text: str) -> str:
    # Text from the world can turn a line around or end it; what does not print stands as its number.
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
