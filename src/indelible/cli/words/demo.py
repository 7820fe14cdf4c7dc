"""The story that the demonstration tells."""

from __future__ import annotations

from indelible.app.answers.demo import DemoAnswer
from indelible.cli.words.audit import audit_words
from indelible.cli.words.collect import collect_words
from indelible.cli.words.layout import labelled, wrapped
from indelible.cli.words.match import match_words
from indelible.cli.words.trace import trace_words

RULE = "─" * 72


def demo_words(answer: DemoAnswer) -> list[str]:
    """What was made, then each step's answer under the question that it answers."""
    lines = [
        *wrapped("Three invented channels pass neutral footage on. What was done to it, so that you can judge the rest:", 0),
        *[line for edit in answer.edits for line in wrapped(f"· {edit}", 2, 2)],
        *_part("1  What did the exports say, and what do we hold?", collect_words(answer.collect)),
    ]
    if answer.again:
        known, again = answer.again.posts.known, answer.again.posts
        told = f"Collected once more: {again.recorded} recorded, {known} known. The same exports twice change nothing."
        lines += ["", *wrapped(told, 0)]
    lines += _part("2  Is a clip from the street in the archive?", [line for row in answer.match for line in match_words(row)])
    lines += _part("3  Where was footage seen first, and how did it come back?", trace_words(answer.trace))
    lines += _part("4  Is everything on the disk what the log says?", audit_words(answer.audit))
    where = [("exports", answer.folder), ("archive", answer.archive), ("took", f"{answer.seconds:.0f} s")]
    return [*lines, "", RULE, *labelled(where, 0)]


def _part(question: str, told: list[str]) -> list[str]:
    return ["", RULE, question, "", *told]
