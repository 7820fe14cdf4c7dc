"""Run by test_search with NUMBA_CPU_NAME set: prints whether bits are counted by an instruction, and whether all ways find what the definition does."""

from __future__ import annotations

import sys

import numpy as np

from indelible.index import by_definition, scan
from indelible.index.pairs import pairs
from index.test_search import hashes, ways


def main() -> None:
    made = hashes(np.random.default_rng(5), 700)
    rows, queries = made[:690], made[690:]
    same = [
        np.array_equal(found, by_definition.within(rows, queries, most))
        for most in (0, 31, 48, 64, 90)
        for found in ways(rows, queries, most, 16)
    ]
    same.append(np.array_equal(pairs(rows, 31, 16), by_definition.pairs(rows, 31)))
    code = "".join(scan._many.inspect_asm().values())
    sys.stdout.write(f"{'vpopcntq' in code} {all(same)} {len(same)}\n")


if __name__ == "__main__":
    main()
