"""Six neutral scenes that a person tells apart, each moving, each with a sound of its own: nothing in them ever happened.

A scene is painted once, larger than the picture, from a seed; what moves is drawn over a copy at each moment, and a camera held by
hand looks at it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from indelible.app.demo import countryside, sounds, town
from indelible.app.demo.paint import Picture

FPS = 12
WIDTH, HEIGHT = 480, 270
WORLD_WIDTH, WORLD_HEIGHT = 640, 360

Paint = Callable[[Picture, np.random.Generator], None]
Move = Callable[[Picture, float], None]
Sound = Callable[[int, float], NDArray[np.int16]]


@dataclass(frozen=True)
class Scene:
    """How one scene is painted, what moves in it by the second, how the camera drifts and what is heard."""

    paint: Paint
    move: Move
    sound: Sound
    drift: tuple[float, float]  # pixels a second, right and down
    closer: float = 0.0  # share a second by which the camera comes closer


SCENES: dict[str, Scene] = {
    "harbour": Scene(town.paint_harbour, town.move_harbour, sounds.harbour, (7, 1)),
    "market": Scene(town.paint_market, town.move_market, sounds.market, (-6, 2)),
    "fair": Scene(town.paint_fair, town.move_fair, sounds.fair, (3, -3)),
    "bridge": Scene(countryside.paint_bridge, countryside.move_bridge, sounds.train, (5, 0)),
    "windmill": Scene(countryside.paint_windmill, countryside.move_windmill, sounds.meadow, (-4, 0), 0.008),
    "lake": Scene(countryside.paint_lake, countryside.move_lake, sounds.lake, (4, -1)),
}


@dataclass(frozen=True)
class Footage:
    """Pictures uint8[n,h,w,3] (RGB) at FPS, and mono sound int16[m] at sounds.RATE_HZ, of one length."""

    frames: NDArray[np.uint8]
    sound: NDArray[np.int16]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.frames) / FPS


def film(name: str, seed: int, seconds: float) -> Footage:
    """The first seconds of a scene. Raises KeyError when there is no such scene."""
    scene = SCENES[name]
    random = np.random.default_rng([seed, sorted(SCENES).index(name)])
    world = np.zeros((WORLD_HEIGHT, WORLD_WIDTH, 3), np.uint8)
    scene.paint(world, random)
    frames = np.stack([_seen(scene, world, number / FPS) for number in range(round(seconds * FPS))])
    return Footage(frames, scene.sound(seed, seconds))


def _seen(scene: Scene, world: Picture, at: float) -> Picture:
    """What the camera sees at a moment in seconds."""
    moment = world.copy()
    scene.move(moment, at)
    scale = 0.84 * (1 - scene.closer * at)
    shake = 1.2 * np.sin(2.3 * at), 0.9 * np.sin(1.7 * at + 1)
    across, down = WORLD_WIDTH * (1 - scale * WIDTH / WORLD_WIDTH / 0.75) / 2, (WORLD_HEIGHT - scale * WORLD_HEIGHT) / 2
    step = scale * WORLD_HEIGHT / HEIGHT
    left = across + scene.drift[0] * (at - 4) + shake[0]
    top = down + scene.drift[1] * (at - 4) + shake[1]
    turn = np.array([[step, 0, left], [0, step, top]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(moment, turn, (WIDTH, HEIGHT), flags=flags, borderMode=cv2.BORDER_REFLECT).astype(
        np.uint8, copy=False
    )
