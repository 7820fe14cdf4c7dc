"""`demo`: neutral footage made, passed round three invented channels, and the main job done on it."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp

from indelible.app.answers.demo import DemoAnswer
from indelible.app.auditing import audit
from indelible.app.clock import now
from indelible.app.collecting import Scope, collect
from indelible.app.demo.story import make_demo
from indelible.app.fingerprinting import Progress
from indelible.app.init import init
from indelible.app.intake.closing import Statement
from indelible.app.matching import match_files
from indelible.app.opening import Context
from indelible.app.tracing import trace
from indelible.model.errors import UsageError
from indelible.preserve.layout import SETTINGS_FILE


def demo(folder: Path | None, progress: Progress) -> DemoAnswer:
    """Makes everything in `folder` (a new one in the place for passing files without it), key included, and tells the story."""
    began = now()
    place = _place(folder)
    progress("making the footage and three channels")
    truth = make_demo(place)
    context = _archive(place)
    collected = collect(context, truth.sources, Statement(note="made by indelible demo"), Scope(), progress)
    progress("collecting the same channels again")
    again = collect(context, truth.sources, Statement(), Scope(), lambda _: None)
    asked = place / next(clip.path for clip in truth.clips if clip.post == truth.old_as_new)
    matched = tuple(match_files(context, [asked], progress))
    progress("tracing")
    traced = trace(context)
    progress("auditing")
    audited = audit(context.root)
    seconds = round((now() - began).total_seconds(), 1)
    return DemoAnswer(
        str(place), str(context.root), truth.edits, collected, matched, traced, audited, again=again, seconds=seconds
    )


def _place(folder: Path | None) -> Path:
    if folder is None:
        return Path(mkdtemp(prefix="indelible-demo-"))
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("the folder is not empty", where=str(folder), do="name one that is not there yet.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def _archive(place: Path) -> Context:
    """An archive whose house lies beside it, so that a demonstration leaves nothing among the user's own keys."""
    root = place / "archive"
    root.mkdir()
    house = str(place / "house").replace("\\", "\\\\").replace('"', '\\"')
    (root / SETTINGS_FILE).write_text(f'house_dir = "{house}"\n', encoding="utf-8")
    init(root, "demo")
    return Context(root, "demo")
