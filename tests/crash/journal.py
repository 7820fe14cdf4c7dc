"""Records what a process asks of the disk, and replays it up to a power cut as a disk may have kept it.

A file is an inode with writes; a name is an entry of a folder that points to one. Writes survive when the file was synced after
them, entries when their folder was. What was not synced may be kept, lost, torn at a 4 KiB page, or come back as zeros.

Two models of a file system:

    strict   POSIX and nothing more: every un-synced entry may be kept or lost by itself
    ext4     metadata is journalled in order: entries are lost from the end only, and syncing a file keeps all entries before
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

PAGE = 4096
MODELS = ("strict", "ext4")
_MODES = ("none", "all", "prefix", "random", "random")


@dataclass(frozen=True)
class Op:
    """One call; `inode` is the file it is about, `path` the name, `old` the former name of a rename."""

    kind: str  # make, create, name, rename, remove, remove_folder, write, truncate, sync_file, sync_folder, sync_all
    path: str = ""
    old: str = ""
    inode: int = -1
    data: bytes = b""
    at: int = 0


@dataclass(frozen=True)
class Ack:
    """A promise made to the caller after `after` operations: the log had this root at this size."""

    after: int
    size: int
    root: bytes


@dataclass
class State:
    """Files and folders by path relative to the world's folder."""

    files: dict[str, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, world: Path) -> State:
        state = cls()
        for path in world.rglob("*"):
            name = path.relative_to(world).as_posix()
            if path.is_dir():
                state.folders.add(name)
            else:
                state.files[name] = path.read_bytes()
        return state

    def write(self, world: Path) -> None:
        shutil.rmtree(world, ignore_errors=True)
        world.mkdir(parents=True)
        for folder in sorted(self.folders):
            (world / folder).mkdir(mode=0o700 if folder.startswith("house") else 0o755)
        for name, data in self.files.items():
            path = world / name
            path.write_bytes(data)
            if name.startswith("house"):
                path.chmod(0o600)


class Journal:
    """The operations of one or more processes in one world, in order, from a durable beginning."""

    def __init__(self, base: State) -> None:
        self.base = base
        self.ops: list[Op] = []
        self.acks: list[Ack] = []
        self.contents: dict[int, bytes] = {}
        self.names: dict[str, int] = {}
        self.sizes: dict[int, int] = {}
        for name, data in base.files.items():
            inode = len(self.contents)
            self.contents[inode] = data
            self.names[name] = inode
        self.live = dict(self.names)
        self._next = len(self.contents)

    def create(self, path: str) -> None:
        self.live[path] = self._next
        self._next += 1
        self.ops.append(Op("create", path, inode=self.live[path]))

    def write(self, path: str, data: bytes) -> None:
        inode = self.live[path]
        at = self.sizes.get(inode, 0)
        self.sizes[inode] = at + len(data)
        self.ops.append(Op("write", path, inode=inode, data=data, at=at))

    def truncate(self, path: str) -> None:
        inode = self.live[path]
        self.sizes[inode] = 0
        self.ops.append(Op("truncate", path, inode=inode))

    def name(self, old: str, new: str) -> None:
        self.live[new] = self.live[old]
        self.ops.append(Op("name", new, inode=self.live[new]))

    def rename(self, old: str, new: str) -> None:
        self.live[new] = self.live.pop(old)
        self.ops.append(Op("rename", new, old, self.live[new]))

    def remove(self, path: str) -> None:
        if path in self.live:
            self.ops.append(Op("remove", path, inode=self.live.pop(path)))

    def sync_file(self, path: str) -> None:
        self.ops.append(Op("sync_file", path, inode=self.live[path]))

    def other(self, kind: str, path: str = "") -> None:
        self.ops.append(Op(kind, path))

    def acknowledge(self, size: int, root: bytes) -> None:
        self.acks.append(Ack(len(self.ops), size, root))

    def promised(self, cut: int) -> list[Ack]:
        return [ack for ack in self.acks if ack.after <= cut]

    def published(self, cut: int) -> list[bytes]:
        """Every checkpoint that another process could have read before the cut."""
        notes: list[bytes] = []
        for number, op in enumerate(self.ops[:cut]):
            if op.kind == "rename" and op.path.endswith("log/checkpoint"):
                notes.append(b"".join(o.data for o in self.ops[:number] if o.kind == "write" and o.inode == op.inode))
        return notes


_ENTRIES = {"make", "create", "name", "rename", "remove", "remove_folder"}
_WRITES = {"write", "truncate"}


class Cut:
    """What a disk may hold after the power failed behind `cut` operations."""

    def __init__(self, journal: Journal, cut: int, model: str, draw: random.Random) -> None:
        self._journal = journal
        self._ops = journal.ops[:cut]
        self._model = model
        self._draw = draw

    def state(self) -> State:
        """One such state, drawn at random."""
        lost = self._lost()
        names = dict(self._journal.names)
        contents = dict(self._journal.contents)
        folders = set(self._journal.base.folders)
        for number, op in enumerate(self._ops):
            if op.kind in _WRITES:
                contents[op.inode] = self._written(contents.get(op.inode, b""), op, lost=number in lost)
            elif op.kind in _ENTRIES and number not in lost:
                _enter(op, names, folders)
        folders = {folder for folder in folders if _reached(folder, folders)}
        files = {path: contents.get(inode, b"") for path, inode in names.items() if _parent(path) in folders | {""}}
        return State(files, folders)

    def _lost(self) -> set[int]:
        pending = [number for number, op in enumerate(self._ops) if op.kind in _ENTRIES | _WRITES and not self._kept(number)]
        mode = self._draw.choice(_MODES)
        if mode == "all":
            return set()
        if mode == "none":
            return set(pending)
        if mode == "prefix":
            return set(pending[self._draw.randrange(len(pending) + 1) :])
        lost = {number for number in pending if self._draw.random() < 0.5}
        if self._model == "ext4":
            first = min((number for number in lost if self._ops[number].kind in _ENTRIES), default=len(self._ops))
            lost |= {number for number in pending if number > first and self._ops[number].kind in _ENTRIES}
        return lost

    def _kept(self, number: int) -> bool:
        op = self._ops[number]
        for later in self._ops[number + 1 :]:
            if later.kind == "sync_all":
                return True
            if op.kind in _WRITES:
                if later.kind == "sync_file" and later.inode == op.inode:
                    return True
            elif (later.kind == "sync_folder" and later.path == _parent(op.path)) or (
                self._model == "ext4" and later.kind in {"sync_file", "sync_folder"}
            ):
                return True
        return False

    def _written(self, content: bytes, op: Op, *, lost: bool) -> bytes:
        if op.kind == "truncate":
            return content if lost else b""
        data = op.data
        if lost:
            how = self._draw.random()
            if how < 0.5:
                return content
            if how < 0.7:
                data = data[: PAGE * self._draw.randrange(len(data) // PAGE + 1)]
            elif how < 0.9:
                data = bytes(len(data))
            else:
                pages = [data[at : at + PAGE] for at in range(0, len(data), PAGE)]
                data = b"".join(page if self._draw.random() < 0.5 else bytes(len(page)) for page in pages)
        return content[: op.at].ljust(op.at, b"\0") + data + content[op.at + len(data) :]


def _enter(op: Op, names: dict[str, int], folders: set[str]) -> None:
    if op.kind == "make":
        folders.add(op.path)
    elif op.kind == "remove_folder":
        folders.discard(op.path)
    elif op.kind == "remove":
        if names.get(op.path) == op.inode:
            del names[op.path]
    else:
        names[op.path] = op.inode
        if op.kind == "rename" and names.get(op.old) == op.inode:
            del names[op.old]


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _reached(folder: str, folders: set[str]) -> bool:
    while folder := _parent(folder):
        if folder not in folders:
            return False
    return True
