"""Time-stamp tokens of others: the verdicts are those of the corpus."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from indelible.ledger.stamps import Authority, verify_token
from indelible.model.errors import StampError

HELLO = b"hello"
NAMES = {"sigstage": "CN=sigstore-tsa,O=sigstore.dev", "test_tsa": "CN=Test TSA Timestamping,O=local"}


def _authority(corpus: Path, place: str, name: str = "") -> Authority:
    return Authority(name or NAMES[place], (corpus / "rfc3161" / place / "ts_chain.pem").read_bytes())


@pytest.mark.parametrize(
    ("place", "token", "at"),
    [
        ("sigstage", "response-sha256.tsr", datetime(2025, 5, 9, 11, 58, 55, tzinfo=UTC)),
        ("test_tsa", "response.tsr", datetime(2024, 10, 8, 15, 40, 32, tzinfo=UTC)),
    ],
)
def test_a_good_token_vouches_for_its_instant(corpus: Path, place: str, token: str, at: datetime) -> None:
    assert verify_token((corpus / "rfc3161" / place / token).read_bytes(), HELLO, _authority(corpus, place)) == at


@pytest.mark.parametrize(
    ("place", "token"),
    [
        ("sigstage", "response-invalid-signature.tsr"),
        ("test_tsa", "other_response.tsr"),
        ("test_tsa", "response-injected-certs.tsr"),
    ],
)
def test_a_bad_token_is_refused(corpus: Path, place: str, token: str) -> None:
    with pytest.raises(StampError):
        verify_token((corpus / "rfc3161" / place / token).read_bytes(), HELLO, _authority(corpus, place))


def test_the_injected_certificate_is_what_is_refused(corpus: Path) -> None:
    token = (corpus / "rfc3161/test_tsa/response-injected-certs.tsr").read_bytes()
    with pytest.raises(StampError, match="not in its signer's chain"):
        verify_token(token, HELLO, _authority(corpus, "test_tsa"))


@pytest.mark.parametrize("place", NAMES)
def test_a_good_token_is_refused_over_other_words_or_under_another_name(corpus: Path, place: str) -> None:
    token = next(
        (corpus / "rfc3161" / place / n).read_bytes()
        for n in ("response-sha256.tsr", "response.tsr")
        if (corpus / "rfc3161" / place / n).exists()
    )
    with pytest.raises(StampError):
        verify_token(token, b"other words", _authority(corpus, place))
    with pytest.raises(StampError):
        verify_token(token, HELLO, _authority(corpus, place, "CN=Spoofed TSA"))


def test_the_names_are_those_of_the_signing_certificates(corpus: Path) -> None:
    for place, name in NAMES.items():
        chain = x509.load_pem_x509_certificates((corpus / "rfc3161" / place / "ts_chain.pem").read_bytes())
        assert name in {certificate.subject.rfc4514_string() for certificate in chain}
