from __future__ import annotations

import errno
import pickle
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


def test_what_is_fetched_ahead_is_left_as_it_is() -> None:
    @compiler.compiled(compiler.WORD, compiler.WORDS, compiler.INTEGER)
    def fetched(words: Any, at: int) -> Any:
        compiler.fetch(words, at)
        return words[0]

    assert [fetched(np.array([7, 8], np.uint64), at) for at in (0, 1, 2**40, -1)] == [7] * 4
