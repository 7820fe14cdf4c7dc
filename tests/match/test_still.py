"""One frame against a film: its contrast made even, a map for each moment, and what cannot be told apart said."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from indelible.match import still
from indelible.match.contrast import evened
from indelible.match.laying import Laying, Overlaid
from indelible.match.medium import match_medium
from indelible.match.pixels import looks
from indelible.match.references import References
from indelible.model.segment import Relation, SegmentMatch
from world import footage

PANNED = footage.panned(31)
WHOLE = np.ones((1, 36, 64), np.bool_)


def _small(frame: footage.Frames) -> footage.Frames:
    return footage.resized(frame, 64, 36)


def _alike(one: footage.Frames, other: footage.Frames, *, even: bool = True) -> float:
    both = Overlaid(_small(one), _small(other), WHOLE)
    table = looks(evened(both) if even else both)
    assert table is not None
    return float(table.max())


def _best(query: footage.Frames, film: footage.Frames) -> SegmentMatch:
    return match_medium(footage.fingerprint(query), References.of([("film", footage.fingerprint(film))]))[0]


def test_a_caption_weighs_no_more_than_its_place() -> None:
    faint = (128 + (PANNED[:1].astype(np.float32) - 128) / 8).astype(np.uint8)
    assert _alike(footage.captioned(faint), faint) >= 0.6
    assert _alike(footage.captioned(faint), faint, even=False) <= 0.4


def test_even_contrast_does_not_make_strangers_alike() -> None:
    strangers = [footage.place(seed)[None] for seed in range(12)]
    assert max(_alike(one, other) for i, one in enumerate(strangers) for other in strangers[:i]) <= 0.4


def test_light_and_contrast_change_nothing_and_flat_frames_stay_flat() -> None:
    brighter = np.clip(PANNED[:1].astype(np.float32) * 1.2 + 10, 0, 255).astype(np.uint8)
    assert _alike(PANNED[:1], brighter) >= 0.98
    flat = evened(Overlaid(np.full((1, 36, 64), 90, np.uint8), np.full((1, 36, 64), 90, np.uint8), WHOLE))
    assert np.abs(flat.mine).max() < 0.01


def test_nothing_is_made_of_what_is_not_covered() -> None:
    half = WHOLE.copy()
    half[:, :, 32:] = False
    one, other = _small(PANNED[:1]), _small(PANNED[:1])
    other[:, :, 34:] = 0
    made = [evened(Overlaid(small, small, half)).mine for small in (one, other)]
    assert not made[0][:, :, 32:].any()
    assert np.abs(made[0][:, :, :30] - made[1][:, :, :30]).max() < 0.01


@pytest.mark.parametrize("at", [3, 14, 27])
def test_a_captioned_frame_of_a_panning_film_finds_its_moment(at: int) -> None:
    match = _best(footage.captioned(PANNED[at : at + 1]), PANNED)
    assert match.relation is Relation.COPY
    assert match.reference_span.start_ms - 1000 <= 250 * at <= match.reference_span.end_ms + 1000
    assert match.reference_span.length_ms <= 2000


def test_a_frame_of_a_place_where_nothing_changes_is_of_all_of_it() -> None:
    film = footage.noisy(np.repeat(PANNED[:1], 24, axis=0))
    match = _best(PANNED[:1], film)
    assert match.reference_span.start_ms == 0
    assert match.reference_span.end_ms >= 5750


def test_a_moment_that_a_film_shows_again_is_named_beside_the_best() -> None:
    film = np.concatenate([PANNED[:10], footage.clip(41, 3), PANNED[:10], footage.clip(42, 3)])
    best, other = match_medium(footage.fingerprint(PANNED[5:6]), References.of([("film", footage.fingerprint(film))]))
    assert (best.relation, other.relation) == (Relation.COPY, Relation.UNDECIDED)
    assert {match.reference_span.start_ms for match in (best, other)} == {250 * 5, 250 * 27}
    assert "another moment of this original looks as much alike" in other.why


def test_a_moment_that_a_film_shows_once_stands_alone() -> None:
    film = footage.fingerprint(np.concatenate([footage.clip(41, 3), PANNED, footage.clip(42, 3)]))
    assert len(match_medium(footage.fingerprint(PANNED[5:6]), References.of([("film", film)]))) == 1


def test_a_part_of_a_frame_is_of_every_moment_that_shows_that_part() -> None:
    """A camera that passes over a picture shows the middle of one frame in those beside it as well."""
    match = _best(footage.cropped(PANNED[14:15], 0.6), PANNED)
    assert match.reference_span.start_ms <= 250 * 13
    assert match.reference_span.end_ms >= 250 * 15
    assert match.reference_span.length_ms <= 5000


def test_a_film_is_told_where_it_shows_a_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(still, "_AROUND_MS", 2000)
    film = footage.noisy(np.concatenate([footage.clip(41, 5), PANNED, footage.clip(42, 5)]))
    match = _best(film, PANNED[9:10])
    assert match.relation is Relation.COPY
    assert match.query_span.start_ms <= 5000 + 250 * 9 <= match.query_span.end_ms
    assert match.query_span.length_ms <= 750
    assert match.reference_span.length_ms == 0


def _framed(frames: footage.Frames) -> footage.Frames:
    """A smaller picture, of the night, in the white frame of a programme."""
    page = np.full_like(frames, 240)
    page[:, 20:148, 44:272] = footage.resized(frames // 24 + 10, 228, 128)
    for frame in page:
        cv2.putText(frame, "daily clips", (60, 168), cv2.FONT_HERSHEY_DUPLEX, 0.7, 20, 2)
        cv2.circle(frame, (296, 90), 16, 60, 4)
    return page


def test_strangers_in_the_frame_of_one_programme_are_no_copies_and_a_copy_in_it_is() -> None:
    films = [(str(seed), footage.fingerprint(_framed(footage.clip(seed, 4)))) for seed in range(51, 55)]
    query = footage.fingerprint(_framed(footage.clip(51, 4)[6:7]))
    told = {match.reference: match.relation for match in match_medium(query, References.of(films))}
    assert told.pop("51") is Relation.COPY
    assert Relation.COPY not in told.values()


def _paged(frames: footage.Frames) -> footage.Frames:
    """Each frame small on a page with a headline and a line below, as a channel or a paper sets all of its pictures."""
    pages = np.full((len(frames), 360, 320), 245, np.uint8)
    pages[:, 110:245, 40:280] = footage.resized(frames, 240, 135)
    for page in pages:
        cv2.putText(page, "PICTURE OF THE DAY", (20, 60), cv2.FONT_HERSHEY_DUPLEX, 0.8, 0, 2)
        cv2.putText(page, "see more on page four", (20, 300), cv2.FONT_HERSHEY_DUPLEX, 0.7, 90, 1)
    return pages


def test_strangers_on_one_page_are_not_told_and_a_copy_on_it_is() -> None:
    faint = [(seed, (120 + (footage.clip(seed, 4).astype(np.float32) - 120) / 8).astype(np.uint8)) for seed in range(51, 55)]
    films = [(str(seed), footage.fingerprint(_paged(clip))) for seed, clip in faint]
    stills = [(f"still {seed}", footage.fingerprint(_paged(clip[9:10]))) for seed, clip in faint]
    query = footage.fingerprint(footage.noisy(_paged(faint[0][1][6:7]), level=1))
    told = {match.reference: match.relation for match in match_medium(query, References.of([*films, *stills]))}
    assert told["51"] is Relation.COPY
    assert set(told) <= {"51", "still 51"}


@pytest.mark.parametrize("at", [2, 17, 28])
def test_a_frame_printed_on_a_page_finds_its_moment(at: int) -> None:
    match = _best(footage.noisy(_paged(PANNED[at : at + 1]), level=2), PANNED)
    assert match.relation is not Relation.SAME_SCENE
    assert match.reference_span.start_ms - 1000 <= 250 * at <= match.reference_span.end_ms + 1000


def test_moments_are_not_told_apart_by_one_that_failed_to_settle() -> None:
    laid = Laying.still(np.eye(2, 3), inverted=False)
    moments = [still._Moment((0, at), laid, looks, 1.0) for at, looks in enumerate([0.5, 0.9, 0.6, 0.91, 0.5, 0.5, 0.9])]
    assert sorted(moment.pair[1] for moment in still._alike(moments, 3)) == [1, 2, 3]


def test_a_moment_keeps_its_own_stretch_where_another_is_worth_more() -> None:
    laid = Laying.still(np.eye(2, 3), inverted=False)
    moments = [still._Moment((0, at), laid, looks, 1.0) for at, looks in enumerate([0.66, 0.67, 0.65, 0.75, 0.76, 0.77])]
    assert [moment.pair[1] for moment in still._alike(moments, 1)] == [1, 0, 2]


def test_of_two_moments_the_one_that_shows_the_whole_frame_is_worth_more() -> None:
    """Laid aside, so that its caption lies outside, a frame looks more alike on less of it."""
    laid = Laying.still(np.eye(2, 3), inverted=False)
    whole, aside = still._Moment((0, 0), laid, 0.72, 1.0), still._Moment((0, 9), laid, 0.95, 0.8)
    assert whole.worth > aside.worth


def _ticker(frames: footage.Frames, start_px: int) -> footage.Frames:
    """A line of text that runs along a dark plate below."""
    strip = np.full((30, 2400), 30, np.uint8)
    cv2.putText(
        strip, "LATEST * markets open higher * storm in the north * talks resume on monday *" * 2, (0, 22), 2, 0.8, 250, 2
    )
    made = frames.copy()
    for nth, frame in enumerate(made):
        frame[-30:] = strip[:, start_px + 44 * nth :][:, : frame.shape[1]]
    return made


def test_a_ticker_that_has_run_on_makes_no_other_footage_of_a_frame() -> None:
    film = footage.clip(71, 4)
    match = _best(_ticker(film[7:8], 44 * 7 + 22), _ticker(film, 0))
    assert match.relation is Relation.COPY
