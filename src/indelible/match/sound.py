"""The same sound in two media: stretches where the peaks of both form the same pattern.

Two peaks near each other make a landmark: a pitch, an interval and a time between. Landmarks that both sounds share vote for
the offset between them; enough of them at one offset are the same sound. The query is stretched and transposed over a grid,
because copies are. Sound alone says *same sound* and never copy: jingles and music travel without the picture.

Source: A. Wang, ISMIR 2003, with the query's grid of tempos and pitches; errors measured in docs/decisions/0012-sound.md.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from indelible.fingerprint.sound import BIN_PARTS, HOP_MS, WINDOW_MS, SoundFingerprint
from indelible.match.landmarks import (
    COMMON_MAX,
    OFFSET_HOPS,
    QUERY_FAN,
    Floats,
    Landmarks,
    LandmarkTable,
    LandmarkTables,
    Shared,
    landmarks,
    steps_of,
    votes,
)
from indelible.match.tally import best_changes
from indelible.model.segment import Edit, Evidence, Relation, SegmentMatch
from indelible.model.span import Span

VOTES_MIN = 16  # moments of the query that agree with a reference on one offset
VOTES_OVER_CHANCE = 3.0  # how many more are asked for each that an offset of these two gets by chance
SHARE_PLAIN = 0.6  # of the query's moments in a stretch: where so many agree, chance has less to explain
VOTES_PLAIN = 7  # and so many over chance are enough; strangers of 14 moments and more share 0.13 at most (decision 0012)
SEGMENTS_MAX = 4  # stretches that one piece of a query and one reference can share

_PIECE_HOPS, _PIECE_STEP = 516, 258  # 12 s and 6 s: what chance gives, and what a wrong tempo loses, grows with the length
_CANDIDATE_VOTES = 12  # from here a reference is looked at: a straight line gathers more than one offset does
_COMMON_MAX = COMMON_MAX
_FROM_LINE_HOPS = 3.0  # 70 ms: how far a landmark may lie from its alignment
_GAP_HOPS = 108  # 2.5 s without a shared landmark end a stretch
_SPEED_TOLD = 0.02  # a smaller change of speed lies within the error of the fit

# How the query is changed before it is compared: (pitch, length), each a ratio to what was recorded.
# Fine where people go, pitch or length alone and both as a tape does; every second step of each where both change.
_THIRD, _LENGTH = 2 ** (1 / 36), 1.03  # a third of a semitone, 3 %
_FAR = ((1.0, 0.67), (1.0, 1.5), (1.0, 0.5), (1.0, 2.0), *((speed, 1 / speed) for speed in (0.775, 0.8, 1.25, 1.28)))


def _grid() -> Iterator[tuple[float, float]]:
    """Up to 3 1/3 semitones and a third of the length either way, the unchanged query first."""
    yield 1.0, 1.0
    for thirds, length in itertools.product(range(-10, 11), range(-10, 11)):
        as_a_tape = abs(thirds * math.log(_THIRD) + length * math.log(_LENGTH)) < math.log(_LENGTH)
        wanted = thirds == 0 or length == 0 or as_a_tape or (thirds % 2 == 0 and length % 2 == 0)
        if wanted and (thirds, length) != (0, 0):
            yield _THIRD**thirds, _LENGTH**length
    yield from _FAR


GRID = tuple(_grid())
_PITCHES, _STRETCHES = np.array(GRID).T[:, :, np.newaxis]


@dataclass(frozen=True)
class _Alignment:
    """A stretch of the query that runs with a stretch of a reference, in hops of each one's own time."""

    owner: int
    pitch: float
    speed: float  # how far the reference goes while the query goes one hop
    votes: int
    query: tuple[float, float]
    reference: tuple[float, float]


@dataclass(frozen=True)
class SoundReferences:
    """A library of sounds made ready for search: their names, how long they last, and their landmarks."""

    names: Sequence[str]
    durations_ms: Sequence[int]
    held: LandmarkTables

    @classmethod
    def of(cls, references: Sequence[tuple[str, SoundFingerprint]]) -> SoundReferences:
        """From names with fingerprints."""
        table = LandmarkTable.of([landmarks_of(sound) for _, sound in references])
        names, durations_ms = [name for name, _ in references], [sound.duration_ms for _, sound in references]
        return cls(names, durations_ms, LandmarkTables.of([table], _COMMON_MAX))

    def before(self, count: int) -> SoundReferences:
        """The first `count` of them, as if the library held no others; shares the tables."""
        return SoundReferences(self.names[:count], self.durations_ms[:count], self.held.before(count))


def landmarks_of(sound: SoundFingerprint) -> Landmarks:
    """The landmarks of a sound as it was recorded."""
    return landmarks(sound.hops.astype(np.float64), steps_of(sound.pitches / BIN_PARTS))


def match_sound(
    query: SoundFingerprint, references: SoundReferences | Sequence[tuple[str, SoundFingerprint]]
) -> list[SegmentMatch]:
    """Stretches of the query that sound like stretches of references, by reference and then by time.

    `references` are names with fingerprints, or a SoundReferences made of them once for many queries.
    """
    library = references if isinstance(references, SoundReferences) else SoundReferences.of(references)
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


def _aligned(hops: Floats, pitches: Floats, library: SoundReferences) -> Iterator[_Alignment]:
    """The alignments of one piece: for each reference those of the change of the grid that agrees best with it."""
    changed, steps = hops * _STRETCHES, steps_of(pitches * _PITCHES)
    most, change = best_changes(changed, steps, library.held)
    for number in np.unique(change[most >= _CANDIDATE_VOTES]):
        mine = landmarks(changed[number], steps[number], QUERY_FAN)
        shared = library.held.shared_with(mine)
        for owner in np.nonzero((change == number) & (most >= _CANDIDATE_VOTES))[0]:
            yield from _stretches(shared.only(shared.owner == owner), mine, library, GRID[number])


def _stretches(shared: Shared, mine: Landmarks, library: SoundReferences, change: tuple[float, float]) -> Iterator[_Alignment]:
    """The stretches that a piece shares with one reference: the best, then the best of what it leaves over."""
    pitch, length = change
    for _ in range(SEGMENTS_MAX):
        if not len(shared.here):
            return
        _, _, cell = votes(shared, mine)
        alignment = _fitted(shared, mine, library, float(cell[0] + 1) * OFFSET_HOPS)
        if alignment is None:
            return
        moments = mine.first[shared.here]
        shared = shared.only((moments < alignment.query[0]) | (moments > alignment.query[1]))
        start, end = alignment.query
        yield replace(alignment, pitch=pitch, speed=alignment.speed * length, query=(start / length, end / length))


def _fitted(shared: Shared, mine: Landmarks, library: SoundReferences, offset: float) -> _Alignment | None:
    """The straight line through the landmarks near an offset, and the unbroken stretch of it with most votes; None if few."""
    here, there = mine.first[shared.here], shared.first
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
    lengths = float(np.ptp(mine.first)) + library.durations_ms[owner] / HOP_MS
    chance = _votes_by_chance(len(here) - int(near.sum()), lengths)
    within = np.unique(mine.first[(mine.first >= run[0]) & (mine.first <= run[-1])])
    if not _is_enough(len(run), len(run) / len(within), chance):
        return None
    query = float(run[0]), float(mine.second[shared.here[inside]].max())
    reference = float(there[inside].min()), float(shared.second[inside].max())
    return _Alignment(owner, 1.0, slope, len(run), query, reference)


def _is_enough(agreeing: int, share: float, chance: float) -> bool:
    """Whether so many moments, this share of those that the query has in the stretch, are more than chance gives."""
    asked = VOTES_PLAIN if share >= SHARE_PLAIN else VOTES_MIN
    return agreeing >= max(VOTES_MIN, asked + VOTES_OVER_CHANCE * chance)


def _votes_by_chance(others: int, lengths_hops: float) -> float:
    """How many of the landmarks that agree on nothing fall to an offset where the two overlap most, twice the average.

    Music in one key and beat agrees a little everywhere, and so must agree the more in one place.
    """
    return 2 * others * 2 * OFFSET_HOPS / (lengths_hops + 1)


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
    if abs(math.log(alignment.pitch)) > 1.5 * math.log(_THIRD):  # a third of a semitone may be chance
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
