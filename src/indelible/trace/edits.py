"""The edit between two exhibits in words, and whether it is one that hides where a picture comes from."""

from __future__ import annotations

from dataclasses import dataclass

from indelible.model.segment import Relation, SegmentMatch
from indelible.trace.kinship import Kinship
from indelible.trace.seen import Medium, Seen

SPEED_SLACK = 0.03  # a speed within 3 % is a frame rate rounded
ROTATED_DEG_MIN = 5
TRIMMED_MS_MIN = 1000  # what is missing of the earlier exhibit at either end, more than a match's own slack


@dataclass(frozen=True)
class EditFound:
    """What was done to the earlier picture, in words; `hides` when it is mirrored, reversed or of another speed.

    Those three serve no reader and defeat a plain search for the picture; a crop, a logo, a caption, a trim or a recording
    of a screen happens to any picture that is passed on, so it is told and hides nothing.
    """

    words: tuple[str, ...]
    hides: bool


def edit_found(later: str, earlier: str, seen: Seen, kinship: Kinship) -> EditFound | None:
    """The edit by the closest copy between two exhibits, as done to the earlier; None when they are not matched directly."""
    if later == earlier:
        return EditFound((), hides=False)
    for link in kinship.between(later, earlier):
        if link.match.relation is Relation.COPY:
            asked = link.query == later
            return _found(link.match, asked=asked, earlier=seen.medium(earlier), later=seen.medium(later))
    return None


def _found(match: SegmentMatch, *, asked: bool, earlier: Medium, later: Medium) -> EditFound:
    edit = match.edit
    other_speed = edit.speed_ratio > 0 and abs(edit.speed_ratio - 1) > SPEED_SLACK
    words = ["mirrored"] if edit.mirrored else []
    words += ["played backwards"] if edit.speed_ratio < 0 else []
    words += ["played at another speed"] if other_speed else []
    words += ["rotated"] if edit.turned_deg >= ROTATED_DEG_MIN else []
    # Asked the other way round, the parts of the pictures change places.
    cropped, framed = (edit.box, edit.query_box) if asked else (edit.query_box, edit.box)
    words += ["cropped"] if cropped else []
    words += ["set into another picture"] if framed else []
    words += _length(match, asked=asked, earlier=earlier, later=later)
    return EditFound(tuple(words), hides=edit.mirrored or edit.speed_ratio < 0 or other_speed)


def _length(match: SegmentMatch, *, asked: bool, earlier: Medium, later: Medium) -> list[str]:
    span = match.reference_span if asked else match.query_span
    if not earlier.duration_ms:
        return []
    if not span.length_ms and not later.duration_ms:
        return ["a still of it"]
    return ["trimmed"] if earlier.duration_ms - span.length_ms > TRIMMED_MS_MIN else []
