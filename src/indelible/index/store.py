"""Fingerprints on disk: one file a medium, under the version of the methods that made it.

    <folder>/<version>/ab/abcd…    the name is the medium's SHA-256

A file is a zip of arrays in numpy's own format, without compression and without pickle, plus `about`, a JSON text with the
plain fields. Zip keeps a checksum of every member, so a flipped bit is noticed. What is broken, absent or of another version
is simply not there: fingerprints are derived, and made again.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.picture import PictureFingerprint
from indelible.fingerprint.sound import SoundFingerprint
from indelible.model.ids import sha256_hex

_FILE_BYTES_MAX = 2 * 1024**3  # some 40 hours of picture: what claims more is broken

_Part = PictureFingerprint | SoundFingerprint
_T = TypeVar("_T", PictureFingerprint, SoundFingerprint)


class FingerprintStore:
    """The fingerprints in `folder`, those of the current version only."""

    def __init__(self, folder: Path, version: str = VERSION) -> None:
        self._folder = folder
        self._version = version

    def save(self, sha256: str, fingerprint: Fingerprint) -> None:
        """Keeps the fingerprint of the medium `sha256`; what was there is replaced at once or not at all."""
        path = self._path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, passing = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(pack(fingerprint))
            Path(passing).replace(path)
        except BaseException:
            Path(passing).unlink(missing_ok=True)
            raise

    def load(self, sha256: str) -> Fingerprint | None:
        """The fingerprint of the medium `sha256`; None when there is none, or none that is whole."""
        try:
            path = self._path(sha256)
            data = path.read_bytes() if path.stat().st_size <= _FILE_BYTES_MAX else b""
        except FileNotFoundError:
            return None
        fingerprint = unpack(data)
        return fingerprint if fingerprint is not None and fingerprint.version == self._version else None

    def has(self, sha256: str) -> bool:
        """Whether there is a file for the medium; only `load` says whether it is whole."""
        return self._path(sha256).is_file()

    def names(self) -> Iterator[str]:
        """The SHA-256 of each medium that has a file, in order."""
        for path in sorted((self._folder / self._version).glob("[0-9a-f][0-9a-f]/*")):
            if not path.name.startswith("."):
                yield path.name

    def clear(self) -> None:
        """Removes the fingerprints of every version."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._folder)

    def _path(self, sha256: str) -> Path:
        return self._folder / self._version / sha256_hex(sha256)[:2] / sha256


def pack(fingerprint: Fingerprint) -> bytes:
    """The bytes of a fingerprint's file; equal fingerprints give equal bytes."""
    about: dict[str, Any] = {
        "version": fingerprint.version,
        "width": fingerprint.width,
        "height": fingerprint.height,
        "duration_ms": fingerprint.duration_ms,
        "kind": fingerprint.kind,
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, part in (("picture", fingerprint.picture), ("sound", fingerprint.sound)):
            about[name] = None if part is None else _plain(part)
            for field, array in () if part is None else _arrays(part):
                member = io.BytesIO()
                np.lib.format.write_array(member, array, allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{name}.{field}"), member.getvalue())
        archive.writestr(zipfile.ZipInfo("about"), json.dumps(about, sort_keys=True))
    return whole.getvalue()


def unpack(data: bytes) -> Fingerprint | None:
    """The fingerprint in a file's bytes; None when they are not whole or not one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            about = json.loads(archive.read("about"))
            return Fingerprint(
                version=str(about["version"]),
                width=int(about["width"]),
                height=int(about["height"]),
                duration_ms=int(about["duration_ms"]),
                kind=str(about["kind"]),
                picture=_part(archive, "picture", about, PictureFingerprint),
                sound=_part(archive, "sound", about, SoundFingerprint),
            )
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, NotImplementedError, RuntimeError):
        return None


def _arrays(part: _Part) -> Iterator[tuple[str, NDArray[Any]]]:
    values = ((field.name, getattr(part, field.name)) for field in fields(part))
    return ((name, np.ascontiguousarray(value)) for name, value in values if isinstance(value, np.ndarray))


def _plain(part: _Part) -> dict[str, int]:
    values = ((field.name, getattr(part, field.name)) for field in fields(part))
    return {name: int(value) for name, value in values if not isinstance(value, np.ndarray)}


def _part(archive: zipfile.ZipFile, name: str, about: dict[str, Any], kind: type[_T]) -> _T | None:
    """The picture's or the sound's share of a file; raises what a broken one makes zipfile, json or numpy raise."""
    plain = about[name]
    if plain is None:
        return None
    values: dict[str, Any] = dict(plain)
    for field in fields(kind):
        if field.name not in values:
            with archive.open(f"{name}.{field.name}") as member:
                values[field.name] = np.lib.format.read_array(member, allow_pickle=False)
    return kind(**values)
