"""The same sound in two media: stretches where the peaks of both form the same pattern.

Two peaks near each other make a landmark: a pitch, an interval and a time between. Landmarks that both sounds share vote for
the offset between them; enough of them at one offset are the same sound. The query is stretched and transposed over a grid,
because copies are. Sound alone says *same sound* and never copy: jingles and music travel without the picture.

Source: A. Wang, ISMIR 2003, with the query's grid of tempos and pitches; errors measured in docs/decisions/0012-sound.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.sound import BIN_PARTS, HOP_MS, WINDOW_MS, SoundFingerprint
from indelible.model.segment import Edit, Evidence, Relation, SegmentMatch
from indelible.model.span import Span

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

VOTES_MIN = 16  # moments of the query that agree with a reference on one offset
VOTES_OVER_CHANCE = 3.0  # how many more are asked for each that an offset of these two gets by chance
SEGMENTS_MAX = 4  # stretches that one piece of a query and one reference can share

_PIECE_HOPS, _PIECE_STEP = 516, 258  # 12 s and 6 s: what chance gives, and what a wrong tempo loses, grows with the length
_FAN = 5  # landmarks that one peak begins
_REACH = 64  # peaks looked at for them
_HOPS_MIN, _HOPS_MAX = 2, 63  # 46 ms to 1.5 s between the two peaks of a landmark
_INTERVAL_MAX = 60  # between their pitches, in steps
_LINEAR_BELOW_BINS, _STEPS = 120.0, 110.0  # a step of pitch is 1.1 bins (12 Hz) low down, 1.2 % far up
_OFFSET_HOPS = 2  # two cells of these, so 93 ms, are one offset
_FROM_LINE_HOPS = 3.0  # 70 ms: how far a landmark may lie from its alignment
_GAP_HOPS = 108  # 2.5 s without a shared landmark end a stretch
_SPEED_TOLD = 0.02  # a smaller change of speed lies within the error of the fit
_OWNER_BITS = 32  # beside a landmark's key in the table
_COMMON_MAX = 4_000  # a landmark that a library holds more often than this tells nothing

# How the query is changed before it is compared: (pitch, length), each a ratio to what was recorded.
_SEMITONE = 2 ** (1 / 12)
_LENGTHS = (1.0, 0.96, 1.04, 0.92, 1.08, 0.88, 1.13, 0.84, 1.18, 0.8, 1.25, 0.75, 1.33, 0.67, 1.5, 0.5, 2.0)
_TAPE_SPEEDS = (0.8, 0.9, 0.95, 1.05, 1.1, 1.25)  # pitch and length together, as a tape does
_TRANSPOSED = (-2, -1, 1, 2)  # semitones at the same length
GRID: tuple[tuple[float, float], ...] = (
    *((1.0, length) for length in _LENGTHS),
    *((speed, 1 / speed) for speed in _TAPE_SPEEDS),
    *((_SEMITONE**semitones, 1.0) for semitones in _TRANSPOSED),
)


@dataclass(frozen=True)
class _Landmarks:
    """Pairs of peaks: their keys int64[n], and the hops, float64[n], of the first and of the second peak."""

    keys: Integers
    first: Floats
    second: Floats


@dataclass(frozen=True)
class _Shared:
    """Landmarks that a piece of the query shares with the library under one change: three arrays of one length."""

    owner: Integers  # which reference
    here: Integers  # which landmark of the piece
    there: Integers  # which landmark of the library's table


@dataclass(frozen=True)
class _Alignment:
    """A stretch of the query that runs with a stretch of a reference, in hops of each one's own time."""

    owner: int
    pitch: float
    speed: float  # how far the reference goes while the query goes one hop
    votes: int
    query: tuple[float, float]
    reference: tuple[float, float]


class SoundReferences:
    """A library of sounds made ready for search: one table of landmarks in order of key."""

    def __init__(self, references: Sequence[tuple[str, SoundFingerprint]]) -> None:
        self.names = [name for name, _ in references]
        self.durations_ms = [sound.duration_ms for _, sound in references]
        made = [_landmarks(sound.hops.astype(np.float64), sound.pitches / BIN_PARTS) for _, sound in references]
        keys = np.concatenate([np.zeros(0, np.int64), *(each.keys for each in made)])
        order = np.argsort(keys, kind="stable")
        self._owner = np.repeat(np.arange(len(made)), [len(each.keys) for each in made])[order]
        self._places = (keys[order] << _OWNER_BITS) | self._owner  # ascending: owners ascend where keys are equal
        self.first = np.concatenate([np.zeros(0), *(each.first for each in made)])[order]
        self.second = np.concatenate([np.zeros(0), *(each.second for each in made)])[order]

    def before(self, count: int) -> SoundReferences:
        """The first `count` of them, as if the library held no others; shares the table."""
        held = copy(self)
        held.names, held.durations_ms = self.names[:count], self.durations_ms[:count]
        return held

    def shared_with(self, landmarks: _Landmarks) -> _Shared:
        """Every pair of a query's landmark and the library's of the same pitch and interval, one hop of time forgiven."""
        asked = np.concatenate([landmarks.keys - 1, landmarks.keys, landmarks.keys + 1]) << _OWNER_BITS
        low = np.searchsorted(self._places, asked)
        counts = np.searchsorted(self._places, asked + len(self.names)) - low
        counts[counts > _COMMON_MAX] = 0
        probe = np.repeat(np.arange(len(asked)), counts)
        there = np.arange(len(probe)) - np.repeat(np.cumsum(counts) - counts, counts) + low[probe]
        return _Shared(self._owner[there], probe % max(1, len(landmarks.keys)), there)


def match_sound(
    query: SoundFingerprint, references: SoundReferences | Sequence[tuple[str, SoundFingerprint]]
) -> list[SegmentMatch]:
    """Stretches of the query that sound like stretches of references, by reference and then by time.

    `references` are names with fingerprints, or a SoundReferences made of them once for many queries.
    """
    library = references if isinstance(references, SoundReferences) else SoundReferences(references)
    found: dict[int, list[_Alignment]] = {}
    for hops, pitches in _pieces(query):
        for alignment in _aligned(hops, pitches, library):
            _add(found.setdefault(alignment.owner, []), alignment)
    return [
        _segment(alignment, query, library)
        for _, alignments in sorted(found.items())
        for alignment in sorted(alignments, key=lambda each: each.query)
    ]


def _pieces(query: SoundFingerprint) -> Iterator[tuple[Floats, Floats]]:
    """Hops and pitches of overlapping stretches of the query."""
    hops, pitches = query.hops.astype(np.float64), query.pitches / BIN_PARTS
    last = int(query.hops[-1]) if len(hops) else -1
    for start in range(0, max(1, last + 1 - (_PIECE_HOPS - _PIECE_STEP)), _PIECE_STEP):
        low, high = np.searchsorted(hops, [start, start + _PIECE_HOPS])
        if high - low >= VOTES_MIN:
            yield hops[low:high], pitches[low:high]


def _landmarks(hops: Floats, pitches: Floats) -> _Landmarks:
    """The landmarks of peaks in order of time: each with the next few in reach."""
    steps = np.round(_STEPS * np.log1p(pitches / _LINEAR_BELOW_BINS)).astype(np.int64)
    one = np.arange(len(hops))[:, np.newaxis]
    other = one + np.arange(1, _REACH + 1)
    exists = other < len(hops)
    other = np.minimum(other, len(hops) - 1)
    apart = np.round(hops[other] - hops[one]).astype(np.int64)
    interval = steps[other] - steps[one]
    fits = exists & (apart >= _HOPS_MIN) & (apart <= _HOPS_MAX) & (np.abs(interval) <= _INTERVAL_MAX)
    at, nth = np.nonzero(fits & (np.cumsum(fits, axis=1) <= _FAN))
    keys = (steps[at] << 16) | ((interval[at, nth] + _INTERVAL_MAX) << 8) | apart[at, nth]
    return _Landmarks(keys, hops[at], hops[other[at, nth]])


def _aligned(hops: Floats, pitches: Floats, library: SoundReferences) -> list[_Alignment]:
    """The alignments of one piece: for each reference those of the change of the grid that agrees best with it."""
    best: dict[int, tuple[int, int]] = {}
    for number, (pitch, length) in enumerate(GRID):
        landmarks = _landmarks(hops * length, pitches * pitch)
        owners, votes, _ = _votes(library.shared_with(landmarks), landmarks, library)
        for owner, count in zip(owners.tolist(), votes.tolist(), strict=True):
            if count >= VOTES_MIN // 2 and count > best.get(owner, (0, 0))[0]:
                best[owner] = (count, number)
    found: list[_Alignment] = []
    for number in sorted({number for _, number in best.values()}):
        pitch, length = GRID[number]
        landmarks = _landmarks(hops * length, pitches * pitch)
        shared = library.shared_with(landmarks)
        for owner in sorted(owner for owner, (_, chosen) in best.items() if chosen == number):
            mine = _only(shared, shared.owner == owner)
            found += _stretches(mine, landmarks, library, GRID[number])
    return found


def _only(shared: _Shared, which: NDArray[np.bool_]) -> _Shared:
    """Those of the shared landmarks."""
    return _Shared(shared.owner[which], shared.here[which], shared.there[which])


def _votes(shared: _Shared, landmarks: _Landmarks, library: SoundReferences) -> tuple[Integers, Integers, Integers]:
    """For each reference that shares anything: its number, the votes for its best offset, and that offset's cell."""
    moments = landmarks.first[shared.here]
    cells = np.floor((library.first[shared.there] - moments) / _OFFSET_HOPS).astype(np.int64) + (1 << 23)
    # A moment votes once for a cell, and for the one before it, so that two neighbouring cells count as one offset.
    places = (shared.owner << 24) | cells
    ballots = np.unique((np.concatenate([places, places - 1]) << 12) | np.tile(moments.round().astype(np.int64) & 0xFFF, 2))
    places, counts = np.unique(ballots >> 12, return_counts=True)
    order = np.lexsort((-counts, places >> 24))
    owners, first = np.unique(places[order] >> 24, return_index=True)
    return owners, counts[order][first], (places[order][first] & 0xFFFFFF) - (1 << 23)


def _stretches(
    shared: _Shared, landmarks: _Landmarks, library: SoundReferences, change: tuple[float, float]
) -> Iterator[_Alignment]:
    """The stretches that a piece shares with one reference: the best, then the best of what it leaves over."""
    pitch, length = change
    for _ in range(SEGMENTS_MAX):
        if not len(shared.here):
            return
        _, _, cell = _votes(shared, landmarks, library)
        alignment = _fitted(shared, landmarks, library, float(cell[0] + 1) * _OFFSET_HOPS)
        if alignment is None:
            return
        moments = landmarks.first[shared.here]
        shared = _only(shared, (moments < alignment.query[0]) | (moments > alignment.query[1]))
        start, end = alignment.query
        yield replace(alignment, pitch=pitch, speed=alignment.speed * length, query=(start / length, end / length))


def _fitted(shared: _Shared, landmarks: _Landmarks, library: SoundReferences, offset: float) -> _Alignment | None:
    """The straight line through the landmarks near an offset, and the unbroken stretch of it with most votes; None if few."""
    here, there = landmarks.first[shared.here], library.first[shared.there]
    slope, height, reach = 1.0, offset, 2.0 * _FROM_LINE_HOPS
    for _ in range(4):
        near = np.abs(slope * here + height - there) <= reach
        if len(np.unique(here[near])) < VOTES_MIN:
            return None
        slope, height = _line(here[near], there[near])
        reach = _FROM_LINE_HOPS
    moments = np.unique(here[near])
    runs = np.split(moments, np.nonzero(np.diff(moments) > _GAP_HOPS)[0] + 1)
    run = max(runs, key=len)
    inside = near & (here >= run[0]) & (here <= run[-1])
    owner = int(shared.owner[0])
    lengths = float(np.ptp(landmarks.first)) + library.durations_ms[owner] / HOP_MS
    if len(run) < VOTES_MIN + VOTES_OVER_CHANCE * _votes_by_chance(len(here) - int(near.sum()), lengths):
        return None
    query = float(run[0]), float(landmarks.second[shared.here[inside]].max())
    reference = float(there[inside].min()), float(library.second[shared.there[inside]].max())
    return _Alignment(owner, 1.0, slope, len(run), query, reference)


def _votes_by_chance(others: int, lengths_hops: float) -> float:
    """How many of the landmarks that agree on nothing fall to an offset where the two overlap most, twice the average.

    Music in one key and beat agrees a little everywhere, and so must agree the more in one place.
    """
    return 2 * others * 2 * _OFFSET_HOPS / (lengths_hops + 1)


def _line(here: Floats, there: Floats) -> tuple[float, float]:
    """Slope and height of the least-squares line, its slope held within a grid's step of 1."""
    spread = float(((here - here.mean()) ** 2).sum())
    slope = float(((here - here.mean()) * (there - there.mean())).sum()) / spread if spread else 1.0
    slope = min(1.06, max(0.94, slope))
    return slope, float(there.mean() - slope * here.mean())


def _add(known: list[_Alignment], new: _Alignment) -> None:
    """Joins an alignment with one of a neighbouring piece that it carries on, else adds it to the known ones."""
    for place, old in enumerate(known):
        if _carries_on(old, new):
            whole = min(old.query[0], new.query[0]), max(old.query[1], new.query[1])
            ends = min(old.reference[0], new.reference[0]), max(old.reference[1], new.reference[1])
            better = max(old, new, key=lambda each: each.votes)
            known[place] = replace(better, query=whole, reference=ends)
            return
    known.append(new)


def _carries_on(old: _Alignment, new: _Alignment) -> bool:
    """Whether two alignments are one: they meet in the query, and there agree on where in the reference they are."""
    if new.query[0] > old.query[1] + _GAP_HOPS or old.query[0] > new.query[1] + _GAP_HOPS:
        return False
    expected = old.reference[0] + (new.query[0] - old.query[0]) * old.speed
    return abs(expected - new.reference[0]) <= 4 * _FROM_LINE_HOPS + 0.02 * abs(new.query[0] - old.query[0])


def _segment(alignment: _Alignment, query: SoundFingerprint, library: SoundReferences) -> SegmentMatch:
    """The alignment as it is told."""
    speed = round(alignment.speed, 2) if abs(alignment.speed - 1) >= _SPEED_TOLD else 1.0
    changes = [] if speed == 1 else [f"played at {speed:g} times the speed"]
    if alignment.pitch != 1:
        changes.append(f"its pitch {'raised' if alignment.pitch < 1 else 'lowered'}")
    span = _span(alignment.query, query.duration_ms)
    why = f"{alignment.votes} moments of the sound agree over {span.length_ms / 1000:.1f} seconds"
    return SegmentMatch(
        library.names[alignment.owner],
        Relation.SAME_SOUND,
        round(alignment.votes / (alignment.votes + VOTES_MIN), 3),
        span,
        _span(alignment.reference, library.durations_ms[alignment.owner]),
        Edit(speed_ratio=speed),
        ", ".join([why, *changes]) + "; sound alone does not show that the picture is the same.",
        Evidence(sound_landmarks=alignment.votes, detectors=("sound",)),
    )


def _span(hops: tuple[float, float], duration_ms: int) -> Span:
    """Hops as a span in ms, to the end of the last window and inside the medium."""
    start, end = round(hops[0] * HOP_MS), round(hops[1] * HOP_MS + WINDOW_MS)
    return Span(min(start, duration_ms), min(max(start, end), duration_ms))
