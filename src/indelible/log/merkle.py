"""The Merkle tree of RFC 6962, as its text defines it: slow, short, and what every fast path is held against.

A tree over n leaf hashes splits at the largest power of two below n. Hashes are SHA-256 and have 32 bytes; a proof is a
sequence of them, from the leaf's side to the root's. Source: RFC 6962 §2.1; the two verifiers follow RFC 9162 §2.1.3.2
and §2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from indelible.model.errors import FormatError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below `size`, which is 2 or more: where its tree divides."""
    return 1 << ((size - 1).bit_length() - 1)


def root_hash(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes."""
    size = len(leaf_hashes)
    if size == 0:
        return EMPTY_ROOT
    if size == 1:
        return leaf_hashes[0]
    at = split(size)
    return node_hash(root_hash(leaf_hashes[:at]), root_hash(leaf_hashes[at:]))


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root; raises ValueError when there is no such leaf."""
    size = len(leaf_hashes)
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    if size == 1:
        return []
    at = split(size)
    if index < at:
        return [*inclusion_proof(leaf_hashes[:at], index), root_hash(leaf_hashes[at:])]
    return [*inclusion_proof(leaf_hashes[at:], index - at), root_hash(leaf_hashes[:at])]


def consistency_proof(leaf_hashes: Sequence[bytes], old: int) -> list[bytes]:
    """The hashes that show the tree of the first `old` leaves to be a prefix; empty when old is 0 or the size itself."""
    if not 0 <= old <= len(leaf_hashes):
        raise ValueError(f"no tree of {old} within one of {len(leaf_hashes)}")
    return [] if old == 0 else _subproof(leaf_hashes, old, whole=True)


def _subproof(leaf_hashes: Sequence[bytes], old: int, *, whole: bool) -> list[bytes]:
    size = len(leaf_hashes)
    if old == size:
        return [] if whole else [root_hash(leaf_hashes)]
    at = split(size)
    if old <= at:
        return [*_subproof(leaf_hashes[:at], old, whole=whole), root_hash(leaf_hashes[at:])]
    return [*_subproof(leaf_hashes[at:], old - at, whole=False), root_hash(leaf_hashes[:at])]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raises FormatError unless `proof` leads from leaf hash `leaf` at `index` to the root of a tree of `size`."""
    if not 0 <= index < size:
        raise FormatError(f"an entry {index} cannot stand in a tree of {size}")
    _all_hashes([leaf, *proof, root])
    at, last, reached = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise FormatError("an inclusion proof is longer than its tree is high")
        if at % 2 or at == last:
            reached = node_hash(step, reached)
            while at % 2 == 0:
                at, last = at >> 1, last >> 1
        else:
            reached = node_hash(reached, step)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise FormatError("an inclusion proof is shorter than its tree is high")
    if reached != root:
        raise FormatError("an inclusion proof does not lead to the root")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raises FormatError unless `proof` shows the tree of `old` to be a prefix of the tree of `new`."""
    if not 0 <= old <= new:
        raise FormatError(f"a log cannot grow from {old} entries to {new}")
    _all_hashes([*proof, old_root, new_root])
    if old == 0 and old_root != EMPTY_ROOT:
        raise FormatError("the root of an empty log is the hash of nothing")
    if old in (0, new):
        if proof:
            raise FormatError("a consistency proof from an empty log, or to the same size, is empty")
        if old == new and old_root != new_root:
            raise FormatError(f"two different roots at size {old}")
        return
    _walk(old, new, proof, (old_root, new_root))


def _walk(old: int, new: int, proof: Sequence[bytes], roots: tuple[bytes, bytes]) -> None:
    # An old tree that is one whole power of two needs no first step: it is itself the seed.
    steps = [roots[0], *proof] if old & (old - 1) == 0 else list(proof)
    if not steps:
        raise FormatError("a consistency proof is empty")
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    old_reached = new_reached = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise FormatError("a consistency proof is longer than its tree is high")
        if at % 2 or at == last:
            old_reached, new_reached = node_hash(step, old_reached), node_hash(step, new_reached)
            while at % 2 == 0:
                at, last = at >> 1, last >> 1
        else:
            new_reached = node_hash(new_reached, step)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise FormatError("a consistency proof is shorter than its tree is high")
    if (old_reached, new_reached) != roots:
        raise FormatError("a consistency proof does not lead to both roots")


def _all_hashes(hashes: Sequence[bytes]) -> None:
    for found in hashes:
        if len(found) != HASH_BYTES:
            raise FormatError(f"a hash has {HASH_BYTES} bytes, found {len(found)}")
