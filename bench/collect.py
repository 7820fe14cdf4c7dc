"""Posts a second and peak memory of reading exports of 60,000 posts, beside the standard library's parser in the same run.

The last row is `collect` through all rooms: read, recorded, sealed, committed with its syncs, projected.

python bench/collect.py [posts]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests")]

from world.channel_export import ChannelExport, Zone, busy_channel  # noqa: E402


def peak_mib() -> float:
    """Of this process alone: what getrusage tells holds the parent's from before the exec."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def read(path: Path) -> None:
    from indelible.collect.sources import open_source  # noqa: PLC0415
    from indelible.model.found import FoundPost  # noqa: PLC0415
    from indelible.settings import Settings  # noqa: PLC0415

    before = peak_mib()
    start = time.process_time()
    posts = sum(1 for finding in open_source(path, Settings()).findings() if isinstance(finding, FoundPost))
    seconds = time.process_time() - start
    print(json.dumps({"posts": posts, "seconds": seconds, "peak_mib": peak_mib(), "grown_mib": peak_mib() - before}))


def parse(path: Path) -> None:
    start = time.process_time()
    posts = len(json.loads(path.read_bytes())["messages"])
    seconds = time.process_time() - start
    print(json.dumps({"posts": posts, "seconds": seconds, "peak_mib": peak_mib(), "grown_mib": 0}))


def record(path: Path) -> None:
    from indelible.app.collecting import Scope, collect  # noqa: PLC0415
    from indelible.app.init import init  # noqa: PLC0415
    from indelible.app.intake.closing import Statement  # noqa: PLC0415
    from indelible.app.opening import Context  # noqa: PLC0415

    before = peak_mib()
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_STATE_HOME"] = f"{place}/state"
        archive = Path(place, "archive")
        init(archive)
        start, clock = time.process_time(), time.perf_counter()
        posts = collect(Context(archive), [path], Statement(), Scope(), lambda _: None).posts.recorded
        seconds, clock = time.process_time() - start, time.perf_counter() - clock
    told = {"posts": posts, "seconds": seconds, "clock": clock, "peak_mib": peak_mib(), "grown_mib": peak_mib() - before}
    print(json.dumps(told))


def measured(task: str, path: Path) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, task, str(path)], check=True, capture_output=True)
    return json.loads(done.stdout)


def main(posts: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        export = ChannelExport(list(busy_channel(posts)), zone=Zone(2))
        both, alone = Path(place, "both"), Path(place, "json")
        export.write(both)
        size = export.write_json(alone / "result.json").stat().st_size
        print(f"{posts} posts, JSON of {size / 1e6:.1f} MB, seconds of CPU")
        floor = measured("parse", alone / "result.json")
        for name, task, path in (
            ("json.loads, whole", "parse", alone / "result.json"),
            ("JSON", "read", alone),
            ("JSON + HTML", "read", both),
            ("collect, JSON", "record", alone),
        ):
            got = measured(task, path)
            ratio = got["seconds"] / floor["seconds"]
            print(
                f"{name:18} {got['posts'] / got['seconds']:9.0f} posts/s  x{ratio:5.1f} of json.loads  peak {got['peak_mib']:6.1f} MiB (+{got['grown_mib']:.1f})"
            )
        print(f"collect took {got['clock']:.1f} s on the clock, {got['posts'] / got['clock']:.0f} posts/s")


if __name__ == "__main__":
    tasks = {"read": read, "parse": parse, "record": record}
    if len(sys.argv) > 2:
        tasks[sys.argv[1]](Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000)
