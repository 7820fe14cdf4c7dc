"""A query that zooms slowly, of whose frames few spots agree each."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from indelible.fingerprint.picture import PictureFingerprint
from indelible.match import geometry
from indelible.match.candidate import Candidate, support
from indelible.match.geometry import FrameFit
from indelible.match.hypotheses import aligned
from indelible.match.laying import Laying
from indelible.match.local_frames import LocalFrames
from indelible.match.local_votes import FramePair
from indelible.match.relation import is_copy
from indelible.match.search import Sought
from world import footage

FRAMES = footage.clip(11, 8)
_SPOTS = 7  # fewer than are followed from frame to frame


def _picture(frames: footage.Frames) -> PictureFingerprint:
    picture = footage.fingerprint(frames).picture
    assert picture is not None
    return picture


def _zoomed(frames: footage.Frames) -> footage.Frames:
    """From all of the picture to half of it, into a corner of its middle."""
    made = []
    for frame, share in zip(frames, np.linspace(1, 0.5, len(frames)), strict=True):
        w, h = round(share * footage.WIDTH), round(share * footage.HEIGHT)
        x, y = round(0.8 * (footage.WIDTH - w)), round(0.2 * (footage.HEIGHT - h))
        made.append(footage.resized(frame[None, y : y + h, x : x + w], footage.WIDTH, footage.HEIGHT)[0])
    return np.stack(made)


def _few(fit: FrameFit) -> FrameFit:
    """The same with few of its spots."""
    return dataclasses.replace(fit, inliers=_SPOTS, mine=fit.mine[:_SPOTS], theirs=fit.theirs[:_SPOTS])


def test_a_slow_zoom_is_followed_by_the_few_spots_of_many_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    query, reference = _picture(footage.noisy(_zoomed(FRAMES))), _picture(FRAMES)
    mine, theirs = LocalFrames.of(query), LocalFrames.of(reference)
    count = min(len(query.local_frames), len(reference.local_frames))
    pairs = [FramePair(frame, frame, 0) for frame in range(count)]
    fits = [_few(fit) for pair in pairs if (fit := geometry.fit(mine, theirs, pair)) is not None]
    candidate = Candidate(query, reference, tuple(fits), None)
    found = aligned(candidate)
    assert found is not None
    assert found.support.laid.moves
    assert found.frames >= 28
    assert found.moment >= 0.8
    monkeypatch.setattr("indelible.match.follow.even_path", lambda *_, **__: None)
    without = aligned(candidate)
    assert without is None or without.frames < 20 or not is_copy(without)


def test_a_place_that_was_sought_speaks_only_for_a_map_that_lies_there() -> None:
    picture = _picture(FRAMES[:8])
    there = np.array([[0.6, 0, 0.2], [0, 0.6, 0.2]])
    candidate = Candidate(picture, picture, (), None, Sought(there, inverted=False, alike=0.9, query_ms=0, reference_ms=0))
    elsewhere = there + np.array([[0, 0, 0.2], [0, 0, 0]])
    assert support(candidate, Laying.still(there, inverted=False)).sought == 0.9
    assert support(candidate, Laying.still(elsewhere, inverted=False)).sought == 0
    assert support(candidate, Laying.still(there, inverted=True)).sought == 0
