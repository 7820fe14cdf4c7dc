"""Time-stamps: an authority's RFC 3161 token over a checkpoint's note, so that the log existed by then.

None is asked for unless an authority is configured, and it gets a hash, nothing else. Which stamp is due is computed from what
is on disk, never queued: a checkpoint that says more than the last one stamped. The token's digest becomes a record, because
three in ten flipped bits of a token still verify. Source: RFC 3161; docs/decisions/0004-time-stamps.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

import rfc3161_client
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from indelible.ledger import openssl
from indelible.ledger.check_stamps import STAMP_BYTES_MAX, STAMP_ENDS
from indelible.ledger.ledger import Ledger
from indelible.ledger.shelf import STAMPS, read_file
from indelible.model.errors import StampError, UsageError
from indelible.model.moment import to_wire, whole_ms
from indelible.model.record import Record, Value

KIND = "stamp/1"
CHAIN_MAX = 8

Post = Callable[[str, bytes], bytes]
"""Sends a body to a URL as application/timestamp-query and gives the answer's body; raises OSError when it cannot."""


@dataclass(frozen=True)
class Authority:
    """Whom to believe: the exact subject of its signing certificate (RFC 4514), and PEM certificates up to its root."""

    name: str
    certificates: bytes
    url: str = ""
    chain: tuple[x509.Certificate, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.name:
            raise UsageError("the time-stamp authority's name is not set", do="set stamp_authority_name to its subject.")
        try:
            chain = x509.load_pem_x509_certificates(self.certificates)
        except ValueError as error:
            raise UsageError(f"the authority's certificates cannot be read: {error}", do="give a file of PEM.") from error
        if not any(certificate.subject == certificate.issuer for certificate in chain):
            raise UsageError("no root is among the authority's certificates", do="add the self-signed one to the file.")
        object.__setattr__(self, "chain", tuple(chain))


@dataclass(frozen=True)
class Stamp:
    """A token over the note of the checkpoint at `size`, verified and kept; `at` is the authority's instant."""

    size: int
    note: bytes
    token: bytes
    at: datetime
    authority: str

    def record(self, fields: Mapping[str, Value]) -> Record:
        """The stamp/1 record to be appended, with the caller's own fields (`at`, `by`)."""
        said: dict[str, Value] = {
            "size": self.size,
            "checkpoint_sha256": sha256(self.note).hexdigest(),
            "token_sha256": sha256(self.token).hexdigest(),
            "authority": self.authority,
            "stamped_at": to_wire(self.at),
        }
        return Record(KIND, dict(fields) | said)


# --- what is due ---------------------------------------------------------------------------------------------------------


def due(ledger: Ledger) -> bool:
    """Whether the log says more than its last stamped checkpoint: records other than the stamp's own."""
    return any(sealed.kind != KIND for _, sealed in ledger.records(last_stamped(ledger)))


def last_stamped(ledger: Ledger) -> int:
    """The size of the newest checkpoint of which a record names a token; 0 when there is none."""
    for size in sorted(_sizes(ledger), reverse=True):
        if any(sealed.kind == KIND and sealed.fields.get("size") == size for _, sealed in ledger.records(size)):
            return size
    return 0


def _sizes(ledger: Ledger) -> list[int]:
    names = (path.name for path in (ledger.folder / STAMPS).glob(f"*{STAMP_ENDS[1]}"))
    stems = (name.removesuffix(STAMP_ENDS[1]) for name in names)
    return [int(stem) for stem in stems if stem.isascii() and stem.isdecimal() and int(stem) <= ledger.size]


# --- asking --------------------------------------------------------------------------------------------------------------


def stamp(ledger: Ledger, authority: Authority, post: Post) -> Stamp | None:
    """A stamp of the current checkpoint, kept durably, to be recorded by the caller; None when the authority is out of reach.

    One that was kept and never recorded, because the process died, is given instead of asking again. Raises StampError when
    the answer is not what it should be.
    """
    kept = _kept(ledger, authority)
    if kept:
        return kept
    note = ledger.checkpoint()
    request, nonce = query(note)
    try:
        token = post(authority.url, request)
    except OSError:
        return None
    made = Stamp(ledger.size, note, token, verify_token(token, note, authority, nonce=nonce), authority.name)
    with ledger.disk.group(ledger.folder) as group:
        for end, data in zip(STAMP_ENDS, (note, token), strict=True):
            # Replaces what a process left behind that died before recording it.
            group.add(ledger.folder / STAMPS / f"{made.size}{end}", data, replace=True)
    return made


def _kept(ledger: Ledger, authority: Authority) -> Stamp | None:
    size = max(_sizes(ledger), default=0)
    if size <= last_stamped(ledger):
        return None
    note, token = (read_file(ledger.folder / STAMPS / f"{size}{end}", STAMP_BYTES_MAX) for end in STAMP_ENDS)
    if note is None or token is None:
        return None
    checkpoint = ledger.keys.open(note)
    if checkpoint.size != size or ledger.root_at(size) != checkpoint.root:
        return None
    return Stamp(size, note, token, verify_token(token, note, authority), authority.name)


def query(note: bytes) -> tuple[bytes, int | None]:
    """The time-stamp query over the SHA-256 of a note, in DER, and its nonce."""
    builder = rfc3161_client.TimestampRequestBuilder().data(note).hash_algorithm(rfc3161_client.HashAlgorithm.SHA256)
    request = builder.cert_request(cert_request=True).nonce(nonce=True).build()
    return request.as_bytes(), request.nonce


# --- verifying -----------------------------------------------------------------------------------------------------------


def verify_token(token: bytes, note: bytes, authority: Authority, *, nonce: int | None = None) -> datetime:
    """The instant that a token of this authority vouches for `note`; raises StampError when it does not.

    Its certificates need to be valid at that instant, not now. A certificate that does not belong to the signer's chain is
    refused: OpenSSL would let it pass. Tokens that are not strict DER go to the openssl program.
    """
    if len(token) > STAMP_BYTES_MAX:
        raise StampError(f"a token has at most {STAMP_BYTES_MAX} bytes, this one {len(token)}")
    try:
        response = rfc3161_client.decode_timestamp_response(token)
    except ValueError:
        return _by_openssl(token, note, authority, nonce)
    if response.as_bytes() != token:
        return _by_openssl(token, note, authority, nonce)
    try:
        _verifier(authority, nonce).verify_message(response, note)
        bag = [x509.load_der_x509_certificate(der) for der in response.signed_data.certificates]
        signer = response.signed_data.signer_infos.pop()
        leaves = [c for c in (*bag, *authority.chain) if (c.issuer, c.serial_number) == (signer.issuer, signer.serial_number)]
        at = response.tst_info.gen_time
    except (rfc3161_client.VerificationError, ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, KeyError) as error:
        raise StampError(f"the token does not verify: {_first_line(error)}") from error
    _belong(leaves, bag, authority)
    return whole_ms(at.astimezone(UTC))


def _verifier(authority: Authority, nonce: int | None) -> rfc3161_client.Verifier:
    builder = rfc3161_client.VerifierBuilder(
        roots=[c for c in authority.chain if c.subject == c.issuer],
        intermediates=[c for c in authority.chain if c.subject != c.issuer],
    )
    return (builder if nonce is None else builder.nonce(nonce)).build()


def _by_openssl(token: bytes, note: bytes, authority: Authority, nonce: int | None) -> datetime:
    found = openssl.verify(token, note, authority.certificates)
    if nonce is not None and found.nonce != nonce:
        raise StampError("the token does not bear the nonce that was sent: it answers another query")
    try:
        signer, bag = (x509.load_pem_x509_certificates(pem) for pem in (found.signer, found.bag))
    except ValueError as error:
        raise StampError(f"the token's certificates cannot be read: {error}") from error
    _belong(signer, bag, authority)
    return found.at


def _belong(leaves: Iterable[x509.Certificate], bag: Iterable[x509.Certificate], authority: Authority) -> None:
    leaf = next(iter(leaves), None)
    if leaf is None:
        raise StampError("the token does not hold its signer's certificate", do="add it to the authority's certificates.")
    if leaf.subject.rfc4514_string() != authority.name:
        raise StampError(f"expected a token by {authority.name}, found one by {leaf.subject.rfc4514_string()}")
    chain = _chain(leaf, [*authority.chain, *bag])
    for certificate in bag:
        if certificate not in chain:
            raise StampError(
                f"the token holds a certificate that is not in its signer's chain: {certificate.subject.rfc4514_string()}",
                do="ask for a new token: someone has put it there.",
            )


def _chain(leaf: x509.Certificate, among: list[x509.Certificate]) -> list[x509.Certificate]:
    """The certificates that each issued the one before, from the leaf up."""
    chain = [leaf]
    while len(chain) < CHAIN_MAX and chain[-1].subject != chain[-1].issuer:
        above = next((c for c in among if c.subject == chain[-1].issuer and _issued(chain[-1], c)), None)
        if above is None:
            break
        chain.append(above)
    return chain


def _issued(below: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
