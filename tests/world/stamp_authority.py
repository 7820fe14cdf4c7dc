"""A time-stamp authority that answers in process: its own root, intermediate and signing certificate, its own few lines of DER.

It answers as asked to: well, in BER, with a certificate that does not belong there, under another name, over another message,
without the nonce, or refusing. Source: RFC 3161 §2.4, RFC 5652 §5, RFC 5816.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "CN=Harbour Stamping,O=stamps.example"
_DAY = timedelta(days=1)


# --- DER -----------------------------------------------------------------------------------------------------------------


def tlv(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def parts(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """The elements one after the other in `data`: tag, content, and both with the length between."""
    found, at = [], 0
    while at < len(data):
        start, tag, size = at, data[at], data[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[at : at + count], "big")
            at += count
        found.append((tag, data[at : at + size], data[start : at + size]))
        at += size
    return found


def sequence(*contents: bytes) -> bytes:
    return tlv(0x30, *contents)


def set_of(*contents: bytes) -> bytes:
    return tlv(0x31, *sorted(contents))


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = bytes([first * 40 + second])
    for arc in rest:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        body += bytes(reversed(groups))
    return tlv(0x06, body)


TST_INFO = oid("1.2.840.113549.1.9.16.1.4")
SIGNED_DATA = oid("1.2.840.113549.1.7.2")
CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.47")
POLICY = oid("1.3.6.1.4.1.99999.1")
SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"))


# --- certificates --------------------------------------------------------------------------------------------------------


def _name(common: str, organisation: str = "stamps.example") -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


@dataclass(frozen=True)
class Signer:
    """A key, and the certificate that names it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def certify(
    common: str,
    issuer: Signer | None,
    *,
    stamps: bool = False,
    until: datetime | None = None,
    organisation: str = "stamps.example",
) -> Signer:
    """A fresh key under this name, certified by `issuer` or by itself; for stamping alone, or as an authority over others."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(common, organisation)
    end = until or datetime.now(UTC) + 3650 * _DAY
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - 7300 * _DAY)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=not stamps, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer:
        above = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above), critical=False)
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Signer(key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


# --- the authority -------------------------------------------------------------------------------------------------------


@dataclass
class StampAuthority:
    """Answers time-stamp queries; `post` is what a caller sends with. What it can be told to do wrong is said by its fields."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    until: datetime | None = None  # when its signing certificate ends
    reachable: bool = True
    ber: bool = False
    granted: bool = True
    with_nonce: bool = True
    other_message: bytes | None = None
    injected: tuple[bytes, ...] = ()
    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = certify("Harbour Root", None)
        self.middle = certify("Harbour Intermediate", self.root)
        self.signer = certify("Harbour Stamping", self.middle, stamps=True, until=self.until)

    @property
    def certificates(self) -> bytes:
        """What a caller is to trust, in PEM: root and intermediate."""
        return b"".join(signer.certificate.public_bytes(Encoding.PEM) for signer in (self.root, self.middle))

    def post(self, url: str, body: bytes) -> bytes:
        """The answer to a query; an OSError when it is out of reach."""
        if not self.reachable:
            raise ConnectionRefusedError(url)
        self.asked.append(body)
        return self.answer(body)

    def answer(self, query: bytes) -> bytes:
        if not self.granted:
            return sequence(sequence(integer(2)))
        token = self._token(parts(parts(query)[0][1]))
        return _ber_sequence(sequence(integer(0)), token) if self.ber else sequence(sequence(integer(0)), token)

    def _token(self, query: list[tuple[int, bytes, bytes]]) -> bytes:
        imprint = query[1][2]
        if self.other_message is not None:
            imprint = sequence(SHA256, tlv(0x04, sha256(self.other_message).digest()))
        nonce = next((whole for tag, _, whole in query[2:] if tag == 0x02), b"") if self.with_nonce else b""
        serial = integer(int.from_bytes(sha256(imprint).digest()[:8], "big"))
        instant = tlv(0x18, f"{self.now:%Y%m%d%H%M%S}Z".encode())
        info = sequence(integer(1), POLICY, imprint, serial, instant, nonce)
        attributes = set_of(
            sequence(CONTENT_TYPE, set_of(TST_INFO)),
            sequence(MESSAGE_DIGEST, set_of(tlv(0x04, sha256(info).digest()))),
            sequence(
                SIGNING_CERTIFICATE_V2,
                set_of(sequence(sequence(sequence(tlv(0x04, sha256(self.signer.der).digest()))))),
            ),
        )
        signature = self.signer.key.sign(attributes, ec.ECDSA(hashes.SHA256()))
        certificate = self.signer.certificate
        info_of_signer = sequence(
            integer(1),
            sequence(certificate.issuer.public_bytes(), integer(certificate.serial_number)),
            SHA256,
            b"\xa0" + attributes[1:],
            ECDSA_SHA256,
            tlv(0x04, signature),
        )
        bag = tlv(0xA0, *sorted([self.signer.der, *self.injected]))
        content = sequence(TST_INFO, tlv(0xA0, tlv(0x04, info)))
        signed = sequence(integer(3), set_of(SHA256), content, bag, set_of(info_of_signer))
        make: Callable[..., bytes] = _ber_sequence if self.ber else sequence
        return make(SIGNED_DATA, tlv(0xA0, signed))


def _ber_sequence(*contents: bytes) -> bytes:
    """A sequence of indefinite length: BER, not DER."""
    return b"\x30\x80" + b"".join(contents) + b"\x00\x00"
