"""One fixed order of the 256 bits, taken by every hash on its way into the index and by every query.

Neighbouring bits of a frame hash are of neighbouring frequencies and go together, so that parts of real hashes crowd into few
buckets: 1.3 to 1.6 times as many candidates as evenly spread bits have. Any one random order mends that, and changes no distance.
"""

from __future__ import annotations

from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.frame_hash import BITS, HASH_BYTES
from indelible.match.compiler import NOTHING, compiled, read, written

WORDS_OF_HASH = BITS // 64


def order() -> NDArray[np.int64]:
    """Where each bit of a hash goes: int64[256], bits counted as numpy unpacks them, the first of a byte the highest.

    Never to be changed: what lies on disks is in this order.
    """
    return np.array(sorted(range(BITS), key=lambda bit: sha256(b"%d" % bit).digest()), np.int64)


def _lookup() -> NDArray[np.uint64]:
    """What each value of each byte contributes to the four words: uint64[32, 256, 4]."""
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    spread_bits = np.zeros((HASH_BYTES, 256, BITS), np.uint8)
    goes = order().reshape(HASH_BYTES, 8)
    for byte in range(HASH_BYTES):
        spread_bits[byte][:, goes[byte]] = bits
    return np.packbits(spread_bits, axis=2).view(np.uint64)


_TABLE = _lookup()


@compiled(NOTHING, read("uint8", 2), read("uint64", 3), written("uint64", 2))
def _spread(hashes: NDArray[np.uint8], lookup: NDArray[np.uint64], rows: NDArray[np.uint64]) -> None:
    for i in range(len(hashes)):
        a, b, c, d = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
        for byte in range(HASH_BYTES):
            value = hashes[i, byte]
            a |= lookup[byte, value, 0]
            b |= lookup[byte, value, 1]
            c |= lookup[byte, value, 2]
            d |= lookup[byte, value, 3]
        rows[i, 0], rows[i, 1], rows[i, 2], rows[i, 3] = a, b, c, d


def spread(hashes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Frame hashes uint8[n, 32] in the index's order of bits: uint64[n, 4]."""
    rows = np.empty((len(hashes), WORDS_OF_HASH), np.uint64)
    _spread(np.ascontiguousarray(hashes), _TABLE, rows)
    return rows
