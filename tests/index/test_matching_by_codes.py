"""The matcher through an index of codes that is asked however little it holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indelible.fingerprint.medium import Fingerprint
from indelible.index import code_index
from indelible.index.cells import standard
from indelible.index.code_index import CodeIndex
from indelible.match.local_votes import candidate_pairs
from indelible.match.medium import match_medium
from indelible.match.references import References
from world import footage

Media = list[tuple[str, Fingerprint]]


@pytest.fixture(scope="module")
def media() -> Media:
    """Places, edited copies of them, and one that shows nothing."""
    places = [footage.clip(seed, 3) for seed in (61, 62, 63, 64)]
    edited = [footage.mirrored(places[0]), 255 - places[1], footage.cropped(places[2], 0.7)]
    edited += [footage.inside(places[3], footage.clip(65, 3)), np.full((8, 180, 320), 90, np.uint8)]
    return [(str(i), footage.fingerprint(frames)) for i, frames in enumerate([*places, *edited])]


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_index, "EXHAUSTIVE_BELOW", 0)


def indexed(media: Media) -> References:
    return References.of(media, lambda codes, starts: CodeIndex.of(codes, starts, standard()))


def owners(query: Fingerprint, references: References) -> set[int]:
    assert query.picture is not None
    return set(candidate_pairs(query.picture, references))


@pytest.mark.usefixtures("always")
def test_copies_are_found_as_by_comparing_with_every_code(media: Media) -> None:
    exact, through = References.of(media), indexed(media)
    for _, query in media:
        found, wanted = match_medium(query, through), match_medium(query, exact)
        assert [(m.reference, m.relation) for m in found] == [(m.reference, m.relation) for m in wanted]


@pytest.mark.usefixtures("always")
def test_by_spots_alone_each_copy_leads_to_its_original(media: Media) -> None:
    references = indexed(media[:4])
    for original, (_, copy) in enumerate(media[4:8]):
        assert original in owners(copy, references)


@pytest.mark.usefixtures("always")
def test_an_archive_made_anew_gives_the_matches_of_one_that_grew(media: Media) -> None:
    whole = indexed(media)
    for count in (0, 3, 7):
        some, alone = whole.before(count), indexed(media[:count])
        for _, query in media[-3:-1]:
            assert match_medium(query, some) == match_medium(query, alone)


@pytest.mark.usefixtures("always")
def test_without_a_code_nothing_is_near(media: Media) -> None:
    flat = media[-1:]
    for held in ([], flat):
        for _, query in (media[0], *flat):
            assert owners(query, indexed(held)) == set()


def test_references_with_enough_codes_hold_them_in_cells(monkeypatch: pytest.MonkeyPatch, media: Media) -> None:
    made: list[Any] = []
    of = CodeIndex.of
    monkeypatch.setattr(code_index, "EXHAUSTIVE_BELOW", 1)
    monkeypatch.setattr(CodeIndex, "of", lambda *given: made.append(of(*given)) or made[-1])
    references = References.of(media, code_index.code_search)
    assert references.code_search is made[0]
