"""Originals and copies as files under build/, each made once: a second run takes what is there."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.matching import sources
from bench.matching.edits import OTHERS, Edit, Edited, Scissors
from bench.matching.footage import FPS, RATE_HZ, Footage, read, seeded
from bench.matching.held_out import HELD_OUT
from bench.matching.known import KNOWN
from bench.matching.sources import Source
from bench.matching.stills import STILLS

from indelible.media.encode import write_gif, write_still, write_video

BUILD = Path(__file__).with_name("build")
_ORIGINAL_CRF = 20


@dataclass(frozen=True)
class Query:
    """A copy on disk. `shown` and `original` are seconds of the copy and of the source, see edits.Edited."""

    path: str
    edit: str
    source: str
    others: tuple[str, ...]
    shown: tuple[float, float]
    original: tuple[float, float]
    still: bool = False


def originals(chosen: list[Source]) -> dict[str, Path]:
    """Each source's file, by id."""
    with ProcessPoolExecutor(2) as pool:
        return dict(zip([source.id for source in chosen], pool.map(_original, chosen), strict=True))


def _original(source: Source) -> Path:
    path = original_path(source)
    if not path.exists():
        write_original(source, sources.footage(source, BUILD / "packages"))
    return path


def original_path(source: Source) -> Path:
    """Where a source's file lies, or will."""
    return BUILD / "originals" / f"{source.id}.mp4"


def write_original(source: Source, shown: Footage) -> None:
    """Makes a source's file of what it shows."""
    path = original_path(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, Edited(shown, (0, 0), (0, 0), crf=_ORIGINAL_CRF))


def copies(chosen: list[Source], wanted: list[tuple[str, Source]]) -> list[Query]:
    """The copy of each wanted (edit, source); others are drawn from `chosen`."""
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(_copy, wanted, [chosen] * len(wanted), chunksize=4))


def _copy(wanted: tuple[str, Source], chosen: list[Source]) -> Query:
    name, source = wanted
    about = about_of(BUILD, name, source.id)
    if (made_before := held(about)) is not None:
        return made_before
    random = seeded(f"{name}/{source.id}")
    strangers = [other for other in chosen if other.group != source.group and other.half == source.half]
    others = [strangers[int(i)] for i in random.choice(len(strangers), OTHERS, replace=False)]
    edit: Edit = {**KNOWN, **HELD_OUT, **STILLS}[name]
    made = edit(again(source), Scissors(random, lambda i: again(others[i])))
    path = about.with_suffix(made.form)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, made)
    query = Query(
        str(path.relative_to(BUILD)), name, source.id, tuple(other.id for other in others), made.shown, made.source, made.still
    )
    about.write_text(json.dumps(asdict(query)))
    return query


def about_of(folder: Path, edit: str, source: str) -> Path:
    """Where it is written what a copy is; the copy lies beside it."""
    return folder / "copies" / edit.replace(" ", "_").replace("/", "_") / f"{source}.json"


def held(about: Path) -> Query | None:
    """The copy that was made before; None when there is none."""
    if not about.exists():
        return None
    told = json.loads(about.read_text())
    return Query(**{key: tuple(value) if isinstance(value, list) else value for key, value in told.items()})


def again(source: Source) -> Footage:
    """An original's footage, from its own file."""
    return read(_original(source), 0, source.seconds)


def _write(path: Path, made: Edited) -> None:
    footage: Footage = made.footage
    if made.form == ".jpg":
        write_still(path, footage.frames[0], quality=80)
    elif made.form == ".gif":
        write_gif(path, footage.frames[:: FPS // 10 + 1], fps=10)
    else:
        write_video(path, footage.frames, FPS, footage.sound, RATE_HZ, quality=made.crf)
