"""A copy that shows a mark and more stands only where what lies beside the mark is a copy by itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from indelible.app.opening import Context, reading
from indelible.app.setting_aside import between_exhibits, of_file, parted
from indelible.fingerprint.medium import Fingerprint
from indelible.model.segment import Relation
from indelible.model.span import Span
from indelible.trace.marks import Mark, Marks, MarkState
from indelible.trace.seen import Link
from indelible.trace.traced import Stretch
from world.footage import clip, fingerprint, noisy
from world.seen import At, link, name

TITLE = clip(9, 2)
SHOWN = Span(0, 2000)


@pytest.fixture(scope="module")
def media() -> Mapping[str, Fingerprint]:
    """A film with a title, its repost, and a stranger under the same title, eight seconds each."""
    film = np.concatenate([TITLE, clip(1, 6)])
    films = {"film": film, "repost": noisy(film), "stranger": np.concatenate([TITLE, clip(2, 6)])}
    return {name(word): fingerprint(frames) for word, frames in films.items()}


def _marks(state: MarkState = MarkState.LEARNT) -> Marks:
    stretches = tuple(Stretch(name(word), SHOWN) for word in ("film", "repost", "stranger"))
    return Marks([Mark(stretches[0], stretches, 5, state)])


REPOSTED = link(At("repost", 0, 8), At("film", 0, 8))
OVERRUN = link(At("stranger", 0, 8), At("film", 0, 8))  # as a match may reach over a title's end under one logo


def _between(context: Context, media: Mapping[str, Fingerprint], marks: Marks) -> tuple[list[Link], list[Link]]:
    with reading(context) as desk:
        stand, aside = between_exhibits(desk, media.get, marks, [REPOSTED, OVERRUN])
        return stand, [each.link for each in aside]


def test_what_a_title_alone_speaks_for_is_set_aside_and_a_repost_stands(
    context: Context, media: Mapping[str, Fingerprint]
) -> None:
    assert _between(context, media, _marks()) == ([REPOSTED], [OVERRUN])


def test_what_was_compared_again_is_kept_and_told_alike(context: Context, media: Mapping[str, Fingerprint]) -> None:
    first = _between(context, media, _marks())
    with reading(context) as desk:
        assert len(desk.derived.beside()) == 2
    swapped = dict(zip(media, reversed(media.values()), strict=True))  # what is kept is not looked at again
    assert _between(context, swapped, _marks()) == first


def test_under_a_refused_mark_everything_stands(context: Context, media: Mapping[str, Fingerprint]) -> None:
    assert _between(context, media, _marks(MarkState.REFUSED)) == ([REPOSTED, OVERRUN], [])


@pytest.mark.parametrize(("word", "stands"), [("repost", True), ("stranger", False)])
def test_a_file_is_judged_as_an_exhibit_would_be(media: Mapping[str, Fingerprint], word: str, stands: bool) -> None:  # noqa: FBT001
    found = link(At("file", 0, 8), At("film", 0, 8)).match
    stand, aside = of_file(media[name(word)], media.__getitem__, _marks(), [found])
    assert (len(stand), len(aside)) == (int(stands), int(not stands))


def test_what_is_found_instead_is_told_once_for_two_matches_of_one_pair() -> None:
    instead = link(At("stranger", 3, 8), At("film", 3, 8), Relation.SAME_SCENE)
    longer = link(At("stranger", 0, 7), At("film", 0, 7))
    stand, aside = parted(_marks(), [OVERRUN, longer], lambda _link, _in_part: [instead.match])
    assert (stand, [each.link for each in aside]) == ([instead], [OVERRUN, longer])


def test_a_copy_stands_where_a_fingerprint_is_lost() -> None:
    assert parted(_marks(), [OVERRUN], lambda _link, _in_part: None) == ([OVERRUN], [])


def test_a_copy_of_which_a_mark_is_a_small_part_speaks_for_itself() -> None:
    long = link(At("stranger", 0, 30), At("film", 0, 30))
    assert _marks().in_part(long) is None
    assert _marks().in_part(OVERRUN) is not None


def test_what_is_a_mark_on_one_side_is_one_on_the_other() -> None:
    found = link(At("file", 5, 13), At("film", 0, 8))
    in_part = _marks().in_part(found)
    assert in_part is not None
    assert (in_part.query, in_part.reference) == ((Span(5000, 7000),), (SHOWN,))


@pytest.mark.parametrize("relation", [Relation.UNDECIDED, Relation.SAME_SCENE])
def test_doubtful_likeness_of_which_a_mark_is_a_part_is_looked_at_again(
    media: Mapping[str, Fingerprint], relation: Relation
) -> None:
    found = link(At("file", 0, 8), At("film", 0, 8), relation).match
    assert of_file(media[name("stranger")], media.__getitem__, _marks(), [found])[0] == []
    assert of_file(media[name("repost")], media.__getitem__, _marks(), [found])[0] == [found]


def test_a_sound_is_not_looked_at_again() -> None:
    assert _marks().in_part(link(At("stranger", 0, 8), At("film", 0, 8), Relation.SAME_SOUND)) is None
