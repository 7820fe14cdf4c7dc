"""From what was seen to what is traced: the one door of this room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indelible.trace.kinship import Kinship
from indelible.trace.old_as_new import old_as_new
from indelible.trace.order import time_key
from indelible.trace.seen import Seen
from indelible.trace.sightings import Shown, earliest_of
from indelible.trace.spread import Spread, not_collected, stated_earlier
from indelible.trace.stretches import Part, footage_stretches
from indelible.trace.traced import Footage, Sighting, Traced


def trace(seen: Seen) -> Traced:
    """All footage with its sightings, edges and flags, and what was not collected. The order of the input has no effect."""
    shown, kinship = Shown(seen), Kinship(seen.links)
    pictures = [(part, shown.picture(part)) for part in footage_stretches(seen)]
    footage = [_footage(part, picture, shown, kinship, seen) for part, picture in pictures if picture]
    footage.sort(key=lambda told: (time_key(told.earliest.post), -len(told.sightings), told.stretches))
    return Traced(tuple(footage), not_collected(seen, footage))


def _footage(part: Part, picture: Sequence[Sighting], shown: Shown, kinship: Kinship, seen: Seen) -> Footage:
    sound = shown.sound(part)
    spread = Spread(picture, kinship)
    pictured = [replace(s, edges=spread.edges(s)) for s in picture]
    heard = [replace(s, edges=spread.edges(s)) for s in sound]
    earliest, rivals = earliest_of(pictured)
    return Footage(
        stretches=tuple(sorted(part)),
        sightings=tuple(sorted([*pictured, *heard], key=lambda s: (time_key(s.post), s.exhibit))),
        earliest=earliest,
        may_be_earlier=rivals,
        flags=old_as_new(pictured, seen, kinship),
        candidates=shown.candidates(part),
        stated_earlier=stated_earlier(pictured, earliest),
    )
