"""The report of a run, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.matching import figures
from bench.matching.figures import Answered, Share, share
from bench.matching.sources import Source

_REPORT = Path(__file__).with_name("REPORT.md")
_HEAD = """# What the matcher finds

`make bench-matching` writes the sections, each with its day; the peers need `--peers`. Copies are made of real footage (sources.tsv), decoded in the sandbox and
matched against all originals. Sources are halved by group: thresholds were chosen on the tuning half, families of edits under "left out" by
nobody. *Found*: a copy, or undecided, of the right source. Intervals are Wilson's, 95 %.
"""


def text(answered: Sequence[Answered], chosen: Sequence[Source], seconds: float) -> str:
    """Recall by edit, then the whole, then what must not be said."""
    half = {source.id: source.half for source in chosen}
    edits = list(dict.fromkeys(each.query.edit for each in answered))
    lines = ["| edit | found, tuning half | found, other half | called copy, other half |", "|---|---|---|---|"]
    for edit in edits:
        mine = [[each for each in answered if each.query.edit == edit and half[each.query.source] == h] for h in (0, 1)]
        tuned, other = (share(each.found for each in part) for part in mine)
        lines.append(f"| {edit} | {shown(tuned)} | {shown(other)} | {shown(share(e.called_copy for e in mine[1]))} |")
    lines.append("")
    for each in answered:
        if not each.called_copy:
            said = each.right.relation if each.right else "nothing"
            lines.append(f"- not called copy: {each.query.path}: {said}")
    wrong, pairs = figures.strangers(answered, chosen)
    lines += [f"- STRANGER: {query.path} is called a copy of {match.reference}: {match.why}" for query, match in wrong]
    for h, name in ((0, "tuning half"), (1, "other half")):
        part = [each for each in answered if half[each.query.source] == h]
        if not part:
            continue
        classes = [share(e.found for e in part if e.query.edit == edit) for edit in edits]
        mean = sum(c.value for c in classes if c.of) / max(1, sum(1 for c in classes if c.of))
        mine, theirs = figures.overlaps(part)
        lines.append(
            f"- {name}: mean recall {mean:.3f}, found {shown(share(e.found for e in part))}, called copy"
            f" {shown(share(e.called_copy for e in part))}; uAP {figures.average_precision(part, chosen):.3f}; overlap {mine:.2f} (query) {theirs:.2f} (reference);"
            f" same scene: {figures.scenes(part, chosen)}"
        )
    near, among = figures.moments(answered)
    if near.of + among.of:
        lines.append(
            f"- stills: the moment within a second {shown(near)}; among frames that cannot be told apart {shown(among)}"
        )
    lines.append(
        f"{len(wrong)} copies of unrelated footage in {pairs:,} unrelated pairs; {seconds:.2f} s of CPU a query to match"
    )
    return "\n".join(lines)


def shown(of: Share) -> str:
    low, high = of.interval()
    return f"{of.value:.2f} ({low:.2f}–{high:.2f}, n {of.of})" if of.of else "–"


def keep(title: str, body: str) -> None:
    """Writes a section of REPORT.md anew, with the day; the others stay as they are."""
    held = _REPORT.read_text(encoding="utf-8") if _REPORT.exists() else _HEAD
    head, *sections = held.split("\n## ")
    rows = {section.partition("\n")[0].partition(" (")[0]: section for section in sections}
    day = datetime.now(tz=UTC).date()
    rows[title] = f"{title} ({day})\n\n{body.strip()}\n"
    _REPORT.write_text("\n## ".join([head, *rows.values()]), encoding="utf-8")
