"""Writes an index while others search it: appends to a tail, seals tails into segments, merges segments.

What `add` returned from is durable: it lies in a tail, synced. Sealing and merging write new files first, then replace the
manifest, then remove what it no longer names; a writer that dies in between leaves files that the next one sweeps. One writer
at a time, by the lock of `writing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indelible.durable.disk import HEAD_MODE, Disk
from indelible.durable.group import PASSING_PREFIX
from indelible.durable.lock import lock
from indelible.index import manifest as manifests
from indelible.index import tail as tails
from indelible.index.cuts import Integers
from indelible.index.manifest import Manifest
from indelible.index.segment import Segment, open_segment, sealed, write
from indelible.index.snapshot import Recent, Snapshot, tail_numbers, tail_path
from indelible.index.spread import spread
from indelible.match.hash_index import media_of
from indelible.model.errors import DiskError, FormatError

SEAL_MIN = 65_536  # hashes in tails; scanning them adds a third to a query of ten million
MERGE_RATIO = 8  # a segment is merged with the next older one until that is so many times larger


@contextmanager
def writing(folder: Path, disk: Disk | None = None, *, seal_min: int = SEAL_MIN) -> Iterator[Writer]:
    """The index of a folder, made when it is not there, with the sole right to write it. Raises DiskError."""
    disk = disk or Disk()
    disk.make_folder(folder)
    with lock(folder):
        writer = Writer(folder, disk, seal_min)
        try:
            yield writer
        finally:
            writer.close()


class Writer:
    """Made by `writing`."""

    def __init__(self, folder: Path, disk: Disk, seal_min: int) -> None:
        self._folder = folder
        self._disk = disk
        self._seal_min = seal_min
        self._descriptor: int | None = None
        self._path = folder
        found = manifests.read(folder)
        if found is None:
            # Nothing of an index without a manifest is believed: its files go, and it says that hashes are lacking.
            beyond = max(tail_numbers(folder), default=-1) + 1
            made = (folder / manifests.NAME).exists() or beyond > 0
            found = Manifest(version=1, first_tail=beyond, lacking=made)
            manifests.commit(folder, found, disk)
        else:
            disk.sync_folder(folder)  # whoever replaced it may have died before that: nothing may go before it is durable
        self.manifest = found
        self._sweep()
        recent = Recent.read(folder, found.first_tail)
        self._unsealed = len(recent.rows)
        self._gone = {*found.removed, *recent.removed}

    def add(self, hashes: NDArray[np.uint8], places: Integers) -> None:
        """Adds frame hashes uint8[n, 32] at places int64[n]; durable on return. Raises DiskError, PoisonedError.

        Raises ValueError for a medium that was removed and is still being forgotten.
        """
        if len(hashes) != len(places):
            raise ValueError(f"expected a place for each of {len(hashes)} hashes, found {len(places)}")
        again = self._gone & set(np.unique(media_of(places)).tolist())
        if again:
            raise ValueError(f"media {sorted(again)} were removed; their numbers cannot be used again before all is merged")
        self._append(tails.added(spread(hashes), places))
        self._unsealed += len(hashes)
        if self._unsealed >= self._seal_min:
            self.seal()

    def remove(self, media: Integers) -> None:
        """Hides all places of media int64[m]; durable on return. Sealing and merging forget them."""
        self._append(tails.removed(media))
        self._gone |= set(media.tolist())

    def seal(self) -> None:
        """Makes one segment of all tails, and merges what has become too many."""
        recent = Recent.read(self._folder, self.manifest.first_tail)
        gone = tuple(sorted({*self.manifest.removed, *recent.removed}))
        kept = ~np.isin(media_of(recent.places), gone)
        self._close_tail()
        names = self.manifest.segments
        if kept.any():
            names += (write(sealed(recent.rows[kept], recent.places[kept]), self._folder, self._disk),)
        beyond = max(tail_numbers(self._folder), default=self.manifest.first_tail - 1) + 1
        lacking = self.manifest.lacking or bool(recent.damaged)
        self._commit(self.manifest.next(segments=names, first_tail=beyond, removed=gone, lacking=lacking))
        self._unsealed = 0
        self._merge_some()

    def merge(self) -> None:
        """Makes one segment of everything and forgets what was removed."""
        self.seal()
        self._merge(len(self.manifest.segments))

    def start_anew(self) -> None:
        """Empties the index; until `finish` its answers say that it is not complete."""
        self._close_tail()
        beyond = max(tail_numbers(self._folder), default=self.manifest.first_tail - 1) + 1
        self._commit(self.manifest.next(segments=(), first_tail=beyond, removed=(), lacking=True))
        self._unsealed, self._gone = 0, set()

    def finish(self) -> None:
        """Says that all that belongs into the index was added."""
        self._commit(self.manifest.next(lacking=False))

    def snapshot(self) -> Snapshot:
        """The index as it is now."""
        return Snapshot.open(self._folder)

    def close(self) -> None:
        """Writes no more."""
        self._close_tail()

    def _append(self, batch: bytes) -> None:
        if self._descriptor is None:
            number = max(tail_numbers(self._folder), default=self.manifest.first_tail - 1) + 1
            self._path = tail_path(self._folder, number)
            self._descriptor = self._disk.system.create(self._path, HEAD_MODE)
            self._disk.system.sync_folder(self._folder)
        try:
            self._disk.system.write(self._descriptor, self._path, batch)
            self._disk.system.sync_file(self._path)
        except DiskError:
            self._close_tail()  # what comes next would stand behind half a batch
            raise

    def _close_tail(self) -> None:
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            self._disk.system.close(descriptor, self._path)

    def _merge_some(self) -> None:
        """Merges the newest segments while the one before them is not much larger; damaged ones are left for a rebuild."""
        try:
            sizes = [(self._folder / name).stat().st_size for name in self.manifest.segments]
            count, total = 1, sizes[-1] if sizes else 0
            while count < len(sizes) and sizes[-count - 1] < MERGE_RATIO * total:
                total += sizes[-count - 1]
                count += 1
            if count > 1:
                self._merge(count)
        except (OSError, FormatError):
            return  # answers say what is missing

    def _merge(self, count: int) -> None:
        """Makes one segment of the newest `count`. Raises FormatError when one of them is not whole."""
        names = self.manifest.segments
        old = [open_segment(self._folder, name) for name in names[len(names) - count :]]
        gone = self.manifest.removed
        if not old or (count == 1 and not gone):
            return
        made = _together(old, gone)
        kept = names[: len(names) - count]
        name = (write(made, self._folder, self._disk),) if len(made) else ()
        self._commit(self.manifest.next(segments=kept + name, removed=gone if kept else ()))
        if not kept:
            self._gone -= set(gone)

    def _commit(self, manifest: Manifest) -> None:
        manifests.commit(self._folder, manifest, self._disk)
        self.manifest = manifest
        self._sweep()

    def _sweep(self) -> None:
        """Removes what the manifest does not name."""
        old = {
            tail_path(self._folder, number).name for number in tail_numbers(self._folder) if number < self.manifest.first_tail
        }
        for path in self._folder.iterdir():
            unnamed = path.name.startswith("segment-") and path.name not in self.manifest.segments
            if unnamed or path.name in old or path.name.startswith(PASSING_PREFIX):
                self._disk.system.remove(path)


def _together(segments: list[Segment], gone: tuple[int, ...]) -> Segment:
    rows = np.concatenate([segment.rows() for segment in segments])
    places = np.concatenate([segment.places for segment in segments])
    kept = ~np.isin(media_of(places), gone)
    return sealed(rows[kept], places[kept])
