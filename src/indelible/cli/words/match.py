"""What a file was found to be a copy of."""

from __future__ import annotations

from indelible.app.answers.match import EditRow, MatchAnswer, MatchRow
from indelible.cli.words.layout import counted, labelled, seconds, wrapped
from indelible.cli.words.marks import set_aside_words
from indelible.model.segment import Box
from indelible.model.speed import Speed

_OTHER_SPEED = 0.005


def match_words(answer: MatchAnswer) -> list[str]:
    """The matches of one file; when there are none, what that means."""
    lines = [*wrapped(answer.query, 0), *_state(answer)]
    for row in answer.matches:
        lines += ["", *_match(row)]
    return [*lines, *set_aside_words(answer.set_aside), *_bound(answer), *_left_out(answer), ""]


def _state(answer: MatchAnswer) -> list[str]:
    if answer.state == "undecodable":
        return wrapped(f"Cannot be decoded, so it was not compared: {answer.reason or 'no reason given'}")
    part = f"Read in part only: {answer.reason or 'the rest cannot be decoded'}. " if answer.state == "partial" else ""
    none = "No match but of marks with what could be searched" if answer.set_aside else "No match with what could be searched"
    found = counted(len(answer.matches), "match", "matches") if answer.matches else none
    because = f": {answer.reason}" if answer.reason and not part else ""
    glance = (
        " Only its keyframes were looked at, which settles nothing: ask again without --quick."
        if answer.speed is Speed.FIRST
        else ""
    )
    return wrapped(f"{part}{found}{because}.{glance}")


def _bound(answer: MatchAnswer) -> list[str]:
    """What a copy is worth in an archive of this size."""
    if not any(row.relation == "copy" for row in answer.matches):
        return []
    exhibits = counted(answer.compared, "exhibit")
    told = (
        f"Compared with {exhibits}: had they nothing to do with the file, at most {answer.wrong_copies_max:.2g} of them would"
    )
    return ["", *wrapped(f"{told} be called a copy on average (cohort {answer.cohort}, 95 %; docs/matching.md).")]


def _left_out(answer: MatchAnswer) -> list[str]:
    lines = []
    if answer.glanced:
        films = counted(answer.glanced, "film")
        lines += [
            "",
            *wrapped(f"Of {films} in the archive keyframes alone were looked at: run `indelible rebuild` to settle more."),
        ]
    if not answer.complete or answer.not_searchable:
        left = counted(answer.not_searchable, "exhibit")
        lines += ["", *wrapped(f"Not the whole archive was searched: {left} cannot be searched yet.")]
    return lines


def _match(row: MatchRow) -> list[str]:
    spans = f"{seconds(row.query_span_ms.start_ms, row.query_span_ms.end_ms)} of the file shows "
    spans += f"{seconds(row.reference_span_ms.start_ms, row.reference_span_ms.end_ms)} of the exhibit"
    if row.relation == "same sound":
        spans = spans.replace("shows", "sounds like")
    return [
        *wrapped(f"{row.relation}, score {row.score:.2f}: {row.names[0] if row.names else row.exhibit}"),
        *labelled([("exhibit", row.exhibit), ("stretch", spans), ("edit", edit_words(row.edit)), ("why", row.why)], 6),
    ]


def edit_words(edit: EditRow) -> str:
    """The edit in words, "" when none was found."""
    words = ["mirrored"] if edit.mirrored else []
    if edit.rotated_deg:
        words.append(f"rotated {edit.rotated_deg}°")
    if edit.speed_ratio < 0:
        words.append("played backwards")
    elif abs(edit.speed_ratio - 1) >= _OTHER_SPEED:
        words.append(f"played at {edit.speed_ratio:g} times the speed")
    if edit.box:
        words.append(f"cropped to {_box(edit.box)}")
    if edit.query_box:
        words.append(f"set at {_box(edit.query_box)} of its picture")
    return ", ".join(words)


def _box(box: Box) -> str:
    return f"{box.width}×{box.height}+{box.x}+{box.y}"
