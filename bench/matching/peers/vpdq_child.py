"""Hash one video with the real vPDQ, as a program of its own: vPDQ ends the whole process on some damaged files.

python vpdq_child.py FILE prints one line of JSON: `hashes`, a list of [frame number, quality 0 to 100, 64 hex digits, seconds],
and `cpu_s`, the CPU seconds (user and system, all threads) that the hashing alone took.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys


def cpu_s() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(path: str) -> None:
    vpdq = importlib.import_module("vpdq")
    before = cpu_s()
    features = vpdq.computeHash(path, seconds_per_hash=1.0, thread_count=1)
    spent = cpu_s() - before
    hashes = [[each.frame_number, each.quality, each.hex, each.timestamp] for each in features]
    print(json.dumps({"hashes": hashes, "cpu_s": spent}))


if __name__ == "__main__":
    main(sys.argv[1])
