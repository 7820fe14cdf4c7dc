from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.fingerprint.frame_hash import VIEWS
from indelible.match.transform import Map, Shape, applied, edit_of, from_pixels, in_pixels, inverse, of_view, shares

SHAPE = Shape((640, 360), (1280, 720))
WHOLE = (0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize("view", range(8))
def test_a_view_lays_the_edited_query_on_the_reference(view: int) -> None:
    mirrored, turned = VIEWS[view]
    marked = np.zeros((8, 8))
    marked[1, 2] = 1  # row 1, column 2
    edited = np.rot90(marked[:, ::-1] if mirrored else marked, -turned // 90)
    row, column = np.argwhere(edited)[0]
    mapped = applied(of_view(view, WHOLE, WHOLE), np.array([[2.5 / 8, 1.5 / 8]]))
    assert mapped[0] == pytest.approx([(column + 0.5) / 8, (row + 0.5) / 8])


def test_a_map_says_how_much_of_either_picture_lies_on_the_other() -> None:
    assert shares(np.eye(2, 3)) == pytest.approx((1, 1))
    middle = np.array([[0.5, 0, 0.25], [0, 0.5, 0.25]])
    assert shares(middle) == pytest.approx((1, 0.25)), "the query is a crop"
    assert shares(inverse(middle)) == pytest.approx((0.25, 1)), "the query has the reference in its middle"
    beside = np.array([[1.0, 0, 0.6], [0, -1.0, 1.0]])
    assert shares(beside) == pytest.approx((0.4, 0.4))
    assert shares(beside + np.array([[0, 0, 1], [0, 0, 0]])) == (0, 0)


@pytest.mark.parametrize("view", range(8))
def test_the_edit_tells_how_the_query_was_made(view: int) -> None:
    mirrored, turned = VIEWS[view]
    square = Shape((400, 400), (400, 400))
    edit = edit_of(of_view(view, WHOLE, WHOLE), square, 1.0)
    assert edit.mirrored == mirrored
    # The view turns the query back; a mirrored frame turned on is itself undone by the same edit.
    assert edit.rotated_deg == pytest.approx(turned if mirrored else -turned % 360)
    assert edit.box is None
    assert edit.query_box is None


def _turned(degrees: float) -> Map:
    """The map that turns the query back which was turned clockwise by so much."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0]])


@pytest.mark.parametrize(
    ("degrees", "told"), [(0, 0), (0.4, 0), (-0.1, 0), (-0.9, 0), (1.7, 2), (89.8, 90), (-90.2, 270), (-1.2, 359), (359.7, 0)]
)
def test_a_turn_is_told_in_whole_degrees_and_none_below_what_can_be_told(degrees: float, told: int) -> None:
    edit = edit_of(_turned(degrees), Shape((400, 400), (400, 400)), 1.0)
    assert (edit.rotated_deg, type(edit.rotated_deg)) == (told, int)


@pytest.mark.parametrize(("degrees", "told"), [(12, 0), (80, 90), (-12, 0), (-100, 270)])
def test_a_map_that_holds_roughly_tells_quarter_turns_only(degrees: float, told: int) -> None:
    assert edit_of(_turned(degrees), Shape((400, 400), (400, 400)), 1.0, settled=False).rotated_deg == told


def test_a_crop_is_told_in_reference_pixels() -> None:
    edit = edit_of(of_view(0, WHOLE, (0.25, 0.1, 0.75, 0.6)), SHAPE, 1.0)
    assert edit.box is not None
    assert (edit.box.x, edit.box.y, edit.box.width, edit.box.height) == pytest.approx((320, 72, 640, 360), abs=1)
    assert edit.query_box is None


def test_an_inset_is_told_in_query_pixels() -> None:
    edit = edit_of(of_view(0, (0.5, 0.5, 1.0, 1.0), WHOLE), SHAPE, 1.0)
    assert edit.box is None
    assert edit.query_box is not None
    assert (edit.query_box.x, edit.query_box.width) == pytest.approx((320, 320), abs=1)


@given(st.lists(st.floats(-2, 2), min_size=6, max_size=6).filter(lambda m: abs(m[0] * m[4] - m[1] * m[3]) > 0.1))
def test_maps_go_there_and_back(numbers: list[float]) -> None:
    fractional = np.array(numbers).reshape(2, 3)
    points = np.array([[0.1, 0.9], [0.5, 0.5]])
    assert applied(inverse(fractional), applied(fractional, points)) == pytest.approx(points, abs=1e-6)
    assert from_pixels(in_pixels(fractional, SHAPE), SHAPE) == pytest.approx(fractional)
