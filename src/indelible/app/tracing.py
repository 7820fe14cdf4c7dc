"""`trace`: what the archive knows of where footage was seen, in time order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain

from indelible.app.answers.trace import TraceAnswer
from indelible.app.answers.traced import trace_answer
from indelible.app.comparing import compare_pending
from indelible.app.marking import Marked, marked
from indelible.app.naming import named
from indelible.app.opening import Context, Desk, reading
from indelible.app.searching import Asking, not_compared, settled_exhibits
from indelible.catalog import channels, exhibits, posts
from indelible.catalog.catalog import Reader
from indelible.catalog.nouns import Post
from indelible.index.library import Library
from indelible.media.outcome import Outcome
from indelible.model.ids import exhibit_id
from indelible.trace.seen import Forward, Medium, PostSeen, Seen
from indelible.trace.tracing import trace as trace_seen


def trace(context: Context, asked: str | None = None) -> TraceAnswer:
    """All footage of the archive, or that of one exhibit or post. Raises UsageError when `asked` names nothing held."""
    with reading(context) as desk:
        compare_pending(desk, lambda _: None)
        asking = Asking(desk)
        with desk.catalog.reader() as reader:
            found, seen = asking.ask(partial(_seen, desk, reader))
            indexes = {exhibit.sha256: exhibit.index for exhibit in exhibits.all_exhibits(reader)}
            target = None if asked is None else named(desk, reader, asked)
        traced, aside = trace_seen(seen), found.aside
        if target is not None:
            post = target.post.id if target.post else None
            traced = traced.about(post=post, exhibit=target.exhibit.sha256 if target.exhibit else None)
            shown = set(chain.from_iterable(told.exhibits for told in traced.footage))
            aside = [each for each in aside if shown & {each.link.query, each.link.match.reference}]

        def cite(sha256: str) -> str:
            return exhibit_id(desk.origin, indexes[sha256])

        return trace_answer(traced, cite, not_searchable=not_compared(desk, asking.library), set_aside=aside)


def _seen(desk: Desk, reader: Reader, library: Library) -> tuple[Marked, Seen]:
    outcomes = desk.derived.outcomes()
    found, settled = marked(desk, library), set(settled_exhibits(desk))
    return found, Seen(
        posts=[_post(_versions(reader, post), outcomes) for post in posts.to_trace(reader)],
        links=found.stand,
        media={sha256: Medium(about.duration_ms, about.takes) for sha256, about in library.media.items() if sha256 in settled},
        held={channel.channel_id: channel.name for channel in channels.all_channels(reader)},
    )


def _versions(reader: Reader, post: Post) -> list[Post]:
    """The version that counts now, then the others: what any of them held or dated was seen in the post."""
    if post.supersedes is None:
        return [post]
    return [post, *(version for version in posts.versions(reader, post.id) if version.index != post.index)]


def _post(versions: Sequence[Post], outcomes: Mapping[str, Outcome]) -> PostSeen:
    post = versions[0]
    media = dict.fromkeys(medium.sha256 for version in versions for medium in version.media if medium.sha256)
    dates = (version.forward.at for version in versions if version.forward and version.forward.at)
    forward = Forward(post.forward.name, post.forward.peer, next(dates, None)) if post.forward else None
    return PostSeen(
        id=post.id,
        channel=post.channel,
        exhibits=tuple(sha256 for sha256 in media if not _is_other(outcomes.get(sha256))),
        posted=post.posted,
        edited=post.edited,
        forward=forward,
        reply_to=post.reply_to,
        text=post.text,
    )


def _is_other(outcome: Outcome | None) -> bool:
    """Whether it is known to be no medium: a document shows no footage."""
    return outcome is not None and outcome.state == "not media"
