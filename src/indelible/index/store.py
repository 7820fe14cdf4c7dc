"""Fingerprints on disk, one file a medium: `<version>/ab/<sha256>.npz`. Derived: a file that does not read is one to be made again.

One of a first pass has a name of its own, `<sha256>.first.npz`: it never takes the place of a dense one, and goes when that comes.
Arrays stand as numpy's own `.npz`, never pickled; each member's CRC-32 tells a torn or damaged file.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.fingerprint.sound import SoundFingerprint
from indelible.model.errors import DiskError
from indelible.model.ids import sha256_hex
from indelible.model.speed import Speed

_SUFFIX = ".npz"
_SUFFIXES = {Speed.DENSE: _SUFFIX, Speed.FIRST: f".first{_SUFFIX}"}
_ABOUT = "about"
# What zip and numpy raise on damaged bytes; a flag of encryption or of a foreign compression is a RuntimeError.
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
_PARTS = {"picture": PictureFingerprint, "sound": SoundFingerprint}


class FingerprintStore:
    """The fingerprints of the current version under `root`; those of others are left for `clear`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._doubted: set[str] = set()

    def save(self, sha256: str, fingerprint: Fingerprint) -> None:
        """Keeps a medium's fingerprint; it appears whole or not at all. Raises DiskError when the disk refuses."""
        path = self._path(sha256, fingerprint.speed)
        passing = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with passing.open("wb") as file:
                np.savez(file, allow_pickle=False, **_arrays(fingerprint))
            passing.replace(path)
            if fingerprint.speed is Speed.DENSE:
                self._path(sha256, Speed.FIRST).unlink(missing_ok=True)
        except OSError as error:
            passing.unlink(missing_ok=True)
            do = "make room; what is preserved stays, and fingerprints are made again."
            raise DiskError(f"a fingerprint cannot be kept: {error.strerror or error}", where=str(path), do=do) from error

    def load(self, sha256: str) -> Fingerprint | None:
        """A medium's fingerprint, the dense one if there is, or None when there is none that reads."""
        each = (_read(self._path(sha256, speed)) for speed in (Speed.DENSE, Speed.FIRST))
        return next((fingerprint for fingerprint in each if fingerprint is not None), None)

    def has(self, sha256: str) -> bool:
        """Whether a fingerprint is there; `load` tells whether it reads."""
        return self.speed(sha256) is not None

    def speed(self, sha256: str) -> Speed | None:
        """Of which pass the fingerprint is that is there, the dense one if there are both; None where there is none."""
        return next((speed for speed in _SUFFIXES if self._path(sha256, speed).is_file()), None)

    def stamp(self, sha256: str) -> str:
        """What tells the files of a medium's fingerprint from others that stood there before; "" where there are none.

        Their sizes and when they were written: nothing is read.
        """
        told = [_stat(self._path(sha256, speed)) for speed in Speed]
        return " ".join([*told, "doubted"][: len(told) + (sha256 in self._doubted)]) if any(told) else ""

    def doubt(self, sha256: str) -> None:
        """Gives what should read and does not another stamp, so that whoever relies on the old one reads it again."""
        for speed in Speed:
            try:
                os.utime(self._path(sha256, speed))
            except FileNotFoundError:
                continue
            except OSError:
                self._doubted.add(sha256)

    def digests(self) -> Iterator[str]:
        """The SHA-256 of every medium that has a fingerprint, ascending."""
        yield from sorted({path.name.partition(".")[0] for path in (self._root / VERSION).glob(f"??/[0-9a-f]*{_SUFFIX}")})

    def clear(self) -> None:
        """Removes all fingerprints, of every version."""
        shutil.rmtree(self._root, ignore_errors=True)

    def _path(self, sha256: str, speed: Speed) -> Path:
        return self._root / VERSION / sha256_hex(sha256)[:2] / f"{sha256}{_SUFFIXES[speed]}"


def _stat(path: Path) -> str:
    try:
        held = path.stat()
    except OSError:
        return ""
    return f"{held.st_size}:{held.st_mtime_ns}"


def _read(path: Path) -> Fingerprint | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return _fingerprint({name: arrays[name] for name in arrays.files})
    except _UNREADABLE:
        return None


def _arrays(fingerprint: Fingerprint) -> dict[str, Any]:
    """Every array under `part.field`, and what is no array as JSON bytes under `about`."""
    arrays: dict[str, Any] = {}
    about: dict[str, Any] = {}
    for field in dataclasses.fields(fingerprint):
        value = getattr(fingerprint, field.name)
        if field.name not in _PARTS:
            about[field.name] = value
        elif value is not None:
            about[field.name] = {}
            for inner in dataclasses.fields(value):
                held = getattr(value, inner.name)
                if isinstance(held, np.ndarray):
                    arrays[f"{field.name}.{inner.name}"] = held
                else:
                    about[field.name][inner.name] = held
    arrays[_ABOUT] = np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8)
    return arrays


def _fingerprint(arrays: dict[str, Any]) -> Fingerprint:
    about = json.loads(arrays.pop(_ABOUT).tobytes())
    parts: dict[str, Any] = {}
    for part, kind in _PARTS.items():
        own = {name.partition(".")[2]: array for name, array in arrays.items() if name.startswith(f"{part}.")}
        parts[part] = kind(**own, **about.pop(part)) if part in about else None
    return Fingerprint(speed=Speed(about.pop("speed")), **about, **parts)
