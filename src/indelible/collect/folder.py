"""Media collected by themselves: a folder, or single files. What lies beside them is kept as unreferenced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indelible.collect.tree import Tree
from indelible.model.found import FileRole, Finding, FoundFile, Refusal

MAGIC_BYTES = 16
_SUFFIXES = frozenset({
    ".3gp", ".aac", ".aiff", ".amr", ".apng", ".asf", ".avi", ".avif", ".bmp", ".flac", ".flv", ".gif", ".heic", ".heif",
    ".jfif", ".jpeg", ".jpg", ".m2ts", ".m4a", ".m4v", ".mkv", ".mov", ".mp3", ".mp4", ".mpeg", ".mpg", ".mts", ".oga",
    ".ogg", ".ogv", ".opus", ".png", ".tif", ".tiff", ".ts", ".wav", ".webm", ".webp", ".wma", ".wmv",
})  # fmt: skip
_STARTS = (
    b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\x1aE\xdf\xa3", b"OggS", b"ID3", b"fLaC", b"FLV\x01",
    b"\0\0\x01\xba", b"\0\0\x01\xb3", b"0&\xb2u\x8ef\xcf\x11", b"#!AMR", b"FORM",
)  # fmt: skip
_RIFF = (b"WEBP", b"AVI ", b"WAVE")
_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")


def media_findings(root: Path, source: str) -> Iterator[Finding]:
    """Every file of a folder and of those below it: media, and what lies beside them."""
    for entry in Tree(root).walk():
        if entry.left_out:
            yield Refusal(source, entry.name, entry.left_out, count=0)
        else:
            role = FileRole.MEDIA if is_medium(Path(entry.path)) else FileRole.UNREFERENCED
            yield FoundFile(entry.path, entry.name, role)


def is_medium(path: Path) -> bool:
    """Whether a file seems to be a picture, video or sound: by its name or by its first bytes. Decoding has the last word."""
    if path.suffix.lower() in _SUFFIXES:
        return True
    try:
        with path.open("rb") as file:
            head = file.read(MAGIC_BYTES)
    except OSError:
        return False
    if head.startswith(_STARTS):
        return True
    return (head[:4] == b"RIFF" and head[8:12] in _RIFF) or head[4:8] in _BOXES
