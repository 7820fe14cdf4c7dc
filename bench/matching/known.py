"""The classes of edits that thresholds may be chosen by: what people do to footage before they post it again."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from bench.matching import overlays
from bench.matching.edits import (
    OTHERS,
    Edit,
    Edited,
    Scissors,
    centred,
    cornered,
    cut,
    each,
    fill,
    fit,
    graded,
    grained,
    looped,
    low_captioned,
    on_blur,
    padded,
    placed,
    screen,
    sped,
    trimmed,
    turned,
    upright,
    whole,
)
from bench.matching.footage import FPS, Footage, Frames, even, resized
from bench.matching.overlays import laid
from bench.matching.reactions import talked_over, watched


def _scaled(original: Footage, _: Scissors) -> Edited:
    width, height = original.size
    return whole(original, resized(original.frames, (even(width / 2), even(height / 2))), crf=33)


def _cropped(share: float) -> Edit:
    def edit(original: Footage, cut_in: Scissors) -> Edited:
        return whole(original, cut(original.frames, share, (cut_in.between(0.15, 0.85), cut_in.between(0.15, 0.85))))

    return edit


def _following(original: Footage, cut_in: Scissors) -> Edited:
    """A crop of 60 % that moves as if it followed somebody."""
    start, end = cut_in.random.uniform(0, 1, (2, 2))
    shares = np.linspace(0, 1, len(original.frames))
    ways = [start + (end - start) * (share * share * (3 - 2 * share)) for share in shares]
    frames = [cut(frame[None], 0.4, (at[0], at[1]))[0] for frame, at in zip(original.frames, ways, strict=True)]
    return whole(original, np.stack(frames))


def _letterboxed(original: Footage, _: Scissors) -> Edited:
    width, height = original.size
    return whole(original, padded(original.frames, (width, even(max(width, height) * 1.1))))


def _pillarboxed(original: Footage, _: Scissors) -> Edited:
    width, height = original.size
    return whole(original, padded(original.frames, (even(width * 1.45), height)))


def _covered(original: Footage, cut_in: Scissors) -> Edited:
    width, height = original.size
    face = overlays.sticker(even(min(width, height) * 0.55))
    x, y = cut_in.between(0.1, 0.9) * (width - len(face.opaque)), cut_in.between(0.1, 0.9) * (height - len(face.opaque))
    return whole(original, laid(original.frames, face, int(x), int(y)))


def _pixelated(original: Footage, cut_in: Scissors) -> Edited:
    """Half of both sides made coarse, as faces are."""
    width, height = original.size
    w, h = even(width * 0.5), even(height * 0.5)
    x, y = int(cut_in.between(0.1, 0.9) * (width - w)), int(cut_in.between(0.1, 0.9) * (height - h))
    frames = original.frames.copy()
    coarse = resized(frames[:, y : y + h, x : x + w], (max(2, w // 18), max(2, h // 18)))
    frames[:, y : y + h, x : x + w] = np.stack([cv2.resize(f, (w, h), interpolation=cv2.INTER_NEAREST) for f in coarse])
    return whole(original, frames)


def _blurred(original: Footage, _: Scissors) -> Edited:
    return whole(original, each(original.frames, lambda f: cv2.GaussianBlur(f, (0, 0), f.shape[1] / 90)))


def _grey(original: Footage, _: Scissors) -> Edited:
    return whole(
        original, each(original.frames, lambda f: cv2.cvtColor(cv2.cvtColor(f, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))
    )


def _slow_frames(original: Footage, _: Scissors) -> Edited:
    """Eight frames a second."""
    at = (np.floor(np.arange(len(original.frames)) * 8 / FPS) * FPS / 8).astype(int)
    return whole(original, original.frames[at])


def _inset(share: float) -> Edit:
    """A small picture in a corner of another film."""

    def edit(original: Footage, cut_in: Scissors) -> Edited:
        ground = fill(looped(cut_in.other(0).frames, len(original.frames)), (480, 270))
        width, height = original.size
        size = (
            (even(480 * share), even(480 * share * height / width))
            if width >= height
            else (even(270 * share * width / height), even(270 * share))
        )
        front = resized(original.frames, size)
        x = 12 if cut_in.random.random() < 0.5 else 480 - size[0] - 12
        y = 12 if cut_in.random.random() < 0.5 else 270 - size[1] - 12
        return Edited(Footage(placed(ground, front, x, y)), (0, original.seconds), (0, original.seconds))

    return edit


def _quarter(original: Footage, cut_in: Scissors) -> Edited:
    """One cell of four films side by side."""
    cells = [original.frames, *(looped(cut_in.other(i).frames, len(original.frames)) for i in range(OTHERS))]
    order = cut_in.random.permutation(4)
    small = [padded(fit(cells[i], (320, 180)), (320, 180)) for i in order]
    rows = [np.concatenate(small[i : i + 2], axis=2) for i in (0, 2)]
    return Edited(Footage(np.concatenate(rows, axis=1)), (0, original.seconds), (0, original.seconds))


def _duet(original: Footage, cut_in: Scissors) -> Edited:
    """Beside a talking head."""
    other = looped(cut_in.other(0).frames, len(original.frames))
    sides = [padded(fit(original.frames, (240, 360)), (240, 360)), fill(other, (240, 360))]
    return whole(original, np.concatenate(sides, axis=2))


def _shown_on_screen(tilt: float) -> Edit:
    def edit(original: Footage, cut_in: Scissors) -> Edited:
        return whole(original, screen(original.frames, cut_in, tilt), crf=30)

    return edit


def _recorded(original: Footage, _: Scissors) -> Edited:
    """A phone's recording of its own player: upright, bars, a row of buttons, a clock."""
    size = (270, 480)
    frames = padded(fit(original.frames, size), size, 24)
    frames = laid(frames, overlays.words("12:45   LTE 62 %", 120), 8, 6)
    return whole(original, laid(frames, overlays.words("<   play   >", 150), 60, 440), crf=30)


def _squeezed(original: Footage, _: Scissors) -> Edited:
    side = even(min(360, max(original.size)))
    return whole(original, resized(original.frames, (side, side)))


def _frozen(original: Footage, cut_in: Scissors) -> Edited:
    """One moment, held for four seconds."""
    at = int(cut_in.between(0.2, 0.8) * len(original.frames))
    frames = np.repeat(original.frames[at : at + 1], 4 * FPS, axis=0)
    return Edited(Footage(frames), (0, 4), (at / FPS, at / FPS), still=True)


def _thumbnail(original: Footage, cut_in: Scissors) -> Edited:
    at = int(cut_in.between(0.2, 0.8) * len(original.frames))
    frames = resized(original.frames[at : at + 1], tuple(even(side * 0.66) for side in original.size))  # type: ignore[arg-type]
    return Edited(Footage(frames), (0, 0), (at / FPS, at / FPS), form=".jpg", still=True)


def _compiled(original: Footage, cut_in: Scissors) -> Edited:
    """Four seconds among those of three others."""
    part = trimmed(original, 4, cut_in.between(0, 1))
    pieces = [Footage(cut_in.other(i).frames[: 3 * FPS]) for i in range(OTHERS)]
    place = int(cut_in.random.integers(1, 3))
    before = sum(piece.seconds for piece in pieces[:place])
    pieces.insert(place, part.footage)
    frames = np.concatenate([padded(fit(piece.frames, (480, 270)), (480, 270)) for piece in pieces])
    return Edited(Footage(frames), (before, before + part.footage.seconds), part.source)


def _tiled(original: Footage, _: Scissors) -> Edited:
    frames, (width, height) = original.frames, original.size
    mark = overlays.words("@channel", even(width * 0.3), opaque=0.45)
    for y in range(4, height - len(mark.opaque), even(height / 4)):
        for x in range(4, width - 20, even(width * 0.36)):
            frames = laid(frames, mark, x, y)
    return whole(original, frames)


def _animated(original: Footage, _: Scissors) -> Edited:
    """A GIF of five seconds at ten frames a second."""
    width, height = original.size
    part = trimmed(original, 5, 0.3)
    frames = resized(part.footage.frames, (even(width * 0.6), even(height * 0.6)))
    return replace(part, footage=Footage(frames), form=".gif")


def _tg(original: Footage, cut_in: Scissors) -> Edited:
    """Mirrored, cropped, two marks, poor."""
    width, height = original.size
    frames = cut(original.frames[:, :, ::-1], 0.15, (cut_in.between(0, 1), cut_in.between(0, 1)))
    return whole(original, cornered(centred(resized(frames, (width, height)), share=0.4), share=0.2), crf=37)


def _vertical(original: Footage, _: Scissors) -> Edited:
    """Cropped between blurred bars on an upright screen, captioned, a tenth faster, brightened."""
    quick = sped(original, 1.1)
    frames = graded(cut(quick.footage.frames, 0.15, (0.5, 0.5)), 1.2, 8)
    made = on_blur(frames, upright(original))
    plate = overlays.words("watch until the end", made.shape[2], back=overlays.BLACK, colour=overlays.YELLOW)
    return replace(quick, footage=Footage(laid(made, plate, 0, 40)), crf=33)


def _filmed(original: Footage, cut_in: Scissors) -> Edited:
    """Six seconds filmed off a screen, captioned, poor."""
    part = trimmed(original, 6, cut_in.between(0, 1))
    frames = low_captioned(screen(part.footage.frames, cut_in, 0.1))
    return replace(part, footage=Footage(frames, part.footage.sound), crf=35)


def _meme(original: Footage, _: Scissors) -> Edited:
    """Half size, gaudy, a sticker, white bars, few frames."""
    width, height = original.size
    small = graded(resized(original.frames, (even(width / 2), even(height / 2))), 1.3, -10)
    face = overlays.sticker(even(small.shape[1] * 0.4))
    frames = laid(small, face, int(small.shape[2] * 0.55), int(small.shape[1] * 0.1))
    frames = padded(frames, (frames.shape[2], even(frames.shape[1] * 1.5)), 255)
    return whole(original, frames[np.arange(len(frames)) // 2 * 2], crf=33)


def _flashing(original: Footage, _: Scissors) -> Edited:
    """White flashes and slow fades."""
    light = 1 + 0.5 * np.sin(np.arange(len(original.frames)) / 12)
    frames = np.clip(original.frames * light[:, None, None, None], 0, 255).astype(np.uint8)
    frames[::17] = 255
    return whole(original, frames)


def _simple(change: object) -> Edit:
    def edit(original: Footage, _: Scissors) -> Edited:
        return whole(original, change(original.frames))  # type: ignore[operator]

    return edit


def _turned_quarter(frames: Frames) -> Frames:
    return np.ascontiguousarray(np.rot90(frames, -1, axes=(1, 2)))


KNOWN: dict[str, Edit] = {
    "re-encoded": lambda o, _: whole(o, o.frames, crf=40),
    "half size": _scaled,
    "crop 10 %": _cropped(0.10),
    "crop 25 %": _cropped(0.25),
    "crop 40 %": _cropped(0.40),
    "following crop": _following,
    "letterbox": _letterboxed,
    "pillarbox": _pillarboxed,
    "blurred bars": lambda o, _: whole(o, on_blur(o.frames, upright(o))),
    "logo + caption": _simple(lambda f: low_captioned(cornered(f))),
    "caption": _simple(low_captioned),
    "centre mark": _simple(centred),
    "tiled marks": _tiled,
    "sticker": _covered,
    "pixelated part": _pixelated,
    "blurred": _blurred,
    "mirror": _simple(lambda f: np.ascontiguousarray(f[:, :, ::-1])),
    "quarter turn": _simple(_turned_quarter),
    "upside down": _simple(lambda f: np.ascontiguousarray(f[:, ::-1, ::-1])),
    "turned 5°": _simple(lambda f: turned(f, 5)),
    "grey": _grey,
    "gaudy": _simple(lambda f: graded(f, 1.35, 10, 0.75)),
    "dark": _simple(lambda f: graded(f, 0.5, 0, 1.3)),
    "inverted": _simple(lambda f: 255 - f),
    "speed 0.8": lambda o, _: sped(o, 0.8),
    "speed 1.25": lambda o, _: sped(o, 1.25),
    "speed 2": lambda o, _: sped(o, 2.0),
    "few frames": _slow_frames,
    "3 seconds": lambda o, cut_in: trimmed(o, 3, cut_in.between(0, 1)),
    "5 seconds": lambda o, cut_in: trimmed(o, 5, cut_in.between(0, 1)),
    "backwards": _simple(lambda f: f[::-1]),
    "inset 40 %": _inset(0.40),
    "inset 25 %": _inset(0.25),
    "one of four": _quarter,
    "duet": _duet,
    "screen recording": _recorded,
    "filmed screen": _shown_on_screen(0.06),
    "filmed at an angle": _shown_on_screen(0.22),
    "squeezed 1:1": _squeezed,
    "grain": lambda o, cut_in: whole(o, grained(o.frames, 18, cut_in.random), crf=30),
    "frozen": _frozen,
    "thumbnail": _thumbnail,
    "compilation": _compiled,
    "GIF": _animated,
    "other sound": lambda o, cut_in: Edited(Footage(o.frames, cut_in.other(0).sound), (0, o.seconds), (0, o.seconds)),
    "telegram mix": _tg,
    "upright mix": _vertical,
    "filmed mix": _filmed,
    "meme mix": _meme,
    "flashes": _flashing,
    "reaction": watched,
    "live chat": talked_over,
}
COMBINED = ("telegram mix", "upright mix", "filmed mix", "meme mix")
STILL = ("frozen", "thumbnail")
