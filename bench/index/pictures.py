"""Local codes of real pictures: crops of photographs in Debian's packages and in the corpus, as frames at 384 pixels.

What bench/matching reports on (its half 1) is left out, so that centres trained on these have never seen it.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from bench.matching.sources import listed, unpacked
from bench.matching.written import BUILD as MATCHING
from numpy.typing import NDArray

from indelible.fingerprint.local import SpotFinder
from indelible.match.by_definition import Integers

BUILD = Path(__file__).with_name("build")
PACKAGES = (
    "gnome-backgrounds",
    "labelme-examples",
    "lomiri-wallpapers-16.04",
    "lomiri-wallpapers-20.04",
    "mate-backgrounds",
    "plasma-workspace-wallpapers",
    "trigger-rally-data",
    "ukui-wallpapers",
)
CORPUS = ("exif", "pdq", "photos")
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_BYTES_MIN = 30_000
_SIDE_PX_MIN, _LARGE_PX, _READ_PX_MAX = 200, 700, 2400
_CROP_PX_MIN, _FRAME_PX, _ENLARGED_MAX = 60, 384, 1.6
_CROPS = 8  # of a large picture; a quarter as many of others
_SPOTS_MIN = 20

Codes = NDArray[np.uint8]


@dataclass(frozen=True)
class Frames:
    """Codes uint8[n, 16]; those of frame j are rows starts[j] to [j + 1] of int64[f + 1]."""

    codes: Codes
    starts: Integers


def frames() -> Frames:
    """The codes of all crops, made once."""
    path = BUILD / "pictures.npz"
    if not path.exists():
        finder = SpotFinder()
        found = [finder.find(crop).codes for picture in _pictures() for crop in _crops(picture)]
        kept = [codes for codes in found if len(codes) >= _SPOTS_MIN]
        path.parent.mkdir(exist_ok=True)
        np.savez(path, codes=np.concatenate(kept), starts=np.cumsum([0, *map(len, kept)]))
    with np.load(path) as held:
        return Frames(held["codes"], held["starts"])


def _pictures() -> Iterator[Path]:
    """The files, in an order that means nothing."""
    kept_aside = {source.path for source in listed() if source.half == 1}
    corpus = Path(os.environ.get("INDELIBLE_CORPUS", "../shared/corpus"))
    roots = [(folder, folder) for folder in (unpacked(package, MATCHING / "packages") for package in PACKAGES)]
    roots += [(corpus, corpus / folder) for folder in CORPUS]
    found = {
        str(path.relative_to(root)): path
        for root, folder in roots
        for path in folder.rglob("*")
        if path.suffix.lower() in _SUFFIXES and path.stat().st_size >= _BYTES_MIN
    }
    yield from (found[name] for name in sorted(found, key=lambda name: zlib.crc32(name.encode())) if name not in kept_aside)


def _crops(path: Path) -> Iterator[Codes]:
    """Parts of a picture by chance, as luma of frames, once compressed."""
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None or min(picture.shape) < _SIDE_PX_MIN:
        return
    scale = min(1.0, _READ_PX_MAX / max(picture.shape))
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    high, wide = picture.shape
    random = np.random.default_rng(zlib.crc32(path.name.encode()))
    for _ in range(_CROPS if max(high, wide) >= _LARGE_PX else _CROPS // 4):
        aspect, share = random.choice([16 / 9, 9 / 16, 4 / 3, 1.0]), random.uniform(0.25, 1)
        w, h = min(wide, high * aspect) * share, min(high, wide / aspect) * share
        x, y = random.uniform(0, wide - w), random.uniform(0, high - h)
        quality = int(random.integers(35, 90))
        enlarged = _FRAME_PX / max(w, h)
        if min(w, h) >= _CROP_PX_MIN and enlarged <= _ENLARGED_MAX:
            crop = cv2.resize(picture[int(y) : int(y + h), int(x) : int(x + w)], None, fx=enlarged, fy=enlarged)
            written = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
            yield np.asarray(cv2.imdecode(written, cv2.IMREAD_GRAYSCALE), np.uint8)
