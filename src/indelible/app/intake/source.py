"""One source taken in: files and posts in batches, each one commit, then what the source says as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from indelible.app.intake.closing import Statement, Whole, decide_whole, lacking
from indelible.app.intake.files import Filed, Files, decide_files
from indelible.app.intake.namesakes import Elsewhere
from indelible.app.intake.posts import PostsDecided, decide_posts, held_media, missing_of
from indelible.app.intake.run import Ground, Run
from indelible.app.opening import Desk
from indelible.collect.sources import MEDIA, Source
from indelible.model.found import (
    ChannelFound,
    Disagreement,
    FileRole,
    Finding,
    FoundFile,
    FoundPost,
    FoundSlice,
    Refusal,
    Repair,
)
from indelible.preserve.records.post import Vanished
from indelible.preserve.records.prepare import Prepared
from indelible.preserve.records.source import Missing

POSTS_PER_COMMIT = 4096
FILES_PER_COMMIT = 256


@dataclass
class Taken:
    """What became of a source, counted and named as it went."""

    source: Source
    recorded: int = 0
    known: int = 0
    referenced: int = 0
    missing: list[Missing] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)
    channels: list[ChannelFound] = field(default_factory=list)
    exhibits: dict[str, None] = field(default_factory=dict)  # SHA-256 of its media, in the order found
    vanished: list[tuple[ChannelFound, Vanished]] = field(default_factory=list)
    failure: str = ""  # why it could not be read to its end

    @property
    def complete(self) -> bool:
        """Whether the source was read to its end and says that it is whole."""
        cut = any(not channel.complete for channel in self.channels)
        return not (self.failure or cut or any(refusal.unread for refusal in self.refusals))

    @property
    def reason(self) -> str:
        """Why the source was not read to its end, as far as no refusal says so."""
        cut = dict.fromkeys(channel.channel for channel in self.channels if not channel.complete)
        return self.failure or (f"cut short: {', '.join(cut)}" if cut else "")


class Intake:
    """Takes one source in."""

    def __init__(self, desk: Desk, run: Run, source: Source) -> None:
        self.taken = Taken(source)
        self._desk = desk
        self._run = run
        self._files = Files(desk.archive.blobs)
        self._found: list[FoundFile | FoundSlice] = []
        self._posts: list[FoundPost] = []
        self._export_of: dict[int, str] = {}
        self._elsewhere = Elsewhere()
        self._added = False

    def take(self, finding: Finding) -> None:
        """Takes the next finding."""
        taken = self.taken
        match finding:
            case FoundFile() | FoundSlice():
                self._found.append(finding)
            case FoundPost():
                self._posts.append(finding)
            case Refusal():
                taken.refusals.append(finding)
            case Repair():
                taken.repairs.append(finding)
            case Disagreement():
                taken.disagreements.append(finding)
            case ChannelFound():
                taken.channels.append(finding)
        if len(self._found) >= FILES_PER_COMMIT or len(self._posts) >= POSTS_PER_COMMIT:
            self._flush()

    def close(self, statement: Statement) -> None:
        """Records what is left, and what the source says as a whole."""
        self._flush()
        taken = self.taken
        taken.refusals.extend(self._files.refusals)
        whole = Whole(
            source=taken.source.name,
            exports=self._files.exports,
            channels=taken.channels,
            export_of=self._export_of,
            refusals=taken.refusals,
            repairs=taken.repairs,
            disagreements=taken.disagreements,
            exhibits=list(taken.exhibits),
        )
        act = self._desk.act()

        def decide(ground: Ground) -> tuple[list[Prepared], list[tuple[ChannelFound, Vanished]]]:
            vanished = [(channel, lacking(ground, channel)) for channel in taken.channels]
            return decide_whole(ground, whole, act, statement, added=self._added), vanished

        taken.vanished = self._run.commit(decide)

    def _flush(self) -> None:
        if not (self._found or self._posts):
            return
        found, self._found = self._found, []
        posts, self._posts = self._posts, []
        filed = self._files.keep(found, self.taken.source.name)
        self._count(posts, self._record(filed, posts))
        self.taken.exhibits.update(
            (each.kept.sha256, None) for each in filed if each.role in (FileRole.MEDIA, FileRole.UNREFERENCED)
        )

    def _record(self, filed: Sequence[Filed], posts: Sequence[FoundPost]) -> PostsDecided:
        source, act = self.taken.source, self._desk.act()

        def decide(ground: Ground) -> tuple[list[Prepared], tuple[PostsDecided, bool]]:
            files = decide_files(ground, filed, source.name, act, names_matter=source.kind == MEDIA)
            behind = Ground(ground.reader, ground.run, ground.first + len(files))
            told, decided = decide_posts(behind, posts, self._files.held, source.name, self._elsewhere)
            return [*files, *told], (decided, bool(files or told))

        decided, added = self._run.commit(decide)
        self._added = self._added or added
        return decided

    def _count(self, posts: Sequence[FoundPost], decided: PostsDecided) -> None:
        taken, held = self.taken, self._files.held
        taken.recorded += decided.recorded
        taken.known += decided.known
        for post in posts:
            self._export_of.setdefault(post.id.peer, post.pointers[0].name)
            taken.referenced += len(post.media)
            taken.missing.extend(missing_of(post, held))
            taken.exhibits.update(dict.fromkeys(held_media(post, held)))
