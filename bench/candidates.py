"""CPU time of a query's search for candidates, by how much is held, beside the definition in numpy.

python bench/candidates.py [CODES ...]

Made-up references: a shot has 100 codes in one local frame and 20 hashes (five seconds). The query has 8 local frames of 110
codes in four or two variants, and 60 hashes in eight views; one of the shots shows its first frame.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from unittest import mock

import numpy as np

from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.match import by_definition, code_search, frame_votes, local_votes
from indelible.match import frame_hashes as frame_hashing
from indelible.match.code_search import Exhaustive
from indelible.match.frame_hashes import FrameHashes, HashStacks, frame_hashes, words
from indelible.match.references import References

CODES, HASHES = 100, 20  # of a shot
DEFINITION_CODES = 100_000
Bytes = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def picture(random: np.random.Generator, frames: int, local: int, codes: int) -> PictureFingerprint:
    def some(*shape: int) -> Bytes:
        return random.integers(0, 256, shape, dtype=np.uint8)

    spots = local * codes
    return PictureFingerprint(
        width=320,
        height=180,
        times_ms=np.arange(frames) * 250,
        hashes=some(frames, 8, 32),
        qualities=np.full(frames, 100, np.uint8),
        thumbs=some(frames, 36, 64),
        box_frames=np.zeros(0, np.int32),
        boxes=np.zeros((0, 4), np.int16),
        box_hashes=np.zeros((0, 8, 32), np.uint8),
        local_frames=np.arange(local, dtype=np.int32),
        local_starts=np.arange(local + 1, dtype=np.int32) * codes,
        points=np.zeros((spots, 2), np.uint16),
        sizes=np.zeros(spots, np.uint8),
        angles=np.zeros(spots, np.uint8),
        codes=some(spots, 16),
    )


def near_each_other(random: np.random.Generator, shots: int, each: int) -> by_definition.Stack:
    """Hashes of shots: each shot's differ in up to 12 bits from what is common to them."""
    made = np.repeat(random.integers(0, 2**64, (4, shots), dtype=np.uint64), each, axis=1)
    for _ in range(3):
        made ^= np.uint64(1) << random.integers(0, 64, made.shape, dtype=np.uint64)
    return made


def references(random: np.random.Generator, query: PictureFingerprint, shots: int) -> References:
    stack = random.integers(0, 2**64, (2, shots * CODES), dtype=np.uint64)
    stack[:, :CODES] = words(query.codes[:CODES])
    hashes = near_each_other(random, shots, HASHES)
    hashes[:, :HASHES] = words(query.hashes[:HASHES, 0])
    shown = frame_hashes(query)[:HASHES]
    frames, times_ms, parts = (np.tile(each, shots) for each in (shown.frames, shown.times_ms, shown.parts))
    every = FrameHashes(hashes, frames, times_ms, parts)
    whole = References.of([])
    return References(
        keys=tuple(map(str, range(shots))),
        fingerprint=lambda _: Fingerprint(VERSION, 320, 180, 15_000, "video", query, None),
        local_frames=whole.local_frames,
        pictured=np.arange(shots),
        heard=whole.heard,
        sounds=whole.sounds,
        hashes=HashStacks((every,), np.arange(shots + 1) * HASHES),
        code_search=Exhaustive(stack, np.arange(shots + 1) * CODES),
        code_owner=np.arange(shots),
        code_frame=np.zeros(shots, np.int64),
    )


def cpu_ms(search: Callable[[], object]) -> tuple[float, object]:
    start = time.thread_time()
    found = search()
    return (time.thread_time() - start) * 1000, found


def main(counts: list[int]) -> None:
    random = np.random.default_rng(14)
    query = picture(random, 60, 8, 110)
    print(f"{'codes':>12} {'hashes':>12} {'by codes':>12} {'by hashes':>12}   ms of CPU a query")
    for count in counts:
        held = references(random, query, count // CODES)
        by_codes, pairs = cpu_ms(lambda held=held: local_votes.candidate_pairs(query, held))
        by_hashes, votes = cpu_ms(lambda held=held: frame_votes.frame_votes(query, held))
        print(f"{count:12,} {len(held.hashes.stacks[0]):12,} {by_codes:12,.1f} {by_hashes:12,.1f}")
        if count == DEFINITION_CODES:
            with (
                mock.patch.object(code_search, "near_frames", by_definition.near_frames),
                mock.patch.object(frame_hashing, "near_hashes", by_definition.near_hashes),
            ):
                slow_codes, slow_pairs = cpu_ms(lambda held=held: local_votes.candidate_pairs(query, held))
                slow_hashes, slow_votes = cpu_ms(lambda held=held: frame_votes.frame_votes(query, held))
            same = pairs == slow_pairs and list(votes) == list(slow_votes)
            print(f"{'by definition':>25} {slow_codes:12,.1f} {slow_hashes:12,.1f}   the same: {same}")
            print(f"{'times faster':>25} {slow_codes / by_codes:12,.1f} {slow_hashes / by_hashes:12,.1f}")


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [DEFINITION_CODES, 1_000_000, 10_000_000])
