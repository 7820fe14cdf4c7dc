"""Originals and copies as files under build/sound/, each made once: a second run takes what is there."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache
from pathlib import Path

import numpy as np
from bench.matching import footage
from bench.matching.edits import looped
from bench.matching.footage import FPS, Frames
from bench.matching.sound import clips
from bench.matching.sound.clips import RATE_HZ, Clip, Form, Sound
from bench.matching.sound.edits import Edited, Scissors
from bench.matching.sound.held_out import HELD_OUT
from bench.matching.sound.known import KNOWN
from bench.matching.written import BUILD, Query, about_of, held

from indelible.media.encode import write_video

HERE = BUILD / "sound"
_AS_IT_IS = Form(".flac", "flac", 0)
_PICTURES = (
    "clips/mdn/flower.mp4",
    "clips/imageio/cockatoo.mp4",
    "clips/intel/car-detection.mp4",
)  # their own sound is silence
_SIDE_PX = 320


def originals(chosen: list[Clip]) -> dict[str, Path]:
    """Each clip's file, by id."""
    with ProcessPoolExecutor(2) as pool:
        return dict(zip([clip.id for clip in chosen], pool.map(_original, chosen), strict=True))


def _original(clip: Clip) -> Path:
    path = HERE / "originals" / f"{clip.id}{_AS_IT_IS.suffix}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        clips.write(path, clips.sound(clip, BUILD / "packages"), _AS_IT_IS)
    return path


def copies(chosen: list[Clip], wanted: list[tuple[str, Clip]]) -> list[Query]:
    """The copy of each wanted (edit, clip); what is laid over it is drawn from `chosen`, on the clip's own side."""
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(_copy, wanted, [chosen] * len(wanted), chunksize=4))


def _copy(wanted: tuple[str, Clip], chosen: list[Clip]) -> Query:
    name, clip = wanted
    about = about_of(HERE, name, clip.id)
    if (made_before := held(about)) is not None:
        return made_before
    random = footage.seeded(f"{name}/{clip.id}")
    laid: list[str] = []

    def other(kind: str, length: int) -> Sound:
        strangers = [each for each in chosen if each.group != clip.group and each.half == clip.half and each.kind == kind]
        drawn = strangers[int(random.integers(len(strangers)))]
        laid.append(drawn.id)
        return np.resize(clips.read(_original(drawn)), length)

    made = {**KNOWN, **HELD_OUT}[name](clips.read(_original(clip)), Scissors(random, other))
    path = about.with_suffix(".mp4" if made.picture else made.form.suffix)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, made, _PICTURES[int(random.integers(len(_PICTURES)))])
    query = Query(str(path.relative_to(HERE)), name, clip.id, tuple(laid), made.shown, made.original)
    about.write_text(json.dumps(asdict(query)))
    return query


def _write(path: Path, made: Edited, picture: str) -> None:
    sound = made.sound
    for number, form in enumerate(made.passes):
        between = path.with_name(f".{path.stem}.{number}{form.suffix}")
        clips.write(between, sound, form)
        sound = clips.read(between)
        between.unlink()
    if not made.picture:
        clips.write(path, sound, made.form)
        return
    frames = looped(_frames(picture), round(len(sound) / RATE_HZ * FPS))
    write_video(path, frames, FPS, clips.as_int16(sound), RATE_HZ)


@cache
def _frames(picture: str) -> Frames:
    shown = footage.read(Path(os.environ.get("INDELIBLE_CORPUS", "../shared/corpus")) / picture, 0, 8).frames
    return footage.resized(shown, footage.fitted(shown.shape[2], shown.shape[1], _SIDE_PX))
