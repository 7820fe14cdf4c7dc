"""Scenes without a town: a train on a viaduct, a windmill on hills, a balloon over a lake."""

from __future__ import annotations

import numpy as np

from indelible.app.demo.paint import Colour, Picture, box, bush, clouds, disc, fill, line, polygon, roughen, stones

_GREEN: Colour = (84, 118, 62)


def _ridge(random: np.random.Generator, height: float, rough: float) -> list[tuple[float, float]]:
    """The line of hills from left to right."""
    waves = [(random.uniform(0.006, 0.022), random.uniform(0, 6), random.uniform(0.3, 1)) for _ in range(4)]
    return [(x, height + rough * sum(w * np.sin(f * x + p) for f, p, w in waves)) for x in range(0, 641, 8)]


def _hills(picture: Picture, random: np.random.Generator, height: float, rough: float, colour: Colour) -> None:
    polygon(picture, [(0.0, 360.0), *_ridge(random, height, rough), (640.0, 360.0)], colour)


def paint_bridge(picture: Picture, random: np.random.Generator) -> None:
    """A viaduct of stone over a wooded valley, in autumn, with a river."""
    fill(picture[:200], (168, 178, 190), (228, 214, 192))
    picture[:200] = np.clip(picture[:200] + 30 * clouds(200, 640, random, 5)[..., np.newaxis], 0, 255)
    _hills(picture, random, 130, 22, (132, 134, 140))
    _hills(picture, random, 172, 26, (124, 112, 84))
    roughen(picture[120:], random, 30, 30)
    fill(picture[300:], (92, 112, 116), (48, 66, 72))
    roughen(picture[300:], random, 26, 50)
    for _ in range(110):
        place = random.uniform(0, 640), random.uniform(196, 306)
        colour: Colour = ((172, 96, 40), (190, 142, 52), (128, 66, 38), (98, 100, 52))[int(random.integers(0, 4))]
        bush(picture, place, random.uniform(7, 17), colour, random)
    _viaduct(picture, random)


def _viaduct(picture: Picture, random: np.random.Generator) -> None:
    wall = np.zeros_like(picture)
    stones(wall, random, (158, 138, 112), (8, 18), (96, 84, 70))
    shape = np.zeros_like(picture)
    box(shape, 0, 156, 640, 330, (255, 255, 255))
    for arch in range(-1, 7):
        middle = arch * 104 + 40.0
        box(shape, middle - 40, 216, middle + 40, 340, (0, 0, 0))
        disc(shape, (middle, 216), (40, 40), (0, 0, 0))
    picture[:] = np.where(shape > 127, wall, picture)
    box(picture, 0, 150, 640, 157, (120, 106, 88))
    for post in range(0, 640, 16):
        line(picture, (post, 150), (post, 142), (70, 66, 64), 1)
    line(picture, (0, 143), (640, 143), (70, 66, 64), 1)


def move_bridge(picture: Picture, at: float) -> None:
    """A train crosses, its smoke drifts, the river runs, a bird of prey circles."""
    front = 130 + 62 * at
    for number in range(6):
        left = front - 96 * (number + 1)
        colour: Colour = (46, 96, 70) if number else (120, 32, 32)
        box(picture, left, 112, left + 92, 146, colour)
        box(picture, left, 108, left + 92, 113, (60, 58, 60))
        line(picture, (left, 138), (left + 92, 138), (232, 214, 150), 2)
        for pane in range(6):
            box(
                picture,
                left + 6 + 14 * pane,
                118,
                left + 16 + 14 * pane,
                130,
                (246, 232, 176) if (pane + number) % 3 else (70, 90, 110),
            )
        for wheel in (14, 30, 62, 78):
            disc(picture, (left + wheel, 147), (6, 6), (30, 30, 32))
            angle = at * 9
            line(picture, (left + wheel, 147), (left + wheel + 5 * np.cos(angle), 147 + 5 * np.sin(angle)), (170, 170, 170))
    for puff in range(12):
        age = puff * 0.32 + at % 0.32
        grey = min(236, 150 + 8 * puff)
        disc(picture, (front - 20 - 46 * age + 14 * age, 100 - 15 * age), (6 + 5 * age, 5 + 4 * age), (grey, grey, grey))
    for ripple in range(60):
        x, y = (ripple * 53 + 26 * at * (1 + ripple % 3)) % 680 - 20, 306 + ripple * 29 % 52
        line(picture, (x, y), (x + 14, y), (150, 168, 172))
    x, y = 430 + 60 * np.cos(0.6 * at), 60 + 20 * np.sin(0.6 * at)
    line(picture, (x - 12, y - 3), (x, y), (50, 44, 40), 3)
    line(picture, (x + 12, y - 3), (x, y), (50, 44, 40), 3)


def paint_windmill(picture: Picture, random: np.random.Generator) -> None:
    """A windmill among fields of rape and lavender, a path, a fence."""
    fill(picture[:220], (86, 152, 216), (196, 222, 238))
    white = np.clip(clouds(220, 640, random, 5) * 2 - 0.2, 0, 1)[..., np.newaxis]
    picture[:220] = (picture[:220] * (1 - white) + 250 * white).astype(np.uint8)
    _hills(picture, random, 178, 18, (126, 160, 96))
    _hills(picture, random, 218, 16, (216, 190, 50))
    _hills(picture, random, 258, 14, _GREEN)
    roughen(picture[170:], random, 34, 90)
    for row in range(12):
        y = 282 + 7 * row
        for plant in range(0, 640, 9):
            x = plant + 4 * (row % 2) + random.uniform(-2, 2)
            disc(
                picture,
                (x, y + random.uniform(-2, 2)),
                (2.4, 3.2),
                ((128, 88, 170), (104, 70, 150), (150, 110, 186))[int(random.integers(0, 3))],
            )
    polygon(picture, [(300, 360), (390, 360), (352, 262), (342, 262)], (196, 176, 136))
    tower = [(306.0, 262.0), (378.0, 262.0), (364.0, 150.0), (320.0, 150.0)]
    wall, shape = np.zeros_like(picture), np.zeros_like(picture)
    stones(wall, random, (226, 216, 200), (8, 14), (170, 158, 142))
    polygon(shape, tower, (255, 255, 255))
    picture[:] = np.where(shape > 127, wall, picture)
    polygon(picture, [(312, 152), (342, 120), (372, 152)], (104, 60, 46))
    box(picture, 332, 236, 352, 262, (92, 60, 40))
    for x, y in ((328, 176), (350, 196), (330, 214)):
        box(picture, x, y, x + 9, y + 12, (60, 76, 92))
    for post in range(0, 290, 22):
        line(picture, (post, 268), (post, 290), (120, 96, 72), 3)
    for rail in (273, 281):
        line(picture, (0, rail), (286, rail), (120, 96, 72), 2)
    for tree in ((60, 236, 24), (104, 244, 17), (520, 238, 27), (566, 246, 20)):
        line(picture, (tree[0], tree[1]), (tree[0], 268), (84, 60, 44), 5)
        bush(picture, (tree[0], tree[1]), tree[2], (60, 104, 52), random)


def move_windmill(picture: Picture, at: float) -> None:
    """The sails turn, sheep graze their way along, a kite flies, cloud shadows pass."""
    shade = ((np.arange(640) + 30 * at) % 260 < 120).astype(np.float32) * 26
    soft = np.convolve(shade, np.full(40, 1 / 40, np.float32), mode="same")
    picture[224:] = np.clip(picture[224:] - soft[np.newaxis, :, np.newaxis], 0, 255).astype(np.uint8)
    hub = 342.0, 150.0
    for sail in range(4):
        angle = 0.8 * at + sail * np.pi / 2
        along, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        tip = hub + 104 * along
        corners = [hub + 18 * along, hub + 18 * along + 17 * aside, tip + 17 * aside, tip]
        polygon(picture, [(float(x), float(y)) for x, y in corners], (236, 226, 204))
        for slat in range(20, 104, 8):
            start = hub + slat * along
            line(picture, (start[0], start[1]), tuple(start + 17 * aside), (110, 84, 64))
        line(picture, hub, (tip[0], tip[1]), (84, 58, 42), 4)
    disc(picture, hub, (6, 6), (60, 44, 36))
    for sheep in range(6):
        x, y = 30 + 42 * sheep + (5 + sheep % 3 * 2) * at, 262 + 9 * (sheep % 2) + np.sin(2 * at + sheep)
        disc(picture, (x, y), (11, 7), (240, 238, 230))
        disc(picture, (x + 11, y + 2 + 2 * np.sin(1.6 * at + sheep)), (4, 4), (50, 46, 46))
        for leg in (-6, -2, 3, 7):
            line(picture, (x + leg, y + 5), (x + leg, y + 11), (50, 46, 46))
    x, y = 490 + 50 * np.sin(0.7 * at), 80 + 26 * np.sin(1.1 * at)
    polygon(picture, [(x, y - 18), (x + 13, y), (x, y + 20), (x - 13, y)], (220, 60, 80))
    line(picture, (x, y + 20), (x + 10 * np.sin(3 * at), y + 52), (220, 60, 80), 2)


def paint_lake(picture: Picture, random: np.random.Generator) -> None:
    """Snowy peaks, firs and a lake that mirrors them, with a jetty."""
    fill(picture[:190], (106, 138, 186), (240, 206, 190))
    peaks = np.cumsum(random.uniform(50, 90, 12)) - 60
    for place in peaks:
        tall = random.uniform(70, 150)
        polygon(picture, [(place - 90, 192), (place, 192 - tall), (place + 90, 192)], (96, 104, 126))
        polygon(
            picture,
            [
                (place - 32, 192 - tall * 0.64),
                (place, 192 - tall),
                (place + 30, 192 - tall * 0.66),
                (place + 8, 192 - tall * 0.74),
                (place - 10, 192 - tall * 0.6),
            ],
            (242, 244, 248),
        )
        polygon(picture, [(place, 192 - tall), (place + 90, 192), (place + 20, 192)], (74, 82, 106))
    roughen(picture[40:192], random, 22, 40)
    for _ in range(90):
        x, tall = random.uniform(-10, 650), random.uniform(18, 44)
        for tier in range(3):
            y = 198 - tier * tall / 4
            polygon(
                picture,
                [(x - tall / 4 + 2 * tier, y), (x, y - tall / 2), (x + tall / 4 - 2 * tier, y)],
                (22 + 12 * tier, 58 + 10 * tier, 50),
            )
    box(picture, 0, 190, 640, 198, (24, 52, 48))
    below = picture[38:198][::-1]
    picture[198:358] = (below * np.float32(0.62) + np.array((14, 30, 40), np.float32)).astype(np.uint8)
    picture[358:] = picture[357]
    roughen(picture[198:], random, 24, 90)
    for plank in range(24):
        wide = 20 + 2.2 * plank
        box(picture, 150 - wide, 262 + 4 * plank, 150 + wide, 265 + 4 * plank, (134 + 5 * (plank % 3), 104, 76))


def move_lake(picture: Picture, at: float) -> None:
    """A striped balloon drifts, a rowing boat crosses, ripples spread, swans swim."""
    x, y = 420 - 15 * at, 96 - 5 * at + 3 * np.sin(at)
    for stripe in range(9):
        wide = 46 - 5.6 * stripe
        disc(picture, (x, y), (wide, 52), ((228, 70, 50), (248, 214, 90), (52, 120, 160))[stripe % 3])
    for rope in (-14, 14):
        line(picture, (x + rope * 1.9, y + 42), (x + rope * 0.6, y + 72), (90, 70, 50))
    box(picture, x - 9, y + 70, x + 9, y + 83, (132, 88, 48))
    for ripple in range(70):
        left, row = (ripple * 61 + 9 * at * (1 + ripple % 4)) % 690 - 30, 206 + ripple * 37 % 150
        line(picture, (left, row), (left + 10 + row / 20, row + np.sin(2 * at + ripple)), (190, 206, 216))
    boat = 230 + 27 * at
    polygon(picture, [(boat - 34, 246), (boat + 36, 246), (boat + 24, 258), (boat - 24, 258)], (150, 70, 44))
    disc(picture, (boat, 228), (6, 7), (196, 160, 132))
    box(picture, boat - 8, 234, boat + 8, 248, (230, 230, 220))
    sweep = 16 * np.sin(2.4 * at)
    line(picture, (boat, 240), (boat + sweep + 26, 262), (210, 180, 120), 3)
    line(picture, (boat, 240), (boat + sweep - 26, 262), (210, 180, 120), 3)
    for swan in range(3):
        breast, water = 560 - (9 + 3 * swan) * at - 46 * swan, 290 + 19 * swan
        disc(picture, (breast, water), (15, 7), (248, 248, 244))
        line(picture, (breast - 11, water - 2), (breast - 15, water - 18), (248, 248, 244), 4)
        disc(picture, (breast - 17, water - 19), (4, 3), (236, 150, 50))
