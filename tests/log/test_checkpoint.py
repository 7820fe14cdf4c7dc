from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from indelible.log.checkpoint import Checkpoint, decimal, open_checkpoint
from indelible.log.keys import Key, Keys
from indelible.log.merkle import EMPTY_ROOT
from indelible.log.note import Verifier, sign
from indelible.model.errors import FormatError

OLD = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NEW = Ed25519PrivateKey.from_private_bytes(bytes(32))
ROOT = bytes(range(100, 132))
HEAD = Checkpoint("archive.example/a", 7, ROOT)
OLD_KEY = Key(1, Verifier.of_private("archive.example/a", OLD))
NEW_KEY = Key(9, Verifier.of_private("archive.example/b", NEW))
KEYS = Keys((OLD_KEY, NEW_KEY))


def test_a_checkpoint_is_three_lines():
    assert HEAD.text == "archive.example/a\n7\nZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=\n"
    assert Checkpoint.from_text(HEAD.text) == HEAD


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_every_checkpoint_reads_back(size, root):
    head = Checkpoint("o", size, root)
    assert Checkpoint.from_text(head.text) == head


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD.text[:-1],
        HEAD.text + "\n",
        HEAD.text + "extension\n",
        HEAD.text.replace("\n7\n", "\n07\n"),
        HEAD.text.replace("\n7\n", "\n-7\n"),
        HEAD.text.replace("\n7\n", "\n7 \n"),
        HEAD.text.replace("\n7\n", "\n9223372036854775808\n"),
        HEAD.text.replace("\n7\n", "\n0\n"),
        HEAD.text.replace("archive.example/a", ""),
        HEAD.text.replace("archive.example/a", "archive example"),
        HEAD.text.replace("oM=", "oN="),
        HEAD.text.replace("Z", "", 1),
        "o\n7\nAAAA\n",
    ],
)
def test_a_checkpoint_in_any_other_form_is_refused(text):
    with pytest.raises(FormatError):
        Checkpoint.from_text(text)


def test_an_empty_log_has_the_root_of_nothing():
    assert Checkpoint.from_text(Checkpoint("o", 0, EMPTY_ROOT).text).size == 0
    with pytest.raises(FormatError, match="hash of nothing"):
        Checkpoint("o", 0, ROOT)


def test_a_checkpoint_signed_by_the_log_opens():
    assert open_checkpoint(HEAD.sign(OLD), [OLD_KEY.verifier]) == HEAD


def test_a_checkpoint_that_only_a_co_signer_signed_does_not_open():
    with pytest.raises(FormatError, match="no signature"):
        open_checkpoint(sign(HEAD.text, "witness.example", NEW), [Verifier.of_private("witness.example", NEW)])


@pytest.mark.parametrize("text", ["", "00", "01", "1_0", "+1", " 1", "1\n", "٣", "1" * 20, str(2**63)])
def test_a_number_in_another_spelling_is_refused(text):
    with pytest.raises(FormatError):
        decimal(text)


def test_keys_read_back_from_their_lines():
    assert KEYS.to_bytes() == f"1 {OLD_KEY.verifier.vkey}\n9 {NEW_KEY.verifier.vkey}\n".encode()
    assert Keys.parse(KEYS.to_bytes()) == KEYS
    assert KEYS.newest == NEW_KEY.verifier


@pytest.mark.parametrize(("size", "key"), [(2, OLD_KEY), (9, OLD_KEY), (10, NEW_KEY), (2**62, NEW_KEY)])
def test_each_size_has_one_key(size, key):
    assert KEYS.for_size(size) == key.verifier


@pytest.mark.parametrize("size", [0, 1])
def test_a_log_that_does_not_hold_its_first_key_is_signed_by_none(size):
    with pytest.raises(FormatError, match="no key of this log"):
        KEYS.for_size(size)


def test_only_the_key_in_force_opens_a_checkpoint():
    assert KEYS.open(HEAD.sign(OLD)) == HEAD
    late = Checkpoint("archive.example/a", 12, ROOT)
    with pytest.raises(FormatError, match="no signature"):
        KEYS.open(late.sign(OLD))
    renamed = Checkpoint("archive.example/b", 12, ROOT)
    assert KEYS.open(renamed.sign(NEW)) == renamed


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        KEYS.to_bytes()[:-1],
        KEYS.to_bytes() + b"\n",
        b"".join(KEYS.to_bytes().splitlines(keepends=True)[::-1]),
        OLD_KEY.line.encode() * 2,
        OLD_KEY.line.encode().replace(b"1 ", b"01 ", 1),
        OLD_KEY.line.encode().replace(b"1 ", b"1\t", 1),
        OLD_KEY.line.encode().replace(b"\n", b"\r\n"),
        b"\xff" + OLD_KEY.line.encode(),
        OLD_KEY.verifier.vkey.encode() + b"\n",
        b"x" * 2_000_000,
    ],
)
def test_a_file_of_keys_in_any_other_form_is_refused(data):
    with pytest.raises(FormatError):
        Keys.parse(data)
