from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core import caching, types

from indelible.match import compiler


@pytest.mark.parametrize("broken", ["nowhere", "full", "torn", "nulled"])
def test_without_a_cache_it_is_compiled_all_the_same(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def read(*_: object) -> None:
        pickle.loads(b"" if broken == "torn" else bytes(64))

    if broken == "nowhere":
        monkeypatch.setattr(caching.CompileResultCacheImpl, "_locator_classes", [])
    else:
        monkeypatch.setattr(caching.IndexDataCacheFile, "save", full)
    if broken in ("torn", "nulled"):
        monkeypatch.setattr(caching.IndexDataCacheFile, "load", read)

    @compiler.compiled(compiler.FOUND, types.uint64)
    def once(word: Any) -> Any:
        found = np.empty((1, 1), np.int64)
        found[0, 0] = compiler.ones(word)
        return found

    assert once(7).tolist() == [[3]]


_DOUBLED = """
from numbers_of_it import FACTOR
from indelible.match.compiler import INTEGER, compiled, inlined

@inlined
def _times(number):
    return number * FACTOR

@compiled(INTEGER, INTEGER)
def times(number):
    return _times(number)
"""


@pytest.mark.parametrize("place", ["beside", "cache"])
def test_a_number_of_another_file_that_changes_is_compiled_in_anew(tmp_path: Path, place: str) -> None:
    beside, cache = tmp_path / "beside", tmp_path / "cache"
    beside.mkdir()
    if place == "cache":
        (beside / "__pycache__").touch()  # nothing can be kept there
    (beside / "of_it.py").write_text(_DOUBLED)
    for factor in (2, 3, 2):
        (beside / "numbers_of_it.py").write_text(f"FACTOR = {factor}\n")
        told = subprocess.run(
            [sys.executable, "-B", "-c", "import of_it; print(of_it.times(7), of_it.times.stats.cache_hits)"],
            env={**os.environ, "PYTHONPATH": str(beside), "XDG_CACHE_HOME": str(cache)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(told.stdout.split()[0]) == 7 * factor
    assert "{" in told.stdout, "what is as it was is taken from the cache"
    assert len(list((tmp_path / place).rglob("compiled-*"))) == 2


def test_what_is_fetched_ahead_is_left_as_it_is() -> None:
    @compiler.compiled(compiler.WORD, compiler.WORDS, compiler.INTEGER)
    def fetched(words: Any, at: int) -> Any:
        compiler.fetch(words, at)
        return words[0]

    assert [fetched(np.array([7, 8], np.uint64), at) for at in (0, 1, 2**40, -1)] == [7] * 4
