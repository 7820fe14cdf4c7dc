"""Real media, broken and hostile ones among them: no crash, no hang, no other file, and what can be had is had."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from indelible.fingerprint import unread
from indelible.media.outcome import STATES, Plan
from indelible.media.pool import Pool
from indelible.model.speed import Speed
from indelible.settings import Settings

SECONDS_MAX = 20
PROBED = re.compile(r"(?:ffprobe ok \S+ (?P<seconds>[\d.]+)|image ok \S+ (?P<width>\d+)x(?P<height>\d+))$")

EXPECTED = {
    "hostile-video/derived/bitflip-400.mp4": ("partial", "video"),
    "hostile-video/derived/truncated-50.mp4": ("partial", "video"),
    "hostile-video/derived/truncated-header-100.mp4": ("undecodable", "none"),
    "hostile-video/derived/zero.mp4": ("undecodable", "none"),
    "hostile-video/derived/text-as.mp4": ("not media", "none"),
    "hostile-video/derived/jpeg-as.mp4": ("decoded", "still"),
    "hostile-video/moviepy/-video-with-dash-.mp4": ("decoded", "video"),
    "hostile-video/moviepy/no_duration.webm": ("decoded", "video"),
    "hostile-video/moviepy/transparent.webm": ("decoded", "video"),
    "hostile-video/smallest/webm.webm": ("decoded", "video"),
    "hostile-video/smallest/mp4-with-audio.mp4": ("decoded", "audio"),
    "hostile-image/bombs/bomb-20000x20000.png": ("undecodable", "none"),
    "hostile-image/pillow/decompression_bomb.gif": ("undecodable", "none"),
    "hostile-image/pillow/decompression_bomb.ico": ("undecodable", "none"),
    "hostile-image/pillow/truncated_jpeg.jpg": ("partial", "still"),
    "hostile-image/pillow/broken_exif_dpi.jpg": ("decoded", "still"),
    "hostile-image/pillow/apng/different_durations.png": ("decoded", "animation"),
    "hostile-image/pillow/apng/chunk_no_actl.png": ("decoded", "still"),
    "hostile-image/smallest/jpeg.jpg": ("decoded", "still"),
    "hostile-image/smallest/png-transparent.png": ("decoded", "still"),
    "hostile-image/smallest/html5.html": ("not media", "none"),
    "hostile-image/smallest/json.json": ("not media", "none"),
    "hostile-image/smallest/pdf.pdf": ("not media", "none"),
    "hostile-image/smallest/svg.svg": ("not media", "none"),
}


@pytest.fixture(scope="module")
def pool():
    with Pool.start(Settings(decoders=1)) as pool:
        yield pool


def decoded(pool, path, speed=Speed.DENSE):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return pool.decode_all(descriptor, Plan(seconds_max=SECONDS_MAX, suffix=path.suffix, speed=speed))
    finally:
        os.close(descriptor)


def files(*folders):
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def idle_worker(pool):
    """The worker that waits; none right after one was replaced for its age."""
    return pool._idle[0].number if pool._idle else None


def peak_bytes(number):
    status = Path(f"/proc/{number}/status").read_text()
    return 1024 * int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def manifest(corpus):
    with (corpus / "MANIFEST.tsv").open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


@pytest.mark.parametrize("speed", Speed)
def test_no_hostile_file_crashes_hangs_or_fattens_a_worker(corpus, pool, speed):
    amiss = []
    for path in files(corpus / "hostile-image", corpus / "hostile-video"):
        worker = idle_worker(pool)
        began = time.monotonic()
        answer = decoded(pool, path, speed)
        outcome = answer.outcome
        in_order = (
            time.monotonic() - began < SECONDS_MAX / 2
            and outcome.state in STATES
            and bool(outcome.reason) == (outcome.state != "decoded")
            and (len(answer.frames) + len(answer.sound) > 0) == (outcome.state in ("decoded", "partial"))
            # A worker that died was replaced, and says so in the reason; none may.
            and not re.search(r"SIG[A-Z]+|killed|believed", outcome.reason)
        )
        if not in_order:
            amiss.append((path.name, outcome))
        if worker and idle_worker(pool) == worker and peak_bytes(worker) > 1 << 30:
            amiss.append((path.name, "took more than a gibibyte"))
    assert amiss == []


@pytest.mark.parametrize("speed", Speed)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_hostile_file_is_told_for_what_it_is(corpus, pool, name, speed):
    outcome = decoded(pool, corpus / name, speed).outcome
    assert (outcome.state, outcome.media_kind) == EXPECTED[name]


def test_a_worker_opens_nothing_and_connects_nowhere_whatever_it_is_given(corpus, tmp_path):
    if shutil.which("strace") is None:
        pytest.skip("no strace here; the probes of the sandbox stand alone")
    program = (
        "import os, sys; from indelible.media.pool import Pool; from indelible.settings import Settings\n"
        "with Pool.start(Settings(decoders=1)) as pool:\n"
        "    for path in sys.argv[1:]:\n"
        "        print(*(worker.number for worker in pool._idle))\n"
        "        pool.decode_all(os.open(path, os.O_RDONLY))\n"
    )
    chosen = [corpus / name for name in EXPECTED] + files(
        corpus / "hostile-image" / "image-rs", corpus / "hostile-video" / "hls-segments"
    )
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-qq", "-o", trace, sys.executable, "-c", program, *chosen]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"strace may not trace here: {done.stderr[-200:]}")
    workers = set(done.stdout.split())
    assert behind_the_lock(trace, workers) <= {
        "read", "pread64", "write", "close", "lseek", "recvmsg", "mmap", "munmap", "mremap", "mprotect", "brk", "madvise", "futex", "clone",
        "clone3", "rt_sigprocmask", "rt_sigaction", "sched_getaffinity", "getpid", "gettid", "getrandom", "clock_gettime", "sched_yield",
        "exit_group", "restart_syscall", "rt_sigreturn", "sysinfo",
    }  # fmt: skip


def behind_the_lock(trace, workers):
    """The calls that the workers made after the filter stood."""
    locked, calls = set(), set()
    for line in trace.read_text(errors="replace").splitlines():
        number, _, rest = line.partition(" ")
        call = re.match(r"\s*(?:<\.\.\. )?(\w+)", rest)
        # libc asks for tables of alphabets when a stream's title calls for them, and is refused.
        if number not in workers or call is None or "EACCES" in rest or "<unfinished" in rest:
            continue
        if call[1] == "seccomp":
            locked.add(number)
        elif number in locked:
            calls.add(call[1])
    assert locked == workers
    return calls


def test_flipped_bits_leave_the_clock_and_the_sound(corpus, pool):
    """Of the first keyframe a line of blocks can be read, of the second a sixth: the first's frames are left out."""
    whole = decoded(pool, corpus / "clips/mdn/flower.mp4")
    bent = decoded(pool, corpus / "hostile-video/derived/bitflip-400.mp4")
    assert bent.times_ms.tolist() == [at for at in whole.times_ms.tolist() if at >= 3000]
    read = round(bent.frames.shape[1] / 6)
    assert np.abs(bent.frames[:, :read].astype(int) - whole.frames[-len(bent.frames) :, :read]).mean() < 3
    assert (bent.frames[:, read + 8 :] == unread.LEVEL).all()
    assert len(bent.sound) == pytest.approx(len(whole.sound), abs=11_025 // 20)


def test_garbage_behind_a_film_changes_nothing(corpus, pool, tmp_path):
    whole = corpus / "clips/mdn/flower.mp4"
    (tmp_path / "trailing-garbage.mp4").write_bytes(whole.read_bytes() + os.urandom(200_000))
    plain, longer = decoded(pool, whole), decoded(pool, tmp_path / "trailing-garbage.mp4")
    assert longer.outcome.state == "decoded"
    assert np.array_equal(plain.frames, longer.frames)
    assert np.array_equal(plain.sound, longer.sound)


def test_a_film_in_another_container_has_the_same_pictures_at_the_same_times(corpus, pool):
    plain = decoded(pool, corpus / "clips/mdn/flower.mp4")
    for name in ("flower-fragmented.mp4", "flower.webm"):
        other = decoded(pool, corpus / "clips/mdn" / name)
        assert np.abs(other.times_ms - plain.times_ms).max() <= 2
        assert np.abs(other.frames.astype(int) - plain.frames).mean() < 6


@pytest.mark.parametrize(("degrees", "size"), [(0, (568, 320)), (90, (320, 568)), (180, (568, 320)), (270, (320, 568))])
def test_a_turned_film_has_the_size_that_is_seen(corpus, pool, degrees, size):
    answer = decoded(pool, corpus / f"clips/decord-rotation/video_{degrees}.mov")
    assert (answer.outcome.width, answer.outcome.height) == size
    assert answer.frames.shape[1:] == ((216, 384) if size[0] > size[1] else (384, 216))


def agrees(row, outcome):
    probed = PROBED.match(row["check"])
    if probed["seconds"]:
        return outcome.media_kind == "still" or abs(outcome.duration_ms / 1000 - float(probed["seconds"])) < 0.15
    return {outcome.width, outcome.height} == {int(probed["width"]), int(probed["height"])}


def disagreements(corpus, pool, bytes_max):
    rows = [row for row in manifest(corpus) if not row["path"].startswith("hostile") and PROBED.match(row["check"] or "")]
    rows = [row for row in rows if int(row["bytes"]) <= bytes_max]
    outcomes = [(row, decoded(pool, corpus / row["path"]).outcome) for row in rows]
    return len(rows), [
        (row["path"], row["check"], outcome)
        for row, outcome in outcomes
        if outcome.state != "decoded" or not agrees(row, outcome)
    ]


def test_lengths_and_sizes_are_those_that_ffprobe_and_pillow_say(corpus, pool):
    count, amiss = disagreements(corpus, pool, 60_000)
    assert count > 100
    assert amiss == []


@pytest.mark.long
def test_lengths_and_sizes_of_all_media_are_those_that_ffprobe_and_pillow_say(corpus, pool):
    count, amiss = disagreements(corpus, pool, 1 << 40)
    assert count > 300
    assert amiss == []
