"""What scenes are painted with: textures and shapes on pictures uint8[h,w,3] (RGB), in place."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]
Point = tuple[float, float]

_PARTS = 3  # shapes are drawn at an eighth of a pixel, so that slow movement is smooth


def clouds(height: int, width: int, random: np.random.Generator, coarsest: int = 4) -> NDArray[np.float32]:
    """Soft noise float32[height, width] from −1 to 1, each octave twice as fine and half as strong."""
    total = np.zeros((height, width), np.float32)
    cells, strength = coarsest, 0.5
    while cells < width // 2:
        rows = max(2, cells * height // width)
        total += strength * cv2.resize(
            random.uniform(-1, 1, (rows, cells)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
        )
        cells, strength = cells * 2, strength / 2
    return np.clip(total, -1, 1)


def shaded(colour: Colour, times: float, plus: int = 0) -> Colour:
    """The colour times a factor and lighter by `plus`."""
    red, green, blue = (int(np.clip(part * times + plus, 0, 255)) for part in colour)
    return red, green, blue


def fill(picture: Picture, top: Colour, bottom: Colour) -> None:
    """Fills with a run from one colour to another."""
    share = np.linspace(0, 1, len(picture), dtype=np.float32)[:, np.newaxis, np.newaxis]
    picture[:] = np.round(np.array(top, np.float32) * (1 - share) + np.array(bottom, np.float32) * share).astype(np.uint8)


def roughen(picture: Picture, random: np.random.Generator, strength: float, coarsest: int = 8) -> None:
    """Lightens and darkens by soft noise."""
    noise = clouds(picture.shape[0], picture.shape[1], random, coarsest)[..., np.newaxis] * strength
    picture[:] = np.clip(picture + noise, 0, 255).astype(np.uint8)


def polygon(picture: Picture, points: Sequence[Point], colour: Colour) -> None:
    """A filled polygon."""
    corners = np.round(np.array(points) * (1 << _PARTS)).astype(np.int32)
    cv2.fillPoly(picture, [corners], colour, cv2.LINE_AA, _PARTS)


def box(picture: Picture, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:  # four sides
    """A filled upright rectangle."""
    polygon(picture, [(left, top), (right, top), (right, bottom), (left, bottom)], colour)


def disc(picture: Picture, centre: Point, radii: Point, colour: Colour) -> None:
    """A filled upright ellipse."""
    cv2.ellipse(picture, _fine(centre), _fine(radii), 0, 0, 360, colour, -1, cv2.LINE_AA, _PARTS)


def line(picture: Picture, start: Point, end: Point, colour: Colour, thickness: int = 1) -> None:
    """A straight line."""
    cv2.line(picture, _fine(start), _fine(end), colour, thickness, cv2.LINE_AA, _PARTS)


def stones(picture: Picture, random: np.random.Generator, colour: Colour, size: tuple[int, int], joint: Colour) -> None:
    """Courses of stones, each a little other than its neighbours, with a joint around it."""
    high, wide = size
    height, width = picture.shape[:2]
    for top in range(0, height, high):
        left = -int(random.integers(0, wide))
        while left < width:
            right = left + int(random.integers(max(2, wide * 2 // 3), wide * 4 // 3 + 1))
            shade = shaded(colour, random.uniform(0.94, 1.06), int(random.integers(-34, 35)))
            cv2.rectangle(picture, (left, top), (right, top + high), shade, -1)
            cv2.rectangle(picture, (left, top), (right, top + high), joint, 1)
            left = right


def bush(picture: Picture, centre: Point, radius: float, colour: Colour, random: np.random.Generator) -> None:
    """A tuft of leaves."""
    for _ in range(int(radius * 5)):
        angle, far = random.uniform(0, 2 * np.pi), radius * np.sqrt(random.uniform(0, 1))
        shade = shaded(colour, 1, int(random.integers(-40, 41)))
        leaf = centre[0] + far * np.cos(angle), centre[1] + far * np.sin(angle) * 0.85
        disc(picture, leaf, (random.uniform(1.5, 4), random.uniform(1.5, 3)), shade)


def person(picture: Picture, foot: Point, height: float, coat: Colour, stride: float) -> None:
    """Somebody walking, seen from afar: legs by `stride` in radians, a coat, a head."""
    x, y = foot
    hip, neck = y - 0.45 * height, y - 0.83 * height
    for side in (-1, 1):
        line(picture, (x, hip), (x + side * 0.16 * height * np.sin(stride), y), (40, 38, 44), 2)
    polygon(
        picture, [(x - 0.13 * height, hip), (x - 0.1 * height, neck), (x + 0.1 * height, neck), (x + 0.15 * height, hip)], coat
    )
    disc(picture, (x, y - 0.92 * height), (0.085 * height, 0.09 * height), (196, 160, 132))


def _fine(point: Point) -> tuple[int, int]:
    return round(point[0] * (1 << _PARTS)), round(point[1] * (1 << _PARTS))
