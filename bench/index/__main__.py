"""Exact search beside faiss: CPU time of one thread, one process; writes sections of REPORT.md.

taskset -c 1 python -m bench.index [search|peers|join|disk ...] [--hashes N ...] [--keep]

`faiss` is wanted (bench/index/requirements.txt). `search` and `join` compare every answer that they time.
"""

from __future__ import annotations

import argparse
import platform
from datetime import UTC, datetime
from pathlib import Path

import faiss
from bench.index import disk, join, search

_REPORT = Path(__file__).with_name("REPORT.md")
_NAMES = {"search": "", "peers": ": faiss's own multi-index hashing", "join": ": all pairs", "disk": ": from disk"}
_PARTS = {"search": search.section, "peers": search.peers, "join": join.section, "disk": disk.section}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.index", description="Exact search beside faiss.")
    parser.add_argument("parts", nargs="*", default="search", choices=_PARTS, help="what to measure")
    parser.add_argument("--hashes", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--keep", action="store_true", help="append to REPORT.md")
    args = parser.parse_args()
    faiss.omp_set_num_threads(1)
    for count in args.hashes:
        for part in [args.parts] if isinstance(args.parts, str) else args.parts:
            told = [f"## {count:,} hashes{_NAMES[part]}, {datetime.now(UTC):%Y-%m-%d}", ""]
            print(f"{platform.processor() or platform.machine()}, faiss {faiss.__version__}", *told, sep="\n", flush=True)
            for line in _PARTS[part](count):
                print(line, flush=True)
                told.append(line)
            if args.keep:
                with _REPORT.open("a", encoding="utf-8") as report:
                    report.write("\n".join(told) + "\n")


if __name__ == "__main__":
    main()
