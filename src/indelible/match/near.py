"""Hashes and codes compared by the hundred million: the answers of `by_definition`, compiled.

A block of the stack stays in the fastest cache while all of a query's codes pass over it. Every word of all codes lies in
one row, because only then do LLVM's loops count bits in vectors; a processor without such instructions counts them in
others, and the answers are the same (docs/decisions/0014-numba.md).

Nothing is compiled while a query waits (match/compiler.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.frame_hash import BITS
from indelible.match.by_definition import Integers, NearFrames, NearHashes, Stack
from indelible.match.compiler import FOUND, PLACES, TABLE, WORD, WORDS, compiled, group, inlined, ones

_BLOCK = 512  # columns: four words of each are 16 KiB, half of a first-level cache
_ROOM = 1024  # hits that there is room for at first

_Word = np.uint64
_FOUR = group(WORDS, WORDS, WORDS, WORDS)


@inlined
def _wider(found: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same hits with room for as many again."""
    grown = np.empty((2 * found.shape[0], found.shape[1]), np.int64)
    grown[: found.shape[0]] = found
    return grown


@inlined
def _frame_of(starts: NDArray[np.int64], column: int) -> int:
    """The last frame that starts at or before a column: the one that has it, since those without codes start before it."""
    low, high = 0, len(starts)
    while low < high:
        middle = (low + high) // 2
        if starts[middle] <= column:
            low = middle + 1
        else:
            high = middle
    return low - 1


@inlined
def _nearest(a: Stack, b: Stack, x: np.uint64, y: np.uint64) -> np.uint64:
    """The least distance of a code from those of a block."""
    least = _Word(255)
    for j in range(len(a)):
        least = min(least, ones(a[j] ^ x) + ones(b[j] ^ y))
    return least


@compiled(FOUND, TABLE, WORDS, WORDS, PLACES, WORD)
def _code_hits(codes: Stack, a: Stack, b: Stack, starts: Integers, most: np.uint64) -> Integers:
    """The rows (code, frame) of near_frames, each once, in order of frame for each code."""
    found, count = np.empty((_ROOM, 2), np.int64), 0
    last = np.full(codes.shape[1], -1, np.int64)
    for start in range(0, len(a), _BLOCK):
        stop = min(len(a), start + _BLOCK)
        for i in range(codes.shape[1]):
            x, y = codes[0, i], codes[1, i]
            if _nearest(a[start:stop], b[start:stop], x, y) > most:
                continue
            for j in range(start, stop):
                if ones(a[j] ^ x) + ones(b[j] ^ y) <= most:
                    frame = _frame_of(starts, j)
                    if frame != last[i]:
                        last[i] = frame
                        if count == len(found):
                            found = _wider(found)
                        found[count, 0], found[count, 1] = i, frame
                        count += 1
    return found[:count]


@inlined
def _apart(block: tuple[Stack, ...], j: int, hashes: Stack, i: int) -> Any:
    """In how many bits hash i differs from hash j of a block's four words."""
    a, b, c, d = block
    return ones(a[j] ^ hashes[0, i]) + ones(b[j] ^ hashes[1, i]) + ones(c[j] ^ hashes[2, i]) + ones(d[j] ^ hashes[3, i])


@inlined
def _furthest_over(block: tuple[Stack, ...], hashes: Stack, i: int, below: np.uint64) -> np.uint64:
    """The largest of a block's distances less `below`, where what is less than that wraps round to the largest of all."""
    most = _Word(0)
    for j in range(len(block[0])):
        most = max(most, _apart(block, j, hashes, i) - below)
    return most


@compiled(FOUND, TABLE, _FOUR, WORD)
def _hash_hits(hashes: Stack, planes: tuple[Stack, ...], below: np.uint64) -> Integers:
    """The rows (mine, theirs, apart) of near_hashes, in order of theirs for each of mine."""
    a, b, c, d = planes
    found, count = np.empty((_ROOM, 3), np.int64), 0
    between = _Word(BITS) - below - below
    for start in range(0, len(a), _BLOCK):
        stop = min(len(a), start + _BLOCK)
        block = (a[start:stop], b[start:stop], c[start:stop], d[start:stop])
        for i in range(hashes.shape[1]):
            if _furthest_over(block, hashes, i, below) <= between:
                continue
            for j in range(stop - start):
                apart = _apart(block, j, hashes, i)
                if apart - below > between:
                    if count == len(found):
                        found = _wider(found)
                    found[count, 0], found[count, 1], found[count, 2] = i, start + j, apart
                    count += 1
    return found[:count]


def near_frames(codes: Stack, stack: Stack, starts: Integers, most: int) -> NearFrames:
    """As by_definition.near_frames."""
    found = _code_hits(np.ascontiguousarray(codes), stack[0], stack[1], starts, _Word(most))
    ordered = found[np.argsort(found[:, 0], kind="stable")]
    return NearFrames(ordered[:, 0], ordered[:, 1])


def near_hashes(hashes: Stack, stack: Stack, below: int) -> NearHashes:
    """As by_definition.near_hashes; `below` is at most half of the bits."""
    found = _hash_hits(np.ascontiguousarray(hashes), (stack[0], stack[1], stack[2], stack[3]), _Word(below))
    ordered = found[np.argsort(found[:, 0], kind="stable")]
    return NearHashes(ordered[:, 0], ordered[:, 1], ordered[:, 2])
