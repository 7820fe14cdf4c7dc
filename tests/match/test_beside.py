"""What two media share beside a title that both show."""

from __future__ import annotations

import numpy as np
import pytest

from indelible.match.beside import Part, match_beside, rest
from indelible.match.picture import match_picture
from indelible.match.references import References
from indelible.model.segment import Relation
from indelible.model.span import Span
from world.footage import Frames, clip, fingerprint, mirrored, noisy

TITLE = clip(9, 2)
SHOWN = (Span(0, 2000),)


def _titled(frames: Frames) -> Frames:
    return np.concatenate([TITLE, frames])


def _part(frames: Frames, without: tuple[Span, ...] = SHOWN) -> Part:
    return Part("a", fingerprint(frames), without)


def test_strangers_under_one_title_share_nothing_beside_it() -> None:
    one, other = _titled(clip(1, 6)), _titled(clip(2, 6))
    assert [match.relation for match in match_beside(_part(one, ()), _part(other, ()))] == [Relation.COPY]
    assert match_beside(_part(one), _part(other)) == []


def test_a_repost_shares_what_follows_the_title() -> None:
    film = _titled(clip(1, 6))
    (found,) = match_beside(_part(noisy(mirrored(film))), _part(film))
    assert (found.relation, found.edit.mirrored) == (Relation.COPY, True)
    assert min(found.query_span.start_ms, found.reference_span.start_ms) > 2000


def test_without_no_stretch_all_is_compared() -> None:
    film, repost = fingerprint(_titled(clip(1, 6))), fingerprint(noisy(_titled(clip(1, 6))))
    assert match_beside(Part("b", repost, ()), Part("a", film, ())) == match_picture(repost, References.of([("a", film)]))


@pytest.mark.parametrize("seconds", [0, 0.75])
def test_where_hardly_a_frame_is_left_nothing_is_compared(seconds: float) -> None:
    film = TITLE if not seconds else _titled(clip(1, seconds))
    assert rest(fingerprint(film), SHOWN) is None
    assert match_beside(_part(film), _part(film)) == []
