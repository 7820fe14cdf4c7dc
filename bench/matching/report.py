"""The report of a run, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.matching import figures
from bench.matching.figures import Answered, Share, share
from bench.matching.sources import Source

from indelible.match.version import VERSION

_REPORT = Path(__file__).with_name("REPORT.md")
HALVES = ("tuning half", "other half")
_HEAD = """# What the matcher finds

`make bench-matching` writes the sections, each with its day and the matcher's version (older ones without); the peers need `--peers`. Copies are made of real footage (sources.tsv), decoded in the sandbox and
matched against all originals. Sources are halved by group: thresholds were chosen on the tuning half, families of edits under "left out" by
nobody. *Found*: a copy, or undecided, of the right source. Intervals are Wilson's, 95 %.
"""


def text(answered: Sequence[Answered], chosen: Sequence[Source], seconds: float, *, glanced: bool = False) -> str:
    """Recall by edit, then the whole, then what must not be said. `glanced`: by a first pass, which calls no film a copy."""
    half = {source.id: source.half for source in chosen}
    halves = tuple([each for each in answered if half[each.query.source] == h] for h in (0, 1))
    wrong, pairs = figures.strangers(answered, chosen)
    return "\n".join(
        [
            *_classes(*halves),
            "",
            *_missed(answered, glanced=glanced),
            *(f"- STRANGER: {query.path} is called a copy of {match.reference}: {match.why}" for query, match in wrong),
            *(_whole(name, part, chosen) for name, part in zip(HALVES, halves, strict=True) if part),
            *(line for name, part in zip(HALVES, halves, strict=True) for line in _moments(name, part)),
            "",
            *_told(answered, chosen),
            "",
            f"{len(wrong)} copies of unrelated footage in {pairs:,} unrelated pairs; {seconds:.2f} s of CPU a query to match",
        ]
    )


def _classes(tuned: Sequence[Answered], other: Sequence[Answered]) -> list[str]:
    """A table with a row for each edit."""
    lines = ["| edit | found, tuning half | found, other half | called copy, other half |", "|---|---|---|---|"]
    for edit in _edits([*tuned, *other]):
        one, two = ([each for each in part if each.query.edit == edit] for part in (tuned, other))
        found = (share(each.found for each in part) for part in (one, two))
        lines.append(f"| {edit} | {' | '.join(map(shown, found))} | {shown(share(each.called_copy for each in two))} |")
    return lines


def _edits(answered: Sequence[Answered]) -> list[str]:
    return list(dict.fromkeys(each.query.edit for each in answered))


def _missed(answered: Sequence[Answered], *, glanced: bool) -> list[str]:
    """What is not called a copy; of a first pass what is not found."""
    if glanced:
        return [f"- not found: {each.query.path}" for each in answered if not each.found]
    return [f"- not called copy: {each.query.path}: {_said(each)}" for each in answered if not each.called_copy]


def _said(each: Answered) -> str:
    return str(each.right.relation) if each.right else "nothing"


def _whole(name: str, part: Sequence[Answered], chosen: Sequence[Source]) -> str:
    """One half's figures in a line."""
    classes = [share(each.found for each in part if each.query.edit == edit) for edit in _edits(part)]
    mine, theirs = figures.overlaps(part)
    return "; ".join(
        [
            f"- {name}: mean recall {sum(each.value for each in classes) / len(classes):.3f}",
            f"found {shown(share(each.found for each in part))}, called copy {shown(share(each.called_copy for each in part))}",
            f"uAP {figures.average_precision(part, chosen):.3f}",
            f"overlap {mine:.2f} (query) {theirs:.2f} (reference)",
            f"same scene: {figures.scenes(part, chosen)}",
        ]
    )


def _moments(half: str, answered: Sequence[Answered]) -> list[str]:
    near, among = figures.moments(answered)
    told = f"the moment within a second {shown(near)}; among frames that cannot be told apart {shown(among)}"
    if not near.of + among.of:
        return []
    return [f"- {half}, stills: {told}; video and moment, of all {shown(figures.placed(answered))}"]


def _told(answered: Sequence[Answered], chosen: Sequence[Source]) -> list[str]:
    """What each relation means in this run: a table."""
    rows = figures.meant(answered, chosen).items()
    return [
        "| told | copies | other moments of the scene | unrelated |",
        "|---|---|---|---|",
        *(f"| `{what}` | {of['copies']} | {of['other moments']} | {of['unrelated']} |" for what, of in rows),
    ]


def shown(of: Share) -> str:
    low, high = of.interval()
    return f"{of.value:.2f} ({low:.2f}–{high:.2f}, n {of.of})" if of.of else "–"


def keep(title: str, body: str) -> None:
    """Writes a section of REPORT.md anew, with the day and the matcher's version; the others stay as they are."""
    held = _REPORT.read_text(encoding="utf-8") if _REPORT.exists() else _HEAD
    head, *sections = held.split("\n## ")
    rows = {section.partition("\n")[0].partition(" (")[0]: section for section in sections}
    day = datetime.now(tz=UTC).date()
    rows[title] = f"{title} ({day}, matcher {VERSION})\n\n{body.strip()}\n"
    _REPORT.write_text("\n## ".join([head, *rows.values()]), encoding="utf-8")
