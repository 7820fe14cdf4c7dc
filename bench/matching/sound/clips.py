"""The originals of sources.tsv, and how a file's sound is read and written."""

from __future__ import annotations

import csv
import itertools
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from bench.matching.sources import unpacked
from numpy.typing import NDArray

RATE_HZ = 44_100
Sound = NDArray[np.float32]  # [m], mono at RATE_HZ, −1 to 1
_TABLE = Path(__file__).with_name("sources.tsv")
_DEBIAN = "debian:"
_FULL = 32_767
_BLOCK = 1024
_RAW_RATE_HZ = {".g722": 16_000}  # what a form without a header means


@dataclass(frozen=True)
class Clip:
    """An original. Clips of one `group` share a speaker, a composer's samples or a place: no copies, nor plain strangers."""

    id: str
    group: str
    kind: str  # speech, music or surroundings
    origin: str
    path: str
    start_s: float
    seconds: float

    @property
    def half(self) -> int:
        """Thresholds are chosen on half 0 and reported on half 1; a group is on one side."""
        return zlib.crc32(self.group.encode()) % 2


@dataclass(frozen=True)
class Form:
    """How a sound is written: the file's suffix, FFmpeg's name of the codec, bits a second (0: the codec's own), its rate."""

    suffix: str = ".m4a"
    codec: str = "aac"
    bit_rate: int = 96_000
    rate_hz: int = RATE_HZ


def listed() -> list[Clip]:
    """Every original of sources.tsv."""
    with _TABLE.open(encoding="utf-8") as table:
        rows = csv.DictReader(table, delimiter="\t")
        return [Clip(**{**row, "start_s": float(row["start_s"]), "seconds": float(row["seconds"])}) for row in rows]


def sound(clip: Clip, packages: Path) -> Sound:
    """The original's stretch. Packages are unpacked under `packages`. Raises ValueError where there is no sound."""
    if clip.origin.startswith(_DEBIAN):
        path = unpacked(clip.origin.removeprefix(_DEBIAN), packages) / clip.path
    else:
        path = Path(os.environ.get("INDELIBLE_CORPUS", "../shared/corpus")) / clip.path
    return read(path, clip.start_s, clip.seconds)


def read(path: Path, start_s: float = 0, seconds: float = 60) -> Sound:
    """A stretch of a file's sound, as long as there is of it. Raises ValueError where there is none."""
    to_mono = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    end = round((start_s + seconds) * RATE_HZ)
    parts: list[Sound] = []
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        if path.suffix in _RAW_RATE_HZ and stream.rate != _RAW_RATE_HZ[path.suffix]:
            raise ValueError(f"{path} is read at {stream.rate} Hz")
        for frame in container.decode(stream):
            parts += [part.to_ndarray()[0] for part in to_mono.resample(frame)]
            if sum(map(len, parts)) > end:
                break
    whole = np.concatenate([np.zeros(0, np.float32), *parts, *(part.to_ndarray()[0] for part in to_mono.resample(None))])
    if len(whole) <= start_s * RATE_HZ:
        raise ValueError(f"{path} has no sound from {start_s} s on")
    return whole[round(start_s * RATE_HZ) : end].astype(np.float32)


def as_int16(samples: Sound) -> NDArray[np.int16]:
    return (np.clip(samples, -1, 1) * _FULL).astype(np.int16)


def write(path: Path, samples: Sound, form: Form) -> None:
    """Writes mono sound in a form; what lies above full scale is cut off."""
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as out:
        voice = cast(
            "AudioStream", out.add_stream(form.codec, rate=form.rate_hz, layout="mono", options={"flags": "+bitexact"})
        )
        if form.bit_rate:
            voice.bit_rate = form.bit_rate
        to_form = av.AudioResampler(voice.codec_context.format, voice.codec_context.layout, form.rate_hz)
        for block in blocks(samples):
            for part in to_form.resample(block):
                out.mux(voice.encode(part))
        for part in to_form.resample(None):
            out.mux(voice.encode(part))
        out.mux(voice.encode(None))


def blocks(samples: Sound) -> Iterator[AudioFrame]:
    """The sound in frames, each with its time."""
    whole = as_int16(samples)
    for start in range(0, len(whole), _BLOCK):
        block = AudioFrame.from_ndarray(whole[None, start : start + _BLOCK], format="s16", layout="mono")
        block.sample_rate, block.pts, block.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
        yield block


def filtered(samples: Sound, filters: Sequence[tuple[str, str]]) -> Sound:
    """The sound through FFmpeg's filters, each a name and its arguments."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="s16", sample_rate=RATE_HZ, layout="mono", time_base=Fraction(1, RATE_HZ))
    chain: list[Any] = [source, *(graph.add(name, arguments) for name, arguments in filters), graph.add("abuffersink")]
    for one, other in itertools.pairwise(chain):
        one.link_to(other)
    graph.configure()
    to_float = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    parts: list[Sound] = []
    for block in [*blocks(samples), None]:
        graph.push(block)
        parts += _pulled(graph, to_float)
    return np.nan_to_num(np.concatenate(parts)).astype(np.float32)  # the first samples of vibrato are no numbers


def _pulled(graph: Any, to_float: av.AudioResampler) -> list[Sound]:
    """What a graph has ready."""
    parts = []
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return parts
        frame.pts = None
        parts += [part.to_ndarray()[0] for part in to_float.resample(frame)]
