"""Old footage that returns as new: which posts a person should look at, with both posts quoted.

A sighting is flagged when all of this holds:

1. this archive knows a sighting of the same picture at least 24 h earlier;
2. the post names no source: it is no forward, and it answers no post that showed the footage before;
3. its text does not say itself that the footage is old (nor, when it claims nothing, names the earlier year);
4. its text claims newness further back than the words can point, *or* the picture was mirrored, reversed or changed in speed
   against the earlier sighting of another channel: what makes a repost look new, or hard to find.

A plain repost is a sighting and no more. The earliest sighting, and a post without a date, cannot be flagged. The flag quotes
and judges nothing: dates are as stated, and a text can quote others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from indelible.model.ids import PostId
from indelible.model.moment import to_wire
from indelible.trace.edits import EditFound, edit_found
from indelible.trace.kinship import Kinship
from indelible.trace.newness import DAY, Claim, claims, names_year, says_old
from indelible.trace.order import gap, time_key
from indelible.trace.seen import PostSeen, Seen
from indelible.trace.traced import OLD_AS_NEW, Flag, Sighting

OLD_AFTER = DAY
QUOTED_CHARS_MAX = 160


def old_as_new(picture: Sequence[Sighting], seen: Seen, kinship: Kinship) -> tuple[Flag, ...]:
    """One flag for each post that presents footage as new that was seen before; `picture` stands in time order."""
    first = picture[0].post
    showing = {sighting.exhibit: sighting for sighting in reversed(picture)}  # the earliest sighting of each exhibit
    flags: dict[PostId, Flag] = {}
    shown_before = {first.id}
    for sighting in picture:
        post = sighting.post
        if post.id not in flags and gap(first, post) >= OLD_AFTER and not _names_a_source(post, shown_before):
            earlier = [s for s in showing.values() if gap(s.post, post) >= OLD_AFTER]
            because = _because(sighting, sorted(earlier, key=lambda s: time_key(s.post)), seen, kinship)
            if because:
                flags[post.id] = Flag(OLD_AS_NEW, post, because)
        shown_before.add(post.id)
    return tuple(flags.values())


def _names_a_source(post: PostSeen, shown_before: set[PostId]) -> bool:
    return post.forward is not None or post.reply_to in shown_before


def _because(sighting: Sighting, earlier: list[Sighting], seen: Seen, kinship: Kinship) -> str:
    """What the flag rests on, or "" when there is no flag."""
    post, first = sighting.post, earlier[0].post
    if post.at is None or first.at is None:
        return ""
    made = [c for c in claims(post.text, post.at) if c.reach <= post.at - first.at]
    edit = _edit(sighting, earlier, seen, kinship)
    hidden = edit is not None and edit[1].hides and edit[0].post.channel_id != post.channel_id
    if says_old(post.text) or not (made or (hidden and not names_year(post.text, first.at, post.at))):
        return ""
    return " ".join([_later_words(post, made), _earlier_words(first, post.at - first.at), _edit_words(edit, first)])


def _edit(sighting: Sighting, earlier: list[Sighting], seen: Seen, kinship: Kinship) -> tuple[Sighting, EditFound] | None:
    """The edit against the earliest sighting that it was matched with directly."""
    for other in earlier:
        found = edit_found(sighting.exhibit, other.exhibit, seen, kinship)
        if found is not None:
            return other, found
    return None


def _later_words(post: PostSeen, made: Sequence[Claim]) -> str:
    said = f"{_cited(post)} {_quoted(post)} and names no source"
    if not made:
        return said + "."
    words = ", ".join(f"“{claim.words}”" for claim in made)
    return f"{said}; its text claims that this is new ({words})."


def _earlier_words(first: PostSeen, ago: timedelta) -> str:
    edited = f", edited {to_wire(first.edited.at)}" if first.edited else ""
    return f"The same picture was seen {_long(ago)} earlier: {_cited(first)}{edited} {_quoted(first)}."


def _edit_words(edit: tuple[Sighting, EditFound] | None, first: PostSeen) -> str:
    if edit is None:
        return "The two are joined through other copies."
    other, found = edit
    against = "" if other.post.id == first.id else f" against {other.post.id}"
    return f"Edit found{against}: {', '.join(found.words) or 'none'}."


def _cited(post: PostSeen) -> str:
    when = f"{to_wire(post.posted.at)}, {post.posted.voucher}" if post.posted else "no date"
    return f"{post.channel} message {post.id.message} ({post.id}, {when})"


def _quoted(post: PostSeen) -> str:
    text = " ".join(post.text.split())
    if not text:
        return "says nothing"
    return f"says “{text if len(text) <= QUOTED_CHARS_MAX else text[: QUOTED_CHARS_MAX - 1] + '…'}”"


def _long(ago: timedelta) -> str:
    days = ago // timedelta(days=1)
    return f"{days} day{'s' if days > 1 else ''}"
