"""One query of a large archive, with its library on disk and without: writes a section of REPORT.md.

python -m bench.index.library [--codes N] [--keep]

Held are the originals on which bench/matching reports (its half 1), as they were fingerprinted, and made-up films of half a
minute up to the size: their codes are those of frames of the other originals, changed as in films.py; their hashes lie near
that of their shot; their sounds have as many peaks as real ones, anywhere. Asked are edited copies of the originals. Each step
runs in a process of its own, which tells its CPU time, all that it imports included, and the memory it took at most.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
from bench.index.films import films
from bench.index.pictures import BUILD, Frames
from bench.matching import sources, written
from bench.matching.found import fingerprints
from numpy.typing import NDArray

from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.fingerprint.sound import SoundFingerprint
from indelible.index.code_index import code_search
from indelible.index.growing import clear, open_library
from indelible.index.store import FingerprintStore
from indelible.match.medium import match_medium
from indelible.match.references import References

EDITS = ("re-encoded", "crop_25_%", "logo_+_caption")
_ASKED = 6
_SECONDS, _FPS, _PEAKS = 30, 4, 48  # of a film, of its frames, and of its sound a second
_HERE = BUILD / "library"
_STORE = FingerprintStore(_HERE / "fingerprints")
_LIBRARY, _LISTED, _QUERIES = _HERE / "library", _HERE / "listed.json", FingerprintStore(_HERE / "queries")
_REPORT = Path(__file__).with_name("REPORT.md")


def prepare(count: int) -> None:
    """Saves the fingerprints of all media, and those of the queries."""
    shutil.rmtree(_HERE, ignore_errors=True)
    chosen = sources.listed()
    halves = [written.originals([source for source in chosen if source.half == half]) for half in (0, 1)]
    real = [list(fingerprints(list(files.values())).values()) for files in halves]
    listed = [_saved(_STORE, made) for made in real[1]]
    listed += [_saved(_STORE, made) for made in _films(_frames(real[0]), count - sum(_codes(made) for made in real[1]))]
    copies = sorted(
        path for edit in EDITS for path in (written.BUILD / "copies" / edit).glob("*.mp4") if path.stem in halves[1]
    )
    asked = [_saved(_QUERIES, made) for made in fingerprints(copies[:: max(1, len(copies) // _ASKED)][:_ASKED]).values()]
    _LISTED.write_text(json.dumps({"media": listed, "asked": asked, "codes": count}), encoding="utf-8")


def _codes(made: Fingerprint) -> int:
    return len(made.picture.codes) if made.picture else 0


def _saved(store: FingerprintStore, made: Fingerprint) -> str:
    name = f"{len(list(store.digests())) if store is _QUERIES else next(_numbers):064x}"
    store.save(name, made)
    return name


_numbers = iter(range(1 << 60))


def _frames(real: list[Fingerprint]) -> Frames:
    pictures = [made.picture for made in real if made.picture is not None and len(made.picture.codes)]
    counts = np.concatenate([np.diff(picture.local_starts) for picture in pictures])
    return Frames(np.concatenate([picture.codes for picture in pictures]), np.cumsum([0, *counts[counts > 0]]))


def _films(real: Frames, count: int) -> Iterator[Fingerprint]:
    random = np.random.default_rng(19)
    held = films(real, count)
    begins = np.flatnonzero(np.diff(held.owner, prepend=-1, append=held.owner[-1] + 1))
    for first, end in pairwise(begins):
        starts = held.starts[first : end + 1]
        codes = np.ascontiguousarray(held.codes[:, starts[0] : starts[-1]].T).view(np.uint8)
        sound = SoundFingerprint(*_peaks(random), np.array([[0, 1000 * _SECONDS]]), 1000 * _SECONDS)
        yield Fingerprint(VERSION, 640, 360, 1000 * _SECONDS, "video", _picture(random, codes, starts - starts[0]), sound)


def _picture(random: np.random.Generator, codes: NDArray[np.uint8], starts: NDArray[np.int64]) -> PictureFingerprint:
    frames, local = _SECONDS * _FPS, len(starts) - 1
    shots = np.repeat(random.integers(0, 256, (3, 8, 32), dtype=np.uint8), frames // 3, axis=0)
    flips = random.integers(0, 256, (4, *shots.shape), dtype=np.uint8)
    return PictureFingerprint(
        width=384,
        height=216,
        times_ms=np.arange(frames) * (1000 // _FPS),
        hashes=shots ^ np.bitwise_and.reduce(flips),
        qualities=np.full(frames, 100, np.uint8),
        thumbs=random.integers(0, 256, (frames, 36, 64), dtype=np.uint8),
        box_frames=np.zeros(0, np.int32),
        boxes=np.zeros((0, 4), np.int16),
        box_hashes=np.zeros((0, 8, 32), np.uint8),
        local_frames=np.arange(local, dtype=np.int32) * _FPS,
        local_starts=starts.astype(np.int32),
        points=random.integers(0, 6000, (len(codes), 2)).astype(np.uint16),
        sizes=random.integers(20, 200, len(codes)).astype(np.uint8),
        angles=random.integers(0, 256, len(codes)).astype(np.uint8),
        codes=codes,
    )


def _peaks(random: np.random.Generator) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    count = _SECONDS * _PEAKS
    return np.sort(random.integers(0, 43 * _SECONDS, count)).astype(np.uint32), random.integers(80, 3000, count).astype(
        np.uint16
    )


def _asked() -> tuple[list[str], list[Fingerprint]]:
    told = json.loads(_LISTED.read_text(encoding="utf-8"))
    return told["media"], [made for name in told["asked"] if (made := _QUERIES.load(name)) is not None]


def in_memory() -> References:
    """What every command did: all fingerprints loaded, all laid out."""
    loaded = ((name, _STORE.load(name)) for name in _asked()[0])
    return References.of([(name, made) for name, made in loaded if made is not None], code_search)


def on_disk() -> References:
    media = _asked()[0]
    return open_library(_LIBRARY, _STORE, media, len(media)).references


def less_one() -> References:
    """The library before one more medium came."""
    media = _asked()[0][:-1]
    return open_library(_LIBRARY, _STORE, media, len(media)).references


STEPS: dict[str, Callable[[], References]] = {"in memory": in_memory, "on disk": on_disk, "less one": less_one}


def step(name: str, count: int) -> None:
    """Prepares references and asks them the first queries; prints what that took and what was told."""
    began = time.process_time()
    references = STEPS[name]()
    opened = time.process_time()
    told, spent = [], []
    for query in _asked()[1][:count]:
        before = time.process_time()
        told.append([repr(match) for match in match_medium(query, references)])
        spent.append(time.process_time() - before)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = {"imported": began, "opened": opened - began, "queries": spent, "all": time.process_time(), "peak_mb": peak_mb}
    print(json.dumps({"took": took, "told": told}))


def run(name: str, count: int = 1) -> tuple[dict[str, object], list[list[str]]]:
    command = [sys.executable, "-m", "bench.index.library", "--step", name, "--queries", str(count)]
    made = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    print(name, made["took"], flush=True)
    return made["took"], made["told"]


def section() -> Iterator[str]:
    media, asked = _asked()
    codes = json.loads(_LISTED.read_text(encoding="utf-8"))["codes"]
    clear(_LIBRARY)
    less, _ = run("less one", 0)
    one, _ = run("on disk", 0)
    before, wanted = run("in memory", len(asked))
    run("on disk")  # so that both find what they read in memory
    after, told = run("on disk", len(asked))
    size_mb = sum(path.stat().st_size for path in _LIBRARY.iterdir()) / 2**20
    yield (
        f"## A library on disk, {codes:,} local codes, {datetime.now(UTC):%Y-%m-%d}\n\n"
        f"{len(media):,} media; {len(list(_LIBRARY.glob('section-*')))} sections of {size_mb:,.0f} MiB. Made from nothing in"
        f" {less['opened']:.0f} s ({less['peak_mb']:,.0f} MiB of memory), brought in step with one medium more in {one['opened']:.2f} s."
        f" Of {len(asked)} queries every match the same to the last digit: {'yes' if told == wanted else 'NO'}.\n\n"
        "| references | prepared, s of CPU | the first query | each one more | memory, MiB |\n|---|---|---|---|---|"
    )
    for name, took in (("all fingerprints, laid out in memory", before), ("the library on disk", after)):
        first, *more = took["queries"]  # type: ignore[misc]
        yield f"| {name} | {took['opened']:.2f} | {first:.2f} | {np.mean(more):.2f} | {took['peak_mb']:,.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.index.library", description="A query with a library on disk and without."
    )
    parser.add_argument("--codes", type=int, default=10_000_000)
    parser.add_argument("--keep", action="store_true", help="append to REPORT.md")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--queries", type=int, default=1, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        step(args.step, args.queries)
        return
    if not _LISTED.exists() or json.loads(_LISTED.read_text(encoding="utf-8"))["codes"] != args.codes:
        prepare(args.codes)
    lines = list(section())
    print("\n".join(lines))
    if args.keep:
        with _REPORT.open("a", encoding="utf-8") as report:
            report.write("\n".join(["", *lines, ""]))


if __name__ == "__main__":
    main()
