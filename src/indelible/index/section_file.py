"""Sections on disk: one file of arrays each (index/array_file.py).

Numbers by which others are looked up are checked by their CRC-32 when a file is opened; hashes, codes and landmarks are not,
for that would read them all. What a flipped bit of theirs can do is to miss or propose a candidate.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indelible.durable.disk import Disk
from indelible.fingerprint.local import CODE_BYTES, Spots
from indelible.index import roster
from indelible.index.array_file import ArrayFiles, Arrays
from indelible.index.cells import standard
from indelible.index.code_lists import CodeLists
from indelible.index.section import Section
from indelible.match.frame_hashes import FrameHashes
from indelible.match.landmarks import LandmarkTable

PREFIX = "section-"
_CHECKED = {
    "rows": "|u1", "hash_counts": "<i8", "sizes_px": "<i8", "frame_counts": "<i8", "frame_times_ms": "<i8", "spot_counts": "<i8",
    "cells": "<i8", "hash_frames": "<u4", "hash_times_ms": "<u4", "hash_parts": "<u2", "keys": "<u4", "key_counts": "<u4", "lengths": "<i8",
}  # fmt: skip
_UNCHECKED = {
    "bits": "<u8", "a": "<u8", "b": "<u8", "code_frames": "<u4", "first_codes": "<u8",
    "points": "<u2", "sizes": "|u1", "angles": "|u1", "codes": "|u1",
    "owner": "<i4", "first": "<i4", "second": "<i4",
}  # fmt: skip
_FILES = ArrayFiles(b"IXLIB2\n\0", PREFIX, _CHECKED | _UNCHECKED | {"sums": "<u4"})


def write(section: Section, folder: Path, disk: Disk) -> str:
    """Writes a section, durable on return, and gives its name. Raises DiskError."""
    hashes, lists, landmarks = section.hashes, section.lists, section.landmarks
    times = np.diff(landmarks.starts)
    numbers: Arrays = {
        "rows": np.frombuffer(roster.to_bytes(section.rows), np.uint8),
        "hash_counts": section.hash_counts,
        "sizes_px": section.sizes_px,
        "frame_counts": section.frame_counts,
        "frame_times_ms": section.frame_times_ms,
        "spot_counts": section.spot_counts,
        "cells": lists.starts,
        "hash_frames": hashes.frames,
        "hash_times_ms": hashes.times_ms,
        "hash_parts": hashes.parts,
        "keys": np.flatnonzero(times),
        "key_counts": times[times > 0],
        "lengths": landmarks.lengths_hops,
    }
    checked = {name: array.astype(_CHECKED[name], copy=False) for name, array in numbers.items()}
    arrays: Arrays = {
        **checked,
        "sums": _sums(checked),
        "bits": hashes.bits,
        "a": lists.a,
        "b": lists.b,
        "code_frames": lists.frames,
        "first_codes": section.first_codes,
        **vars(section.spots),
        "owner": landmarks.owner,
        "first": landmarks.first,
        "second": landmarks.second,
    }
    return _FILES.write(arrays, folder, disk)


def open_section(folder: Path, name: str) -> Section:
    """Maps a section. Raises FormatError when it is not whole, OSError when it is not there."""
    held = _FILES.open(folder, name)
    try:
        return _whole(_section(held), as_written=np.array_equal(held["sums"], _sums(held)))
    except (LookupError, ValueError, TypeError) as error:
        raise _FILES.broken(folder / name, str(error)) from error


def _sums(checked: Arrays) -> NDArray[np.uint32]:
    return np.array([zlib.crc32(np.ascontiguousarray(checked[name]).view(np.uint8).data) for name in _CHECKED], np.uint32)


def _section(held: Arrays) -> Section:
    times = np.zeros(int(held["keys"].max(initial=0)) + 2, np.int64)
    times[held["keys"].astype(np.int64) + 1] = held["key_counts"]
    shown = (held[name].astype(np.int64) for name in ("hash_frames", "hash_times_ms", "hash_parts"))
    spots = Spots(held["points"].reshape(-1, 2), held["sizes"], held["angles"], held["codes"].reshape(-1, CODE_BYTES))
    return Section(
        rows=roster.from_bytes(held["rows"].tobytes()),
        hashes=FrameHashes(held["bits"].reshape(4, -1), *shown),
        hash_counts=held["hash_counts"],
        sizes_px=held["sizes_px"].reshape(-1, 2),
        frame_counts=held["frame_counts"],
        frame_times_ms=held["frame_times_ms"],
        spot_counts=held["spot_counts"],
        spots=spots,
        lists=CodeLists(held["a"], held["b"], held["code_frames"], held["cells"]),
        first_codes=held["first_codes"].reshape(2, -1),
        landmarks=LandmarkTable(np.cumsum(times), held["owner"], held["first"], held["second"], held["lengths"]),
    )


def _whole(section: Section, *, as_written: bool) -> Section:
    """The same. Raises ValueError when its numbers are not as they were written, or its arrays do not fit together."""
    hashes, lists, landmarks = section.hashes, section.lists, section.landmarks
    about = [row.about for row in section.rows if row.about]
    pictures, sounds = sum(each.pictured for each in about), sum(each.sound_ms is not None for each in about)
    cells = len(standard())
    codes, marks, spots = int(section.spot_counts.sum()), int(landmarks.starts[-1]), section.spots
    if not (
        as_written
        and len(section.hash_counts) == len(section.sizes_px) == len(section.frame_counts) == pictures
        and len(landmarks) == sounds
        and hashes.bits.shape[1] == len(hashes.frames) == len(hashes.times_ms) == len(hashes.parts) == section.hash_counts.sum()
        and len(section.spot_counts) == len(section.frame_times_ms) == section.frame_counts.sum()
        and len(spots.points) == len(spots.sizes) == len(spots.angles) == len(spots.codes) == codes
        and len(lists.starts) == cells + 1
        and lists.starts[0] == 0 <= np.diff(lists.starts).min()
        and len(lists.a) == len(lists.b) == len(lists.frames) == lists.starts[-1] == codes >= section.first_codes.shape[1]
        and len(landmarks.owner) == len(landmarks.first) == len(landmarks.second) == marks
    ):
        raise ValueError("its arrays do not fit together")
    return section
