"""Made-up fingerprints, small and much alike, and what a library of them must come to."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.fingerprint.sound import SoundFingerprint
from indelible.index import code_index
from indelible.index.store import FingerprintStore
from indelible.match.landmarks import QUERY_FAN, landmarks, steps_of
from indelible.match.references import References
from indelible.match.tally import best_changes

Media = list[tuple[str, Fingerprint]]
_FEW = np.random.default_rng(0).integers(0, 256, (6, 32), dtype=np.uint8)


def name(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()


def alike(random: np.random.Generator, *shape: int) -> Any:
    """Hashes or codes near one of a few."""
    made = _FEW[random.integers(0, len(_FEW), shape[:-1]), : shape[-1]]
    flips = random.random((*made.shape, 8)) < random.choice([0.0, 0.05, 0.5], (*made.shape[:-1], 1, 1))
    return made ^ np.packbits(flips, axis=-1)[..., 0]


def picture(random: np.random.Generator) -> PictureFingerprint:
    frames = int(random.integers(1, 9))
    boxed = np.sort(random.integers(0, frames, random.integers(0, 4))).astype(np.int32)
    local = np.flatnonzero(random.random(frames) < 0.6).astype(np.int32)
    starts = np.cumsum([0, *random.integers(0, 12, len(local))]).astype(np.int32)
    spots = int(starts[-1])
    return PictureFingerprint(
        width=320,
        height=180,
        times_ms=np.arange(frames) * 250,
        hashes=alike(random, frames, 8, 32),
        qualities=random.integers(0, 60, frames).astype(np.uint8),
        thumbs=np.zeros((frames, 36, 64), np.uint8),
        box_frames=boxed,
        boxes=np.tile(np.array([10, 10, 200, 150], np.int16), (len(boxed), 1)),
        box_hashes=alike(random, len(boxed), 8, 32),
        local_frames=local,
        local_starts=starts,
        points=random.integers(0, 6000, (spots, 2)).astype(np.uint16),
        sizes=random.integers(0, 200, spots).astype(np.uint8),
        angles=np.zeros(spots, np.uint8),
        codes=alike(random, spots, 16),
    )


def sound(random: np.random.Generator) -> SoundFingerprint:
    count = int(random.integers(0, 50))
    hops = np.sort(random.integers(0, 4 * count + 1, count)).astype(np.uint32)
    return SoundFingerprint(hops, (8 * random.integers(10, 40, count)).astype(np.uint16), np.zeros((0, 2), np.int64), 20_000)


def medium(seed: int) -> Fingerprint:
    """A picture, a sound, both or neither."""
    random = np.random.default_rng(seed)
    seen = picture(random) if random.random() < 0.8 else None
    heard = sound(random) if random.random() < 0.6 else None
    return Fingerprint(VERSION, 320, 180, 2000 + seed % 7, "video", seen, heard)


def saved(store: FingerprintStore, numbers: Sequence[int]) -> None:
    for number in numbers:
        store.save(name(number), medium(number))


def in_memory(numbers: Sequence[int]) -> References:
    """The definition: all laid out anew."""
    return References.of([(name(number), medium(number)) for number in numbers], code_index.code_search)


def local_frames(held: References, picture: int) -> list[Any]:
    made = held.local_frames(picture)
    each = [made.frame(number) for number in range(len(made.times_ms))]
    return [
        made.width,
        made.height,
        made.times_ms.tolist(),
        [[rows.tolist() for rows in vars(spots).values()] for spots in each],
    ]


def told(held: References) -> list[Any]:
    """All that is asked of references, for some queries."""
    random = np.random.default_rng(7)
    codes = [np.ascontiguousarray(alike(random, count, 16).view(np.uint64).T) for count in (30, 1)]
    hashes = np.ascontiguousarray(alike(random, 5, 32).view(np.uint64).T)
    near = list(held.code_search.near(codes, len(held.code_owner))) if len(held.code_owner) else []
    by_hash = held.hashes.near(hashes, 90)
    peaks = np.sort(random.integers(0, 200, 60)).astype(float)[np.newaxis]
    steps = steps_of(8.0 * random.integers(10, 40, (1, 60)))
    shared = held.sounds.held.shared_with(landmarks(peaks[0], steps[0], QUERY_FAN))
    rows = np.stack([shared.owner, shared.here, shared.first, shared.second], axis=1)
    return [
        held.keys,
        *(each.tolist() for each in (held.pictured, held.heard, held.code_owner, held.code_frame)),
        *((each.codes.tolist(), each.frames.tolist()) for each in near),
        (by_hash.mine.tolist(), by_hash.theirs.tolist(), by_hash.apart.tolist(), held.hashes.starts.tolist()),
        [(held.hashes[i].frames.tolist(), held.hashes[i].parts.tolist()) for i in range(len(held.pictured))],
        [local_frames(held, i) for i in range(len(held.pictured))],
        (list(held.sounds.names), list(held.sounds.durations_ms), held.sounds.held.count),
        [rows[rows[:, 0] == owner].tolist() for owner in range(held.sounds.held.count)],
        [each.tolist() for each in best_changes(peaks, steps, held.sounds.held)],
    ]
