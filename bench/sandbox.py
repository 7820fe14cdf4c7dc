"""What the sandbox costs a file: the confined worker against the same decoding in this process, turn by turn.

    .venv/bin/python bench/sandbox.py [rounds]

Prints medians in milliseconds and the difference. The goal is at most 3 ms a file.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from indelible.media import worker
from indelible.media.encode import write_gif, write_still, write_video
from indelible.media.outcome import Plan
from indelible.media.pool import Pool
from indelible.media.reader import Reader
from indelible.media.zygote import load_everything
from indelible.settings import Settings

GOAL_MS = 3.0


def footage(folder: Path) -> list[Path]:
    """Files that are often seen: a short clip, a longer one, a photograph, an animation, a text."""
    dice = np.random.default_rng(7)
    small = dice.integers(0, 256, (12, 9, 16, 3), np.uint8)
    scene = [np.kron(frame, np.ones((40, 40, 1), np.uint8)).astype(np.uint8) for frame in small]
    write_video(folder / "short.mp4", scene, 25)
    write_video(folder / "ten-seconds.mp4", (scene[number // 25 % 12] for number in range(250)), 25)
    write_still(folder / "photograph.jpg", np.kron(small[0], np.ones((120, 120, 1), np.uint8)).astype(np.uint8))
    write_gif(folder / "animation.gif", scene[:6])
    (folder / "words.txt").write_text("no medium")
    return sorted(folder.iterdir())


def in_process(descriptor: int, sink: int) -> None:
    """The same decoding without a worker; what it would send goes nowhere."""
    worker.answered(Reader(descriptor, os.fstat(descriptor).st_size), Plan(), sink)


def measured(pool: Pool, path: Path, rounds: int) -> tuple[float, float]:
    """Median milliseconds in process and confined, in turns."""
    descriptor, sink = os.open(path, os.O_RDONLY), os.open(os.devnull, os.O_WRONLY)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for place, run in enumerate((lambda: in_process(descriptor, sink), lambda: pool.decode_all(descriptor))):
            began = time.perf_counter()
            run()
            times[place].append(1000 * (time.perf_counter() - began))
    os.close(descriptor)
    os.close(sink)
    return statistics.median(times[0]), statistics.median(times[1])


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 41
    load_everything()
    with tempfile.TemporaryDirectory() as folder, Pool.start(Settings(decoders=1)) as pool:
        print(f"sandbox: {pool.level}; {rounds} rounds")
        worst = 0.0
        for path in footage(Path(folder)):
            plain, confined = measured(pool, path, rounds)
            worst = max(worst, confined - plain)
            print(
                f"{path.name:16} in process {plain:8.2f} ms   confined {confined:8.2f} ms   {confined - plain:+6.2f} ms   x{confined / plain:.2f}"
            )
    print(f"worst {worst:+.2f} ms a file; goal {GOAL_MS} ms")


if __name__ == "__main__":
    main()
