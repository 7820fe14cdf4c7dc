from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indelible.fingerprint import local
from indelible.fingerprint.frame_hash import BITS
from indelible.match import by_definition, code_search, frame_hashes, frame_votes, local_votes, near
from indelible.match.code_search import CLOSE_BITS, Exhaustive
from indelible.match.frame_hashes import FrameHashes, HashStacks, words
from indelible.match.frame_votes import VOTE_BITS
from indelible.match.medium import match_medium
from indelible.match.references import References
from world import footage

Stack = by_definition.Stack
BLOCK = near._BLOCK


def stack(random: np.random.Generator, rows: int, columns: int) -> Stack:
    """Few distinct columns and those that differ from them a little, so that near ones, equal ones and ties are common."""
    kinds = random.integers(0, 2**64, (rows, 4), dtype=np.uint64)
    kinds[:, 3] = ~kinds[:, 2]
    made = kinds[:, random.integers(0, 4, columns)]
    bits = random.random((rows, 64, columns)) < random.choice([0.0, 0.1, 0.2, 0.35], columns)
    return made ^ np.bitwise_or.reduce(bits.astype(np.uint64) << np.arange(64, dtype=np.uint64)[None, :, None], axis=1)


def flipped(code: Stack, bits: int) -> Stack:
    """A code with that many of its first bits changed."""
    made = code.copy()
    for bit in range(bits):
        made[bit // 64] ^= np.uint64(1 << (bit % 64))
    return made


def same(one: object, other: object) -> bool:
    mine, theirs = vars(one), vars(other)
    return mine.keys() == theirs.keys() and all(np.array_equal(mine[name], theirs[name]) for name in mine)


sizes = st.lists(st.integers(0, 300), max_size=8)


@given(seed=st.integers(0, 2**32), queries=st.integers(0, 6), frames=sizes, most=st.integers(0, 128))
@example(seed=1, queries=3, frames=[], most=26)
@example(seed=1, queries=0, frames=[5], most=26)
@example(seed=1, queries=6, frames=[0, BLOCK, 0, 0, 1, BLOCK - 1, 0], most=26)
@example(seed=2, queries=440, frames=[1] * 3 * BLOCK, most=128)
def test_near_frames_are_those_of_the_definition(seed: int, queries: int, frames: list[int], most: int) -> None:
    random = np.random.default_rng(seed)
    starts = np.cumsum([0, *frames])
    held = stack(random, 2, int(starts[-1]) + queries)
    codes, held = held[:, :queries], held[:, queries:]
    assert same(near.near_frames(codes, held, starts, most), by_definition.near_frames(codes, held, starts, most))


@given(
    seed=st.integers(0, 2**32), queries=st.integers(0, 6), columns=st.integers(0, 3 * BLOCK), below=st.integers(0, BITS // 2)
)
@example(seed=1, queries=3, columns=0, below=VOTE_BITS)
@example(seed=1, queries=0, columns=3, below=VOTE_BITS)
@example(seed=1, queries=6, columns=2 * BLOCK + 1, below=BITS // 2)
def test_near_hashes_are_those_of_the_definition(seed: int, queries: int, columns: int, below: int) -> None:
    random = np.random.default_rng(seed)
    held = stack(random, 4, columns + queries)
    hashes, held = held[:, :queries], held[:, queries:]
    assert same(near.near_hashes(hashes, held, below), by_definition.near_hashes(hashes, held, below))


@pytest.mark.parametrize(("apart", "found"), [(CLOSE_BITS - 1, True), (CLOSE_BITS, True), (CLOSE_BITS + 1, False)])
@pytest.mark.parametrize("column", [0, BLOCK - 1, BLOCK, 2 * BLOCK])
def test_a_code_at_exactly_the_most_bits_is_near(apart: int, found: bool, column: int) -> None:  # noqa: FBT001
    random = np.random.default_rng(3)
    code, held = random.integers(0, 2**64, (2, 1), dtype=np.uint64), random.integers(0, 2**64, (2, 1100), dtype=np.uint64)
    held[:, column] = flipped(code[:, 0], apart)
    hits = near.near_frames(code, held, np.arange(1101), CLOSE_BITS)
    assert hits.frames.tolist() == [column] * found


@pytest.mark.parametrize("apart", [0, VOTE_BITS - 1, VOTE_BITS, BITS - VOTE_BITS, BITS - VOTE_BITS + 1, BITS])
def test_a_hash_at_exactly_the_limit_is_not_near_on_either_side(apart: int) -> None:
    one = np.random.default_rng(4).integers(0, 2**64, 4, dtype=np.uint64)
    hits = near.near_hashes(one[:, None], flipped(one, apart)[:, None], VOTE_BITS)
    assert hits.apart.tolist() == [apart] * (apart < VOTE_BITS or BITS - apart < VOTE_BITS)


@given(seed=st.integers(0, 2**32), counts=st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=4))
def test_hashes_in_several_stacks_are_as_in_one(seed: int, counts: list[list[int]]) -> None:
    random = np.random.default_rng(seed)
    each = [[some_hashes(random, count) for count in stack] for stack in counts]
    one = HashStacks.of([hashes for stack in each for hashes in stack])
    several = HashStacks(tuple(map(FrameHashes.joined, each)), one.starts)
    asked = random.integers(0, 2**64, (4, 3), dtype=np.uint64) & random.integers(0, 2**64, (4, 3), dtype=np.uint64)
    for pictures in range(len(one.starts)):
        mine, whole = several.before(pictures), one.before(pictures)
        assert same(mine.near(asked, BITS // 2), whole.near(asked, BITS // 2))
        for number in range(pictures):
            assert all(map(np.array_equal, vars(mine[number]).values(), vars(whole[number]).values()))


def some_hashes(random: np.random.Generator, count: int) -> FrameHashes:
    bits = random.integers(0, 2**64, (4, count), dtype=np.uint64)
    frames, parts = random.integers(0, 99, count), random.integers(0, 3, count)
    return FrameHashes(bits, frames, 250 * frames, parts)


@pytest.fixture(scope="module")
def media() -> list[tuple[str, Any]]:
    clips = [footage.clip(seed, 3) for seed in (31, 32, 33)]
    clips += [
        footage.mirrored(clips[0]),
        255 - clips[1],
        footage.letterboxed(clips[2], 20),
        clips[0][:1],
        footage.marked(clips[1]),
    ]
    clips += [np.full((8, 180, 320), 90, np.uint8)]
    return [(str(i), footage.fingerprint(frames)) for i, frames in enumerate(clips)]


def held_codes(references: References) -> Exhaustive:
    assert isinstance(references.code_search, Exhaustive)
    return references.code_search


def votes_by_definition(codes: Any, references: References) -> Any:
    """The votes of one frame's codes, each code by itself."""
    held = held_codes(references)
    votes = np.zeros(len(references.code_owner))
    total = len(references.pictured) + local_votes._PRIOR_REFERENCES
    for code in words(codes).T:
        hits = by_definition.near_frames(code[:, None], held.codes, held.starts, CLOSE_BITS)
        having = len(set(references.code_owner[hits.frames].tolist()))
        for frame in hits.frames:
            votes[frame] += max(local_votes._WEIGHT_MIN, np.log(total / having) / np.log(total))
    return votes


def dense(found: local_votes.FrameVotes, references: References) -> Any:
    assert np.all(found.votes > 0)
    votes = np.zeros(len(references.code_owner))
    votes[found.frames] = found.votes
    return votes


def test_votes_of_spots_are_those_of_each_code_by_itself(media: list[tuple[str, Any]]) -> None:
    references = References.of(media)
    for _, query in media:
        for frame in range(len(query.picture.local_frames)):
            codes = query.picture.codes[local_votes.spots_of(query.picture, frame)]
            for variant in range(4):
                changed = local.variant(codes, variant)
                (hits,) = references.code_search.near([words(changed)], len(references.code_owner))
                assert np.array_equal(
                    dense(local_votes._votes(hits, references), references), votes_by_definition(changed, references)
                )


def test_what_cannot_gather_the_votes_is_passed_over_without_loss(
    media: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    references = References.of(media)
    quick = [frame_votes.frame_votes(query.picture, references) for _, query in media]
    monkeypatch.setattr(frame_votes, "_ROUNDING", 1.0)  # nothing is passed over
    slow = [frame_votes.frame_votes(query.picture, references) for _, query in media]
    for mine, theirs in zip(quick, slow, strict=True):
        assert mine.keys() == theirs.keys()
        assert all(same(mine[owner], theirs[owner]) for owner in mine)
    assert any(vote.inverted for votes in quick for vote in votes.values())


def test_a_query_is_answered_as_by_the_definition(media: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    references, queries = References.of(media), [query for _, query in media[3:7]]
    quick = [match_medium(query, references) for query in queries]
    monkeypatch.setattr(code_search, "near_frames", by_definition.near_frames)
    monkeypatch.setattr(frame_hashes, "near_hashes", by_definition.near_hashes)
    assert [match_medium(query, references) for query in queries] == quick
    assert all(quick)


@given(seed=st.integers(0, 2**32), frames=st.lists(st.integers(1, 4), max_size=120), voted=st.floats(0, 1))
def test_the_chosen_frames_are_the_first_of_all_in_order(seed: int, frames: list[int], voted: float) -> None:
    random = np.random.default_rng(seed)
    owner = np.repeat(np.arange(len(frames)), frames)
    places = np.concatenate([np.zeros(0, np.int64), *map(np.arange, frames)])
    references = dataclasses.replace(References.of([]), code_owner=owner, code_frame=places)
    votes = random.integers(0, 12, len(owner)) * (random.random(len(owner)) < voted) / 2
    wanted: list[tuple[int, int, float]] = []
    for at in sorted(np.flatnonzero(votes >= local_votes._VOTES_MIN), key=lambda at: -votes[at]):
        if len({one for one, _, _ in wanted}) > local_votes._REFERENCES_MAX:
            break
        if sum(one == owner[at] for one, _, _ in wanted) < local_votes._FRAMES_OF_ONE:
            wanted.append((int(owner[at]), int(places[at]), float(votes[at])))
    held = np.flatnonzero(votes)
    assert local_votes.chosen(local_votes.FrameVotes(held, votes[held]), references) == wanted
