"""What a file is, by its first bytes and never by its name."""

from __future__ import annotations

import json
from dataclasses import dataclass

HEAD_BYTES = 4096

STILL, MOVING, OTHER, UNKNOWN = "still", "moving", "other", "unknown"


@dataclass(frozen=True)
class Form:
    """What the first bytes say: a short name, and the family (STILL, MOVING, OTHER for what is no medium, UNKNOWN)."""

    name: str
    family: str


_MARKS: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\xff\xd8\xff", "jpeg", STILL),
    (0, b"\x89PNG\r\n\x1a\n", "png", STILL),
    (0, b"GIF87a", "gif", STILL),
    (0, b"GIF89a", "gif", STILL),
    (0, b"II*\0", "tiff", STILL),
    (0, b"MM\0*", "tiff", STILL),
    (0, b"\x1aE\xdf\xa3", "matroska", MOVING),
    (0, b"FLV\x01", "flv", MOVING),
    (0, b"OggS", "ogg", MOVING),
    (0, b"fLaC", "flac", MOVING),
    (0, b"ID3", "mp3", MOVING),
    (0, b"0&\xb2u\x8ef\xcf\x11", "asf", MOVING),
    (0, b"\0\0\x01\xba", "mpeg", MOVING),
    (0, b"\0\0\x01\xb3", "mpeg", MOVING),
    (0, b"#!AMR", "amr", MOVING),
    (0, b"caff", "caf", MOVING),
    (0, b".RMF", "realmedia", MOVING),
    (0, b"%PDF-", "pdf", OTHER),
    (0, b"PK\x03\x04", "zip", OTHER),
    (0, b"PK\x05\x06", "zip", OTHER),
    (0, b"\x1f\x8b", "gzip", OTHER),
    (0, b"7z\xbc\xaf\x27\x1c", "7z", OTHER),
    (0, b"Rar!\x1a\x07", "rar", OTHER),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole", OTHER),
    (0, b"SQLite format 3\0", "sqlite", OTHER),
    (0, b"\x7fELF", "elf", OTHER),
    (257, b"ustar", "tar", OTHER),
)
_RIFF = {b"WEBP": ("webp", STILL), b"AVI ": ("avi", MOVING), b"WAVE": ("wav", MOVING)}
_BOXES = frozenset((b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp", b"moof", b"sidx", b"pnot"))
_TS_BYTES = 188
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)


def form_of(head: bytes) -> Form:
    """The form that a file's first HEAD_BYTES show."""
    for place, mark, name, family in _MARKS:
        if head[place : place + len(mark)] == mark:
            return Form(name, family)
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return Form(*_RIFF[head[8:12]])
    return _box(head) or _stream(head) or _bmp(head) or _text(head) or Form("", UNKNOWN)


def _box(head: bytes) -> Form | None:
    """MP4 and its family, AVIF and HEIF among them."""
    if head[4:8] not in _BOXES:
        return None
    brand = head[8:12] if head[4:8] == b"ftyp" else b""
    if brand in (b"avif", b"avis"):
        return Form("avif", STILL)
    if brand in (b"heic", b"heix", b"mif1", b"heim", b"heis"):
        return Form("heif", MOVING)
    return Form("mp4", MOVING)


def _stream(head: bytes) -> Form | None:
    if len(head) > 2 * _TS_BYTES and head[0] == head[_TS_BYTES] == head[2 * _TS_BYTES] == 0x47:  # noqa: PLR2004  # sync byte
        return Form("mpegts", MOVING)
    if len(head) >= 2 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4):  # noqa: PLR2004  # sync, layers III and II
        return Form("mp3", MOVING)
    return None


def _bmp(head: bytes) -> Form | None:
    is_bmp = head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS
    return Form("bmp", STILL) if is_bmp else None


def _text(head: bytes) -> Form | None:
    """Text, told apart a little: no NUL nor other control, and UTF-8 as far as it goes (or a UTF-16 mark)."""
    if not head:
        return None
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Form("text", OTHER)
    if any(byte < 0x20 and byte not in b"\t\n\r\f\x1b" for byte in head) or not _is_utf8(head):  # noqa: PLR2004  # controls
        return None
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<title", b"<p>")):
        return Form("html", OTHER)
    if start.startswith((b"<?xml", b"<svg")):
        return Form("svg" if b"<svg" in head.lower() else "xml", OTHER)
    return Form("json" if _is_json(head, start) else "text", OTHER)


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # The cut at HEAD_BYTES may halve one last character.
        return error.start >= len(head) - 3 and len(head) >= HEAD_BYTES - 3
    return True


def _is_json(head: bytes, start: bytes) -> bool:
    if start[:1] in (b"{", b"["):
        return True
    try:
        json.loads(head)
    except ValueError:
        return False
    return True


_SUFFIXES = {
    "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "png": (".png", ".apng"),
    "gif": (".gif",),
    "webp": (".webp",),
    "avif": (".avif",),
    "heif": (".heic", ".heif"),
    "tiff": (".tif", ".tiff"),
    "bmp": (".bmp", ".dib"),
    "mp4": (".mp4", ".m4v", ".mov", ".m4a", ".3gp", ".3g2", ".qt", ".m4b", ".f4v"),
    "matroska": (".mkv", ".webm", ".mka", ".mk3d"),
    "avi": (".avi",),
    "wav": (".wav",),
    "mp3": (".mp3", ".mp2", ".mpga"),
    "ogg": (".ogg", ".oga", ".ogv", ".opus", ".spx"),
    "flac": (".flac",),
    "mpegts": (".ts", ".mts", ".m2ts"),
    "mpeg": (".mpg", ".mpeg", ".vob", ".m2v"),
    "asf": (".wmv", ".wma", ".asf"),
    "flv": (".flv",),
    "amr": (".amr",),
    "pdf": (".pdf",),
    "zip": (".zip",),
    "json": (".json",),
    "html": (".html", ".htm"),
}
_KNOWN_SUFFIXES = frozenset(suffix for suffixes in _SUFFIXES.values() for suffix in suffixes) | {".tgs", ".txt"}


def disagreement(suffix: str, form: str) -> str:
    """The note that name and content disagree, or "" when they agree or either says nothing."""
    suffix = suffix.lower()
    if not form or suffix not in _KNOWN_SUFFIXES or suffix in _SUFFIXES.get(form, ()) or (form == "text" and suffix == ".txt"):
        return ""
    return f"named {suffix}, but the content is {form}"
