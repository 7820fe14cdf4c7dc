"""What an ID given on the command line names: a post, an exhibit by citation, number or SHA-256, or a mark."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indelible.app.opening import Desk
from indelible.catalog import exhibits, posts
from indelible.catalog.catalog import Reader
from indelible.catalog.exhibits import ExhibitHeld
from indelible.catalog.nouns import Post
from indelible.model.errors import FormatError, UsageError
from indelible.model.ids import PostId, exhibit_id
from indelible.model.span import Span
from indelible.trace.marks import Mark, Marks

_NUMBER = re.compile(r"(?:(?P<origin>[^#\s]+))?#(?P<number>\d{1,15})")
_DIGITS = re.compile(r"[0-9a-f]{8,64}")
_STRETCH = re.compile(r"(?P<exhibit>.+)@(?P<start_ms>\d{1,9})-(?P<end_ms>\d{1,9})")
_DO = "name a post (telegram:1700000001/2), an exhibit (#17, or origin#17), or 8 or more digits of a SHA-256."
_DO_MARK = "name a mark as indelible marks does (#17@0-1500, in milliseconds), or an exhibit that shows one mark alone."


@dataclass(frozen=True)
class Named:
    """A post or an exhibit, one of the two; `cited` is how answers name it."""

    cited: str
    post: Post | None = None
    exhibit: ExhibitHeld | None = None


def named(desk: Desk, reader: Reader, asked: str) -> Named:
    """What `asked` names; raises UsageError when it names nothing, or more than one thing."""
    text = asked.strip()
    if text.startswith("telegram:"):
        return _post(reader, text)
    number = _NUMBER.fullmatch(text)
    if number and number["origin"] in (None, desk.origin):
        found = exhibits.by_index(reader, int(number["number"]))
        matches = [found] if found else []
    elif _DIGITS.fullmatch(text.lower()):
        matches = exhibits.beginning_with(reader, text.lower())
    else:
        matches = []
    if len(matches) != 1:
        what = f"{len(matches)} exhibits begin with" if matches else "nothing in this archive is called"
        raise UsageError(f"{what} {asked[:80]!r}", where=str(desk.archive.root), do=_DO)
    return Named(exhibit_id(desk.origin, matches[0].index), exhibit=matches[0])


def named_stretch(desk: Desk, reader: Reader, asked: str) -> tuple[str, Span | None]:
    """The SHA-256 of the exhibit that `asked` names, and its span when one is given. Raises UsageError."""
    told = _STRETCH.fullmatch(asked.strip())
    target = named(desk, reader, told["exhibit"] if told else asked)
    if target.exhibit is None:
        raise UsageError(f"expected a mark, found a post: {asked[:80]!r}", do=_DO_MARK)
    if told is None:
        return target.exhibit.sha256, None
    if int(told["start_ms"]) >= int(told["end_ms"]):
        raise UsageError(f"a stretch runs forward, found {asked[:80]!r}", do=_DO_MARK)
    return target.exhibit.sha256, Span(int(told["start_ms"]), int(told["end_ms"]))


def named_mark(desk: Desk, reader: Reader, marks: Marks, asked: str) -> Mark:
    """The mark that `asked` names, by one of its stretches or by an exhibit that shows no other. Raises UsageError."""
    exhibit, span = named_stretch(desk, reader, asked)
    found = marks.shown(exhibit, span)
    if len(found) != 1:
        raise UsageError(f"expected one mark, found {len(found)}: {asked[:80]!r}", do=_DO_MARK)
    return found[0]


def _post(reader: Reader, text: str) -> Named:
    try:
        post = posts.by_id(reader, PostId.parse(text))
    except FormatError as error:
        raise UsageError(error.message, do=_DO) from error
    if post is None:
        raise UsageError(f"no post {text} is held", do="run indelible status for the channels that are held.")
    return Named(text, post=post)
