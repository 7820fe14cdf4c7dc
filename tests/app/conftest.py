"""An archive of its own for each test, with its house beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from indelible.app.answers.collect import CollectAnswer
from indelible.app.collecting import Scope, collect
from indelible.app.init import init
from indelible.app.intake.closing import Statement
from indelible.app.opening import Context

Collect = Callable[..., CollectAnswer]


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A new archive."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    init(tmp_path / "archive", "anna")
    return Context(tmp_path / "archive")


@pytest.fixture
def take(context: Context) -> Collect:
    """Collects sources into it."""

    def taking(
        *sources: Path, chats: Sequence[str] = (), statement: Statement | None = None, quick: bool = False
    ) -> CollectAnswer:
        return collect(context, sources, statement or Statement(), Scope(chats, quick), lambda _: None)

    return taking
