"""What an ID given on the command line names: a post, or an exhibit by citation, number or SHA-256."""

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

_NUMBER = re.compile(r"(?:(?P<origin>[^#\s]+))?#(?P<number>\d{1,15})")
_DIGITS = re.compile(r"[0-9a-f]{8,64}")
_DO = "name a post (telegram:1700000001/2), an exhibit (#17, or origin#17), or 8 or more digits of a SHA-256."


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


def _post(reader: Reader, text: str) -> Named:
    try:
        post = posts.by_id(reader, PostId.parse(text))
    except FormatError as error:
        raise UsageError(error.message, do=_DO) from error
    if post is None:
        raise UsageError(f"no post {text} is held", do="run indelible status for the channels that are held.")
    return Named(text, post=post)
