"""Two implementations that met only on the page: on whatever bytes, the log and the script that travels say the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indelible.handover import verify_package
from indelible.log.keys import Keys
from indelible.log.note import Signature, key_id
from indelible.log.proof import verify_receipt
from indelible.log.tile import number_path, parse_number
from indelible.model.errors import FormatError
from indelible.model.record import Record, Sealed
from world.paper_log import PaperLog

BOOK = PaperLog([Record("post/1", {"id": str(i), "text": "Лодка\n", "list": [1, None, {"a": True}]}) for i in range(7)])
KEYS = Keys.parse(BOOK.keys.encode())
THEIR_KEYS = verify_package.parse_keys(BOOK.keys.encode())
CO_SIGNER = Signature("witness.example", key_id("witness.example", bytes(32)), bytes(64)).line.encode()
LATER = PaperLog([], "archive.example/later").verifier.vkey

Edit = tuple[int, int, bytes]
pieces = st.sampled_from(
    [b"", b"\n", b"\r", b" ", b"0", b"A", b"=", b"+", b"/", b"\x00", b"\xc2\x85", b"\xe2\x80\xa8", b'"', b",", b"[", b"{"]
)
edits = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 3), pieces | st.binary(max_size=3)), max_size=3)


def edited(data: bytes, changes: list[Edit]) -> bytes:
    for at, gone, new in changes:
        start = at % (len(data) + 1)
        data = data[:start] + new + data[start + gone :]
    return data


def outcome(read: Callable[[bytes], object], data: bytes) -> object:
    """What a reader makes of these bytes; None when it refuses them."""
    try:
        return read(data)
    except (FormatError, verify_package.Refused, ValueError, RecursionError):
        return None


def checkpoint(found: object) -> tuple[object, ...]:
    return tuple(getattr(found, name) for name in ("origin", "size", "root"))


@settings(max_examples=400)
@given(st.sampled_from([BOOK.checkpoint(), BOOK.checkpoint() + CO_SIGNER, BOOK.checkpoint(4)]), edits)
@example(BOOK.checkpoint(), [])
@example(BOOK.checkpoint() + CO_SIGNER, [])
@example(BOOK.checkpoint(), [(-1, 0, "— a\u00a0b AAAAAAA=\n".encode())])
@example(BOOK.checkpoint(), [(-1, 0, "— a+b AAAAAAA=\n".encode())])
@example(BOOK.checkpoint(), [(-1, 0, "— a\u200bb AAAAAAA=\n".encode())])
@example(BOOK.checkpoint(), [(-1, 0, "— a\u0085b AAAAAAA=\n".encode())])
@example(BOOK.checkpoint(), [(-1, 0, "— a AAAAAA==\n".encode())])
@example(BOOK.checkpoint(), [(-1, 0, "— a AAAA\n".encode())])
def test_checkpoints(note, changes):
    data = edited(note, changes)
    ours = outcome(lambda d: checkpoint(KEYS.open(d)), data)
    assert outcome(lambda d: checkpoint(verify_package.open_checkpoint(d, THEIR_KEYS)), data) == ours


@settings(max_examples=400)
@given(st.sampled_from([BOOK.keys.encode(), f"{BOOK.keys}40 {LATER}\n".encode()]), edits)
@example(f"{BOOK.keys}40 {LATER}\n".encode(), [])
@example(f"{BOOK.keys}1 {LATER}\n".encode(), [])
@example(BOOK.keys.encode(), [(0, 0, b"0")])
@example(b"9" * 18 + BOOK.keys.encode(), [])
@example(b"9" * 19 + BOOK.keys[1:].encode(), [])
@example(b"0" + BOOK.keys[1:].encode(), [])
def test_keys(keys, changes):
    data = edited(keys, changes)
    ours = outcome(lambda d: [(k.index, k.verifier.vkey) for k in Keys.parse(d).keys], data)
    assert outcome(lambda d: [(k.since, k.vkey) for k in verify_package.parse_keys(d)], data) == ours


@settings(max_examples=400)
@given(st.integers(0, 8), edits)
@example(3, [])
def test_receipts(index, changes):
    entry, data = BOOK.sealed[index].entry(), edited(BOOK.receipt(index), changes)
    ours = outcome(lambda d: verify_receipt(d, entry, KEYS.open)[0], data)
    assert outcome(lambda d: verify_package.open_receipt(d, entry, THEIR_KEYS)[0], data) == ours


@settings(max_examples=400)
@given(st.integers(0, 8), st.booleans(), edits)
@example(3, True, [])
def test_records(index, withheld, changes):
    sealed = BOOK.sealed[index].without("text") if withheld else BOOK.sealed[index]
    data = edited(sealed.to_bytes(), changes)
    ours = outcome(lambda d: Sealed.from_bytes(d).entry(), data)
    assert outcome(lambda d: verify_package.open_record(d).entry, data) == ours


@settings(max_examples=400)
@given(st.integers(0, 10**10), st.integers(1, 256), edits)
@example(1234067, 3, [])
def test_paths(index, width, changes):
    path = edited(number_path(index, width).encode(), changes).decode("latin-1")
    ours = outcome(lambda _: parse_number(path), b"")
    assert outcome(lambda _: verify_package._place(f"records/{path}")[1:], b"") == ours


@pytest.mark.parametrize("read", [Keys.parse, KEYS.open, Sealed.from_bytes, lambda d: verify_receipt(d, bytes(32), KEYS.open)])
@settings(max_examples=200)
@given(data=st.binary(max_size=300))
def test_no_bytes_crash_a_parser(read, data):
    assert outcome(read, data) is None
