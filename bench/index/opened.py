"""Opens an index in a process of its own and asks it; prints what that took, and how often anything was compiled meanwhile.

python -m bench.index.opened FOLDER QUERIES.npy
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from numba.core.event import install_recorder

from indelible.index.snapshot import Snapshot

RADIUS = 31


def main() -> None:
    folder, asked = Path(sys.argv[1]), np.load(sys.argv[2])
    with install_recorder("numba:compile") as compiled:
        begin = time.perf_counter()
        snapshot = Snapshot.open(folder)
        opening = time.perf_counter() - begin
        each = []
        for query in asked:
            begin = time.perf_counter()
            snapshot.near(query[None], RADIUS)
            each.append(time.perf_counter() - begin)
    told = {"open_ms": opening * 1000, "first_ms": each[0] * 1000, "p50_ms": float(np.median(each)) * 1000}
    told |= {"most_ms": max(each) * 1000, "compiled": len(compiled.buffer), "missing": len(snapshot.missing)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
