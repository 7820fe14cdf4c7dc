"""A source read to its end, sorted by what was found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indelible.collect.sources import open_source
from indelible.model.found import ChannelFound, Disagreement, FileRole, FoundFile, FoundPost, FoundSlice, Refusal, Repair
from indelible.settings import Settings


class Gathered:
    """All findings of a source."""

    def __init__(self, path: Path, settings: Settings | None = None, chats: Sequence[str] = ()) -> None:
        self.path = path
        self.source = open_source(path, settings or Settings(), chats)
        self.findings = list(self.source.findings())
        self.posts = [one for one in self.findings if isinstance(one, FoundPost)]
        self.refusals = [one for one in self.findings if isinstance(one, Refusal)]
        self.disagreements = [one for one in self.findings if isinstance(one, Disagreement)]
        self.repairs = {one.rule: one.count for one in self.findings if isinstance(one, Repair)}
        self.files = [one for one in self.findings if isinstance(one, FoundFile)]
        self.slices = [one for one in self.findings if isinstance(one, FoundSlice)]
        self.channels = [one for one in self.findings if isinstance(one, ChannelFound)]

    @property
    def refused(self) -> int:
        return sum(refusal.count for refusal in self.refusals)

    @property
    def seen(self) -> int:
        return len(self.posts) + self.refused

    @property
    def complete(self) -> bool:
        return all(channel.complete for channel in self.channels) and not any(refusal.unread for refusal in self.refusals)

    def names(self, role: FileRole) -> list[str]:
        return [file.name for file in self.files if file.role is role]

    def post(self, number: int) -> FoundPost:
        (found,) = [post for post in self.posts if post.id.message == number]
        return found

    def pointed(self, post: FoundPost, index: int = 0) -> bytes:
        """The bytes that a post's pointer points at, in the file or slice as it would be preserved."""
        pointer = post.pointers[index]
        for file in self.files:
            if file.name == pointer.name:
                return Path(file.path).read_bytes()[pointer.offset : pointer.offset + pointer.length]
        (cut,) = [one for one in self.slices if one.name == pointer.name]
        kept = Path(cut.path).read_bytes()[cut.offset : cut.offset + cut.length]
        return kept[pointer.offset : pointer.offset + pointer.length]

    def about(self, about: str) -> list[Disagreement]:
        return [one for one in self.disagreements if one.about == about]
