from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from indelible.log import base64
from indelible.log.note import Note, Verifier, key_id, key_name, sign
from indelible.model.errors import FormatError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
NAME = "archive.example/a"
VERIFIER = Verifier.of_private(NAME, KEY)
NOTE = sign("Ognuno sta solo\n\ned è subito sera.\n", NAME, KEY)
LINE = NOTE.rpartition(b"\n\n")[2]


def test_a_signed_note_reads_back_and_names_its_signer():
    note = Note.parse(NOTE)
    assert note.text == "Ognuno sta solo\n\ned è subito sera.\n"
    assert note.signed_by([VERIFIER]) == (VERIFIER,)
    assert note.to_bytes() == NOTE


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]) | st.just("\n"), max_size=200))
def test_any_text_can_be_signed_and_read_back(text):
    note = Note.parse(sign(text + "\n", NAME, KEY))
    assert note.text == text + "\n"
    assert note.signed_by([VERIFIER]) == (VERIFIER,)


@given(st.data())
def test_any_flipped_bit_of_a_note_is_refused(data):
    bit = data.draw(st.integers(0, len(NOTE) * 8 - 1))
    changed = bytearray(NOTE)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(FormatError):
        Note.parse(bytes(changed)).signed_by([VERIFIER])


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n" + LINE,
        NOTE + b"\n",
        NOTE[:-1],
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace(b"Ognuno", b"Ogn\tuno"),
        NOTE.replace(b"Ognuno", b"Ogn\xffuno"),
        NOTE + LINE,
        NOTE.replace(b"\xe2\x80\x94", b"-"),
        NOTE.replace(b"\xe2\x80\x94 ", b"\xe2\x80\x94  "),
        NOTE + "— b AAAA\n".encode(),
        NOTE + "— b+c AAAAAAA=\n".encode(),
        NOTE + "— b AAAAAAB=\n".encode(),
        NOTE + "— b AAAAAAA\n".encode(),
        NOTE + "— b AAAA AAA=\n".encode(),
        NOTE + "— b\n".encode(),
        NOTE + "".join(f"— {n} AAAAAAA=\n" for n in range(100)).encode(),
        b"x" * (1024 * 1024) + b"\n\n" + LINE,
    ],
)
def test_a_note_in_any_other_form_is_refused(note):
    with pytest.raises(FormatError):
        Note.parse(note)


def test_sixteen_co_signers_are_left_alone():
    note = Note.parse(NOTE + "".join(f"— w{n} AAAAAAA=\n" for n in range(16)).encode())
    assert note.signed_by([VERIFIER]) == (VERIFIER,)


def test_a_note_that_no_known_key_signed_is_refused():
    with pytest.raises(FormatError, match="no signature by other"):
        Note.parse(NOTE).signed_by([Verifier.of_private("other", OTHER)])
    with pytest.raises(FormatError, match="any key given"):
        Note.parse(NOTE).signed_by([])


def test_a_false_signature_under_a_known_key_spoils_the_note_whatever_else_signs_it():
    other = Verifier.of_private("other", OTHER)
    false = f"— other {base64.encode(other.key_id + bytes(64))}\n".encode()
    with pytest.raises(FormatError, match="signature of other does not belong"):
        Note.parse(NOTE + false).signed_by([VERIFIER, other])


def test_a_text_without_a_line_end_cannot_be_signed():
    with pytest.raises(FormatError):
        sign("no end", NAME, KEY)


def test_a_verifier_key_is_one_word_and_reads_back():
    assert Verifier.parse(VERIFIER.vkey) == VERIFIER
    assert VERIFIER.vkey.startswith(f"{NAME}+{key_id(NAME, VERIFIER.public_key).hex()}+A")


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        NAME,
        f"{NAME}+00000000+{VERIFIER.vkey.split('+', 2)[2]}",
        VERIFIER.vkey.replace(NAME, "another"),
        VERIFIER.vkey + "=",
        VERIFIER.vkey[:-1],
        VERIFIER.vkey.upper(),
        VERIFIER.vkey + "\n",
        f"a b+{'0' * 8}+{VERIFIER.vkey.split('+', 2)[2]}",
        f"{NAME}+{key_id(NAME, VERIFIER.public_key).hex()}+{base64.encode(bytes([2]) + VERIFIER.public_key)}",
        f"{NAME}+{key_id(NAME, b'').hex()}+{base64.encode(bytes([1]))}",
    ],
)
def test_a_verifier_key_in_any_other_form_is_refused(vkey):
    with pytest.raises(FormatError):
        Verifier.parse(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2003b", "a\x00b", "\ud800"])
def test_a_name_that_a_key_cannot_bear_is_refused(name):
    with pytest.raises(FormatError):
        key_name(name)


@pytest.mark.parametrize("text", ["A", "AA", "AA=", "AAA", "AB==", "AAB=", "AA==\n", "A A=", "AA__", "AA==AA==", "é", "===="])
def test_base64_in_another_spelling_is_refused(text):
    with pytest.raises(FormatError):
        base64.decode(text)


@given(st.binary(max_size=100))
def test_base64_reads_back(data):
    assert base64.decode(base64.encode(data)) == data
