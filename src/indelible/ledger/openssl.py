"""The one door to the `openssl` program: it verifies the time-stamp tokens that a strict DER parser refuses.

Some authorities answer in BER (indefinite lengths). OpenSSL reads that; the names, which it does not pin, are for the caller.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from indelible.model.errors import StampError

SECONDS_MAX = 30
_TIME = re.compile(r"^Time stamp: (\w{3}) +(\d+) (\d\d:\d\d:\d\d)(\.\d+)? (\d{4}) GMT$", re.MULTILINE)
_NONCE = re.compile(r"^Nonce: (?:0x([0-9A-F]+)|unspecified)$", re.MULTILINE)


@dataclass(frozen=True)
class Verified:
    """What OpenSSL found: the instant, the nonce, and certificates in PEM: the signer's and all that the token holds."""

    at: datetime
    nonce: int | None
    signer: bytes
    bag: bytes


def verify(token: bytes, data: bytes, trusted: bytes) -> Verified:
    """Verifies an RFC 3161 response over `data` against PEM certificates, as at its own instant; raises StampError."""
    with tempfile.TemporaryDirectory(prefix="indelible-stamp-") as name:
        folder = Path(name)
        for file, content in (("token.tsr", token), ("data", data), ("trusted.pem", trusted)):
            (folder / file).write_bytes(content)
        text = _run(folder, "ts", "-reply", "-in", "token.tsr", "-text").decode("utf-8", "replace")
        at = _instant(text)
        epoch = str(int(at.timestamp()))
        chain = ("-CAfile", "trusted.pem", "-attime", epoch)
        _run(folder, "ts", "-verify", "-in", "token.tsr", "-data", "data", "-untrusted", "trusted.pem", *chain)
        _run(folder, "ts", "-reply", "-in", "token.tsr", "-token_out", "-out", "token.der")
        who = ("-signer", "signer.pem", "-certsout", "bag.pem", "-out", "content")
        _run(folder, "cms", "-verify", "-inform", "DER", "-in", "token.der", "-purpose", "timestampsign", *chain, *who)
        nonce = _NONCE.search(text)
        number = int(nonce[1], 16) if nonce and nonce[1] else None
        return Verified(at, number, (folder / "signer.pem").read_bytes(), (folder / "bag.pem").read_bytes())


def _run(folder: Path, *arguments: str) -> bytes:
    program = shutil.which("openssl")
    if program is None:
        raise StampError(
            "this token is not strict DER, and the openssl program that could read it is missing",
            do="install it (Debian and Ubuntu: apt-get install openssl), then run the command again.",
        )
    try:
        done = subprocess.run(  # noqa: S603  a fixed program, our own arguments, files we wrote
            [program, *arguments], cwd=folder, capture_output=True, timeout=SECONDS_MAX, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StampError(f"openssl {arguments[0]} did not answer: {error}", do="look whether openssl works here.") from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise StampError(f"openssl {arguments[0]} {arguments[1]} refuses the token: {said[-1][:200] if said else 'no reason'}")
    return done.stdout


def _instant(text: str) -> datetime:
    found = _TIME.search(text)
    if not found:
        raise StampError("openssl names no instant in this token")
    month, day, clock, fraction, year = found.groups()
    try:
        at = datetime.strptime(f"{year} {month} {day} {clock}", "%Y %b %d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise StampError(f"openssl names an instant that cannot be read: {found[0]}") from error
    return at.replace(microsecond=int(f"{(fraction or '.')[1:]:0<6}"[:3]) * 1000)
