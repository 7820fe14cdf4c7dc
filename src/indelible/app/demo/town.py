"""Scenes with people: a harbour, a market square, a fair at night."""

from __future__ import annotations

import numpy as np

from indelible.app.demo.paint import Colour, Picture, box, clouds, disc, fill, line, person, polygon, roughen, shaded, stones

_COATS: tuple[Colour, ...] = ((176, 58, 46), (46, 92, 148), (214, 168, 60), (72, 120, 72), (120, 72, 132), (228, 222, 208))


def paint_harbour(picture: Picture, random: np.random.Generator) -> None:
    """A quay of stone with warehouses, a lighthouse on its mole, the open sea."""
    fill(picture[:150], (126, 172, 214), (222, 226, 222))
    picture[:150] = np.clip(
        picture[:150] + 46 * clouds(150, 640, random, 6)[..., np.newaxis] * np.array((1, 0.9, 0.7), np.float32), 0, 255
    )
    fill(picture[150:], (70, 116, 138), (22, 62, 84))
    roughen(picture[150:], random, 46, 40)
    polygon(picture, [(430, 178), (640, 150), (640, 182), (440, 190)], (104, 98, 92))
    stones(picture[156:176, 520:640], random, (132, 124, 114), (7, 16), (70, 66, 62))
    _lighthouse(picture, 560, 156)
    for left, width, high, wall in (
        (0, 78, 96, (168, 84, 62)),
        (80, 64, 74, (206, 180, 132)),
        (146, 86, 112, (142, 148, 152)),
        (234, 58, 64, (186, 120, 78)),
    ):
        _warehouse(picture, left, 236 - high, width, wall, random)
    stones(picture[236:262, :330], random, (150, 142, 130), (9, 22), (84, 80, 74))
    stones(picture[262:300, :330], random, (104, 100, 96), (13, 30), (52, 50, 50))
    for place in range(20, 320, 44):
        disc(picture, (place, 236), (5, 4), (40, 40, 44))
        box(picture, place - 3, 236, place + 3, 246, (40, 40, 44))


def _lighthouse(picture: Picture, middle: int, foot: int) -> None:
    for band in range(6):
        low, high = foot - 16 * band, foot - 16 * (band + 1)
        wide, narrow = 13 - band, 12 - band
        colour = (200, 48, 40) if band % 2 else (238, 236, 228)
        polygon(picture, [(middle - wide, low), (middle + wide, low), (middle + narrow, high), (middle - narrow, high)], colour)
    box(picture, middle - 10, foot - 100, middle + 10, foot - 96, (50, 50, 54))
    box(picture, middle - 6, foot - 112, middle + 6, foot - 100, (250, 226, 140))
    polygon(picture, [(middle - 9, foot - 112), (middle, foot - 122), (middle + 9, foot - 112)], (160, 38, 34))


def _warehouse(
    picture: Picture, left: int, top: int, width: int, wall: Colour, random: np.random.Generator
) -> None:  # a place, a size, a look
    stones(picture[top:236, left : left + width], random, wall, (6, 13), shaded(wall, 0.7))
    polygon(picture, [(left - 4, top), (left + width / 2, top - 26), (left + width + 4, top)], (92, 54, 48))
    for row in range(top + 12, 216, 24):
        for column in range(left + 10, left + width - 12, 20):
            box(picture, column, row, column + 10, row + 13, (238, 234, 220))
            box(picture, column + 1, row + 1, column + 9, row + 12, (52, 70, 88) if random.random() < 0.7 else (216, 190, 112))
            line(picture, (column + 5, row), (column + 5, row + 13), (238, 234, 220))


def move_harbour(picture: Picture, at: float) -> None:
    """Waves run in, three boats pass, a crane turns, gulls circle."""
    rows = np.arange(182, 360)
    for row in rows[::7]:
        for column in range(330 if row > 236 else 0, 640, 34):
            place = (column + 11 * at * (1 + (row % 3) / 4) + row * 17) % 700 - 30
            if row < 236 or place > 330:
                line(picture, (place, row), (place + 9 + row % 6, row - 1.5), (176, 204, 210))
    _boat(picture, 560 - 19 * at, 214 + 1.6 * np.sin(2.1 * at), 1.0, (196, 60, 44))
    _boat(picture, 362 + 11 * at, 262 + 2.2 * np.sin(1.8 * at + 1), 1.5, (38, 84, 132))
    _boat(picture, 620 - 22 * at, 318 + 2.6 * np.sin(1.5 * at + 2), 2.0, (232, 190, 70))
    swing = 70 * np.sin(0.4 * at)
    line(picture, (300, 236), (300, 120), (236, 170, 40), 5)
    line(picture, (300, 124), (300 + swing + 30, 110), (236, 170, 40), 4)
    line(picture, (330 + swing, 110), (330 + swing, 160 + 18 * np.sin(0.9 * at)), (40, 40, 40))
    box(picture, 320 + swing, 160 + 18 * np.sin(0.9 * at), 340 + swing, 174 + 18 * np.sin(0.9 * at), (70, 110, 90))
    for bird in range(5):
        x, y = 260 + 90 * np.cos(0.5 * at + 1.7 * bird) + 40 * bird, 70 + 22 * np.sin(0.7 * at + bird)
        wing = 5 * np.sin(7 * at + bird)
        line(picture, (x - 8, y - wing), (x, y), (250, 250, 250), 2)
        line(picture, (x + 8, y - wing), (x, y), (250, 250, 250), 2)


def _boat(picture: Picture, x: float, y: float, size: float, hull: Colour) -> None:
    polygon(
        picture,
        [
            (x - 26 * size, y - 8 * size),
            (x + 30 * size, y - 9 * size),
            (x + 22 * size, y + 4 * size),
            (x - 20 * size, y + 4 * size),
        ],
        hull,
    )
    line(picture, (x - 25 * size, y - 6 * size), (x + 28 * size, y - 7 * size), (244, 240, 228), 2)
    box(picture, x - 16 * size, y - 20 * size, x + 2 * size, y - 8 * size, (236, 232, 220))
    for pane in (-13, -7, -1):
        box(picture, x + (pane - 2) * size, y - 17 * size, x + (pane + 1) * size, y - 12 * size, (50, 70, 90))
    line(picture, (x + 8 * size, y - 8 * size), (x + 8 * size, y - 36 * size), (80, 62, 48), 2)
    polygon(
        picture, [(x + 9 * size, y - 36 * size), (x + 20 * size, y - 31 * size), (x + 9 * size, y - 27 * size)], (220, 70, 60)
    )


def paint_market(picture: Picture, random: np.random.Generator) -> None:
    """A cobbled square before gabled houses, with striped stalls."""
    fill(picture[:90], (196, 212, 226), (236, 230, 214))
    left = -10
    while left < 640:
        width, top = int(random.integers(60, 96)), int(random.integers(24, 58))
        wall: Colour = _COATS[int(random.integers(0, 6))]
        _gabled_house(picture, (left, top), width, shaded(wall, 0.5, 100), random)
        left += width
    stones(picture[176:250], random, (146, 136, 124), (6, 11), (92, 86, 80))
    stones(picture[250:], random, (156, 144, 130), (10, 20), (94, 88, 82))
    for number, place in enumerate((20, 170, 330, 480)):
        _stall(picture, place, 190 + 12 * (number % 2), _COATS[number], random)


def _gabled_house(picture: Picture, corner: tuple[int, int], width: int, wall: Colour, random: np.random.Generator) -> None:
    left, top = corner
    box(picture, left, top + 30, left + width, 178, wall)
    steps: list[tuple[float, float]] = [(left, top + 30)]
    for step in range(1, 6):
        steps += [(left + step * width / 11, top + 36 - step * 6), (left + step * width / 11, top + 30 - step * 6)]
    steps += [(2 * left + width - x, y) for x, y in reversed(steps)]
    polygon(picture, steps, shaded(wall, 0.85))
    for row in range(top + 40, 160, 26):
        for column in range(left + 8, left + width - 12, 18):
            lit = random.random() < 0.25
            box(picture, column, row, column + 10, row + 15, (250, 248, 240))
            box(picture, column + 1, row + 1, column + 9, row + 14, (226, 198, 120) if lit else (66, 80, 96))
            line(picture, (column, row + 7), (column + 10, row + 7), (250, 248, 240))


def _stall(picture: Picture, left: int, top: int, stripe: Colour, random: np.random.Generator) -> None:
    box(picture, left + 6, top + 26, left + 104, top + 66, (112, 82, 56))
    for plank in range(top + 30, top + 66, 8):
        line(picture, (left + 6, plank), (left + 104, plank), (84, 60, 40))
    for column in range(left + 10, left + 100, 9):
        for row in range(top + 18, top + 30, 7):
            shade: Colour = ((214, 60, 40), (236, 160, 40), (100, 150, 60), (240, 214, 90), (130, 50, 90))[
                int(random.integers(0, 5))
            ]
            disc(picture, (column + row % 3, row + 4), (4, 4), shade)
    for band in range(10):
        near, far = left + 11 * band, left + 8 + 9.6 * band
        colour = stripe if band % 2 else (244, 240, 230)
        polygon(picture, [(far, top - 22), (far + 9.6, top - 22), (near + 11, top), (near, top)], colour)
        disc(picture, (near + 5.5, top), (5.5, 5), colour)
    for post in (left + 4, left + 106):
        line(picture, (post, top), (post, top + 66), (74, 58, 44), 3)


def move_market(picture: Picture, at: float) -> None:
    """People walk across the square both ways, pigeons fly up, a banner sways."""
    for number in range(14):
        depth = (number * 37) % 70
        speed = (16 + number % 5 * 4) * (1 if number % 2 else -1)
        x = (number * 97 + speed * at) % 720 - 40
        person(picture, (x, 262 + depth), 44 + depth * 0.5, _COATS[number % 6], 5 * at + number)
    for bird in range(7):
        x, y = 200 + 34 * bird + 18 * at, 250 - 14 * at - 9 * np.sin(1.3 * at + bird * 2)
        wing = 6 * np.sin(9 * at + bird)
        polygon(picture, [(x - 7, y - wing), (x, y + 2), (x + 7, y - wing), (x, y - 1)], (90, 94, 106))
    for flag in range(18):
        x, y = flag * 36.0, 96 + 14 * np.sin(flag * 0.7) ** 2 + 3 * np.sin(2.4 * at + flag)
        polygon(picture, [(x, y), (x + 16, y + 1), (x + 8 + 2 * np.sin(3 * at + flag), y + 15)], _COATS[flag % 6])


def paint_fair(picture: Picture, random: np.random.Generator) -> None:
    """A fair at nightfall: booths with lamps, a striped tent, dark trees."""
    fill(picture[:260], (24, 26, 64), (158, 84, 92))
    roughen(picture[:260], random, 26, 5)
    for _ in range(160):
        disc(picture, (random.uniform(0, 640), random.uniform(0, 150)), (0.9, 0.9), (236, 232, 220))
    for place in range(-10, 660, 26):
        tall = random.uniform(30, 74)
        polygon(picture, [(place - 18, 262), (place, 262 - tall), (place + 18, 262)], (16, 26, 30))
    fill(picture[260:], (66, 56, 60), (34, 30, 38))
    roughen(picture[260:], random, 24, 60)
    for band in range(12):
        colour = (190, 44, 52) if band % 2 else (240, 226, 200)
        polygon(picture, [(470 + 2 * band, 190), (472 + 2 * band, 190), (416 + 13 * band, 276), (403 + 13 * band, 276)], colour)
    for number, place in enumerate(range(8, 380, 74)):
        _booth(picture, place, 246, _COATS[number % 6], random)


def _booth(picture: Picture, left: int, top: int, wall: Colour, random: np.random.Generator) -> None:
    box(picture, left, top, left + 60, top + 44, shaded(wall, 0.6))
    box(picture, left + 6, top + 6, left + 54, top + 24, (250, 214, 130))
    for toy in range(8):
        disc(picture, (left + 10 + 6 * toy, top + 20), (3, 4), _COATS[int(random.integers(0, 6))])
    for bulb in range(0, 61, 6):
        disc(picture, (left + bulb, top), (1.8, 1.8), (255, 240, 170))


def move_fair(picture: Picture, at: float) -> None:
    """A big wheel turns, lamps run around it, people stroll, balloons rise."""
    hub, radius, turn = (232.0, 148.0), 112.0, 0.35 * at
    line(picture, (180, 278), hub, (150, 150, 164), 4)
    line(picture, (284, 278), hub, (150, 150, 164), 4)
    for spoke in range(12):
        angle = turn + spoke * np.pi / 6
        rim = hub[0] + radius * np.cos(angle), hub[1] + radius * np.sin(angle)
        line(picture, hub, rim, (130, 134, 156), 2)
        box(picture, rim[0] - 9, rim[1] + 2, rim[0] + 9, rim[1] + 15, _COATS[spoke % 6])
        disc(picture, (rim[0], rim[1] + 2), (9, 5), (244, 236, 220))
    for lamp in range(72):
        angle = turn + lamp * np.pi / 36
        lit = (lamp - int(8 * at)) % 6 < 3
        colour = (255, 236, 150) if lit else (150, 60, 70)
        disc(picture, (hub[0] + (radius - 6) * np.cos(angle), hub[1] + (radius - 6) * np.sin(angle)), (2.4, 2.4), colour)
    for number in range(9):
        x = (number * 83 + (13 + number % 4 * 5) * (at if number % 2 else -at)) % 700 - 30
        person(picture, (x, 304 + number * 41 % 40), 52, _COATS[(number + 2) % 6], 4.6 * at + number)
    for balloon in range(4):
        x, y = 420 + 34 * balloon + 6 * np.sin(at + balloon), 240 - 17 * at - 26 * balloon
        line(picture, (x, y + 9), (x, y + 26), (210, 210, 210))
        disc(picture, (x, y), (8, 10), _COATS[balloon])
