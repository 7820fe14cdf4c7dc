"""Time-stamps: asked for when due, refused when not the authority's own, recorded by digest, never queued."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from indelible.ledger import openssl
from indelible.ledger.check import check
from indelible.ledger.ledger import Ledger
from indelible.ledger.stamps import Authority, Stamp, due, last_stamped, query, stamp, verify_token
from indelible.model.errors import StampError, UsageError
from ledger.conftest import posts
from world.stamp_authority import NAME, StampAuthority, certify

OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl program here")
NOTE = b"log.example/harbour\n2\nAAAA\n"


@pytest.fixture
def tsa() -> StampAuthority:
    return StampAuthority()


@pytest.fixture
def authority(tsa: StampAuthority) -> Authority:
    return Authority(NAME, tsa.certificates, "https://stamps.example/tsa")


def _record(ledger: Ledger, made: Stamp | None) -> None:
    assert made
    ledger.append([made.record({"at": "2026-01-01T00:00:00.000Z"})], ledger.size)


def test_a_checkpoint_is_stamped_kept_and_recorded(ledger: Ledger, tsa: StampAuthority, authority: Authority) -> None:
    note = ledger.checkpoint()
    assert due(ledger)

    made = stamp(ledger, authority, tsa.post)
    _record(ledger, made)

    assert made
    assert made.at == tsa.now
    assert (ledger.folder / "stamps/2.checkpoint").read_bytes() == note
    assert ledger.read(2).fields["token_sha256"] == sha256((ledger.folder / "stamps/2.tsr").read_bytes()).hexdigest()
    assert list(check(ledger.folder)) == []
    assert (last_stamped(ledger), due(ledger)) == (2, False)


def test_the_authority_is_given_a_hash_and_nothing_else(ledger: Ledger, tsa: StampAuthority, authority: Authority) -> None:
    stamp(ledger, authority, tsa.post)
    (asked,) = tsa.asked
    assert sha256(ledger.checkpoint()).digest() in asked
    assert len(asked) < 90


def test_a_stamp_is_due_again_once_the_log_says_more(ledger: Ledger, tsa: StampAuthority, authority: Authority) -> None:
    _record(ledger, stamp(ledger, authority, tsa.post))
    ledger.append(posts(1), 3)
    assert due(ledger)
    _record(ledger, stamp(ledger, authority, tsa.post))
    assert (last_stamped(ledger), due(ledger)) == (4, False)
    assert list(check(ledger.folder)) == []


def test_a_stamp_stays_due_while_the_authority_is_out_of_reach(
    ledger: Ledger, tsa: StampAuthority, authority: Authority
) -> None:
    tsa.reachable = False
    assert stamp(ledger, authority, tsa.post) is None
    assert due(ledger)
    assert list((ledger.folder / "stamps").iterdir()) == []
    tsa.reachable = True
    _record(ledger, stamp(ledger, authority, tsa.post))
    assert not due(ledger)


def test_a_token_that_was_kept_and_never_recorded_is_not_asked_for_again(
    ledger: Ledger, tsa: StampAuthority, authority: Authority
) -> None:
    first = stamp(ledger, authority, tsa.post)
    assert [found.path for found in check(ledger.folder)] == ["stamps/2.checkpoint", "stamps/2.tsr"]
    ledger.append(posts(1), 2)

    again = stamp(ledger, authority, tsa.post)

    assert again == first
    assert len(tsa.asked) == 1
    _record(ledger, again)
    assert list(check(ledger.folder)) == []


def test_a_half_kept_stamp_is_replaced(ledger: Ledger, tsa: StampAuthority, authority: Authority) -> None:
    (ledger.folder / "stamps/2.tsr").write_bytes(b"half")
    _record(ledger, stamp(ledger, authority, tsa.post))
    assert list(check(ledger.folder)) == []


def _token(tsa: StampAuthority, note: bytes = NOTE) -> bytes:
    return tsa.answer(query(note)[0])


def test_a_token_vouches_for_its_instant(tsa: StampAuthority, authority: Authority) -> None:
    assert verify_token(_token(tsa), NOTE, authority) == tsa.now


def test_a_token_is_good_for_ever_when_its_certificate_was_valid_at_its_instant() -> None:
    tsa = StampAuthority(now=datetime(2020, 5, 1, tzinfo=UTC), until=datetime(2021, 1, 1, tzinfo=UTC))
    assert verify_token(_token(tsa), NOTE, Authority(NAME, tsa.certificates)) == tsa.now


def test_a_token_made_after_its_certificate_ended_is_refused() -> None:
    ended = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
    tsa = StampAuthority(until=ended)
    for ber in (False, True):
        tsa.ber = ber
        with pytest.raises(StampError):
            verify_token(_token(tsa), NOTE, Authority(NAME, tsa.certificates))


@OPENSSL
def test_a_token_in_ber_is_read_by_openssl(tsa: StampAuthority, authority: Authority) -> None:
    tsa.ber = True
    request, nonce = query(NOTE)
    assert verify_token(tsa.answer(request), NOTE, authority, nonce=nonce) == tsa.now


def test_a_missing_openssl_is_said_with_what_to_install(
    tsa: StampAuthority, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    tsa.ber = True
    monkeypatch.setenv("PATH", "")
    with pytest.raises(StampError, match="apt-get install openssl"):
        verify_token(_token(tsa), NOTE, authority)


BER = pytest.mark.parametrize("ber", [False, pytest.param(True, marks=OPENSSL)], ids=["DER", "BER"])


@BER
def test_a_token_over_another_note_is_refused(tsa: StampAuthority, authority: Authority, *, ber: bool) -> None:
    tsa.ber = ber
    with pytest.raises(StampError):
        verify_token(_token(tsa), NOTE + b"x", authority)
    tsa.other_message = b"another"
    with pytest.raises(StampError):
        verify_token(_token(tsa), NOTE, authority)


@BER
def test_an_answer_to_another_query_is_refused(tsa: StampAuthority, authority: Authority, *, ber: bool) -> None:
    tsa.ber = ber
    nonce = query(NOTE)[1]
    with pytest.raises(StampError):
        verify_token(_token(tsa), NOTE, authority, nonce=nonce)
    tsa.with_nonce = False
    with pytest.raises(StampError):
        verify_token(_token(tsa), NOTE, authority, nonce=nonce)


@BER
def test_a_certificate_that_does_not_belong_is_refused(tsa: StampAuthority, authority: Authority, *, ber: bool) -> None:
    tsa.ber = ber
    tsa.injected = (tsa.middle.der,)
    assert verify_token(_token(tsa), NOTE, authority) == tsa.now
    tsa.injected = (certify("Harbour Stamping", None, stamps=True).der,)
    with pytest.raises(StampError, match="not in its signer's chain"):
        verify_token(_token(tsa), NOTE, authority)


@BER
def test_another_name_is_refused(tsa: StampAuthority, *, ber: bool) -> None:
    tsa.ber = ber
    with pytest.raises(StampError, match="expected a token by"):
        verify_token(_token(tsa), NOTE, Authority("CN=Another,O=stamps.example", tsa.certificates))


@BER
def test_another_root_of_the_same_name_is_refused(tsa: StampAuthority, *, ber: bool) -> None:
    tsa.ber = ber
    with pytest.raises(StampError):
        verify_token(_token(tsa), NOTE, Authority(NAME, StampAuthority().certificates))


def test_a_certificate_that_is_not_for_stamping_is_refused(tsa: StampAuthority, authority: Authority) -> None:
    tsa.signer = certify("Harbour Stamping", tsa.middle)
    for ber in (False, True):
        tsa.ber = ber
        with pytest.raises(StampError):
            verify_token(_token(tsa), NOTE, authority)


def test_a_refusal_of_the_authority_is_an_error(ledger: Ledger, tsa: StampAuthority, authority: Authority) -> None:
    tsa.granted = False
    with pytest.raises(StampError):
        stamp(ledger, authority, tsa.post)
    assert due(ledger)


@pytest.mark.parametrize("token", [b"", b"\x30\x00", b"<html>", b"\x30\x80\x00\x00", bytes(2 * 1024 * 1024)])
def test_what_is_no_token_is_refused(authority: Authority, token: bytes) -> None:
    with pytest.raises(StampError):
        verify_token(token, NOTE, authority)


def test_a_flipped_bit_in_a_token_is_an_error_or_verifies_never_a_crash(tsa: StampAuthority, authority: Authority) -> None:
    good = _token(tsa)
    draw = random.Random(6)
    for _ in range(60):
        at, bit = draw.randrange(len(good)), draw.randrange(8)
        flipped = good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]
        try:
            verify_token(flipped, NOTE, authority)
        except StampError:
            continue


def test_a_flipped_bit_in_a_kept_token_is_found_whether_it_verifies_or_not(
    ledger: Ledger, tsa: StampAuthority, authority: Authority
) -> None:
    _record(ledger, stamp(ledger, authority, tsa.post))
    path = ledger.folder / "stamps/2.tsr"
    path.chmod(0o644)
    good = path.read_bytes()
    for at in range(0, len(good), 7):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1 :])
        assert [found.path for found in check(ledger.folder)] == ["stamps/2.tsr"]


@pytest.mark.parametrize(
    ("name", "certificates"), [("", None), (NAME, b"not PEM"), (NAME, b"")], ids=["no name", "not PEM", "none"]
)
def test_an_authority_is_pinned_by_name_and_root(tsa: StampAuthority, name: str, certificates: bytes | None) -> None:
    with pytest.raises(UsageError):
        Authority(name, tsa.certificates if certificates is None else certificates)


def test_an_authority_without_its_root_is_refused(tsa: StampAuthority) -> None:
    middle = tsa.middle.certificate.public_bytes(Encoding.PEM)
    with pytest.raises(UsageError, match="root"):
        Authority(NAME, middle)


@OPENSSL
def test_openssl_reads_what_the_parser_reads(tsa: StampAuthority) -> None:
    request, nonce = query(NOTE)
    found = openssl.verify(tsa.answer(request), NOTE, tsa.certificates)
    assert (found.at, found.nonce) == (tsa.now, nonce)
