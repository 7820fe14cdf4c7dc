"""`show`: every record about one post or exhibit."""

from __future__ import annotations

from indelible.app.answers.archive import RecordRow, ShowAnswer
from indelible.app.answers.plain import plain
from indelible.app.fingerprinting import state_of
from indelible.app.naming import Named, named
from indelible.app.opening import Context, Desk, reading
from indelible.catalog import exhibits, posts
from indelible.catalog.catalog import Reader
from indelible.catalog.exhibits import ExhibitHeld
from indelible.catalog.marks import judgements
from indelible.catalog.nouns import Post
from indelible.model.ids import exhibit_id
from indelible.preserve.layout import blob_path


def show(context: Context, asked: str) -> ShowAnswer:
    """What is recorded of the post or exhibit called `asked`. Raises UsageError when nothing is."""
    with reading(context) as desk, desk.catalog.reader() as reader:
        target = named(desk, reader, asked)
        if target.post is not None:
            return _of_post(desk, reader, target.post)
        return _of_exhibit(desk, reader, target)


def records_of(reader: Reader, target: Named) -> list[int]:
    """The records about a post or an exhibit: every version of it, the posts that show it, and what was judged of marks in it."""
    if target.post is not None:
        return [version.index for version in posts.versions(reader, target.post.id)]
    if target.exhibit is None:
        return []
    sha256 = target.exhibit.sha256
    shown_in = (post.index for post in posts.of_exhibit(reader, sha256))
    judged = (judgement.index for judgement in judgements(reader) if judgement.exhibit == sha256)
    return [target.exhibit.index, *shown_in, *judged]


def exhibits_of(reader: Reader, post: Post) -> list[ExhibitHeld]:
    """The exhibits that a post shows."""
    found = (exhibits.by_sha256(reader, medium.sha256) for medium in post.media if medium.sha256)
    return [exhibit for exhibit in found if exhibit is not None]


def _of_post(desk: Desk, reader: Reader, post: Post) -> ShowAnswer:
    target = Named(str(post.id), post=post)
    return ShowAnswer(
        id=str(post.id),
        is_a="post",
        records=_rows(desk, records_of(reader, target)),
        exhibits=tuple(exhibit_id(desk.origin, exhibit.index) for exhibit in exhibits_of(reader, post)),
    )


def _of_exhibit(desk: Desk, reader: Reader, target: Named) -> ShowAnswer:
    exhibit = target.exhibit
    if exhibit is None:
        raise ValueError("neither post nor exhibit")
    outcome = desk.derived.outcomes().get(exhibit.sha256)
    return ShowAnswer(
        id=target.cited,
        is_a="exhibit",
        records=_rows(desk, records_of(reader, target)),
        sha256=exhibit.sha256,
        names=exhibit.names,
        state=state_of(desk, exhibit.sha256, outcome),
        posts=tuple(str(post.id) for post in posts.of_exhibit(reader, exhibit.sha256)),
        path=blob_path(exhibit.sha256),
    )


def _rows(desk: Desk, indexes: list[int]) -> tuple[RecordRow, ...]:
    sealed = ((index, desk.archive.ledger.read(index)) for index in sorted(set(indexes)))
    return tuple(
        RecordRow(index, record.kind, {name: plain(value) for name, value in record.fields.items()}) for index, record in sealed
    )
