"""Checks a log on disk against itself: every record, entry, tile, key, checkpoint and stamp; writes nothing.

A flipped bit in any file that the log's size needs is a fault that names the file; so is a file that is missing, swapped or
moved. Files that belong to nothing (unfinished writes, commits that were never signed, outgrown partials) are orphans.
What it cannot see is a whole archive rolled back together with its house: that takes a checkpoint kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

from indelible.durable.disk import is_passing
from indelible.ledger.bundle import BUNDLE_BYTES_MAX, bundle_path
from indelible.ledger.check_stamps import STAMP_ENDS, check_stamps
from indelible.ledger.check_tree import TreeCheck, Visit
from indelible.ledger.findings import Fault, Finding, Mark, Orphan, Tally
from indelible.ledger.recovery import files_below, parse_place
from indelible.ledger.rising import Rising
from indelible.ledger.shelf import CHECKPOINT, KEYS, LOG, RECORDS, STAMPS, Shelf, read_file
from indelible.log.checkpoint import Checkpoint
from indelible.log.keys import Key, Keys
from indelible.log.note import Note, Verifier
from indelible.log.tile import TILE_WIDTH, entries_path, tiles_of, width_at
from indelible.model.errors import ArchiveError, FormatError
from indelible.model.record import Sealed

_SHORT = 12


def check(
    root: Path, *, since: Mark | None = None, tally: Tally | None = None, visit: Visit | None = None
) -> Iterator[Finding]:
    """Every fault and orphan of the log under `root`, as they are met; no fault means clean.

    `since` goes on from where an earlier check found it clean: records below its size are not read again. `tally` is filled
    in on the way, with the next mark at the end. `visit` is called with index and record of each that can be read.
    """
    yield from _Check(root, tally or Tally(), visit or (lambda _index, _sealed: None)).run(since)


class _Check:
    def __init__(self, root: Path, tally: Tally, visit: Visit) -> None:
        self.shelf = Shelf(root)
        self.tally = tally
        self.visit = visit
        self.keys: dict[int, str] = {}
        self.stamps: dict[int, tuple[str, str]] = {}
        self.faulty = False
        self.snapshot: dict[str, bytes | None] = {}

    def run(self, since: Mark | None) -> Iterator[Finding]:
        note, size = self._snapshot()
        tree = TreeCheck(size, self._load, self._seen, self.tally)
        if since and not self._resume(tree, since):
            yield self._fault(Fault(LOG, f"it no longer is the log that was checked up to {since.size}: all of it is checked"))
        for fault in tree.run():
            yield self._fault(fault)
        whole = not self.faulty
        keys = yield from self._keys(tree)
        for fault in self._checkpoint(tree, keys, note, whole=whole):
            yield self._fault(fault)
        for fault in check_stamps(self.shelf, keys, self.stamps, self.tally, sound_to=0 if self.faulty else size):
            yield self._fault(fault)
        yield from self._orphans(size)
        self.tally.size = size
        if not self.faulty:
            self.tally.mark = self._mark(tree.rising)

    def _fault(self, fault: Fault) -> Fault:
        self.faulty = True
        return fault

    # --- reading ---------------------------------------------------------------------------------------------------------

    def _snapshot(self) -> tuple[bytes | None, int]:
        """The checkpoint and its size, with the partial files of that size: a writer may take those away later."""
        while True:
            note = self._head()
            size = self._size(note)
            self.snapshot = {}
            for path in _partials(size):
                with suppress(FormatError):  # met again, and named, when it is checked
                    self.snapshot[path] = self._read(path)
            if self._head() == note:
                return note, size

    def _head(self) -> bytes | None:
        try:
            return self.shelf.checkpoint()
        except FormatError:
            return b""

    def _size(self, note: bytes | None) -> int:
        """The size that a good checkpoint says, else the one that most kinds of files reach."""
        try:
            keys = Keys.parse(self.shelf.keys() or b"")
            return keys.open(note or b"").size
        except FormatError:
            return _reached(self.shelf.root)

    def _load(self, path: str) -> bytes | None:
        return self.snapshot[path] if path in self.snapshot else self._read(path)

    def _read(self, path: str) -> bytes | None:
        try:
            return read_file(self.shelf.root / path, BUNDLE_BYTES_MAX)
        except ArchiveError as error:
            raise FormatError(error.message) from error

    def _seen(self, index: int, sealed: Sealed) -> None:
        fields = sealed.fields
        if sealed.kind == "key/1" and isinstance(vkey := fields.get("vkey"), str):
            self.keys[index] = vkey
        if sealed.kind == "stamp/1":
            size, note, token = (fields.get(name) for name in ("size", "checkpoint_sha256", "token_sha256"))
            if isinstance(size, int) and isinstance(note, str) and isinstance(token, str):
                self.stamps[size] = (note, token)
        self.visit(index, sealed)

    # --- going on from a mark --------------------------------------------------------------------------------------------

    def _resume(self, tree: TreeCheck, since: Mark) -> bool:
        rows: list[bytes] = []
        level = 1
        while since.size >> (8 * level):
            index, width = divmod(since.size >> (8 * level), TILE_WIDTH)
            try:
                rows.append(self.shelf.tile(level, index, width) if width else b"")
            except (ArchiveError, FormatError):
                return False
            level += 1
        rising = Rising(since.size, rows)
        if since.size > tree.size or rising.root().hex() != since.root:
            return False
        tree.rising = rising
        self.keys = {int(index): vkey for index, vkey in (line.split(" ") for line in since.keys)}
        self.stamps = {size: (note, token) for size, note, token in since.stamps}
        return True

    def _mark(self, rising: Rising) -> Mark:
        size, root = rising.whole()
        keys = tuple(f"{index} {vkey}" for index, vkey in sorted(self.keys.items()) if index < size)
        return Mark(size, root.hex(), keys, tuple((at, *digests) for at, digests in sorted(self.stamps.items())))

    # --- the head --------------------------------------------------------------------------------------------------------

    def _keys(self, tree: TreeCheck) -> Generator[Fault, None, Keys | None]:
        """The keys to verify with; yields a fault when the file does not say what the key/1 records say."""
        try:
            held = Keys.parse(self.shelf.keys() or b"")
        except FormatError as error:
            yield self._fault(Fault(KEYS, error.message))
            return _recorded(self.keys)
        self.tally.count("keys", len(held.keys))
        lines = {key.index: key.verifier.vkey for key in held.keys}
        for index in sorted({*self.keys, *lines}):
            unknown = index in tree.unread or (index >= tree.size and index == max(lines))  # the latter: an adoption died
            if self.keys.get(index) != lines.get(index) and not unknown:
                yield self._fault(Fault(KEYS, f"it does not say of key {index} what the record says"))
                return _recorded(self.keys) or held
        return held

    def _checkpoint(self, tree: TreeCheck, keys: Keys | None, note: bytes | None, *, whole: bool) -> Iterator[Fault]:
        reached = tree.rising.root()
        checkpoint: Checkpoint | None = None
        if note is None:
            yield Fault(CHECKPOINT, "missing")
        elif keys:
            try:
                checkpoint = keys.open(note)
                _known_signatures(note, keys)
                self.tally.count("checkpoints")
            except FormatError as error:
                yield Fault(CHECKPOINT, error.message)
        differs = checkpoint is not None and checkpoint.root != reached
        for upper, below in tree.suspects:
            yield upper
            if differs:
                yield from below
        if checkpoint and differs and whole and not tree.suspects:
            yield Fault(CHECKPOINT, f"it signs {_short(checkpoint.root)}, and the records give {_short(reached)}")

    # --- what belongs to nothing -----------------------------------------------------------------------------------------

    def _orphans(self, size: int) -> Iterator[Orphan]:
        now = self._size(self._head())
        stamps = {f"{STAMPS}/{at}{end}" for at in self.stamps for end in STAMP_ENDS}
        for folder in (RECORDS, LOG, STAMPS):
            for path in sorted(files_below(self.shelf.root / folder)):
                name = path.relative_to(self.shelf.root).as_posix()
                place = parse_place(name)
                if place and (width := place[2]) in {width_at(size, *place[:2]), width_at(now, *place[:2])} and width:
                    continue
                if name not in {CHECKPOINT, KEYS, *stamps}:
                    yield Orphan(name, _why(name, place, size))


def _why(name: str, place: tuple[int, int, int] | None, size: int) -> str:
    if is_passing(name.rpartition("/")[2]):
        return "an unfinished write"
    if name.startswith(f"{STAMPS}/"):
        return "no record names it"
    if place is None:
        return "not a file of the log"
    return "outgrown by a wider file" if place[2] < width_at(size, *place[:2]) else "of a commit that was never signed"


def _recorded(keys: dict[int, str]) -> Keys | None:
    try:
        return Keys(tuple(Key(index, Verifier.parse(vkey)) for index, vkey in sorted(keys.items())))
    except FormatError:
        return None


def _known_signatures(note: bytes, keys: Keys) -> None:
    known = {(key.verifier.name, key.verifier.key_id) for key in keys.keys}
    for signature in Note.parse(note).signatures:
        if (signature.name, signature.key_id) not in known:
            raise FormatError(f"it bears a signature by {signature.name}, whose key is not in {KEYS}")


def _partials(size: int) -> Iterator[str]:
    for tile in tiles_of(size):
        if tile.width < TILE_WIDTH:
            yield f"log/{tile.path}"
            if tile.level == 0:
                yield bundle_path(tile.index, tile.width)
                yield f"log/{entries_path(tile.index, tile.width)}"


def _reached(root: Path) -> int:
    """The size that records, entries and hashes reach on disk: the middle one of the three, for one may be damaged too."""
    sizes = dict.fromkeys(("records/", "log/tile/entries/", "log/tile/0/"), 0)
    for folder in (RECORDS, LOG):
        for path in files_below(root / folder):
            name = path.relative_to(root).as_posix()
            place = parse_place(name)
            for prefix, size in sizes.items():
                if place and name.startswith(prefix):
                    sizes[prefix] = max(size, place[1] * TILE_WIDTH + place[2])
    return sorted(sizes.values())[1]


def _short(root: bytes) -> str:
    return f"{root.hex()[:_SHORT]}…"
