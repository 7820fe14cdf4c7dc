from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.log.keys import Keys
from indelible.log.proof import Proof, verify_receipt
from indelible.model.errors import FormatError
from indelible.model.record import Record
from world.paper_log import PaperLog

BOOK = PaperLog([Record("post/1", {"id": str(i)}) for i in range(11)])
KEYS = Keys.parse(BOOK.keys.encode())
RECEIPT = BOOK.receipt(5)


@pytest.mark.parametrize("index", range(13))
def test_every_entry_is_proven_by_its_receipt(index):
    found, checkpoint = verify_receipt(BOOK.receipt(index), BOOK.sealed[index].entry(), KEYS.open)
    assert (found, checkpoint.size) == (index, 13)


def test_a_receipt_proves_no_other_entry():
    with pytest.raises(FormatError, match="does not lead"):
        verify_receipt(RECEIPT, BOOK.sealed[6].entry(), KEYS.open)


@given(st.data())
def test_any_flipped_bit_of_a_receipt_is_refused(data):
    bit = data.draw(st.integers(0, len(RECEIPT) * 8 - 1))
    changed = bytearray(RECEIPT)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(FormatError):
        verify_receipt(bytes(changed), BOOK.sealed[5].entry(), KEYS.open)


@given(
    st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.none() | st.binary(max_size=40)
)
def test_a_receipt_reads_back(index, hashes, extra):
    proof = Proof(index, tuple(hashes), BOOK.checkpoint(), extra)
    assert Proof.from_bytes(proof.to_bytes()) == proof


@pytest.mark.parametrize(
    "receipt",
    [
        b"",
        RECEIPT.replace(b"@v1", b"@v2"),
        RECEIPT.replace(b"index 5", b"index 05"),
        RECEIPT.replace(b"index 5\n", b""),
        RECEIPT.replace(b"index 5", b"index  5"),
        RECEIPT.replace(b"index", b"extra AA==\nextra AA==\nindex"),
        RECEIPT.replace(b"index", b"extra AB==\nindex"),
        RECEIPT.replace(b"index 5\n", b"index 5\nAAAA\n"),
        RECEIPT.replace(b"index 5\n", b"index 5\n\n"),
        RECEIPT.replace(b"\n", b"\r\n"),
        RECEIPT.replace(b"index 5\n", b"index 5\n" + (b"A" * 43 + b"=\n") * 64),
        RECEIPT.replace(b"index", "индекс".encode()),
        RECEIPT + b"\n",
        b" " * 2_000_000,
    ],
)
def test_a_receipt_in_any_other_form_is_refused(receipt):
    with pytest.raises(FormatError):
        verify_receipt(receipt, BOOK.sealed[5].entry(), KEYS.open)
